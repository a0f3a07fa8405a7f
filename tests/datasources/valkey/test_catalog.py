"""The catalogue read through the cache: what it costs, and how old it can be."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from valkey import Valkey

from datasources.dynamo.catalog import CatalogTable
from datasources.faults import StoreUnavailable
from datasources.roundtrips import counted
from datasources.valkey.catalog import CachedCatalog
from datasources.valkey.freshness import FRESH_SECONDS, LOCK_SECONDS, MISSING_SECONDS, PRODUCT_SECONDS, SEEN_SECONDS
from datasources.valkey.server import HIT, MISS
from domain.catalog.listing import ProductSort, Shown
from domain.catalog.products import Product
from domain.ids import CollectionId, ProductId
from domain.pages import Window
from tests.datasources.samples import SHOP, category, collection, product
from tests.datasources.valkey.shelves import SLACK, Shelf, following, stored


def test_a_warm_read_is_one_round_trip_however_many_it_reads(shelf: Shelf, store: CatalogTable) -> None:
    made = [stored(store, minutes=minutes) for minutes in range(20)]
    with counted() as cold:
        assert shelf.listing() == made[::-1]
    with counted() as warm:
        assert shelf.listing() == made[::-1]
    assert warm == Counter({"valkey.GET": 2})
    assert cold["dynamodb.Query"] == cold["dynamodb.BatchGetItem"] == 1
    with counted() as by_id:
        assert shelf.catalog.get(made[0].id) == made[0]
    assert by_id == Counter({"valkey.GET": 1})
    assert shelf.catalog.id_of_slug(made[0].slug) == made[0].id
    with counted() as by_slug:
        assert shelf.catalog.id_of_slug(made[0].slug) == made[0].id
    assert by_slug == Counter({"valkey.GET": 1})
    assert shelf.events == Counter({MISS: 3, HIT: 4})


def test_only_what_is_missing_is_loaded(shelf: Shelf, store: CatalogTable) -> None:
    one, other = stored(store), stored(store)
    shelf.catalog.get(one.id)
    asked: list[Sequence[ProductId]] = []

    class Asked:
        def many(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
            asked.append(ids)
            return store.many(ids)

    source: Any = Asked()
    assert CachedCatalog(shelf.cache, source).many([one.id, other.id]) == {one.id: one, other.id: other}
    assert asked == [[other.id]]


def test_what_is_not_there_is_remembered_briefly(shelf: Shelf, raw: Valkey) -> None:
    nobody = ProductId("prod_nobody")
    for _ in range(3):
        assert shelf.catalog.get(nobody) is None
        assert shelf.catalog.id_of_slug("nobody") is None
    assert shelf.events == Counter({MISS: 2, HIT: 4})
    left: Any = raw.pttl(shelf.cache.key("product", nobody))
    assert 0 < left <= MISSING_SECONDS * 1000


def test_the_stream_shows_a_new_version_at_once(shelf: Shelf, store: CatalogTable, raw: Valkey) -> None:
    old = stored(store)
    shelf.catalog.get(old.id)
    new = following(old, name="new")
    store.replace(old, new, [], [])
    assert shelf.catalog.get(old.id) == old

    shelf.catalog.refresh([new])

    assert shelf.catalog.get(old.id) == new
    left: Any = raw.pttl(shelf.cache.key("product", old.id))
    assert (PRODUCT_SECONDS - 10) * 1000 < left <= PRODUCT_SECONDS * 1000


def test_an_older_version_is_never_put_over_a_newer_one(shelf: Shelf, store: CatalogTable) -> None:
    old = stored(store)
    new = following(old, name="new")

    class ChangedWhileRead:
        """The write, and what the stream makes of it, happen between a reader's load and its put."""

        def many(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
            loaded = store.many(ids)
            store.replace(old, new, [], [])
            shelf.catalog.refresh([new])
            return loaded

    late: Any = ChangedWhileRead()
    assert CachedCatalog(shelf.cache, late).get(old.id) == old
    assert shelf.catalog.get(old.id) == new
    shelf.catalog.refresh([old])
    assert shelf.catalog.get(old.id) == new


def test_a_product_made_while_it_was_looked_for_is_not_hidden(shelf: Shelf, store: CatalogTable) -> None:
    made = product()

    class MadeWhileRead:
        def many(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
            loaded = store.many(ids)
            store.create(made, [])
            shelf.catalog.refresh([made])
            return loaded

    late: Any = MadeWhileRead()
    assert CachedCatalog(shelf.cache, late).get(made.id) is None
    assert shelf.catalog.get(made.id) == made


def test_a_listing_is_read_anew_after_two_seconds(shelf: Shelf, store: CatalogTable) -> None:
    first = stored(store)
    assert shelf.listing() == [first]
    second = stored(store, minutes=1)
    shelf.now += FRESH_SECONDS - 0.1
    assert shelf.listing() == [first]
    shelf.now += 0.2
    assert shelf.listing() == [second, first]


def test_while_one_reads_a_listing_anew_the_others_are_served_the_old_one(shelf: Shelf, store: CatalogTable) -> None:
    first = stored(store)
    shelf.listing()
    second = stored(store, minutes=1)
    seen: list[tuple[ProductId, ...]] = []

    class Slow:
        def pages(self, shown: Sequence[Shown]) -> Any:
            seen.append(shelf.catalog.pages(shown)[0].ids)
            return store.pages(shown)

    slow: Any = Slow()
    shelf.now += FRESH_SECONDS + 0.1
    found = CachedCatalog(shelf.cache, slow).page("all", ProductSort.NEWEST, Window(20), SHOP)
    assert seen == [(first.id,)]
    assert found.ids == (second.id, first.id)


def test_nothing_older_than_the_bound_is_served_even_while_another_reads(shelf: Shelf, store: CatalogTable) -> None:
    stored(store)
    shelf.listing()
    second = stored(store, minutes=1)

    class Stuck:
        """Its holder has the lock and does not come to an end in time."""

        def pages(self, shown: Sequence[Shown]) -> Any:
            started = time.monotonic()
            found = shelf.catalog.pages(shown)
            assert time.monotonic() - started < LOCK_SECONDS + SLACK
            assert found[0].ids[0] == second.id
            return found

    stuck: Any = Stuck()
    shelf.now += SEEN_SECONDS + 0.1
    CachedCatalog(shelf.cache, stuck).page("all", ProductSort.NEWEST, Window(20), SHOP)


def test_listings_in_the_server_do_not_outlive_the_bound(shelf: Shelf, store: CatalogTable, raw: Valkey) -> None:
    stored(store)
    shelf.listing()
    keys: Any = raw.keys(shelf.cache.key("page", "*"))
    assert len(keys) == 1
    left: Any = raw.pttl(keys[0])
    assert 0 < left <= SEEN_SECONDS * 1000


def test_listings_of_other_questions_are_kept_apart(shelf: Shelf, store: CatalogTable) -> None:
    made = [stored(store, minutes=minutes) for minutes in range(3)]
    page = shelf.catalog.page
    assert page("all", ProductSort.NEWEST, Window(1), SHOP).ids == (made[2].id,)
    assert page("all", ProductSort.NEWEST, Window(2), SHOP).ids == (made[2].id, made[1].id)
    assert page("all", ProductSort.NEWEST, Window(1, backward=True), SHOP).ids == (made[0].id,)
    assert page("status:DRAFT", ProductSort.NEWEST, Window(1), SHOP).ids == ()


def test_several_listings_are_one_round_trip_and_only_stale_ones_are_loaded(shelf: Shelf, store: CatalogTable) -> None:
    made = [stored(store, minutes=minutes) for minutes in range(2)]
    shown = [Shown("all", ProductSort.NEWEST, Window(size), SHOP) for size in (1, 2, 3)]
    whole = [(made[1].id,), (made[1].id, made[0].id), (made[1].id, made[0].id)]
    assert [found.ids for found in shelf.catalog.pages(shown[:1])] == whole[:1]
    shelf.now += FRESH_SECONDS - 0.5
    with counted() as counter:
        assert [found.ids for found in shelf.catalog.pages(shown)] == whole
    assert counter["dynamodb.Query"] == 2
    with counted() as counter:
        assert [found.ids for found in shelf.catalog.pages(shown)] == whole
    assert counter == {"valkey.GET": 1}
    shelf.now += 1
    with counted() as counter:
        assert [found.ids for found in shelf.catalog.pages([*reversed(shown), shown[0]])] == [
            *reversed(whole),
            whole[0],
        ]
    assert counter["dynamodb.Query"] == 1


def test_categories_and_collections_come_through_the_cache(shelf: Shelf, store: CatalogTable) -> None:
    top, spring = category(), collection()
    store.save_category(None, top)
    store.save_collection(None, spring)
    nowhere = CollectionId("coll_nowhere")
    for requests in ({"dynamodb.Query": 2, "dynamodb.BatchGetItem": 1}, {}):
        with counted() as counter:
            assert shelf.catalog.categories() == (top,)
            assert shelf.catalog.collections_many([spring.id, nowhere]) == {spring.id: spring}
            assert shelf.catalog.collections_page(Window()).items == (spring,)
        assert {name: count for name, count in counter.items() if name.startswith("dynamodb")} == requests
    below = category(parent_id=top.id)
    store.save_category(None, below)
    shelf.catalog.forget_taxonomy()
    assert set(shelf.catalog.categories()) == {top, below}


def test_a_load_that_fails_is_told_and_leaves_the_turn_to_the_next(shelf: Shelf, store: CatalogTable) -> None:
    made = stored(store)

    class Down:
        def many(self, _ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
            raise StoreUnavailable("DynamoDB", "down")

        def pages(self, _shown: Any) -> Any:
            raise StoreUnavailable("DynamoDB", "down")

    down: Any = Down()
    with pytest.raises(StoreUnavailable):
        CachedCatalog(shelf.cache, down).get(made.id)
    with pytest.raises(StoreUnavailable):
        CachedCatalog(shelf.cache, down).page("all", ProductSort.NEWEST, Window(20), SHOP)
    started = time.monotonic()
    assert shelf.listing() == [made]
    assert time.monotonic() - started < SLACK


def test_a_holder_that_died_holds_nobody_up_for_long(shelf: Shelf, store: CatalogTable, raw: Valkey) -> None:
    made = stored(store)
    raw.set(shelf.cache.key("lock", f"product:{made.id}"), 1, px=int(LOCK_SECONDS * 1000))
    started = time.monotonic()
    assert shelf.catalog.get(made.id) == made
    assert time.monotonic() - started < LOCK_SECONDS + SLACK


def at_once[T](count: int, act: Callable[[], T]) -> list[T]:
    start = Barrier(count)

    def one(_: int) -> T:
        start.wait()
        return act()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_two_hundred_cold_readers_load_a_handful_of_times(
    shelf: Shelf, store: CatalogTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bound in ("WAIT_SECONDS", "LOCK_SECONDS"):
        # Two cores for all 200, which in the cloud have a machine each: nobody's patience may end for want of them.
        monkeypatch.setattr(f"datasources.valkey.cache.{bound}", 30.0)
    made = [stored(store, minutes=minutes) for minutes in range(20)]

    class TakesAWhile:
        """As long as a store on its worst day."""

        def pages(self, shown: Sequence[Shown]) -> Any:
            time.sleep(0.1)
            return store.pages(shown)

        def many(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
            time.sleep(0.1)
            return store.many(ids)

    source: Any = TakesAWhile()
    shelf.catalog = CachedCatalog(shelf.cache, source)
    at_once(200, shelf.catalog.forget_taxonomy)  # so that 200 connections are there, as those of 200 functions are
    with counted() as requests:
        answers = at_once(200, shelf.listing)
    assert answers == [made[::-1]] * 200
    assert requests["dynamodb.Query"] + requests["dynamodb.BatchGetItem"] <= 10
    assert shelf.events[MISS] + shelf.events[HIT] == 400


def test_what_a_process_has_just_read_needs_no_round_trip(valkey_url: str, store: CatalogTable) -> None:
    made = [stored(store, minutes=minutes) for minutes in range(3)]
    shelf = Shelf(valkey_url, store, near_seconds=60)
    assert shelf.listing() == made[::-1]
    with counted() as requests:
        assert shelf.listing() == made[::-1]
        assert shelf.catalog.get(made[0].id) == made[0]
    assert not requests
    newer = following(made[0], name="newer")
    shelf.catalog.refresh([newer])
    assert shelf.catalog.get(newer.id) == newer
    shelf.cache.close()
