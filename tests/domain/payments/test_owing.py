"""What is owed is done once for its id, is so already, or has failed with a reason, wherever the payment stands."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Final

import pytest

from domain.errors import ErrorCode, PaymentError
from domain.ids import OperationId
from domain.money import CurrencyCode, Money
from domain.payments.facts import Refunded, Seen
from domain.payments.moving import asked, saw, settled
from domain.payments.owing import Intention, owed, unplaced
from domain.payments.payments import MOST_OPERATIONS, OperationKind, OperationState, Payment, PaymentStatus
from domain.payments.provider import Declined
from domain.payments.storing import PaymentChangeReason, reason_of
from tests.domain.payments.making import NOW, ORDER, operation, operation_id, payment, seen, usd
from tests.domain.payments.test_moving import ACCOUNTS, back

CAPTURE, VOID, REFUND = OperationKind.CAPTURE, OperationKind.VOID, OperationKind.REFUND
DONE, FAILED, PENDING = OperationState.DONE, OperationState.FAILED, OperationState.PENDING
OWED: Final = OperationId("op_that_is_owed")
TAKEN: Final = {
    PaymentStatus.PARTIALLY_CAPTURED: 600, PaymentStatus.CAPTURED: 1000, PaymentStatus.PARTIALLY_REFUNDED: 1000,
    PaymentStatus.REFUNDED: 1000,
}  # fmt: skip
ENDS: Final = {
    PaymentChangeReason.CAPTURED, PaymentChangeReason.VOIDED, PaymentChangeReason.REFUNDED, PaymentChangeReason.REFUSED,
}  # fmt: skip
"""What must be told to whom an operation is owed: it has come to an end."""


def wish(kind: OperationKind, minor: int | None = None, id_: OperationId = OWED) -> Intention:
    return Intention(id=id_, kind=kind, amount=None if minor is None else usd(minor))


def standing(status: PaymentStatus) -> Payment:
    return saw(payment(), ACCOUNTS[status], NOW)


def becomes(there: Payment, what: Intention) -> tuple[OperationState, Payment]:
    """The state of what is owed, and the payment that has it."""
    found = owed(there, what, NOW)
    assert isinstance(found, Payment), found
    operation = found.operation(what.id)
    assert operation is not None
    return found.state(operation), found


def expected(status: PaymentStatus, kind: OperationKind, minor: int) -> OperationState:
    """The oracle: by what was taken and given back, in plain words."""
    taken, given = TAKEN.get(status, 0), ACCOUNTS[status].refunded.minor
    match kind:
        case OperationKind.CAPTURE if status is PaymentStatus.AUTHORIZED:
            return PENDING
        case OperationKind.CAPTURE:
            return DONE if taken and taken >= minor else FAILED
        case OperationKind.VOID if status is PaymentStatus.VOIDED:
            return DONE
        case OperationKind.VOID:
            return FAILED if taken else PENDING
        case OperationKind.REFUND:
            return PENDING if taken - given >= minor else FAILED


@pytest.mark.parametrize(("status", "kind", "minor"), list(product(PaymentStatus, OperationKind, (100, 600, 1000))))
def test_the_grid_of_what_becomes_of_what_is_owed(status: PaymentStatus, kind: OperationKind, minor: int) -> None:
    there = standing(status)
    state, found = becomes(there, wish(kind, minor))
    assert state is expected(status, kind, minor)
    assert found.version == there.version + 1, "it is stored, and told, whatever it is"
    assert found.seen == there.seen, "nothing has moved by it"
    last = found.operations[-1]
    assert (last.id, last.kind, last.amount) == (OWED, kind, usd(minor))
    assert bool(last.refused and last.refused.message) is (state is FAILED)
    assert (reason_of(there, found) in ENDS) is (state is not PENDING)


@pytest.mark.parametrize(("status", "kind"), list(product(PaymentStatus, OperationKind)))
def test_what_comes_again_changes_nothing(status: PaymentStatus, kind: OperationKind) -> None:
    _, found = becomes(standing(status), wish(kind, 600))
    for minor in (600, 1, None):
        assert owed(found, wish(kind, minor), NOW) is found, "the id says that it is the same"


def orders(waiting: OperationKind) -> Iterator[Payment]:
    """Payments of which something is pending already."""
    for status in PaymentStatus:
        found = asked(standing(status), operation(waiting, 100))
        if isinstance(found, Payment):
            yield found


@pytest.mark.parametrize(("waiting", "kind"), list(product((CAPTURE, VOID), OperationKind)))
def test_what_may_be_possible_later_is_put_off_and_not_refused(waiting: OperationKind, kind: OperationKind) -> None:
    for there in orders(waiting):
        found = owed(there, wish(kind, 100), NOW)
        if kind is REFUND:
            assert isinstance(found, Payment), "nothing is taken yet, and only what was taken is owed back"
            continue
        assert isinstance(found, PaymentError) or there.status is not PaymentStatus.AUTHORIZED
        if isinstance(found, PaymentError):
            assert (found.code, found.retryable) == (ErrorCode.ILLEGAL_TRANSITION, True)


def test_what_is_put_off_is_decided_anew_by_how_the_other_ended() -> None:
    there = asked(standing(PaymentStatus.AUTHORIZED), operation(CAPTURE))
    assert isinstance(there, Payment)
    taken = settled(there, operation_id(), seen(1000, 1000, seconds=2), NOW)
    assert becomes(taken, wish(CAPTURE, 1000))[0] is DONE
    assert becomes(taken, wish(VOID))[0] is FAILED
    refused = settled(there, operation_id(), Declined(message="no"), NOW)
    assert becomes(refused, wish(CAPTURE, 1000))[0] is PENDING
    assert becomes(refused, wish(VOID))[0] is PENDING


def test_a_release_is_of_the_whole_payment() -> None:
    _, found = becomes(standing(PaymentStatus.AUTHORIZED), wish(VOID))
    assert found.operations[-1].amount == found.amount


def test_what_is_refused_is_also_known_where_nothing_more_can_be_done() -> None:
    many = tuple(operation(REFUND, 1, number=number) for number in range(MOST_OPERATIONS))
    there = replace(standing(PaymentStatus.CAPTURED), operations=many)
    assert becomes(there, wish(REFUND, 1))[0] is FAILED
    assert becomes(there, wish(CAPTURE, 1000))[0] is DONE, "that needs nothing to be done"


@pytest.mark.parametrize("amount", [usd(0), usd(-1), Money(100, CurrencyCode.EUR)])
@pytest.mark.parametrize("kind", OperationKind)
@pytest.mark.parametrize("status", [PaymentStatus.AUTHORIZED, PaymentStatus.REFUNDED])
def test_what_nobody_can_owe_is_a_fault(status: PaymentStatus, kind: OperationKind, amount: Money) -> None:
    with pytest.raises(ValueError, match="is owed of"):
        owed(standing(status), Intention(id=OWED, kind=kind, amount=amount), NOW)


@pytest.mark.parametrize("status", PaymentStatus)
def test_what_gives_back_a_payment_that_no_order_was_placed_with(status: PaymentStatus) -> None:
    there = standing(status)
    found = unplaced(there)
    if status in {PaymentStatus.VOIDED, PaymentStatus.REFUNDED}:
        assert found is None, "there is nothing to give back"
        return
    assert found is not None
    left = TAKEN.get(status, 0) - ACCOUNTS[status].refunded.minor
    assert (found.kind, found.amount) == ((REFUND, usd(left)) if left else (VOID, None))
    assert unplaced(there) == found, "the id is the same for whoever decides again"
    assert becomes(there, found)[0] is PENDING
    assert unplaced(replace(there, order_id=ORDER)) is None, "it pays for its order"


def test_what_is_on_its_way_back_is_not_given_back_again() -> None:
    there = asked(standing(PaymentStatus.CAPTURED), operation(REFUND, 400))
    assert isinstance(there, Payment)
    rest = unplaced(there)
    assert rest is not None
    assert rest.amount == usd(600)
    _, after = becomes(there, rest)
    assert unplaced(after) is None


def test_the_release_and_the_refund_of_a_payment_without_an_order_are_two_things() -> None:
    """Somebody takes the money at the provider's own back office before it is released."""
    there = standing(PaymentStatus.AUTHORIZED)
    first = unplaced(there)
    assert first is not None
    _, releasing = becomes(there, first)
    taken = settled(releasing, first.id, Declined(message="no"), NOW, seen=seen(1000, 1000, seconds=2))
    then = unplaced(taken)
    assert then is not None
    assert then.id != first.id
    assert becomes(taken, then)[0] is PENDING


def test_whatever_ends_an_operation_is_told_as_such() -> None:
    """Who hears only of ends hears of each."""
    authorized = asked(standing(PaymentStatus.AUTHORIZED), operation(CAPTURE))
    captured = asked(standing(PaymentStatus.CAPTURED), operation(REFUND, 400))
    assert isinstance(authorized, Payment)
    assert isinstance(captured, Payment)
    came = Refunded(reference="re-of-ours", amount=usd(400), operation=operation_id())
    answers: list[tuple[Payment, Seen | Declined, Seen | None]] = [
        (authorized, seen(1000, 1000, seconds=2), None),
        (authorized, Declined(message="no"), None),
        (authorized, Declined(message="no"), seen(1000, voided=True, seconds=2)),
        (authorized, Declined(message="no"), seen(1000, 1000, seconds=2)),
        (captured, seen(1000, 1000, came, seconds=2), None),
        (captured, seen(1000, 1000, replace(came, failed=True), seconds=2), None),
        (captured, Declined(message="no"), None),
        (captured, Declined(message="no"), seen(1000, 1000, back(100), seconds=2)),
    ]
    for there, answer, account in answers:
        after = settled(there, operation_id(), answer, NOW, seen=account)
        assert not after.pending()
        assert reason_of(there, after) in ENDS
