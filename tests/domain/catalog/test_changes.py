"""What a change tells, and whom."""

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.changes import CONTENT, NO_CONTENT, Change, change_of, changed_fields, for_shoppers, on_sale
from domain.catalog.products import Product, ProductStatus
from tests.datasources.samples import product

STATUSES = st.lists(st.sampled_from(ProductStatus), min_size=1, max_size=8)


def history(statuses: list[ProductStatus]) -> tuple[Product, list[Change]]:
    """A product that has had each of the statuses in turn, and its changes."""
    versions = [product(status=statuses[0])]
    for status in statuses[1:]:
        versions.append(replace(versions[-1], version=versions[-1].version + 1, status=status))
    return versions[-1], [change_of(old, new) for old, new in zip([None, *versions], versions, strict=False)]


def test_content_is_every_field_that_somebody_writes() -> None:
    assert {field.name for field in fields(Product)} == set(CONTENT) | NO_CONTENT
    assert not set(CONTENT) & NO_CONTENT


def test_a_new_product_changed_in_everything_and_an_equal_one_in_nothing() -> None:
    one = product()
    assert changed_fields(None, one) == CONTENT
    assert changed_fields(one, replace(one, version=2)) == ()
    assert changed_fields(one, replace(one, name="Other", tags=("x",))) == ("name", "tags")


@given(STATUSES)
def test_shoppers_learn_of_every_change_from_the_first_that_they_could_have_seen(statuses: list[ProductStatus]) -> None:
    now, changes = history(statuses)
    told = for_shoppers(changes, visible=on_sale(now))
    first = 1 if on_sale(now) else statuses.index(ProductStatus.ACTIVE) + 1 if ProductStatus.ACTIVE in statuses else 99
    assert [change.seq for change in told] == list(range(first, len(statuses) + 1))


@given(STATUSES)
def test_shoppers_do_not_learn_what_changed_while_they_could_not_see_it(statuses: list[ProductStatus]) -> None:
    now, changes = history(statuses)
    for change in for_shoppers(changes, visible=on_sale(now)):
        if not on_sale(now) or not change.shown:
            assert change.changed == ()
        else:
            assert change.changed == changes[change.seq - 1].changed


def test_a_product_that_never_was_on_sale_has_no_changes_for_shoppers() -> None:
    _, changes = history([ProductStatus.DRAFT, ProductStatus.ARCHIVED, ProductStatus.DRAFT])
    assert for_shoppers(changes, visible=False) == ()
