"""What can become of a payment when it meets the store."""

from datetime import datetime
from enum import Enum
from typing import Final

from domain.errors import UserError
from domain.ids import OperationId
from domain.payments.payments import Operation, OperationKind, OperationState, Payment
from domain.values import value


class PaymentChangeReason(Enum):
    """Why there is another version of a payment.

    CREATED: It is to be begun.
    STARTED: The provider knows of it.
    ATTEMPTED: The buyer tried to pay, was sent to confirm it, or was refused.
    AUTHORIZED: The amount is promised.
    CAPTURING: The provider is to be asked for what was promised.
    CAPTURED: It was taken.
    VOIDING: The provider is to be told to release it.
    VOIDED: It was released.
    REFUNDING: The provider is to be told to give money back.
    REFUNDED: Money was given back.
    REFUSED: The provider refused what it was asked for, or money did not arrive where it was given back to.
    ORDERED: An order was placed with it.
    ERASED: Nothing says any more who paid.
    """

    CREATED = "CREATED"
    STARTED = "STARTED"
    ATTEMPTED = "ATTEMPTED"
    AUTHORIZED = "AUTHORIZED"
    CAPTURING = "CAPTURING"
    CAPTURED = "CAPTURED"
    VOIDING = "VOIDING"
    VOIDED = "VOIDED"
    REFUNDING = "REFUNDING"
    REFUNDED = "REFUNDED"
    REFUSED = "REFUSED"
    ORDERED = "ORDERED"
    ERASED = "ERASED"


@value
class PaymentChange:
    """``seq`` is the version that the change made."""

    seq: int
    at: datetime
    what: PaymentChangeReason


@value
class KeptPayment:
    """A payment with its last changes, oldest first: the last is the one that made it what it is."""

    payment: Payment
    changes: tuple[PaymentChange, ...]


@value
class StoredPayment:
    """The payment as it is stored now; ``operation`` is the one that the request was about, if it was about one.

    ``replayed`` when the request was carried out before, by its key. ``written`` is what this request stored, for
    whoever goes on with it at once.
    """

    payment: Payment
    operation: OperationId | None = None
    replayed: bool = False
    written: KeptPayment | None = None


@value
class NoPayment:
    """There is no such payment."""


@value
class Refusal:
    """Why the payment stays as it is."""

    errors: tuple[UserError, ...]


@value
class Decision:
    """A payment's next version, and the operation that it is about; the payment that there is: nothing is to change."""

    payment: Payment
    operation: OperationId | None = None


_ASKED: Final = {
    OperationKind.CAPTURE: PaymentChangeReason.CAPTURING,
    OperationKind.VOID: PaymentChangeReason.VOIDING,
    OperationKind.REFUND: PaymentChangeReason.REFUNDING,
}


_DONE_BEFORE: Final = {
    OperationKind.CAPTURE: PaymentChangeReason.CAPTURED,
    OperationKind.VOID: PaymentChangeReason.VOIDED,
    OperationKind.REFUND: PaymentChangeReason.REFUNDED,
}


def reason_of(old: Payment | None, new: Payment) -> PaymentChangeReason:
    """Why there is ``new`` where ``old`` was: of several reasons that which moved most money.

    Where an operation has come to its end, so that whoever wished it is to be told, it is never one that only asks.
    """
    if old is None:
        return PaymentChangeReason.CREATED
    if len(new.operations) > len(old.operations):
        return _begun(new, new.operations[-1])
    checks = (
        (PaymentChangeReason.REFUNDED, old.refunded < new.refunded),
        (PaymentChangeReason.CAPTURED, old.captured < new.captured),
        (PaymentChangeReason.VOIDED, new.seen.voided and not old.seen.voided),
        (PaymentChangeReason.AUTHORIZED, old.seen.authorized < new.seen.authorized),
        (PaymentChangeReason.ORDERED, new.order_id != old.order_id),
        (PaymentChangeReason.ERASED, new.owner != old.owner),
        (PaymentChangeReason.REFUSED, _failed(old) < _failed(new)),
        (PaymentChangeReason.STARTED, new.reference != old.reference),
    )
    return next((reason for reason, true in checks if true), PaymentChangeReason.ATTEMPTED)


def _begun(payment: Payment, asked: Operation) -> PaymentChangeReason:
    """Of an operation that is new: it may have been refused, or done by somebody else, before it was asked for."""
    match payment.state(asked):
        case OperationState.PENDING:
            return _ASKED[asked.kind]
        case OperationState.DONE:
            return _DONE_BEFORE[asked.kind]
        case OperationState.FAILED:
            return PaymentChangeReason.REFUSED


def _failed(payment: Payment) -> int:
    failed = sum(payment.state(one) is OperationState.FAILED for one in payment.operations)
    return failed + (payment.declined is not None) + sum(one.failed for one in payment.seen.refunds)
