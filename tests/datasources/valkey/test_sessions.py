"""Guests are remembered while Valkey remembers; nobody is taken for somebody else, and losing it all breaks nothing."""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
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
from domain.sessions import MOST_VIEWED, GuestContext, Session
from resolvers._kit.ids import new_id
from tests.datasources.valkey.servers import OwnValkey, answering
from tests.datasources.valkey.shelves import SLACK

BERLIN = GuestContext(locale="de-DE", currency=CurrencyCode.EUR, country="DE")
CART = CartId("cart_0123456789abcdefghijklmnop")
PRODUCTS = [ProductId(new_id("prod")) for _ in range(MOST_VIEWED + 5)]
NEVER_STARTED = SessionId("sess_0123456789abcdefghijklmnop")
NOBODY = GuestContext()
PATIENT_SECONDS = 10.0
"""A budget for tests of a Valkey that is well, on a machine that may be busy."""

type Change = Callable[[Sessions, SessionId], Session | None]
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


def known(sessions: Sessions) -> Session:
    """A session of somebody who has been about."""
    id_ = sessions.start(BERLIN).id
    for product in reversed(PRODUCTS[:3]):
        sessions.saw(id_, product)
    found = sessions.set_cart(id_, CART)
    assert found
    return found


def keys(raw: Valkey, prefix: str) -> list[Any]:
    found: Any = raw.keys(f"{prefix}:*")
    return list(found)


def lifetime(raw: Valkey, prefix: str) -> float:
    """Seconds until the one session there expires."""
    (key,) = keys(raw, prefix)
    left: Any = raw.pttl(key)
    return float(left) / 1000


def test_a_new_session_knows_what_it_was_started_with(sessions: Sessions) -> None:
    for context in (NOBODY, BERLIN):
        session = sessions.start(context)
        assert session == Session(id=session.id, context=context)
        assert sessions.get(session.id) == session


def test_each_part_is_remembered_and_forgotten_by_itself(sessions: Sessions) -> None:
    session = sessions.start(NOBODY)
    id_ = session.id
    assert sessions.set_context(id_, BERLIN) == replace(session, context=BERLIN)
    assert sessions.set_cart(id_, CART) == replace(session, context=BERLIN, cart_id=CART)
    for product in reversed(PRODUCTS[:3]):
        sessions.saw(id_, product)
    assert sessions.get(id_) == Session(id=id_, context=BERLIN, cart_id=CART, viewed=tuple(PRODUCTS[:3]))
    sessions.set_context(id_, GuestContext(country="AT"))
    sessions.set_cart(id_, None)
    assert sessions.get(id_) == Session(id=id_, context=GuestContext(country="AT"), viewed=tuple(PRODUCTS[:3]))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PRODUCTS), max_size=60))
def test_products_looked_at_are_newest_first_each_once_and_bounded(sessions: Sessions, seen: list[ProductId]) -> None:
    session = sessions.start(NOBODY)
    for product in seen:
        sessions.saw(session.id, product)
    viewed = tuple(dict.fromkeys(reversed(seen)))[:MOST_VIEWED]
    assert sessions.get(session.id) == replace(session, viewed=viewed)


def test_two_tabs_at_once_lose_nothing_of_each_other(sessions: Sessions) -> None:
    id_ = sessions.start(NOBODY).id
    work: list[Callable[[], Session | None]] = [partial(sessions.saw, id_, product) for product in PRODUCTS[:18]]
    work += [partial(sessions.set_context, id_, BERLIN), partial(sessions.set_cart, id_, CART)]
    with ThreadPoolExecutor(20) as tabs:
        assert None not in set(tabs.map(lambda one: one(), work))
    found = sessions.get(id_)
    assert found
    assert replace(found, viewed=()) == Session(id=id_, context=BERLIN, cart_id=CART)
    assert sorted(found.viewed) == sorted(PRODUCTS[:18])


@pytest.mark.parametrize("use", [*CHANGES, Sessions.get])
def test_every_use_keeps_a_session_for_a_week_more(
    sessions: Sessions, raw: Valkey, prefix: str, use: Callable[[Sessions, SessionId], object]
) -> None:
    id_ = known(sessions).id
    assert SESSION_SECONDS - 60 < lifetime(raw, prefix) <= SESSION_SECONDS
    raw.pexpire(keys(raw, prefix)[0], 100_000)
    use(sessions, id_)
    assert SESSION_SECONDS - 60 < lifetime(raw, prefix) <= SESSION_SECONDS


def test_a_session_that_nobody_uses_is_forgotten(sessions: Sessions, raw: Valkey, prefix: str) -> None:
    id_ = known(sessions).id
    raw.pexpire(keys(raw, prefix)[0], 30)
    deadline = time.monotonic() + PATIENT_SECONDS
    while keys(raw, prefix):
        assert time.monotonic() < deadline
    assert sessions.get(id_) is None
    assert sessions.set_cart(id_, CART) is None


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "planted",
    [NEVER_STARTED, "", "sess_", "x" * 1_000_000, CART, f"{NEVER_STARTED}\n", NEVER_STARTED.upper(), "sess_\ud800"],
    ids=["unknown", "empty", "prefix", "huge", "cart", "newline", "capitals", "surrogate"],
)
def test_an_id_that_nobody_was_given_is_never_taken_up(
    sessions: Sessions, raw: Valkey, prefix: str, planted: str, change: Change
) -> None:
    assert change(sessions, SessionId(planted)) is None
    assert sessions.get(SessionId(planted)) is None
    assert sessions.renew(SessionId(planted)) is None
    assert keys(raw, prefix) == []


def test_an_id_that_was_planted_before_is_left_behind_with_its_cart_when_the_session_is_renewed(
    sessions: Sessions,
) -> None:
    planted = known(sessions)
    fresh = sessions.renew(planted.id)
    assert fresh
    assert fresh.id != planted.id
    assert fresh == replace(planted, id=fresh.id, cart_id=None)
    assert sessions.get(fresh.id) == fresh
    sessions.set_cart(fresh.id, CartId(new_id("cart")))
    assert sessions.get(planted.id) is None
    assert sessions.set_cart(planted.id, CART) is None


def test_who_lists_the_keys_learns_no_id(sessions: Sessions, raw: Valkey, prefix: str) -> None:
    id_ = known(sessions).id
    (key,) = keys(raw, prefix)
    assert id_.removeprefix("sess_").encode() not in key
    assert id_.encode() not in b" ".join(part for pair in raw.hgetall(key).items() for part in pair)  # type: ignore[union-attr]  # the client is not async


def test_every_use_is_one_round_trip(sessions: Sessions) -> None:
    id_ = sessions.start(NOBODY).id
    uses: list[Callable[[Sessions, SessionId], object]] = [
        *CHANGES, Sessions.get, lambda sessions, _: sessions.start(BERLIN)
    ]  # fmt: skip
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
    session = known(sessions)
    raw.hset(keys(raw, prefix)[0], field, garbage)  # type: ignore[arg-type]  # bytes are fine
    lost: dict[str, Session] = {
        "locale": replace(session, context=replace(BERLIN, locale=None)),
        "currency": replace(session, context=replace(BERLIN, currency=None)),
        "country": replace(session, context=replace(BERLIN, country=None)),
        "cart": replace(session, cart_id=None),
        "viewed": replace(session, viewed=()),
    }
    assert sessions.get(session.id) == lost[field]
    assert sessions.saw(session.id, PRODUCTS[9])
    found = sessions.get(session.id)
    assert found
    assert found.viewed[0] == PRODUCTS[9]


def test_a_key_that_is_no_session_of_ours_is_no_session(
    sessions: Sessions, raw: Valkey, prefix: str, events: Counter[str]
) -> None:
    fills: list[Callable[[str], object]] = [
        lambda key: raw.set(key, "garbage"),
        lambda key: raw.rpush(key, "a", "b"),
        lambda key: raw.hset(key, "cart", CART),
    ]
    for fill in fills:
        id_ = known(sessions).id
        key = f"{prefix}:1:session:{digest(id_)}"
        raw.delete(key)
        fill(key)
        assert sessions.get(id_) is None
        assert {change(sessions, id_) for change in CHANGES} == {None}
        assert sessions.renew(id_) is None
    assert events == Counter()


def test_a_flush_forgets_everybody_and_breaks_nothing(own_valkey: OwnValkey) -> None:
    with closing(Server(own_valkey.url, budget_seconds=PATIENT_SECONDS)) as server:
        sessions = Sessions(server, prefix="test", new_id=new_id)
        id_ = known(sessions).id
        with closing(Valkey.from_url(own_valkey.url)) as raw:
            raw.flushall()
        assert sessions.get(id_) is None
        assert {change(sessions, id_) for change in CHANGES} == {None}
        other = known(sessions)
        assert sessions.get(other.id) == other


def test_a_cluster_behind_one_endpoint_takes_all_that_is_asked(cluster: OwnValkey, events: Counter[str]) -> None:
    telling = Server(cluster.url, budget_seconds=PATIENT_SECONDS, on_event=lambda event: events.update([event]))
    with closing(telling) as server:
        sessions = Sessions(server, prefix="test", new_id=new_id)
        for _ in range(20):
            session = sessions.renew(known(sessions).id)
            assert session
            assert None not in {change(sessions, session.id) for change in CHANGES}
            assert sessions.get(session.id) == session
            assert Rates(server, prefix="test").wait("buy", session.id, Rate(most=1, seconds=60)) == 0
    assert events == Counter()


@pytest.mark.parametrize("outage", ["stop", "pause"])
def test_out_of_reach_a_session_is_what_was_just_said_and_every_write_is_dropped_and_counted(
    own_valkey: OwnValkey, events: Counter[str], outage: str
) -> None:
    with closing(Server(own_valkey.url, budget_seconds=PATIENT_SECONDS)) as server:
        id_ = known(Sessions(server, prefix="test", new_id=new_id)).id
    with closing(Server(own_valkey.url, on_event=lambda event: events.update([event]))) as server:
        sessions = Sessions(server, prefix="test", new_id=new_id)
        getattr(own_valkey, outage)()
        times, told = [], []
        for change in CHANGES:
            started = time.monotonic()
            told.append(change(sessions, id_))
            assert sessions.get(id_) == Session(id=id_, remembered=False)
            times.append(time.monotonic() - started)
        fresh = [sessions.start(BERLIN), sessions.renew(id_)]
    assert told == [
        Session(id=id_, context=BERLIN, remembered=False), Session(id=id_, cart_id=CART, remembered=False),
        Session(id=id_, remembered=False), Session(id=id_, viewed=(PRODUCTS[0],), remembered=False),
    ]  # fmt: skip
    assert [(one.context, one.remembered) for one in fresh if one] == [(BERLIN, False), (NOBODY, False)]
    assert len({id_, *(one.id for one in fresh if one)}) == 3
    assert max(times) < 2 * (BUDGET_SECONDS + SLACK)
    assert events == Counter({DROPPED: len(CHANGES) + 2, FAILURE: MOST_FAILURES, CIRCUIT_OPEN: 1})


def test_a_session_is_there_again_when_the_server_is(own_valkey: OwnValkey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasources.valkey.server.REST_SECONDS", 0.2)
    with closing(Server(own_valkey.url, budget_seconds=0.5)) as server:
        sessions = Sessions(server, prefix="test", new_id=new_id)
        session = known(sessions)
        own_valkey.pause()
        assert sessions.get(session.id) == Session(id=session.id, remembered=False)
        own_valkey.resume()
        deadline = time.monotonic() + PATIENT_SECONDS
        while sessions.get(session.id) != session:
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
            id_ = sessions.start(NOBODY).id
            assert sessions.get(id_) in (None, Session(id=id_, remembered=False))
            told = [change(sessions, id_) for change in CHANGES]
            assert [one for one in told if one and one.remembered] == []
