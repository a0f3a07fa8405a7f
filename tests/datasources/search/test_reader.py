"""Keeping an index up with the shop, on the embedded AWS: catching up, compaction, crashes between, outages."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from msgspec import structs

from datasources.faults import StoreUnavailable
from datasources.roundtrips import counted
from datasources.search.reader import REFRESH_SECONDS, RETRY_SECONDS, STALE_SECONDS, SearchReader
from datasources.search.snapshot import FORMAT
from datasources.search.writer import MOST_OUTSTANDING, PREFIX, SNAPSHOT_SECONDS
from domain.catalog.listing import Criteria, ProductSort, Rated, SearchUnavailable
from domain.ids import ProductId
from domain.pages import Window
from tests.datasources.search.catalogue import product, product_id
from tests.datasources.search.conftest import Bucket, Shop


def names(reader: SearchReader, shop: Shop) -> set[str]:
    """What the reader's index holds."""
    page = reader.index().find(Criteria(), ProductSort.NEWEST, Window(100))
    return {shop.products[one].name if one in shop.products else "gone" for one in page.ids}


def later(shop: Shop, seconds: float = REFRESH_SECONDS) -> None:
    shop.now += seconds


def test_the_first_reader_reads_the_products_themselves(shop: Shop) -> None:
    shop.store(product(1, "Mug"), product(2, "Cup"))
    assert names(shop.reader(), shop) == {"Mug", "Cup"}
    assert shop.scans == 1


def test_a_recorded_change_is_seen_within_a_second_and_a_removal_too(shop: Shop) -> None:
    writer, reader = shop.writer(), shop.reader()
    writer.record(shop.store(product(1, "Mug"), product(2, "Cup")))
    assert names(reader, shop) == {"Mug", "Cup"}
    writer.record(shop.store(replace(product(1, "Jug"), version=2), product(3, "Pot")))
    del shop.products[product_id(2)]
    writer.record([product_id(2)])
    later(shop, 0.5)
    assert reader.index().count(Criteria(search="jug")) == 0
    later(shop, 0.5)
    assert names(reader, shop) == {"Jug", "Pot"}
    assert reader.index().count(Criteria(search="jug")) == 1


def test_a_recorded_rating_is_seen_within_a_second_and_one_that_was_there_from_the_first(
    shop: Shop, bucket: Bucket
) -> None:
    shop.store(product(1, "Mug"), product(2, "Cup"), product(3, "Pot"))
    shop.ratings[product_id(3)] = Rated(seq=1, count=1, stars=4)
    writer, reader = shop.writer(), shop.reader()

    def best(one: SearchReader) -> list[ProductId]:
        return list(one.index().find(Criteria(min_rating=1), ProductSort.BEST_RATED, Window(9)).ids)

    assert best(reader) == [product_id(3)]
    shop.ratings[product_id(2)] = Rated(seq=7, count=3, stars=13)
    writer.record([product_id(2)])
    later(shop)
    assert best(reader) == [product_id(2), product_id(3)]
    shop.ratings[product_id(2)] = Rated(seq=8)
    writer.record([product_id(2)])
    later(shop)
    assert best(reader) == best(shop.reader()) == [product_id(3)]


def test_asking_when_nothing_changed_costs_one_request_a_second(shop: Shop) -> None:
    shop.writer().record(shop.store(product(1)))
    reader = shop.reader()
    reader.index()
    with counted() as requests:
        for _ in range(16):
            later(shop, REFRESH_SECONDS / 8)
            reader.index()
    assert dict(requests) == {"dynamodb.Query": 2}


def test_changed_products_are_loaded_a_hundred_at_a_time_and_once(shop: Shop) -> None:
    writer, reader = shop.writer(), shop.reader()
    writer.record(shop.store(product(0)))
    reader.index()
    shop.loads.clear()
    ids = shop.store(*(product(number, f"Mug {number}") for number in range(250)))
    writer.record(ids)
    writer.record(ids[:50])
    shop.loads.clear()
    later(shop)
    assert len(reader.index()) == 250
    assert shop.loads == [100, 100, 50]


def test_a_new_reader_starts_from_the_snapshot_and_the_log_after_it(shop: Shop, bucket: Bucket) -> None:
    writer = shop.writer()
    writer.record(shop.store(product(1, "Mug")))  # the first record leaves the first snapshot
    assert len(bucket.keys) == 1
    writer.record(shop.store(product(2, "Cup")))
    shop.scans, reader = 0, shop.reader()
    assert names(reader, shop) == {"Mug", "Cup"}
    assert shop.scans == 0


def test_a_long_log_is_compacted_and_readers_that_were_behind_notice(shop: Shop, bucket: Bucket) -> None:
    writer, behind = shop.writer(), shop.reader()
    writer.record(shop.store(product(0, "Mug 0")))
    behind.index()
    for number in range(1, MOST_OUTSTANDING + 5):
        writer.record(shop.store(product(number, f"Mug {number}")))
    assert len(bucket.keys) == 1
    tail = shop.log.read(0)
    assert tail.snapshot is not None
    assert tail.snapshot.reach > MOST_OUTSTANDING
    assert tail.last - tail.snapshot.reach == len(tail.segments) < 5
    shop.scans = 0
    later(shop)
    assert len(behind.index()) == len(shop.reader().index()) == MOST_OUTSTANDING + 5
    assert shop.scans == 0


def test_an_old_snapshot_and_one_of_another_format_are_replaced(shop: Shop, bucket: Bucket) -> None:
    writer = shop.writer()
    writer.record(shop.store(product(1)))
    first = bucket.keys
    writer.record(shop.store(product(2)))
    assert bucket.keys == first
    later(shop, SNAPSHOT_SECONDS + 1)
    writer.record(shop.store(product(3)))
    second = bucket.keys
    assert second != first
    tail = shop.log.append([product_id(1)])
    other = shop.snapshots.put(f"search/{FORMAT + 1}/", b"of another release")
    assert tail.snapshot is not None
    assert shop.log.cover(structs.replace(tail.snapshot, key=other, reach=tail.last))
    shop.scans = 0
    assert len(shop.reader().index()) == 3
    assert shop.scans == 1  # what it cannot read it does without
    writer.record([product_id(1)])
    newest = shop.log.marks().snapshot
    assert newest is not None
    assert newest.key.startswith(PREFIX)
    assert other not in bucket.keys


class Crash(Exception):
    """The process ends here."""


@pytest.mark.parametrize("step", ["snapshots.put", "log.cover", "log.forget", "snapshots.delete"])
@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
def test_a_compactor_that_dies_anywhere_leaves_everything_readable_and_the_next_one_tidies_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str, done: bool
) -> None:
    shop.writer().record(shop.store(product(1, "Mug")))
    behind = shop.reader()
    behind.index()
    for number in (2, 3, 4):
        shop.log.append(shop.store(product(number, f"Mug {number}")))
    writer, (part, name) = shop.writer(), step.split(".")
    real: Callable[..., object] = getattr(getattr(shop, part), name)

    def dies(*arguments: object) -> object:
        if done:
            real(*arguments)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(getattr(shop, part), name, dies)
        with pytest.raises(Crash):
            writer.compact()
    later(shop)
    assert len(behind.index()) == len(shop.reader().index()) == 4
    shop.log.append(shop.store(product(5)))
    assert shop.writer().compact()
    later(shop)
    assert len(behind.index()) == len(shop.reader().index()) == 5
    assert shop.log.read(0).segments == ()


def test_compactors_appenders_and_readers_at_once_lose_nothing(shop: Shop) -> None:
    writers = [shop.writer() for _ in range(4)]
    readers = [shop.reader() for _ in range(2)]
    ids = shop.store(*(product(number, f"Mug {number}") for number in range(48)))

    def write(at: int) -> None:
        for one in ids[at::4]:
            writers[at].record([one])
            writers[at].compact()

    def read(at: int) -> None:
        for _ in range(10):
            readers[at].dump()

    with ThreadPoolExecutor(6) as pool:
        for outcome in [*(pool.submit(write, at) for at in range(4)), *(pool.submit(read, at) for at in range(2))]:
            outcome.result()
    later(shop)
    assert [len(reader.index()) for reader in (*readers, shop.reader())] == [48] * 3


def test_a_snapshot_that_is_gone_is_done_without(shop: Shop, bucket: Bucket) -> None:
    shop.writer().record(shop.store(product(1), product(2)))
    shop.snapshots.delete(bucket.keys[0])
    assert len(shop.reader().index()) == 2
    assert shop.scans == 2


def test_the_last_good_index_serves_through_an_outage_up_to_its_bound_and_then_recovers(shop: Shop) -> None:
    writer, reader = shop.writer(), shop.reader()
    writer.record(shop.store(product(1, "Mug")))
    assert names(reader, shop) == {"Mug"}
    writer.record(shop.store(product(2, "Cup")))
    shop.down = True
    later(shop, STALE_SECONDS)
    assert names(reader, shop) == {"Mug"}
    later(shop, 1)
    with pytest.raises(SearchUnavailable) as caught:
        reader.index()
    assert isinstance(caught.value.__cause__, StoreUnavailable)
    shop.down = False
    later(shop, RETRY_SECONDS)
    assert names(reader, shop) == {"Mug", "Cup"}


def test_without_any_index_an_outage_is_named_and_tried_again_after_a_second(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.store(product(1))
    reader = shop.reader()
    with monkeypatch.context() as patched:
        patched.setattr(shop.log, "marks", lambda: shop.load([]))
        shop.down = True
        with pytest.raises(SearchUnavailable):
            reader.index()
    with pytest.raises(SearchUnavailable):
        reader.index()
    later(shop, REFRESH_SECONDS)
    assert len(reader.index()) == 1


def test_changes_are_recorded_even_when_no_snapshot_can_be_made(
    shop: Shop, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> str:
        raise StoreUnavailable("S3", "down")

    writer = shop.writer()
    with monkeypatch.context() as patched:
        patched.setattr(shop.snapshots, "put", refuse)
        writer.record(shop.store(product(1)))
        writer.record(shop.store(product(2)))
    assert len(caplog.records) == 1
    assert len(shop.reader().index()) == 2
    later(shop, 60)
    writer.record(shop.store(product(3)))
    assert shop.log.marks().snapshot is not None
