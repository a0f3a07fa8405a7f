"""Pages of a listing, against the order that a plain sort gives."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.entries import sort_name
from domain.catalog.listing import Found, ProductSort
from domain.catalog.products import Product
from domain.ids import CollectionId, ProductId
from domain.pages import Window
from tests.datasources.samples import SHOP, key26, product

NAMES = some.text(alphabet="aAäÄbB #!~\u00df\u0416\U0001f3bd-", min_size=1, max_size=6)
CATALOGUES = some.lists(some.tuples(NAMES, some.integers(0, 3), some.integers(0, 3)), max_size=7)
KEYS: dict[ProductSort, Callable[[Product], tuple[object, str]]] = {
    ProductSort.NEWEST: lambda one: (one.created_at, one.id),
    ProductSort.NAME: lambda one: (sort_name(one.name), one.id),
    ProductSort.PRICE_ASC: lambda one: (one.variants[0].prices[0].minor, one.id),
    ProductSort.PRICE_DESC: lambda one: (one.variants[0].prices[0].minor, one.id),
}
DESCENDING = {ProductSort.NEWEST, ProductSort.PRICE_DESC}


def walked(catalog: CatalogTable, scope: str, sort: ProductSort, size: int, *, backward: bool) -> list[ProductId]:
    """All ids, page by page, each page's flags checked on the way."""
    ids: list[ProductId] = []
    window = Window(size, None, backward)
    while True:
        page: Found = catalog.page(scope, sort, window, SHOP)
        assert len(page.ids) == len(page.places) <= size
        ids = [*page.ids, *ids] if backward else [*ids, *page.ids]
        behind, more = (page.has_next, page.has_previous) if backward else (page.has_previous, page.has_next)
        assert behind is (window.place is not None)
        if not more:
            return ids
        window = Window(size, page.places[0 if backward else -1], backward)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=CATALOGUES, size=some.integers(1, 4))
def test_pages_in_both_directions_are_the_sorted_list(
    catalog: CatalogTable, rows: list[tuple[str, int, int]], size: int
) -> None:
    spring = CollectionId(f"coll_{key26()}")
    made = [product(name=name, price=price, minutes=minutes, collection_ids=(spring,)) for name, price, minutes in rows]
    for one in made:
        catalog.create(one, [])
    for sort, key in KEYS.items():
        expected = [one.id for one in sorted(made, key=key, reverse=sort in DESCENDING)]
        assert walked(catalog, f"collection:{spring}", sort, size, backward=False) == expected
        assert walked(catalog, f"collection:{spring}", sort, size, backward=True) == expected


def test_pages_stay_whole_while_products_come_and_go(catalog: CatalogTable) -> None:
    made = [product(minutes=minutes) for minutes in range(6)]
    for one in made:
        catalog.create(one, [])
    first = catalog.page("all", ProductSort.NEWEST, Window(3), SHOP)
    catalog.create(product(minutes=60), [])
    rest = catalog.page("all", ProductSort.NEWEST, Window(3, first.places[-1]), SHOP)
    assert [*first.ids, *rest.ids] == [one.id for one in reversed(made)]
    assert not rest.has_next


def test_orders_without_facts_yet_are_by_newest(catalog: CatalogTable) -> None:
    made = [product(minutes=minutes) for minutes in (2, 9, 4)]
    for one in made:
        catalog.create(one, [])
    newest = catalog.page("all", ProductSort.NEWEST, Window(), SHOP)
    assert newest.ids == (made[1].id, made[2].id, made[0].id)
    for sort in (ProductSort.BEST_RATED, ProductSort.BEST_SELLING, ProductSort.RELEVANCE):
        assert catalog.page("all", sort, Window(), SHOP) == newest
