"""Callers are counted exactly, for all functions at once, and let through where they cannot be counted."""

import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any

import pytest
from valkey import Valkey

from datasources.roundtrips import counted
from datasources.valkey.rates import UNCOUNTED, Rates
from datasources.valkey.server import BUDGET_SECONDS, CIRCUIT_OPEN, FAILURE, MOST_FAILURES, Server
from domain.rates import Rate
from tests.datasources.valkey.servers import OwnValkey, answering
from tests.datasources.valkey.shelves import SLACK

HOURLY = Rate(most=5, seconds=3600)
PATIENT_SECONDS = 10.0
"""A budget for tests of a Valkey that is well, on a machine that may be busy."""


@pytest.fixture
def prefix() -> str:
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def rates(valkey_url: str, prefix: str) -> Iterator[Rates]:
    with closing(Server(valkey_url, budget_seconds=PATIENT_SECONDS)) as server:
        yield Rates(server, prefix=prefix)


def key_of(raw: Valkey, prefix: str) -> bytes:
    (key,) = raw.keys(f"{prefix}:*")  # type: ignore[misc]  # the client is not async
    assert isinstance(key, bytes)
    return key


def test_as_many_pass_as_the_rate_says_and_the_next_is_told_when_to_come_back(rates: Rates) -> None:
    waits = [rates.wait("buy", "u", HOURLY) for _ in range(7)]
    assert waits[:5] == [0] * 5
    assert all(0 < wait <= 720 for wait in waits[5:])


@pytest.mark.parametrize("most", [1, 50, 199])
def test_of_200_at_once_exactly_as_many_pass_whichever_function_they_ask(
    valkey_url: str, prefix: str, most: int
) -> None:
    rate, start = Rate(most=most, seconds=86_400), Barrier(200)

    def ask(rates: Rates) -> int:
        start.wait()
        return rates.wait("buy", "u", rate)

    with closing(Server(valkey_url, budget_seconds=60)) as one, closing(Server(valkey_url, budget_seconds=60)) as other:
        functions = [Rates(one, prefix=prefix), Rates(other, prefix=prefix)] * 100
        with ThreadPoolExecutor(200) as threads:
            waits = list(threads.map(ask, functions))
    assert waits.count(0) == most


def test_callers_and_limits_are_counted_apart(rates: Rates) -> None:
    once = Rate(most=1, seconds=3600)
    asked = [("buy", "u"), ("buy", "v"), ("sell", "u")]
    assert [rates.wait(name, caller, once) for name, caller in asked] == [0, 0, 0]
    assert all(rates.wait(name, caller, once) for name, caller in asked)


def test_room_comes_back_one_by_one_and_no_faster(rates: Rates) -> None:
    rate = Rate(most=5, seconds=1)
    began, passed = time.monotonic(), 0
    while passed < 8:
        assert time.monotonic() - began < PATIENT_SECONDS
        passed += rates.wait("buy", "u", rate) == 0
    assert time.monotonic() - began >= 3 * 0.2


def test_who_is_refused_has_not_to_wait_longer_for_asking_again(rates: Rates, raw: Valkey, prefix: str) -> None:
    while not rates.wait("buy", "u", HOURLY):
        pass
    before = raw.get(key_of(raw, prefix))
    assert all(rates.wait("buy", "u", HOURLY) for _ in range(20))
    assert raw.get(key_of(raw, prefix)) == before


def test_a_count_expires_when_all_is_made_good(rates: Rates, raw: Valkey, prefix: str) -> None:
    for done in range(1, 6):
        rates.wait("buy", "u", HOURLY)
        left: Any = raw.pttl(key_of(raw, prefix))
        assert (done - 1) * 720_000 < left <= done * 720_000
    rates.wait("sell", "u", Rate(most=10, seconds=1))
    deadline = time.monotonic() + PATIENT_SECONDS
    while raw.exists(f"{prefix}:1:rate:sell:u"):
        assert time.monotonic() < deadline


@pytest.mark.parametrize(
    "garbage",
    [b"", b"x", b"nan", b"-nan", b"inf", b"-inf", b"-1", b"1e300", b"99999999999999999999", b"\xff\x00", b"0x7"],
)
def test_what_is_no_count_of_ours_is_nothing_done_and_gets_an_expiry(
    rates: Rates, raw: Valkey, prefix: str, garbage: bytes
) -> None:
    raw.set(f"{prefix}:1:rate:buy:u", garbage)
    waits = [rates.wait("buy", "u", HOURLY) for _ in range(6)]
    assert [wait == 0 for wait in waits] == [True] * 5 + [False]
    assert 0 < raw.pttl(key_of(raw, prefix)) <= 3_600_000  # type: ignore[operator]  # the client is not async


def test_a_key_of_another_type_is_written_over(rates: Rates, raw: Valkey, prefix: str) -> None:
    raw.rpush(f"{prefix}:1:rate:buy:u", "x")
    raw.hset(f"{prefix}:1:rate:sell:u", "x", "y")
    for name in ("buy", "sell"):
        assert [rates.wait(name, "u", HOURLY) == 0 for _ in range(6)] == [True] * 5 + [False]


def test_counting_is_one_round_trip(rates: Rates) -> None:
    with counted() as requests:
        rates.wait("buy", "u", HOURLY)
    assert requests == Counter({"valkey.EVAL": 1})


def test_who_cannot_be_told_from_others_is_let_through_and_that_is_counted(valkey_url: str, prefix: str) -> None:
    events = Counter[str]()
    with closing(Server(valkey_url, on_event=lambda event: events.update([event]))) as server, counted() as requests:
        assert [Rates(server, prefix=prefix).wait("buy", None, HOURLY) for _ in range(9)] == [0] * 9
    assert (events, requests) == (Counter({UNCOUNTED: 9}), Counter())


def test_when_the_server_ends_everybody_is_let_through_until_it_is_back(
    own_valkey: OwnValkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasources.valkey.server.REST_SECONDS", 0.2)
    events, once = Counter[str](), Rate(most=1, seconds=3600)
    with closing(Server(own_valkey.url, budget_seconds=2, on_event=lambda event: events.update([event]))) as server:
        rates = Rates(server, prefix="test")
        assert [rates.wait("buy", "u", once) > 0 for _ in range(3)] == [False, True, True]
        own_valkey.stop()
        assert [rates.wait("buy", "u", once) for _ in range(20)] == [0] * 20
        assert events[UNCOUNTED] == 20
        assert events[FAILURE] >= MOST_FAILURES
        assert events[CIRCUIT_OPEN] == 1
        own_valkey.start()
        deadline = time.monotonic() + PATIENT_SECONDS
        while not rates.wait("buy", "u", once):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_server_that_is_paused_costs_its_budget_and_is_then_left_alone(own_valkey: OwnValkey) -> None:
    events = Counter[str]()
    with closing(Server(own_valkey.url, on_event=lambda event: events.update([event]))) as server:
        rates = Rates(server, prefix="test")
        own_valkey.pause()
        times = []
        for _ in range(10):
            started = time.monotonic()
            assert rates.wait("buy", "u", HOURLY) == 0
            times.append(time.monotonic() - started)
    assert max(times) < BUDGET_SECONDS + SLACK
    assert events == Counter({UNCOUNTED: 10, FAILURE: MOST_FAILURES, CIRCUIT_OPEN: 1})


@pytest.mark.parametrize(
    "reply",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"$nonsense\r\n", b"*0\r\n", b"-ERR no\r\n", b"+OK\r\n", b"\x00\xff", b""],
)
def test_what_does_not_speak_valkey_refuses_nobody(reply: bytes) -> None:
    with answering(reply) as url, closing(Server(url)) as server:
        assert [Rates(server, prefix="test").wait("buy", "u", HOURLY) for _ in range(4)] == [0] * 4
