"""Payments on both stores: a request happens once, no more moves than there is, and a crash loses nothing."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import Any

import pytest

from datasources.cashier import AWAY, Cashier
from datasources.dynamo.payments import KEPT_CHANGES, Outcome
from datasources.dynamo.transactions import Transaction
from datasources.psp.simulator import NAME
from datasources.roundtrips import counted
from domain.errors import ErrorCode
from domain.ids import OrderId, PaymentId
from domain.keys import KeyReused
from domain.payments.moving import REPEATABLE, saw
from domain.payments.payments import OperationKind, OperationState, Payment, PaymentStatus
from domain.payments.storing import Decision, NoPayment, PaymentChangeReason, Refusal, StoredPayment
from resolvers._kit.ids import new_id
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.psp.making import Desk, Settings, key, operation_of
from tests.domain.payments.making import CART, ORDER, usd

CAPTURE, VOID, REFUND = OperationKind.CAPTURE, OperationKind.VOID, OperationKind.REFUND


@pytest.fixture
def desk(endpoint: str) -> Desk:
    return Desk(new_table(endpoint, Settings))


def codes(outcome: object) -> list[ErrorCode]:
    return [error.code for error in outcome.errors] if isinstance(outcome, Refusal) else []


def test_a_payment_is_read_as_it_was_stored_with_what_happened_to_it(desk: Desk) -> None:
    made = desk.captured()
    kept = desk.store.get(made.id)
    assert kept is not None
    assert kept.payment == made
    assert [(one.seq, one.what) for one in kept.changes] == [
        (1, PaymentChangeReason.CREATED),
        (2, PaymentChangeReason.AUTHORIZED),
        (3, PaymentChangeReason.CAPTURING),
        (4, PaymentChangeReason.CAPTURED),
    ]
    assert made.reference is not None
    assert desk.store.by_reference(NAME, made.reference) == kept
    assert desk.store.by_reference("stripe", made.reference) is None


def test_a_carts_payments_are_found_the_oldest_first(desk: Desk) -> None:
    first = desk.begun("insufficient_funds")
    desk.clock.passes(seconds=1)
    second = desk.begun()
    with counted() as sent:
        assert desk.store.of_cart(CART) == (first, second)
    assert sent == Counter({"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1})
    assert desk.store.of_cart(CART.replace("1", "2")) == ()  # type: ignore[arg-type]  # an id too


def test_of_twenty_calls_that_start_with_one_key_one_starts(desk: Desk) -> None:
    made = [desk.payment() for _ in range(20)]
    told = at_once(20, lambda number: desk.cashier.start(made[number], None, key()))
    begun = [one.payment for one in told if isinstance(one, StoredPayment)]
    assert len(begun) == 20
    assert len({one.id for one in begun}) == 1
    assert len({one.client_secret for one in begun}) == 1
    assert desk.store.of_cart(CART) == (desk.there(begun[0].id),)
    assert desk.cashier.start(desk.payment(), None, key(content="b")) == KeyReused()


@pytest.mark.parametrize("kind", OperationKind)
def test_twenty_calls_with_one_key_move_money_once_and_are_all_told_so(desk: Desk, kind: OperationKind) -> None:
    made = desk.captured() if kind is REFUND else desk.begun()
    told = at_once(20, lambda _: desk.cashier.move(made.id, kind, usd(400), key()))
    assert {operation_of(one) for one in told} == {operation_of(told[0])}
    assert operation_of(told[0])[1] is OperationState.DONE
    there = desk.there(made.id)
    assert len(there.operations) == (2 if kind is REFUND else 1)
    statuses = {
        CAPTURE: PaymentStatus.PARTIALLY_CAPTURED,
        VOID: PaymentStatus.VOIDED,
        REFUND: PaymentStatus.PARTIALLY_REFUNDED,
    }
    assert there.status is statuses[kind]
    assert desk.cashier.move(made.id, kind, usd(400), key(content="b")) == KeyReused()


def test_a_hundred_refunds_at_once_never_exceed_what_was_captured(desk: Desk) -> None:
    made = desk.captured(minor=1000)
    told = at_once(100, lambda number: desk.refund(made.id, usd(150), f"refund-{number}"))
    there = desk.there(made.id)
    assert there.refunded == usd(900)
    assert sum(isinstance(one, StoredPayment) for one in told) == 6
    assert Counter(code for one in told for code in codes(one)) == {ErrorCode.AMOUNT_EXCEEDS_CAPTURED: 94}
    assert desk.cashier.look(there) == StoredPayment(payment=there), "the provider says the same"
    assert there.reference is not None
    assert len(desk.simulator.fetch(there.reference).refunds) == 6


def test_captures_and_releases_at_once_are_one_of_them(desk: Desk) -> None:
    made = desk.begun()
    at_once(16, lambda number: desk.cashier.move(made.id, CAPTURE if number % 2 else VOID, None, key(f"move-{number}")))
    there = desk.there(made.id)
    assert [there.state(one) for one in there.operations] == [OperationState.DONE]
    assert there.status in {PaymentStatus.CAPTURED, PaymentStatus.VOIDED}


def test_a_refusal_leaves_its_key_free_and_what_happened_already_is_answered_as_before(desk: Desk) -> None:
    made = desk.captured()
    assert codes(desk.refund(made.id, usd(1001), "refund-key")) == [ErrorCode.AMOUNT_EXCEEDS_CAPTURED]
    assert operation_of(desk.cashier.move(made.id, REFUND, usd(1000), key("refund-key")))[1] is OperationState.DONE
    again = desk.cashier.move(made.id, REFUND, usd(1000), key("refund-key"))
    assert isinstance(again, StoredPayment)
    assert operation_of(again)[1] is OperationState.DONE
    assert desk.there(made.id).refunded == usd(1000)


def test_who_may_not_is_told_that_there_is_none(desk: Desk) -> None:
    made = desk.begun()
    assert desk.cashier.move(made.id, CAPTURE, None, key(), may=lambda _: NoPayment()) == NoPayment()
    assert desk.cashier.move(PaymentId("pay_of_nobody"), CAPTURE, None, key()) == NoPayment()
    assert desk.there(made.id) == made


def test_no_change_is_lost_and_the_last_are_kept(desk: Desk) -> None:
    made = desk.begun()

    def touch(there: Payment) -> Decision:
        return Decision(payment=replace(there, version=there.version + 1))

    at_once(16, lambda _: [desk.store.change(made.id, touch) for _ in range(4)])
    kept = desk.store.get(made.id)
    assert kept is not None
    assert kept.payment.version == made.version + 64
    assert [one.seq for one in kept.changes] == list(range(kept.payment.version - KEPT_CHANGES + 1, made.version + 65))


def test_work_does_not_grow(desk: Desk) -> None:
    made = desk.begun()
    with counted() as sent:
        desk.cashier.move(made.id, CAPTURE, None, key())
    simulators = Counter({"dynamodb.GetItem": 1, "dynamodb.TransactWriteItems": 1, "simulator.webhook": 1})
    assert sent - simulators == Counter({"dynamodb.GetItem": 1, "dynamodb.TransactWriteItems": 2})
    with counted() as sent:
        desk.cashier.move(made.id, CAPTURE, None, key())
    assert sent == Counter({"dynamodb.GetItem": 3}), "what was done before is looked up"


def test_an_order_is_placed_with_a_payment_once(desk: Desk) -> None:
    made = desk.begun()

    def place(number: int) -> bool:
        kept = desk.store.get(made.id)
        assert kept is not None
        if kept.payment.order_id is not None:
            return False
        into = Transaction(desk.store.table)
        order = OrderId(f"order_{number:026}")
        placed = desk.store.consuming(into, kept, order)
        assert placed.order_id == order
        return into.commit() == frozenset()

    assert sum(at_once(16, place)) == 1
    kept = desk.store.get(made.id)
    assert kept is not None
    assert kept.payment.order_id is not None
    assert kept.changes[-1].what is PaymentChangeReason.ORDERED
    again = Transaction(desk.store.table)
    assert desk.store.consuming(again, kept, kept.payment.order_id) == kept.payment
    assert again.commit() == frozenset()
    with pytest.raises(ValueError, match="pays for"):
        desk.store.consuming(Transaction(desk.store.table), kept, OrderId("order_of_another"))


def test_an_order_is_not_placed_with_a_payment_that_has_changed(desk: Desk) -> None:
    made = desk.begun()
    kept = desk.store.get(made.id)
    assert kept is not None
    desk.cashier.move(made.id, VOID, None, key())
    into = Transaction(desk.store.table)
    desk.store.consuming(into, kept, ORDER)
    assert into.commit() == {"payment"}
    assert desk.there(made.id).order_id is None


def test_what_is_pending_is_found_until_it_is_settled(desk: Desk) -> None:
    made = lost_capture(desk)
    assert made.pending()
    assert desk.store.unsettled(desk.clock.now(), 10) == (), "it has only just begun"
    desk.clock.passes(seconds=30)
    [found] = desk.store.unsettled(desk.clock.now(), 10)
    assert found == made
    resumed = desk.cashier.resume(found)
    assert isinstance(resumed, StoredPayment)
    assert resumed.payment.status is PaymentStatus.CAPTURED
    assert desk.store.unsettled(desk.clock.now(), 10) == ()


def lost_capture(desk: Desk) -> Payment:
    """A payment whose capture has happened, and nobody here knows."""
    made = desk.payment()
    url = "https://shop.example/?simulate=lost"
    assert desk.cashier.start(made, url, key("start-lost")) == Refusal(errors=(AWAY,))
    assert isinstance(desk.cashier.start(made, url, key("start-lost")), StoredPayment)
    assert desk.cashier.move(made.id, CAPTURE, None, key("capture-lost")) == Refusal(errors=(AWAY,))
    return desk.there(made.id)


def test_a_lost_answer_is_asked_for_again_by_the_same_request(desk: Desk) -> None:
    made = lost_capture(desk)
    told = desk.cashier.move(made.id, CAPTURE, None, key("capture-lost"))
    assert operation_of(told)[1] is OperationState.DONE
    assert codes(desk.cashier.move(made.id, CAPTURE, None, key("another-key"))) == [ErrorCode.ILLEGAL_TRANSITION]


def test_a_lost_answer_is_settled_by_the_news(desk: Desk) -> None:
    made = lost_capture(desk)
    for news in desk.read():
        assert isinstance(desk.cashier.hear(NAME, news), StoredPayment)
    there = desk.there(made.id)
    assert (there.status, there.pending()) == (PaymentStatus.CAPTURED, ())


def test_what_is_too_old_to_be_repeated_is_looked_up(desk: Desk) -> None:
    done, never = lost_capture(desk), desk.begun()

    class Away:
        def capture(self, *_: object) -> None:
            raise KeyboardInterrupt

    broken = Cashier(desk.store, {NAME: Away()}, now=desk.clock.now, new_id=new_id)  # type: ignore[dict-item]  # it can do no more
    with pytest.raises(KeyboardInterrupt):
        broken.move(never.id, CAPTURE, None, key("never-arrived"))
    desk.clock.passes(seconds=int(REPEATABLE.total_seconds()) + 1)
    for one in (done, desk.there(never.id)):
        assert isinstance(desk.cashier.resume(one), StoredPayment)
    assert desk.there(done.id).status is PaymentStatus.CAPTURED
    there = desk.there(never.id)
    assert [there.state(one) for one in there.operations] == [OperationState.FAILED]
    assert there.status is PaymentStatus.AUTHORIZED
    told = desk.cashier.move(never.id, CAPTURE, None, key("tried-anew"))
    assert operation_of(told)[1] is OperationState.DONE


PAIRS = {True: 40, False: 6}
SINGLE = {True: 1, False: 3}
"""Of the pairs of moments to die in, of which there are some hundreds, so many, evenly chosen, and every so many of the
single ones; fewer on the slow store.
"""


class Crash(Exception):
    """The process is gone."""


class Crashes:
    """Counts the boundaries that are passed, and ends the process at some of them."""

    def __init__(self, at: Sequence[int] = ()) -> None:
        self.at = set(at)
        self.passed = 0

    def around(self, part: Any) -> Any:
        return _Part(part, self)

    def boundary(self) -> None:
        self.passed += 1
        if self.passed in self.at:
            raise Crash


class _Part:
    def __init__(self, part: Any, crashes: Crashes) -> None:
        self._part, self._crashes = part, crashes

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._part, name)
        if not callable(found):
            return found

        def called(*given: Any, **named: Any) -> Any:
            self._crashes.boundary()
            answer = found(*given, **named)
            self._crashes.boundary()
            return answer

        return called


def until_done[T](act: Callable[[], T]) -> T:
    """What a client does: the same request until it is answered."""
    while True:
        try:
            return act()
        except Crash:
            continue


def purchase(desk: Desk, crashes: Crashes, number: int, ear: str) -> Payment:
    """Start, capture, and two refunds, by requests that are repeated; each boundary may be a process's last.

    News are heard as the ``ear`` says: never, after each request, or all at the end, the newest first and each twice.
    """
    store, simulator = crashes.around(desk.store), crashes.around(desk.simulator)
    cashier = Cashier(store, {NAME: simulator}, now=desk.clock.now, new_id=new_id)
    made = desk.payment()
    desk.posted.clear()

    def ask(act: Callable[[], Outcome]) -> Outcome:
        answer = until_done(act)
        for news in desk.read() if ear == "soon" else ():
            until_done(partial(cashier.hear, NAME, news))
        return answer

    first = ask(lambda: cashier.start(made, None, key(f"start-{number}")))
    assert isinstance(first, StoredPayment)
    id_ = first.payment.id
    ask(lambda: cashier.move(id_, CAPTURE, None, key(f"capture-{number}")))
    ask(lambda: cashier.move(id_, REFUND, usd(600), key(f"refund-{number}")))
    beyond = ask(lambda: cashier.move(id_, REFUND, usd(600), key(f"beyond-{number}")))
    assert codes(beyond) == [ErrorCode.AMOUNT_EXCEEDS_CAPTURED]
    ask(lambda: cashier.move(id_, REFUND, usd(400), key(f"rest-{number}")))
    late = list(desk.read())[::-1] if ear == "late" else []
    for news in [*late, *late]:
        until_done(partial(cashier.hear, NAME, news))
    return desk.there(id_)


@pytest.mark.parametrize("ear", ["never", "soon", "late"])
def test_whatever_two_moments_a_process_dies_in_money_moves_once(desk: Desk, ear: str, thorough: bool) -> None:
    whole = Crashes()
    purchase(desk, whole, 0, ear)
    moments = range(1, whole.passed + 1)
    pairs = list(combinations(moments, 2))
    single = moments[:: SINGLE[thorough]]
    lives = [(), *((one,) for one in single), *pairs[:: len(pairs) // PAIRS[thorough] + 1]]
    for number, at in enumerate(lives, 1):
        there = purchase(desk, Crashes(at), number, ear)
        assert there.status is PaymentStatus.REFUNDED, at
        assert [there.state(one) for one in there.operations] == [OperationState.DONE] * 3, at
        assert there.reference is not None
        assert desk.simulator.fetch(there.reference) == there.seen, at
        assert sorted(refund.amount.minor for refund in there.seen.refunds) == [400, 600], at


def test_news_come_once_each_and_of_another_provider_are_not_heard(desk: Desk) -> None:
    made = desk.begun("later")
    [news] = desk.read()
    first = desk.cashier.hear(NAME, news)
    assert isinstance(first, StoredPayment)
    assert (first.replayed, first.payment.version) == (False, made.version + 1)
    again = desk.cashier.hear(NAME, news)
    assert isinstance(again, StoredPayment)
    assert again.payment == first.payment
    assert desk.cashier.hear(NAME, replace(news, reference="of-nobody", payment=None)) == NoPayment()
    elsewhere = Cashier(desk.store, {"stripe": desk.simulator}, now=desk.clock.now, new_id=new_id)
    assert elsewhere.hear("stripe", news) == NoPayment()


def test_a_declined_operation_is_told_with_its_code(desk: Desk) -> None:
    made = desk.captured("stuck")
    told, state = operation_of(desk.refund(made.id, usd(100), "refund-stuck"))
    assert state is OperationState.FAILED
    assert told.refused is not None
    assert told.refused.code == "charge_disputed"
    assert desk.there(made.id).refundable == usd(1000)
    lapsed = desk.begun("lapsed")
    assert operation_of(desk.cashier.move(lapsed.id, CAPTURE, None, key("lapsed")))[1] is OperationState.FAILED
    assert desk.there(lapsed.id).status is PaymentStatus.VOIDED, "the provider was asked how it stands"


def test_saying_nothing_new_writes_nothing(desk: Desk) -> None:
    made = desk.begun()
    with counted() as sent:
        same = desk.store.change(made.id, lambda there: Decision(payment=saw(there, there.seen, there.created_at)))
    assert same == StoredPayment(payment=made)
    assert sent == Counter({"dynamodb.GetItem": 1})
    [news] = desk.read()
    with counted() as sent:
        assert desk.cashier.hear(NAME, news) == same
    assert sent == Counter({"dynamodb.GetItem": 1})
