"""Products in the catalog table."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from datasources.dynamo import documents, items, records
from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.products import NoSuchOrder
from datasources.dynamo.transactions import MOST_ACTIONS, Transaction
from datasources.faults import StoreBusy, StoreRefused, StoreUnavailable, StoreUnreadable
from datasources.roundtrips import counted
from domain.catalog.changes import change_of
from domain.catalog.listing import ELSEWHERE, ProductSort
from domain.catalog.products import MOST_COLLECTIONS, MOST_DEPTH, Product, ProductStatus
from domain.catalog.storing import Created, Replaced, SlugTaken, Stale, TooLarge
from domain.ids import CategoryId, CollectionId, MediaId, ProductId
from domain.keys import Key, KeyReused
from domain.money import CurrencyCode
from domain.pages import BadPage, Window
from domain.shown import ShownMedia
from tests.conftest import free_port
from tests.datasources.samples import NOON, SHOP, elsewhere, most_listed, product

KEY = Key(caller="c0ffee", key="key-0001", fingerprint="f" * 64)


def stored(catalog: CatalogTable, **changes: Any) -> Product:
    made = product(**changes)
    assert catalog.create(made, []) == Created(product=made)
    return made


def following(old: Product, **changes: Any) -> Product:
    return replace(old, version=old.version + 1, updated_at=old.updated_at + timedelta(minutes=1), **changes)


def listed(catalog: CatalogTable, scope: str) -> set[ProductId]:
    return set(catalog.page(scope, ProductSort.NEWEST, Window(100), SHOP).ids)


def test_a_stored_product_is_found_by_id_and_by_slug(catalog: CatalogTable) -> None:
    made = stored(catalog, name="Größe M 🎽", description="x\n" * 1000)

    assert catalog.get(made.id) == made
    assert catalog.many([made.id, made.id, ProductId("prod_none")]) == {made.id: made}
    assert catalog.id_of_slug(made.slug) == made.id
    assert catalog.get(ProductId("prod_none")) is None
    assert catalog.id_of_slug("none") is None


def test_each_read_is_one_request_whatever_the_page(catalog: CatalogTable) -> None:
    ids = [stored(catalog).id for _ in range(12)]
    for size in (2, 10, 100):
        with counted() as requests:
            found = catalog.page("all", ProductSort.NAME, Window(size), SHOP)
            catalog.many(found.ids)
        assert requests == Counter({"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1})
    with counted() as requests:
        catalog.get(ids[0])
    assert requests == Counter({"dynamodb.GetItem": 1})


def test_more_than_a_hundred_ids_are_read_by_the_hundred(catalog: CatalogTable) -> None:
    made = stored(catalog)
    with counted() as requests:
        assert catalog.many([*(ProductId(f"prod_{n}") for n in range(150)), made.id]) == {made.id: made}
    assert requests["dynamodb.BatchGetItem"] == 2


def test_a_product_is_listed_by_status_category_and_collection(catalog: CatalogTable) -> None:
    top, own, spring = CategoryId("cat_top"), CategoryId("cat_own"), CollectionId("coll_spring")
    active = product(category_id=own, collection_ids=(spring,))
    catalog.create(active, [own, top])
    draft = product(status=ProductStatus.DRAFT, category_id=own, collection_ids=(spring,))
    catalog.create(draft, [own, top])

    for scope in ("all", "category:cat_own", "category:cat_top", "collection:coll_spring", "status:ACTIVE"):
        assert listed(catalog, scope) == {active.id}
    assert listed(catalog, "status:DRAFT") == {draft.id}
    assert listed(catalog, "every") == {active.id, draft.id}
    assert (catalog.count("all"), catalog.count("every"), catalog.count("none")) == (1, 2, 0)


def test_listings_follow_a_change(catalog: CatalogTable) -> None:
    old = product(category_id=CategoryId("cat_a"), collection_ids=(CollectionId("coll_a"),))
    catalog.create(old, [CategoryId("cat_a")])
    new = following(old, name="Zebra", category_id=CategoryId("cat_b"), collection_ids=())

    outcome = catalog.replace(old, new, [CategoryId("cat_a")], [CategoryId("cat_b")])

    assert outcome == Replaced(product=new)
    assert listed(catalog, "category:cat_a") == listed(catalog, "collection:coll_a") == set()
    assert catalog.page("category:cat_b", ProductSort.NAME, Window(), SHOP).places == (("zebra", old.id),)
    assert catalog.page("all", ProductSort.NAME, Window(), SHOP).places == (("zebra", old.id),)
    archived = following(new, status=ProductStatus.ARCHIVED)
    catalog.replace(new, archived, [], [])
    assert listed(catalog, "all") == listed(catalog, "status:ACTIVE") == set()
    assert listed(catalog, "status:ARCHIVED") == listed(catalog, "every") == {old.id}


def test_products_that_show_what_is_not_ours_are_listed_in_the_order_of_their_ids(catalog: CatalogTable) -> None:
    ids = sorted(stored(catalog, media=(elsewhere(),), status=status).id for status in ProductStatus)
    ours = ShownMedia(id=MediaId(f"media_{2:026}"), width=400, height=300)
    none, own = stored(catalog).id, stored(catalog, media=(ours,)).id

    assert catalog.after(ELSEWHERE, None, 2) == tuple(ids[:2])
    assert catalog.after(ELSEWHERE, ids[1], 2) == tuple(ids[2:])
    assert catalog.after(ELSEWHERE, ids[2], 2) == ()
    assert catalog.count(ELSEWHERE) == len(ids)
    assert {none, own}.isdisjoint(listed(catalog, ELSEWHERE))
    old = catalog.get(ids[0])
    assert old is not None
    catalog.replace(old, following(old, media=(ours,)), [], [])
    assert catalog.after(ELSEWHERE, None, 100) == tuple(ids[1:])


def test_a_change_that_moves_nothing_writes_no_listing(catalog: CatalogTable) -> None:
    old, above = most_listed()
    new = following(old, description="new words")
    write = catalog.replacement(old, new, above, above, documents.encoded(new))
    assert len(write) == len(["the product", "its change"])


def test_the_widest_change_the_bounds_allow_is_one_transaction(catalog: CatalogTable) -> None:
    old, above = most_listed()
    new, now_above = most_listed(id=old.id, version=2, slug="another", status=ProductStatus.ACTIVE)
    scopes_for_shoppers = 1 + MOST_DEPTH + MOST_COLLECTIONS
    scopes_for_staff = len(["every", "its status", "elsewhere"])

    creation = catalog.creation(old, above, documents.encoded(old), KEY)
    assert len(creation) == 4 + scopes_for_shoppers + scopes_for_staff <= MOST_ACTIONS
    replacement = catalog.replacement(old, new, above, now_above, documents.encoded(new))
    assert len(replacement) <= 4 + 2 * (scopes_for_shoppers + scopes_for_staff) <= MOST_ACTIONS

    assert catalog.create(old, above, key=KEY) == Created(product=old)
    assert catalog.replace(old, new, above, now_above) == Replaced(product=new)
    assert listed(catalog, f"category:{above[-1]}") == set()
    assert listed(catalog, f"category:{now_above[-1]}") == {old.id}


def test_a_stale_change_tells_the_version_and_writes_nothing(catalog: CatalogTable) -> None:
    first = stored(catalog)
    second = following(first, name="second")
    catalog.replace(first, second, [], [])

    late = following(first, name="late", slug="late")
    assert catalog.replace(first, late, [], []) == Stale(current_version=2)

    assert catalog.get(first.id) == second
    assert catalog.id_of_slug("late") is None
    assert [change.seq for change in catalog.changes(first.id, 0)] == [1, 2]
    gone = product()
    assert catalog.replace(gone, following(gone), [], []) == Stale(current_version=None)


def test_a_slug_is_unique_and_free_again_when_it_is_changed(catalog: CatalogTable) -> None:
    one, other = stored(catalog, slug="red"), stored(catalog, slug="blue")

    assert catalog.create(product(slug="red"), []) == SlugTaken(slug="red")
    assert catalog.replace(other, following(other, slug="red"), [], []) == SlugTaken(slug="red")
    assert catalog.get(other.id) == other
    assert listed(catalog, "every") == {one.id, other.id}

    green = following(one, slug="green")
    assert catalog.replace(one, green, [], []) == Replaced(product=green)
    assert catalog.id_of_slug("red") is None
    assert catalog.id_of_slug("green") == one.id
    stored(catalog, slug="red")


def test_every_stored_change_is_told_with_its_version(catalog: CatalogTable, table_name: str) -> None:
    first = stored(catalog)
    second = following(first, name="B")
    catalog.replace(first, second, [], [])
    third = following(second, name="C", vendor="V")
    catalog.replace(second, third, [], [])

    changes = catalog.changes(first.id, 1)
    assert [(change.seq, change.changed, change.at) for change in changes] == [
        (2, ("name",), NOON + timedelta(minutes=1)),
        (3, ("name", "vendor"), NOON + timedelta(minutes=2)),
    ]
    assert [change.seq for change in catalog.changes(first.id, 0, limit=2)] == [1, 2]
    assert catalog.changes(first.id, 3) == catalog.changes(ProductId("prod_none"), 0) == ()
    later = CatalogTable(table_name, shop=SHOP, clock=lambda: 1_000_000.5)
    later.replace(third, following(third), [], [])
    change = later.table.get(items.change_key("product", first.id, 4))
    assert change is not None
    assert change["expires_at"] == {"N": str(1_000_000 + 7 * 24 * 3600)}


def test_a_change_says_whether_shoppers_could_see_it(catalog: CatalogTable) -> None:
    draft = stored(catalog, status=ProductStatus.DRAFT)
    versions = [draft]
    for status in (ProductStatus.ARCHIVED, ProductStatus.ACTIVE, ProductStatus.DRAFT, ProductStatus.ARCHIVED):
        versions.append(following(versions[-1], status=status))
        catalog.replace(versions[-2], versions[-1], [], [])

    with counted() as requests:
        changes = catalog.changes(draft.id, 0)
    assert [change.shown for change in changes] == [False, False, True, True, False]
    assert changes == tuple(change_of(old, new) for old, new in zip([None, *versions], versions, strict=False))
    assert requests == Counter({"dynamodb.Query": 1})


def test_a_key_makes_one_product_and_replays_its_answer(catalog: CatalogTable) -> None:
    made = product()
    assert catalog.create(made, [], key=KEY) == Created(product=made)
    catalog.replace(made, following(made, name="changed since"), [], [])

    assert catalog.create(product(), [], key=KEY) == Created(product=made, replayed=True)
    assert catalog.create(product(), [], key=replace(KEY, fingerprint="0" * 64)) == KeyReused()
    assert catalog.create(product(), [], key=replace(KEY, caller="other")) != Created(product=made, replayed=True)
    assert catalog.count("every") == 2


def test_a_key_is_forgotten_after_a_day(table_name: str) -> None:
    now = 1_000_000.0
    catalog = CatalogTable(table_name, shop=SHOP, clock=lambda: now)
    catalog.create(product(), [], key=KEY)
    now += records.KEY_SECONDS + 1
    fresh = product()
    assert catalog.create(fresh, [], key=KEY) == Created(product=fresh)


def test_an_id_that_is_there_is_no_outcome_but_a_fault(catalog: CatalogTable) -> None:
    made = stored(catalog)
    with pytest.raises(StoreRefused, match="is there already"):
        catalog.create(replace(made, slug="other"), [])
    assert catalog.id_of_slug("other") is None


def test_a_document_beyond_the_bound_is_refused_by_its_bytes(catalog: CatalogTable) -> None:
    small = stored(catalog)
    letters = documents.LARGEST_DOCUMENT // 2
    large = product(description="é" * letters)
    assert catalog.create(large, []) == TooLarge(size=len(documents.encoded(large)), most=documents.LARGEST_DOCUMENT)
    grown = following(small, description="é" * letters)
    assert isinstance(catalog.replace(small, grown, [], []), TooLarge)
    fits = product(description="é" * (letters - 1000))
    assert catalog.create(fits, [], key=KEY) == Created(product=fits)


def test_versions_have_no_gaps(catalog: CatalogTable) -> None:
    made = stored(catalog)
    with pytest.raises(ValueError, match="version 3 does not come after 1"):
        catalog.replace(made, replace(made, version=3), [], [])


def test_a_moved_category_relists_its_products_if_their_version_stands(catalog: CatalogTable) -> None:
    own, before, after = CategoryId("cat_own"), CategoryId("cat_before"), CategoryId("cat_after")
    made = product(category_id=own)
    catalog.create(made, [own, before])
    newer = following(made, name="newer")

    assert catalog.relist(made, [own, before], [own, before])
    assert catalog.relist(made, [own, before], [own, after])
    assert listed(catalog, "category:cat_before") == set()
    assert listed(catalog, "category:cat_after") == listed(catalog, "category:cat_own") == {made.id}
    catalog.replace(made, newer, [own, after], [own, after])
    assert not catalog.relist(made, [own, after], [own, before])
    assert listed(catalog, "category:cat_after") == {made.id}
    assert catalog.get(made.id) == newer


def test_a_scan_gives_every_product_once(catalog: CatalogTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasources.dynamo.products.MOST_KEYS", 4)
    made = [stored(catalog, status=status) for status in [*ProductStatus] * 3]
    assert list(catalog.scan()) == sorted(made, key=lambda one: one.id)
    assert len(made) > 2 * 4


@pytest.mark.parametrize("sort", [ProductSort.PRICE_ASC, ProductSort.PRICE_DESC])
def test_prices_of_another_currency_are_not_sorted_by_the_table(catalog: CatalogTable, sort: ProductSort) -> None:
    with pytest.raises(NoSuchOrder, match="sorts by price in USD, not in EUR"):
        catalog.page("all", sort, Window(), CurrencyCode.EUR)
    assert catalog.page("all", ProductSort.NAME, Window(), CurrencyCode.EUR).ids == ()


@pytest.mark.parametrize(
    ("sort", "place"),
    [
        (ProductSort.NAME, ()),
        (ProductSort.NAME, (7, "prod_x")),
        (ProductSort.NAME, ("a", "b", "c")),
        (ProductSort.NAME, ("\ud800", "prod_x")),
        (ProductSort.NAME, ("a" * 2000, "prod_x")),
        (ProductSort.PRICE_ASC, ("7", "prod_x")),
        (ProductSort.PRICE_ASC, (-1, "prod_x")),
        (ProductSort.PRICE_ASC, (10**16, "prod_x")),
        (ProductSort.NEWEST, (7, 7)),
    ],
)
def test_a_place_of_no_page_of_ours_is_refused(
    catalog: CatalogTable, sort: ProductSort, place: tuple[str | int, ...]
) -> None:
    with pytest.raises(BadPage, match="the cursor is not one of this list"):
        catalog.page("all", sort, Window(10, place), SHOP)


def test_a_document_of_another_time_is_read_and_garbage_is_named(catalog: CatalogTable) -> None:
    made = stored(catalog)
    document = msgspec.json.decode(documents.encoded(made))
    del document["seo_title"], document["translations"]
    document["added_later"] = {"x": 1}
    for text, readable in ((msgspec.json.encode(document), True), (b'{"id": 7}', False), (b"\xc3", False)):
        write = Transaction(catalog.table)
        write.put(items.product_key(made.id), items.document_item(made, text) if readable else _garbage(text))
        write.commit()
        if readable:
            assert catalog.get(made.id) == made
        else:
            with pytest.raises(StoreUnreadable, match=f"{made.id}.* is no Product"):
                catalog.get(made.id)


def _garbage(text: bytes) -> dict[str, dict[str, str]]:
    return {"document": {"S": text.decode(errors="replace")}, "version": {"N": "1"}}


def test_a_transaction_of_more_than_a_hundred_writes_is_refused_before_it_is_sent(catalog: CatalogTable) -> None:
    write = Transaction(catalog.table)
    for number in range(MOST_ACTIONS + 1):
        write.delete(items.slug_key("product", str(number)))
    with counted() as requests, pytest.raises(StoreRefused, match="at most 100 writes, not 101"):
        write.commit()
    assert not requests


def test_a_missing_table_is_refused_by_name(endpoint: str) -> None:
    with pytest.raises(StoreRefused, match="ResourceNotFound"):
        CatalogTable("test-nowhere", shop=SHOP).get(ProductId("prod_x"))
    with pytest.raises(StoreRefused, match="ResourceNotFound"):
        CatalogTable("test-nowhere", shop=SHOP).create(product(), [])


def test_a_store_out_of_reach_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    catalog = CatalogTable("test-nowhere", shop=SHOP)
    for ask in (
        lambda: catalog.get(ProductId("prod_x")),
        lambda: catalog.many([ProductId("prod_x")]),
        lambda: catalog.count("all"),
        lambda: catalog.create(product(), []),
    ):
        with pytest.raises(StoreUnavailable) as caught:
            ask()
        assert not isinstance(caught.value, StoreBusy)
        assert caught.value.__cause__ is not None
