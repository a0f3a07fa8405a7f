"""What may be done with a payment's money, and what becomes of the payment when it is done.

A payment is captured once, whole or in part, and what is not captured is released with it: that is what a provider
does unless multiple captures are bought extra (Stripe, "Capture a payment multiple times"), and an order is charged
once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from domain.errors import ErrorCode, InputError, PaymentError
from domain.ids import OperationId
from domain.money import Money
from domain.payments.facts import Seen, joined
from domain.payments.payments import (
    MOST_OPERATIONS,
    Operation,
    OperationKind,
    Payment,
    PaymentStatus,
    Refused,
)
from domain.payments.provider import Declined, Started

LONGEST_REASON: Final = 500
"""Characters of why money is given back: a paragraph."""
REPEATABLE: Final = timedelta(hours=23)
"""How long an operation may be asked for again: Stripe forgets keys once they are 24 hours old (API, "Idempotent
requests"), and with a key that is forgotten money would move twice."""

type Refusal = InputError | PaymentError


def revised(payment: Payment, now: datetime, **parts: Any) -> Payment:
    """The payment's next version; equal parts give ``payment`` itself back."""
    changed = {name: part for name, part in parts.items() if getattr(payment, name) != part}
    return replace(payment, **changed, version=payment.version + 1, updated_at=now) if changed else payment


def started(payment: Payment, answer: Started | Declined, now: datetime) -> Payment:
    """The payment as the provider has begun it, or refused to; the first answer stays."""
    if payment.client_secret is not None or payment.declined is not None:
        return payment
    if isinstance(answer, Declined):
        return revised(payment, now, declined=_no(answer))
    known = joined(payment.seen, answer.seen)
    return revised(payment, now, reference=answer.reference, client_secret=answer.client_secret, seen=known)


def heard(payment: Payment, reference: str, seen: Seen, now: datetime) -> Payment | None:
    """The payment after news of ``reference``, by which it may become known first; None when that is another's."""
    if payment.reference not in {None, reference}:
        return None
    return revised(payment, now, reference=reference, seen=joined(payment.seen, seen))


def saw(payment: Payment, seen: Seen, now: datetime) -> Payment:
    """The payment, knowing what the provider says; ``payment`` itself when that is nothing new."""
    return revised(payment, now, seen=joined(payment.seen, seen))


def settled(
    payment: Payment, id_: OperationId, answer: Seen | Declined, now: datetime, *, seen: Seen | None = None
) -> Payment:
    """The payment when the provider has answered to one of its operations; ``seen`` is how it stands after a no.

    A no counts only while nothing shows that the operation was carried out all the same.
    """
    known = answer if isinstance(answer, Seen) else seen
    after = replace(payment, seen=joined(payment.seen, known)) if known else payment
    operations = after.operations
    if isinstance(answer, Declined):
        refused = {one.id for one in after.pending() if one.id == id_}
        operations = tuple(replace(one, refused=_no(answer)) if one.id in refused else one for one in operations)
    return revised(payment, now, seen=after.seen, operations=operations)


def asked(payment: Payment, operation: Operation) -> Payment | Refusal:
    """The payment with one more operation to be carried out, at the moment ``operation.at``; or why it must not be."""
    refusal = unmovable(payment, operation.kind, operation.amount, operation.reason)
    if refusal is not None:
        return refusal
    return revised(payment, operation.at, operations=(*payment.operations, operation))


def repeatable(operation: Operation, now: datetime) -> bool:
    """Whether an operation may still be asked for with its key; else what became of it is to be looked up."""
    return now - operation.at < REPEATABLE


def unmovable(payment: Payment, kind: OperationKind, amount: Money, reason: str | None = None) -> Refusal | None:
    """Why money may not move; None when it may."""
    if amount.currency is not payment.amount.currency:
        message = f"the payment is in {payment.amount.currency.value}"
        return InputError(code=ErrorCode.INVALID, message=message, field=("amount", "currency"))
    if amount.minor <= 0:
        return InputError(code=ErrorCode.INVALID, message="an amount is more than 0", field=("amount",))
    if len(reason or "") > LONGEST_REASON:
        message = f"a reason has at most {LONGEST_REASON} characters"
        return InputError(code=ErrorCode.INVALID, message=message, field=("reason",))
    if len(payment.operations) >= MOST_OPERATIONS:
        message = f"at most {MOST_OPERATIONS} things can be done with one payment"
        return PaymentError(code=ErrorCode.ILLEGAL_TRANSITION, message=message)
    return _RULES[kind](payment, amount)


def _no_capture(payment: Payment, amount: Money) -> PaymentError | None:
    if payment.status is not PaymentStatus.AUTHORIZED:
        return _illegal(payment, "captured")
    if payment.pending(OperationKind.CAPTURE, OperationKind.VOID):
        return _busy()
    if payment.seen.authorized < amount:
        message = f"at most {payment.seen.authorized.amount} can be captured"
        return PaymentError(code=ErrorCode.ILLEGAL_TRANSITION, message=message, field=("amount",))
    return None


def _no_void(payment: Payment, _: Money) -> PaymentError | None:
    if payment.captured.minor or payment.seen.voided:
        return _illegal(payment, "voided")
    if payment.reference is None:
        return _illegal(payment, "voided before the provider knows it")
    return _busy() if payment.pending(OperationKind.CAPTURE, OperationKind.VOID) else None


def _no_refund(payment: Payment, amount: Money) -> PaymentError | None:
    if not payment.captured.minor:
        return _illegal(payment, "refunded")
    if payment.refundable < amount:
        message = f"at most {payment.refundable.amount} can be refunded"
        return PaymentError(code=ErrorCode.AMOUNT_EXCEEDS_CAPTURED, message=message, field=("amount",))
    return None


_RULES: Final[Mapping[OperationKind, Callable[[Payment, Money], PaymentError | None]]] = {
    OperationKind.CAPTURE: _no_capture,
    OperationKind.VOID: _no_void,
    OperationKind.REFUND: _no_refund,
}


def _illegal(payment: Payment, what: str) -> PaymentError:
    message = f"a payment that is {payment.status.value} cannot be {what}"
    return PaymentError(code=ErrorCode.ILLEGAL_TRANSITION, message=message)


def _busy() -> PaymentError:
    message = "something else is being done with the payment; try again in a moment"
    return PaymentError(code=ErrorCode.ILLEGAL_TRANSITION, message=message, retryable=True)


def _no(answer: Declined) -> Refused:
    return Refused(code=answer.code, message=answer.message)
