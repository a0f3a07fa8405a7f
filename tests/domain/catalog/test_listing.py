"""What is asked of a list starts from everything, and orders and facets say what they mean."""

from domain.catalog.listing import MOST_FACET_VALUES, Criteria, Facet, ProductSort


def test_criteria_that_say_nothing_leave_nothing_out() -> None:
    criteria = Criteria()
    limits = [criteria.search, criteria.categories, criteria.collection, criteria.statuses, criteria.price_min]
    assert limits == [None] * len(limits)
    assert (criteria.attributes, criteria.price_max) == ((), None)


def test_equal_criteria_are_one_key() -> None:
    assert {Criteria(search="coat"): 1}[Criteria(search="coat")] == 1


def test_every_order_is_explained_and_sent_by_its_own_name() -> None:
    explained = {line.strip().partition(":")[0] for line in (ProductSort.__doc__ or "").splitlines()}
    assert set(ProductSort.__members__) <= explained
    assert all(sort.name == sort.value for sort in ProductSort)


def test_a_facet_has_no_values_until_they_are_counted() -> None:
    assert Facet(slug="vendor", name="Vendor").values == ()
    assert MOST_FACET_VALUES == 100
