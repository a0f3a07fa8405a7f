"""What is owed on both stores: carried out once however often and in whatever order it is told, and never forgotten."""

from collections import Counter
from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest

from datasources.cashier import AWAY, Cashier
from datasources.dynamo.payments import Outcome
from datasources.dynamo.transactions import Transaction
from datasources.faults import ProviderAway
from datasources.psp.simulator import NAME
from datasources.roundtrips import counted
from domain.ids import OperationId, PaymentId
from domain.payments.owing import Intention
from domain.payments.payments import OperationKind, OperationState, Payment, PaymentStatus
from domain.payments.storing import NoPayment, PaymentChangeReason, Refusal, StoredPayment
from resolvers._kit.ids import new_id
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_payments import Crash, Crashes, lost_capture
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.psp.making import Desk, Settings, operation_of
from tests.domain.payments.making import ORDER, usd

CAPTURE, VOID, REFUND = OperationKind.CAPTURE, OperationKind.VOID, OperationKind.REFUND
DONE, FAILED, PENDING = OperationState.DONE, OperationState.FAILED, OperationState.PENDING


@pytest.fixture
def desk(endpoint: str) -> Desk:
    return Desk(new_table(endpoint, Settings))


def wish(kind: OperationKind, minor: int | None = None, name: str = "") -> Intention:
    id_ = OperationId(f"op_owed_{kind.value.lower()}{name}")
    return Intention(id=id_, kind=kind, amount=None if minor is None else usd(minor))


class Watched:
    """A provider that counts by what keys it was asked to move money; it may be away, or its answers may be lost."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider
        self.away = False
        self.loses = False
        self.keys: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._provider, name)

        def called(*given: Any) -> Any:
            if self.away:
                raise ProviderAway("bank", "nobody answers")
            if name in {"capture", "void", "refund"}:
                self.keys[given[-1]] += 1
            answer = found(*given)
            if self.loses:
                raise ProviderAway("bank", "it did what it was asked, and nobody knows")
            return answer

        return called


def watched(desk: Desk) -> tuple[Cashier, Watched]:
    bank = Watched(desk.simulator)
    return Cashier(desk.store, {NAME: bank}, now=desk.clock.now, new_id=new_id), bank


def states(there: Payment) -> dict[str, OperationState]:
    return {one.id: there.state(one) for one in there.operations}


def truth(desk: Desk, there: Payment) -> bool:
    """Whether the provider says the same."""
    assert there.reference is not None
    return desk.simulator.fetch(there.reference) == there.seen


@pytest.mark.parametrize("kind", OperationKind)
def test_what_is_told_twenty_times_at_once_is_done_once(desk: Desk, kind: OperationKind) -> None:
    made = desk.captured() if kind is REFUND else desk.begun()
    told = at_once(20, lambda _: desk.cashier.owe(made.id, wish(kind, 400)))
    assert {operation_of(one)[1] for one in told} == {DONE}
    there = desk.there(made.id)
    assert len(there.operations) == len(made.operations) + 1
    moved = {CAPTURE: there.captured == usd(400), VOID: there.seen.voided, REFUND: there.refunded == usd(400)}
    assert moved[kind]
    assert truth(desk, there)


def test_what_is_told_again_later_asks_nobody(desk: Desk) -> None:
    made = desk.begun()
    desk.cashier.owe(made.id, wish(CAPTURE, 1000))
    there = desk.there(made.id)
    with counted() as sent:
        assert operation_of(desk.cashier.owe(made.id, wish(CAPTURE, 1000)))[1] is DONE
    assert sent == Counter({"dynamodb.GetItem": 1})
    assert desk.there(made.id) == there


def test_what_cannot_be_is_stored_with_the_reason_so_that_it_is_told(desk: Desk) -> None:
    made = desk.captured()
    cashier, bank = watched(desk)
    told, state = operation_of(cashier.owe(made.id, wish(REFUND, 1001)))
    assert state is FAILED
    assert told.refused is not None
    assert told.refused.message == "at most 10.00 can be refunded"
    kept = desk.store.get(made.id)
    assert kept is not None
    assert kept.changes[-1].what is PaymentChangeReason.REFUSED
    assert bank.keys == Counter(), "the provider was not asked"


def test_what_staff_did_before_is_done(desk: Desk) -> None:
    made = desk.captured()
    cashier, bank = watched(desk)
    assert operation_of(cashier.owe(made.id, wish(CAPTURE, 1000)))[1] is DONE
    assert operation_of(cashier.owe(made.id, wish(VOID)))[1] is FAILED
    assert bank.keys == Counter()


@pytest.mark.parametrize("order", list(permutations((wish(CAPTURE, 1000), wish(VOID)))))
def test_in_whatever_order_a_capture_and_a_release_come_one_of_them_happens(
    desk: Desk, order: tuple[Intention, ...]
) -> None:
    made = desk.begun()
    for one in (*order, *order):
        desk.cashier.owe(made.id, one)
    there = desk.there(made.id)
    assert states(there) == {order[0].id: DONE, order[1].id: FAILED}
    assert there.status is (PaymentStatus.CAPTURED if order[0].kind is CAPTURE else PaymentStatus.VOIDED)


@pytest.mark.parametrize("kind", OperationKind)
@pytest.mark.parametrize("trouble", ["away", "loses"])
def test_a_provider_that_does_not_answer_is_asked_again_by_the_sweep(
    desk: Desk, kind: OperationKind, trouble: str
) -> None:
    made = desk.captured() if kind is REFUND else desk.begun()
    cashier, bank = watched(desk)
    setattr(bank, trouble, True)
    assert operation_of(cashier.owe(made.id, wish(kind, 1000)))[1] is PENDING
    setattr(bank, trouble, False)
    desk.clock.passes(seconds=61)
    [found] = desk.store.unsettled(desk.clock.now(), 10)
    assert isinstance(cashier.resume(found), StoredPayment)
    there = desk.there(made.id)
    assert there.state(there.operations[-1]) is DONE
    assert set(bank.keys) == {wish(kind).id}
    assert truth(desk, there)


def test_what_is_pending_is_finished_before_anything_else_is_decided(desk: Desk) -> None:
    made = lost_capture(desk)
    told = desk.cashier.owe(made.id, wish(CAPTURE, 1000))
    assert operation_of(told)[1] is DONE, "the capture that was lost has happened"
    assert operation_of(desk.cashier.owe(made.id, wish(VOID)))[1] is FAILED


def test_what_has_to_wait_for_a_provider_that_is_away_is_to_be_asked_for_again(desk: Desk) -> None:
    made = lost_capture(desk)
    cashier, bank = watched(desk)
    bank.away = True
    assert cashier.owe(made.id, wish(VOID)) == Refusal(errors=(AWAY,))
    assert desk.there(made.id) == made, "nothing is stored"
    bank.away = False
    assert operation_of(cashier.owe(made.id, wish(VOID)))[1] is FAILED


def test_there_is_nothing_to_be_done_with_a_payment_that_is_not_there(desk: Desk) -> None:
    nobodys = PaymentId("pay_of_nobody")
    assert desk.cashier.owe(nobodys, wish(CAPTURE, 1)) == desk.cashier.release(nobodys) == NoPayment()


@pytest.mark.parametrize("taken", [False, True])
def test_a_payment_that_no_order_can_be_placed_with_is_given_back_once(desk: Desk, taken: bool) -> None:
    made = desk.captured() if taken else desk.begun()
    cashier, bank = watched(desk)
    at_once(8, lambda _: cashier.release(made.id))
    there = desk.there(made.id)
    assert there.status is (PaymentStatus.REFUNDED if taken else PaymentStatus.VOIDED)
    assert truth(desk, there)
    assert len(bank.keys) == 1
    with counted() as sent:
        assert cashier.release(made.id) == StoredPayment(payment=there)
    assert sent == Counter({"dynamodb.GetItem": 1})


def test_what_was_taken_meanwhile_is_given_back_and_not_released(desk: Desk) -> None:
    """Somebody captures it just then, and nobody knows yet whether that has happened."""
    made = lost_capture(desk)
    assert operation_of(desk.cashier.release(made.id))[1] is PENDING, "that answer is lost as well"
    assert isinstance(desk.cashier.resume(desk.there(made.id)), StoredPayment)
    there = desk.there(made.id)
    assert there.status is PaymentStatus.REFUNDED
    assert [one.kind for one in there.operations] == [CAPTURE, REFUND]


def test_what_staff_gave_back_of_it_is_not_given_back_again(desk: Desk) -> None:
    made = desk.captured()
    desk.refund(made.id, usd(300), "by-staff")
    desk.cashier.release(made.id)
    there = desk.there(made.id)
    assert sorted(one.amount.minor for one in there.seen.refunds) == [300, 700]


def place(desk: Desk, id_: PaymentId) -> bool:
    """Whether an order could be placed with the payment, by who looked at it now."""
    kept = desk.store.get(id_)
    assert kept is not None
    if kept.payment.status is not PaymentStatus.AUTHORIZED or kept.payment.pending(VOID):
        return False
    into = Transaction(desk.store.table)
    desk.store.consuming(into, kept, ORDER)
    return into.commit() == frozenset()


def test_a_payment_that_has_got_an_order_is_left_alone(desk: Desk) -> None:
    made = desk.begun()
    assert place(desk, made.id)
    there = desk.there(made.id)
    assert desk.cashier.release(made.id) == StoredPayment(payment=there)
    assert desk.there(made.id) == there


def test_a_payment_is_given_an_order_or_given_back_and_never_both(desk: Desk) -> None:
    for _ in range(4):
        id_ = desk.begun().id

        def meet(number: int, id_: PaymentId = id_) -> Outcome | bool:
            return desk.cashier.release(id_) if number % 2 else place(desk, id_)

        placed = any(one is True for one in at_once(8, meet))
        there = desk.there(id_)
        assert (there.order_id is not None) is placed
        assert there.seen.voided is not placed


def fulfilled(desk: Desk, crashes: Crashes, wishes: Mapping[str, Intention | None]) -> Payment:
    """All that is wished (None: a release) is told again and again until it is dealt with; then a sweep goes round."""
    store, simulator = crashes.around(desk.store), crashes.around(desk.simulator)
    cashier = Cashier(store, {NAME: simulator}, now=desk.clock.now, new_id=new_id)
    made = desk.begun()
    for one in wishes.values():
        for _ in range(10):
            try:
                told = cashier.release(made.id) if one is None else cashier.owe(made.id, one)
            except Crash:
                continue
            if isinstance(told, StoredPayment):
                break
    desk.clock.passes(seconds=61)
    for pending in desk.store.unsettled(desk.clock.now(), 10):
        desk.cashier.resume(pending)
    return desk.there(made.id)


LIVES: Mapping[str, tuple[Mapping[str, Intention | None], PaymentStatus]] = {
    "bought and given back": (
        {"a": wish(CAPTURE, 1000), "b": wish(REFUND, 400, "a"), "c": wish(REFUND, 600, "b")},
        PaymentStatus.REFUNDED,
    ),
    "cancelled": ({"a": wish(VOID), "b": wish(CAPTURE, 1000)}, PaymentStatus.VOIDED),
    "never placed": ({"a": None}, PaymentStatus.VOIDED),
    "taken, and never placed": ({"a": wish(CAPTURE, 1000), "b": None}, PaymentStatus.REFUNDED),
}


@pytest.mark.parametrize("life", LIVES)
def test_whatever_moment_a_process_dies_in_what_is_owed_is_done_once(desk: Desk, life: str) -> None:
    wishes, status = LIVES[life]
    whole = Crashes()
    fulfilled(desk, whole, wishes)
    for at in range(1, whole.passed + 1):
        there = fulfilled(desk, Crashes((at,)), wishes)
        assert there.status is status, at
        assert not there.pending(), at
        assert len(there.operations) == len(wishes), at
        assert truth(desk, there), at
        given = sorted(refund.amount.minor for refund in there.seen.refunds)
        assert sum(given) == there.captured.minor, at


def test_payments_are_read_by_their_ids_with_one_request(desk: Desk) -> None:
    made = [desk.begun() for _ in range(3)]
    with counted() as sent:
        found = desk.store.many([*(one.id for one in made), made[0].id, PaymentId("pay_of_nobody")])
    assert found == {one.id: one for one in made}
    assert sent == Counter({"dynamodb.BatchGetItem": 1})
    with counted() as sent:
        assert desk.store.many([]) == {}
    assert sent == Counter()
