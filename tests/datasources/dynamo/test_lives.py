"""Any life of a stored payment: requests once or often, processes that die anywhere, news as they like to come."""

from collections.abc import Callable
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from datasources.cashier import Cashier
from datasources.dynamo.payments import Outcome
from datasources.psp.simulator import NAME
from domain.errors import ErrorCode
from domain.keys import KeyReused
from domain.money import Money
from domain.payments.facts import Attempt
from domain.payments.moving import REPEATABLE
from domain.payments.payments import OperationKind, OperationState, Payment
from domain.payments.provider import News
from domain.payments.storing import Refusal, StoredPayment
from resolvers._kit.ids import new_id
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_payments import Crash, Crashes
from tests.datasources.psp.making import Desk, Settings, key
from tests.domain.payments.making import usd

WORDS: Final = (
    "",
    "action",
    "later",
    "lost",
    "twice",
    "held",
    "backwards",
    "lost,backwards",
    "lapsed",
    "stuck",
    "do_not",
)
EXAMPLES: Final = {True: 40, False: 12}
"""Lives of some twenty steps each: ten seconds on either store, of which one is slow."""
BOUNDARIES: Final = st.one_of(st.none(), st.integers(1, 10))
"""After how many calls of store and provider the process dies; a request makes ten at most."""


class Life(RuleBasedStateMachine):
    """One payment. ``keys`` are the requests that were made, each with what it asked for."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.desk.posted.clear()
        self.made = desk.payment()
        self.url = ""
        self.keys: dict[str, tuple[OperationKind, Money]] = {}
        self.heard: list[News] = []
        self.died = 0

    def cashier(self, boundary: int | None) -> Cashier:
        crashes = Crashes(() if boundary is None else (boundary,))
        simulator = crashes.around(self.desk.simulator)
        return Cashier(crashes.around(self.desk.store), {NAME: simulator}, now=self.desk.clock.now, new_id=new_id)

    def ask(self, act: Callable[[], Outcome]) -> Outcome | None:
        """None when the process died."""
        try:
            return act()
        except Crash:
            self.died += 1
            return None
        finally:
            self.desk.clock.passes(seconds=1)

    def there(self) -> Payment | None:
        kept = self.desk.store.get(self.made.id)
        return kept.payment if kept else None

    @initialize(words=st.sampled_from(WORDS))
    def script(self, words: str) -> None:
        self.url = f"https://shop.example/done?simulate={words}"

    @precondition(lambda self: self.desk.clock.at - self.made.created_at < REPEATABLE)
    @rule(boundary=BOUNDARIES)
    def start(self, boundary: int | None) -> None:
        cashier = self.cashier(boundary)
        self.ask(lambda: cashier.start(self.made, self.url, key(f"start-{self.made.id}")))

    @precondition(lambda self: self.there() is not None)
    @rule(kind=st.sampled_from(OperationKind), minor=st.integers(1, 1100), boundary=BOUNDARIES)
    def move(self, kind: OperationKind, minor: int, boundary: int | None) -> None:
        text, cashier = f"{self.made.id}-{len(self.keys)}", self.cashier(boundary)
        self.keys[text] = (kind, usd(minor))
        self.ask(lambda: cashier.move(self.made.id, kind, usd(minor), key(text, f"{kind}{minor}")))

    @precondition(lambda self: self.keys)
    @rule(place=st.integers(0, 20), boundary=BOUNDARIES)
    def repeat(self, place: int, boundary: int | None) -> None:
        text, (kind, amount) = list(self.keys.items())[place % len(self.keys)]
        cashier = self.cashier(boundary)
        told = self.ask(lambda: cashier.move(self.made.id, kind, amount, key(text, f"{kind}{amount.minor}")))
        if isinstance(told, Refusal):
            assert {error.code for error in told.errors} <= {
                ErrorCode.ILLEGAL_TRANSITION,
                ErrorCode.AMOUNT_EXCEEDS_CAPTURED,
                ErrorCode.PROVIDER_UNAVAILABLE,
            }

    @precondition(lambda self: self.keys)
    @rule(place=st.integers(0, 20))
    def reuse_a_key(self, place: int) -> None:
        text = list(self.keys)[place % len(self.keys)]
        told = self.ask(lambda: self.cashier(None).move(self.made.id, OperationKind.REFUND, usd(7777), key(text, "b")))
        assert isinstance(told, KeyReused | Refusal), "no money moves by another request's key"

    @rule(place=st.integers(0, 50), boundary=BOUNDARIES)
    def hear(self, place: int, boundary: int | None) -> None:
        self.heard += list(self.desk.read())
        if self.heard:
            news, cashier = self.heard[place % len(self.heard)], self.cashier(boundary)
            self.ask(lambda: cashier.hear(NAME, news))

    @precondition(lambda self: self.there() is not None)
    @rule(boundary=BOUNDARIES)
    def sweep(self, boundary: int | None) -> None:
        there, cashier = self.there(), self.cashier(boundary)
        assert there is not None
        self.ask(lambda: cashier.resume(there))

    @rule(hours=st.sampled_from([1, 3, 24]))
    def time_passes(self, hours: int) -> None:
        self.desk.clock.passes(hours=hours)

    @rule(approve=st.booleans())
    def the_buyer_decides(self, approve: bool) -> None:
        there = self.there()
        if there and there.reference and there.client_secret and there.seen.attempt is Attempt.ACTION_REQUIRED:
            self.desk.simulator.decide(there.reference, there.client_secret, approve=approve)

    def teardown(self) -> None:
        """At last everything is asked for again, and heard: then both sides say the same, and every request had its
        one effect or none.
        """
        there = self.there()
        if there is None or there.reference is None:
            assert there is None or not there.operations
            return
        for _ in range(1 + len(there.operations)):  # an answer that is lost is lost once for each operation
            self.ask(lambda: self.desk.cashier.resume(self.desk.there(self.made.id)))
        looked = self.ask(lambda: self.desk.cashier.look(self.desk.there(self.made.id)))
        assert isinstance(looked, StoredPayment)
        told = self.desk.simulator.fetch(there.reference)
        there = looked.payment
        assert not there.pending()
        assert there.seen == told
        assert told.captured.minor <= told.authorized.minor <= there.amount.minor
        assert told.refunded.minor <= told.captured.minor
        assert len(there.operations) <= len(self.keys)
        done = [one for one in there.operations if there.state(one) is OperationState.DONE]
        given = [one.amount.minor for one in done if one.kind is OperationKind.REFUND]
        assert sum(given) == told.refunded.minor
        ended = sum(one.kind is not OperationKind.REFUND for one in done)
        assert bool(told.captured.minor) <= ended <= bool(told.captured.minor or told.voided), "a promise can lapse too"
        assert len(self.desk.store.of_cart(self.made.cart_id)) >= 1
        COUNTS["lives"] += 1
        COUNTS["deaths"] += self.died


COUNTS: Final = {"lives": 0, "deaths": 0}


def test_after_any_life_both_sides_say_the_same_and_each_request_had_one_effect(endpoint: str, thorough: bool) -> None:
    table = new_table(endpoint, Settings)

    class Here(Life):
        def __init__(self) -> None:
            super().__init__(Desk(table, number=new_id("x")))

    run_state_machine_as_test(Here, settings=settings(max_examples=EXAMPLES[thorough], stateful_step_count=25))
    assert COUNTS["lives"] >= EXAMPLES[thorough] // 4, "many payments begin"
