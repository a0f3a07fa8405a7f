"""The log and the snapshots, on the embedded AWS."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from datasources.faults import StoreRefused, StoreUnavailable
from datasources.s3.snapshots import Snapshots
from datasources.search.log import MOST_IDS, SearchLog, Snapshot
from domain.ids import ProductId
from tests.datasources.search.catalogue import product_id
from tests.datasources.search.conftest import Bucket


def test_an_empty_log_reads_as_empty(log: SearchLog) -> None:
    tail = log.read(0)
    assert (tail.segments, tail.last, tail.reach, tail.snapshot, tail.unbroken) == ((), 0, 0, None, True)


def test_what_is_appended_is_read_in_order_after_any_number(log: SearchLog) -> None:
    for number in range(1, 6):
        assert log.append([product_id(number), product_id(100 + number)]).last == number
    tail = log.read(3)
    assert [(segment.number, segment.ids) for segment in tail.segments] == [
        (4, (product_id(4), product_id(104))),
        (5, (product_id(5), product_id(105))),
    ]
    assert (tail.last, tail.reach, tail.unbroken) == (5, 5, True)


@pytest.mark.parametrize("count", [0, MOST_IDS + 1])
def test_a_segment_that_is_too_small_or_too_large_is_refused(log: SearchLog, count: int) -> None:
    with pytest.raises(ValueError, match="1 to 100 products"):
        log.append([product_id(1)] * count)


def test_32_threads_appending_leave_no_gap_and_lose_nothing(log: SearchLog) -> None:
    sent = [[product_id(1_000 * thread + at) for at in range(4)] for thread in range(32)]

    def append(ids: list[ProductId]) -> list[int]:
        return [log.append([one]).last for one in ids]

    with ThreadPoolExecutor(32) as pool:
        numbers = [number for given in pool.map(append, sent) for number in given]
    tail = log.read(0)
    assert sorted(numbers) == list(range(1, 129)) == [segment.number for segment in tail.segments]
    assert sorted(one for segment in tail.segments for one in segment.ids) == sorted(one for ids in sent for one in ids)


def test_a_pointer_only_ever_moves_forward(log: SearchLog) -> None:
    def at(reach: int) -> Snapshot:
        return Snapshot(key=f"k{reach}", reach=reach, made=5)

    assert [log.cover(at(reach)) for reach in (3, 2, 3, 7)] == [True, False, False, True]
    assert log.marks().snapshot == at(7)


def test_a_log_that_lost_segments_to_a_snapshot_says_so(log: SearchLog) -> None:
    for number in range(1, 8):
        log.append([product_id(number)])
    log.cover(Snapshot(key="k", reach=5, made=0))
    assert log.read(3).unbroken  # covered, but still there
    log.forget(5)
    assert [log.read(after).unbroken for after in range(8)] == [False] * 5 + [True] * 3
    assert [segment.number for segment in log.read(0).segments] == [6, 7]
    assert log.append([product_id(8)]).last == 8  # numbers are never given out twice


def test_more_segments_than_one_transaction_takes_are_forgotten(log: SearchLog) -> None:
    for _ in range(130):
        log.append([product_id(1)])
    log.forget(125)
    assert [segment.number for segment in log.read(0).segments] == list(range(126, 131))


def test_a_snapshot_is_kept_and_deleted_under_a_key_of_its_own(snapshots: Snapshots, bucket: Bucket) -> None:
    data = bytes(range(256)) * 40_000
    one, other = snapshots.put("search/", data), snapshots.put("search/", b"other")
    assert one != other
    assert snapshots.get(one) == data
    snapshots.delete(one)
    snapshots.delete(one)
    assert snapshots.get(one) is None
    assert bucket.keys == [other]


def test_a_missing_bucket_and_a_missing_service_are_faults_of_their_own(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreRefused, match=r"S3: .*NoSuchBucket"):
        Snapshots("search-no-such-bucket").put("x", b"")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(StoreUnavailable):
        Snapshots("search").get("x")
