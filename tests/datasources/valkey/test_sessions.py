"""Guests are remembered while Valkey remembers; nobody is taken for somebody else, and losing it all breaks nothing."""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from valkey import Valkey

from datasources.roundtrips import counted
from datasources.valkey.keys import digest
from datasources.valkey.rates import Rates
from datasources.valkey.server import BUDGET_SECONDS, CIRCUIT_OPEN, FAILURE, MOST_FAILURES, Server
from datasources.valkey.sessions import DROPPED, SESSION_SECONDS, Sessions
from domain.ids import CartId, ProductId, SessionId
from domain.money import CurrencyCode
from domain.rates import Rate
from domain.sessions import MOST_VIEWED, NOTHING_KNOWN, GuestContext, Kept, Session
from resolvers._kit.ids import new_id
from tests.datasources.valkey.servers import OwnValkey, answering
from tests.datasources.valkey.shelves import SLACK

BERLIN = GuestContext(locale="de-DE", currency=CurrencyCode.EUR, country="DE")
CART = CartId("cart_0123456789abcdefghijklmnop")
PRODUCTS = [ProductId(new_id("prod")) for _ in range(MOST_VIEWED + 5)]
KNOWN = Session(context=BERLIN, cart_id=CART, viewed=tuple(PRODUCTS[:3]))
NEVER_STARTED = SessionId("sess_0123456789abcdefghijklmnop")
PATIENT_SECONDS = 10.0
"""A budget for tests of a Valkey that is well, on a machine that may be busy."""

type Change = Callable[[Sessions, SessionId], Kept]
CHANGES: list[Change] = [
    lambda sessions, id_: sessions.set_context(id_, BERLIN),
    lambda sessions, id_: sessions.set_cart(id_, CART),
    lambda sessions, id_: sessions.set_cart(id_, None),
    lambda sessions, id_: sessions.saw(id_, PRODUCTS[0]),
]


@pytest.fixture
def prefix() -> str:
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def events() -> Counter[str]:
    return Counter()


@pytest.fixture
def sessions(valkey_url: str, prefix: str, events: Counter[str]) -> Iterator[Sessions]:
    telling = Server(valkey_url, budget_seconds=PATIENT_SECONDS, on_event=lambda event: events.update([event]))
    with closing(telling) as server:
        yield Sessions(server, prefix=prefix, new_id=new_id)


def keys(raw: Valkey, prefix: str) -> list[Any]:
    found: Any = raw.keys(f"{prefix}:*")
    return list(found)


def lifetime(raw: Valkey, prefix: str) -> float:
    """Seconds until the one session there expires."""
    (key,) = keys(raw, prefix)
    left: Any = raw.pttl(key)
    return float(left) / 1000


def test_a_new_session_knows_what_it_was_started_with(sessions: Sessions) -> None:
    assert sessions.get(sessions.start()) == NOTHING_KNOWN
    assert sessions.get(sessions.start(KNOWN)) == KNOWN


def test_each_part_is_remembered_and_forgotten_by_itself(sessions: Sessions) -> None:
    id_ = sessions.start()
    assert sessions.set_context(id_, BERLIN) is Kept.KEPT
    assert sessions.set_cart(id_, CART) is Kept.KEPT
    for product in reversed(PRODUCTS[:3]):
        assert sessions.saw(id_, product) is Kept.KEPT
    assert sessions.get(id_) == KNOWN
    sessions.set_context(id_, GuestContext(country="AT"))
    sessions.set_cart(id_, None)
    assert sessions.get(id_) == Session(context=GuestContext(country="AT"), viewed=KNOWN.viewed)
    sessions.end(id_)
    assert sessions.get(id_) == NOTHING_KNOWN


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PRODUCTS), max_size=60))
def test_products_looked_at_are_newest_first_each_once_and_bounded(sessions: Sessions, seen: list[ProductId]) -> None:
    id_ = sessions.start()
    for product in seen:
        sessions.saw(id_, product)
    assert sessions.get(id_).viewed == tuple(dict.fromkeys(reversed(seen)))[:MOST_VIEWED]


def test_two_tabs_at_once_lose_nothing_of_each_other(sessions: Sessions) -> None:
    id_ = sessions.start()
    work: list[Callable[[], Kept]] = [lambda product=product: sessions.saw(id_, product) for product in PRODUCTS[:18]]  # type: ignore[misc]  # bound now
    work += [lambda: sessions.set_context(id_, BERLIN), lambda: sessions.set_cart(id_, CART)]
    with ThreadPoolExecutor(20) as tabs:
        assert set(tabs.map(lambda one: one(), work)) == {Kept.KEPT}
    found = sessions.get(id_)
    assert replace(found, viewed=()) == Session(context=BERLIN, cart_id=CART)
    assert sorted(found.viewed) == sorted(PRODUCTS[:18])


@pytest.mark.parametrize("use", [*CHANGES, Sessions.get])
def test_every_use_keeps_a_session_for_a_week_more(
    sessions: Sessions, raw: Valkey, prefix: str, use: Callable[[Sessions, SessionId], object]
) -> None:
    id_ = sessions.start(KNOWN)
    assert SESSION_SECONDS - 60 < lifetime(raw, prefix) <= SESSION_SECONDS
    raw.pexpire(keys(raw, prefix)[0], 100_000)
    use(sessions, id_)
    assert SESSION_SECONDS - 60 < lifetime(raw, prefix) <= SESSION_SECONDS


def test_a_session_that_nobody_uses_is_forgotten(sessions: Sessions, raw: Valkey, prefix: str) -> None:
    id_ = sessions.start(KNOWN)
    raw.pexpire(keys(raw, prefix)[0], 30)
    deadline = time.monotonic() + PATIENT_SECONDS
    while keys(raw, prefix):
        assert time.monotonic() < deadline
    assert sessions.get(id_) == NOTHING_KNOWN
    assert sessions.set_cart(id_, CART) is Kept.UNKNOWN


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "planted",
    [NEVER_STARTED, "", "sess_", "x" * 1_000_000, CART, f"{NEVER_STARTED}\n", NEVER_STARTED.upper(), "sess_\ud800"],
    ids=["unknown", "empty", "prefix", "huge", "cart", "newline", "capitals", "surrogate"],
)
def test_an_id_that_nobody_was_given_is_never_taken_up(
    sessions: Sessions, raw: Valkey, prefix: str, planted: str, change: Change
) -> None:
    assert change(sessions, SessionId(planted)) is Kept.UNKNOWN
    assert sessions.get(SessionId(planted)) == NOTHING_KNOWN
    sessions.end(SessionId(planted))
    assert keys(raw, prefix) == []


def test_an_id_that_was_planted_before_is_left_behind_when_the_session_is_renewed(sessions: Sessions) -> None:
    planted = sessions.start(KNOWN)
    fresh = sessions.renew(planted)
    assert fresh != planted
    assert sessions.get(fresh) == KNOWN
    sessions.set_cart(fresh, CartId(new_id("cart")))
    assert sessions.get(planted) == NOTHING_KNOWN
    assert sessions.set_cart(planted, CART) is Kept.UNKNOWN


def test_renewing_what_is_not_known_starts_a_session(sessions: Sessions) -> None:
    assert sessions.set_cart(sessions.renew(SessionId("x")), CART) is Kept.KEPT


def test_who_lists_the_keys_learns_no_id(sessions: Sessions, raw: Valkey, prefix: str) -> None:
    id_ = sessions.start(KNOWN)
    (key,) = keys(raw, prefix)
    assert id_.removeprefix("sess_").encode() not in key
    assert id_.encode() not in b" ".join(part for pair in raw.hgetall(key).items() for part in pair)  # type: ignore[union-attr]  # the client is not async


def test_every_use_is_one_round_trip(sessions: Sessions) -> None:
    id_ = sessions.start()
    uses: list[Callable[[Sessions, SessionId], object]] = [*CHANGES, Sessions.get, lambda sessions, _: sessions.start()]
    for use in uses:
        with counted() as requests:
            use(sessions, id_)
        assert requests == Counter({"valkey.EVAL": 1})


@pytest.mark.parametrize(
    ("field", "garbage"),
    [
        ("locale", b"\xff\xfe"), ("locale", b"x" * 10_000), ("currency", b"XXX"), ("currency", b""),
        ("country", b"germany"), ("cart", b"prod_0123456789abcdefghijklmnop"), ("cart", b"\x00"),
        ("viewed", b"\xff \x00 cart_1 prod_"),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_read_is_not_known_and_the_others_are(
    sessions: Sessions, raw: Valkey, prefix: str, field: str, garbage: bytes
) -> None:
    id_ = sessions.start(KNOWN)
    raw.hset(keys(raw, prefix)[0], field, garbage)  # type: ignore[arg-type]  # bytes are fine
    lost: dict[str, Session] = {
        "locale": replace(KNOWN, context=replace(BERLIN, locale=None)),
        "currency": replace(KNOWN, context=replace(BERLIN, currency=None)),
        "country": replace(KNOWN, context=replace(BERLIN, country=None)),
        "cart": replace(KNOWN, cart_id=None),
        "viewed": replace(KNOWN, viewed=()),
    }
    assert sessions.get(id_) == lost[field]
    assert sessions.saw(id_, PRODUCTS[9]) is Kept.KEPT
    assert sessions.get(id_).viewed[0] == PRODUCTS[9]


def test_a_key_that_is_no_session_of_ours_is_no_session(
    sessions: Sessions, raw: Valkey, prefix: str, events: Counter[str]
) -> None:
    fills: list[Callable[[str], object]] = [
        lambda key: raw.set(key, "garbage"),
        lambda key: raw.rpush(key, "a", "b"),
        lambda key: raw.hset(key, "cart", CART),
    ]
    for fill in fills:
        id_ = sessions.start(KNOWN)
        key = f"{prefix}:1:session:{digest(id_)}"
        raw.delete(key)
        fill(key)
        assert sessions.get(id_) == NOTHING_KNOWN
        assert {change(sessions, id_) for change in CHANGES} == {Kept.UNKNOWN}
        assert sessions.get(sessions.renew(id_)) == NOTHING_KNOWN
    assert events == Counter()


def test_a_flush_forgets_everybody_and_breaks_nothing(own_valkey: OwnValkey) -> None:
    with closing(Server(own_valkey.url, budget_seconds=PATIENT_SECONDS)) as server:
        sessions = Sessions(server, prefix="test", new_id=new_id)
        id_ = sessions.start(KNOWN)
        with closing(Valkey.from_url(own_valkey.url)) as raw:
            raw.flushall()
        assert sessions.get(id_) == NOTHING_KNOWN
        assert {change(sessions, id_) for change in CHANGES} == {Kept.UNKNOWN}
        assert sessions.get(sessions.start(KNOWN)) == KNOWN


def test_a_cluster_behind_one_endpoint_takes_all_that_is_asked(cluster: OwnValkey, events: Counter[str]) -> None:
    telling = Server(cluster.url, budget_seconds=PATIENT_SECONDS, on_event=lambda event: events.update([event]))
    with closing(telling) as server:
        sessions = Sessions(server, prefix="test", new_id=new_id)
        for _ in range(20):
            id_ = sessions.renew(sessions.start(KNOWN))
            assert {change(sessions, id_) for change in CHANGES} == {Kept.KEPT}
            assert sessions.get(id_) == replace(KNOWN, cart_id=None)
            sessions.end(id_)
            assert Rates(server, prefix="test").wait("buy", id_, Rate(most=1, seconds=60)) == 0
    assert events == Counter()


@pytest.mark.parametrize("outage", ["stop", "pause"])
def test_out_of_reach_every_read_is_nothing_known_and_every_write_is_dropped_and_counted(
    own_valkey: OwnValkey, events: Counter[str], outage: str
) -> None:
    with closing(Server(own_valkey.url, budget_seconds=PATIENT_SECONDS)) as server:
        id_ = Sessions(server, prefix="test", new_id=new_id).start(KNOWN)
    with closing(Server(own_valkey.url, on_event=lambda event: events.update([event]))) as server:
        sessions = Sessions(server, prefix="test", new_id=new_id)
        getattr(own_valkey, outage)()
        times = []
        for change in CHANGES:
            started = time.monotonic()
            assert change(sessions, id_) is Kept.DROPPED
            assert sessions.get(id_) == NOTHING_KNOWN
            times.append(time.monotonic() - started)
        fresh = [sessions.start(), sessions.renew(id_)]
        sessions.end(id_)
    assert len({id_, *fresh}) == 3
    assert max(times) < 2 * (BUDGET_SECONDS + SLACK)
    assert events == Counter({DROPPED: len(CHANGES) + 3, FAILURE: MOST_FAILURES, CIRCUIT_OPEN: 1})


def test_a_session_is_there_again_when_the_server_is(own_valkey: OwnValkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasources.valkey.server.REST_SECONDS", 0.2)
    with closing(Server(own_valkey.url, budget_seconds=0.5)) as server:
        sessions = Sessions(server, prefix="test", new_id=new_id)
        id_ = sessions.start(KNOWN)
        own_valkey.pause()
        assert sessions.get(id_) == NOTHING_KNOWN
        own_valkey.resume()
        deadline = time.monotonic() + PATIENT_SECONDS
        while sessions.get(id_) != KNOWN:
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"$nonsense\r\n",
        b"*1\r\n:1\r\n",
        b"*0\r\n",
        b"-ERR no\r\n",
        b":7\r\n",
        b"\x00\xff",
        b"",
    ],
)
def test_what_does_not_speak_valkey_knows_nobody(reply: bytes) -> None:
    with answering(reply) as url, closing(Server(url)) as server:
        sessions = Sessions(server, prefix="test", new_id=new_id)
        for _ in range(3):
            id_ = sessions.start(KNOWN)
            assert sessions.get(id_) == NOTHING_KNOWN
            assert {change(sessions, id_) for change in CHANGES} <= {Kept.DROPPED, Kept.UNKNOWN}
