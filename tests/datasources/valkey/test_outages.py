"""What an absent, slow or lying cache changes: nothing but speed."""

import time
from collections import Counter

import pytest
from valkey import Valkey

from datasources.dynamo.catalog import CatalogTable
from datasources.roundtrips import counted
from datasources.valkey.server import BUDGET_SECONDS, CIRCUIT_OPEN, FAILURE, HIT, MOST_FAILURES
from domain.catalog.listing import ProductSort
from domain.pages import Window
from tests.datasources.samples import SHOP
from tests.datasources.valkey.servers import OwnValkey, answering
from tests.datasources.valkey.shelves import SLACK, Shelf, stored


def warmed(url: str, store: CatalogTable) -> Shelf:
    """A shelf that has been read from, with the budget of production."""
    stored(store)
    shelf = Shelf(url, store, budget_seconds=BUDGET_SECONDS)
    for _ in range(3):
        shelf.listing()
    shelf.events.clear()
    return shelf


def test_a_stopped_cache_changes_no_answer_and_is_soon_left_alone(own_valkey: OwnValkey, store: CatalogTable) -> None:
    shelf = warmed(own_valkey.url, store)
    expected = shelf.listing()
    own_valkey.stop()
    shelf.events.clear()
    for _ in range(10):
        assert shelf.listing() == expected
    assert shelf.events == Counter({FAILURE: MOST_FAILURES, CIRCUIT_OPEN: 1})
    with counted() as requests:
        shelf.listing()
    assert requests == Counter({"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1})
    shelf.catalog.refresh(expected)
    shelf.catalog.forget_taxonomy()
    shelf.cache.close()


def test_a_paused_cache_costs_its_budget_at_most(own_valkey: OwnValkey, store: CatalogTable) -> None:
    shelf = warmed(own_valkey.url, store)
    own_valkey.pause()
    try:
        times = []
        for _ in range(8):
            started = time.monotonic()
            found = shelf.catalog.page("all", ProductSort.NEWEST, Window(20), SHOP)
            times.append(time.monotonic() - started)
            assert len(found.ids) == 1
        assert max(times) < BUDGET_SECONDS + SLACK
        assert shelf.events == Counter({FAILURE: MOST_FAILURES, CIRCUIT_OPEN: 1})
        assert sum(times) < MOST_FAILURES * (BUDGET_SECONDS + SLACK)
    finally:
        own_valkey.resume()
    shelf.cache.close()


def test_a_cache_that_is_back_is_used_again(
    own_valkey: OwnValkey, store: CatalogTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasources.valkey.server.REST_SECONDS", 0.3)
    shelf = warmed(own_valkey.url, store)
    own_valkey.stop()
    for _ in range(3):
        shelf.listing()
    own_valkey.start()
    assert shelf.events[CIRCUIT_OPEN] == 1
    deadline = time.monotonic() + 10
    while not shelf.events[HIT]:
        assert time.monotonic() < deadline
        shelf.listing()
        time.sleep(0.05)
    assert shelf.events[FAILURE] < MOST_FAILURES + 40
    shelf.cache.close()


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"$nonsense\r\n",
        b"*2\r\n:1\r\n",
        b"-ERR no such thing\r\n",
        b"-LOADING the dataset\r\n",
        b":7\r\n",
        b"*0\r\n",
        b"\x00\xff" * 50,
        b"",
    ],
)
def test_what_does_not_speak_valkey_is_treated_as_absent(store: CatalogTable, reply: bytes) -> None:
    made = stored(store)
    with answering(reply) as url:
        shelf = Shelf(url, store, budget_seconds=BUDGET_SECONDS)
        for _ in range(3):
            started = time.monotonic()
            assert shelf.listing() == [made]
            assert shelf.catalog.get(made.id) == made
            assert time.monotonic() - started < 2.5
        shelf.cache.close()


def test_what_is_no_document_of_ours_is_loaded_and_written_over(shelf: Shelf, store: CatalogTable, raw: Valkey) -> None:
    made = stored(store)
    for garbage in (b"", b"7", b"garbage", b"1 {", b'1 {"id":1}', b"\xff\xfe 1", b"99999999999999999999x {}"):
        raw.set(shelf.cache.key("product", made.id), garbage)
        assert shelf.catalog.get(made.id) == made
        assert shelf.catalog.get(made.id) == made
    shelf.listing()
    for key in raw.keys(shelf.cache.key("page", "*")):  # type: ignore[union-attr]  # the client is not async
        for garbage in (b"", b"0 ", b"x {}", b"9999999999999 {", b"1 {}"):
            raw.set(key, garbage)
            assert shelf.listing() == [made]
