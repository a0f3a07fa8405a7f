"""Categories and collections in the catalog table."""

from collections import Counter
from dataclasses import replace

import pytest

from datasources.dynamo import items
from datasources.dynamo.catalog import CatalogTable
from datasources.roundtrips import counted
from domain.catalog.products import Collection, Translation
from domain.catalog.storing import Saved, SlugTaken, Stale
from domain.ids import CollectionId
from domain.pages import BadPage, Window
from tests.datasources.samples import category, collection


def test_all_categories_are_one_query(catalog: CatalogTable) -> None:
    made = [category(translations=(Translation(locale="fr", name="Été"),)) for _ in range(3)]
    for one in made:
        assert catalog.save_category(None, one) == Saved(value=one)
    with counted() as requests:
        assert set(catalog.categories()) == set(made)
    assert requests == Counter({"dynamodb.Query": 1})


def test_a_category_is_changed_by_version_and_leaves_a_change(catalog: CatalogTable) -> None:
    first = category()
    second = replace(first, version=2, name="Second")
    catalog.save_category(None, first)

    assert catalog.save_category(first, second) == Saved(value=second)
    assert catalog.save_category(first, replace(first, version=2)) == Stale(current_version=2)
    assert catalog.save_category(None, first) == Stale(current_version=2)
    assert catalog.categories() == (second,)
    change = catalog.table.get(items.change_key("category", first.id, 2))
    assert change is not None
    assert items.change_of(change).changed == ("name",)
    gone = category()
    assert catalog.save_category(gone, replace(gone, version=2)) == Stale(current_version=None)


def test_slugs_are_unique_within_their_noun_only(catalog: CatalogTable) -> None:
    one, other = category(slug="sale"), category(slug="shoes")
    catalog.save_category(None, one)
    catalog.save_category(None, other)

    assert catalog.save_category(None, category(slug="sale")) == SlugTaken(slug="sale")
    assert catalog.save_category(other, replace(other, version=2, slug="sale")) == SlugTaken(slug="sale")
    assert isinstance(catalog.save_collection(None, collection(slug="sale")), Saved)
    catalog.save_category(one, replace(one, version=2, slug="offers"))
    assert isinstance(catalog.save_category(other, replace(other, version=2, slug="sale")), Saved)


def test_a_category_is_not_saved_below_one_that_changed_meanwhile(catalog: CatalogTable) -> None:
    above, below = category(), category()
    catalog.save_category(None, above)
    catalog.save_category(above, replace(above, version=2))

    assert catalog.save_category(None, below, above=[above]) == Stale(current_version=None)
    assert len(catalog.categories()) == 1
    assert isinstance(catalog.save_category(None, below, above=[replace(above, version=2)]), Saved)


def test_collections_are_found_by_id_and_paged_by_name(catalog: CatalogTable) -> None:
    made = [collection(name=name) for name in ("Éclair", "zoo", "Apple", "eclair", "Bread")]
    for one in made:
        assert catalog.save_collection(None, one) == Saved(value=one)
    by_name = sorted(made, key=lambda one: ({"Éclair": "eclair"}.get(one.name, one.name).casefold(), one.id))

    found: list[Collection] = []
    place = None
    while True:
        page = catalog.collections_page(Window(2, place))
        found += page.items
        if not page.has_next:
            break
        place = page.places[-1]
    assert found == by_name
    assert page.has_previous
    back = catalog.collections_page(Window(2, page.places[0], backward=True))
    assert back.items == tuple(by_name[2:4])
    assert catalog.collection(made[0].id) == made[0]
    assert catalog.collections_many([made[0].id, CollectionId("coll_none")]) == {made[0].id: made[0]}
    assert catalog.collection(CollectionId("coll_none")) is None
    with pytest.raises(BadPage):
        catalog.collections_page(Window(2, (7, "coll_x")))


def test_a_renamed_collection_moves_in_the_order(catalog: CatalogTable) -> None:
    one, other = collection(name="A"), collection(name="B")
    catalog.save_collection(None, one)
    catalog.save_collection(None, other)
    renamed = replace(one, version=2, name="C")
    assert catalog.save_collection(one, renamed) == Saved(value=renamed)
    assert catalog.collections_page(Window()).items == (other, renamed)
    assert catalog.save_collection(one, replace(one, version=2)) == Stale(current_version=2)
