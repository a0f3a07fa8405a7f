"""The payments' wire shapes, and how a payment becomes them for who asks."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from domain import keys
from domain.errors import ErrorCode, InputError, PaymentError
from domain.ids import OperationId, PaymentId
from domain.keys import KeyReused
from domain.payments import payments as stored
from domain.payments.ordering import NO_PAYMENT as NO_PAYMENT_OF_CART
from domain.payments.payments import Operation, OperationKind, OperationState, PaymentStatus
from domain.payments.storing import Refusal, StoredPayment
from resolvers._kit.views import Money, UserError
from resolvers.payments.ports import Outcome

NO_PAYMENT: Final = InputError(code=ErrorCode.NOT_FOUND, message=NO_PAYMENT_OF_CART.message, field=("id",))
STATUSES: Final = {
    OperationState.PENDING: PaymentStatus.PENDING,
    OperationState.DONE: PaymentStatus.REFUNDED,
    OperationState.FAILED: PaymentStatus.FAILED,
}


class Refund(Struct, frozen=True, kw_only=True):
    """Money on its way back."""

    id: OperationId
    amount: Money
    reason: str | None
    status: PaymentStatus
    created_at: datetime


class Payment(Struct, frozen=True, kw_only=True):
    """An amount to be had from a buyer."""

    id: PaymentId
    provider: str
    status: PaymentStatus
    amount: Money
    captured: Money
    refunded: Money
    client_secret: str | None
    next_action_url: str | None
    decline_code: str | None
    refunds: tuple[Refund, ...]
    created_at: datetime


class PaymentPayload(Struct, frozen=True, kw_only=True):
    """What became of a payment."""

    payment: Payment | None = None
    user_errors: tuple[UserError, ...] = ()


class RefundPayload(Struct, frozen=True, kw_only=True):
    """What became of a wish to give money back."""

    refund: Refund | None = None
    payment: Payment | None = None
    user_errors: tuple[UserError, ...] = ()


def payment_of(payment: stored.Payment, *, buyer: bool) -> Payment:
    """A payment on the wire; by what it is paid is for its ``buyer`` alone."""
    seen = payment.seen
    return Payment(
        id=payment.id,
        provider=payment.provider,
        status=payment.status,
        amount=Money.of(payment.amount),
        captured=Money.of(payment.captured),
        refunded=Money.of(payment.refunded),
        client_secret=payment.client_secret if buyer else None,
        next_action_url=seen.next_action_url if buyer else None,
        decline_code=payment.declined.code if payment.declined else seen.decline_code,
        refunds=tuple(_refund(payment, one) for one in payment.operations if one.kind is OperationKind.REFUND),
        created_at=payment.created_at,
    )


def started(outcome: Outcome) -> PaymentPayload:
    """What became of beginning a payment."""
    if not isinstance(outcome, StoredPayment):
        return PaymentPayload(user_errors=_against(outcome))
    shown = payment_of(outcome.payment, buyer=True)
    errors = (_declined(shown.decline_code),) if shown.status is PaymentStatus.FAILED else ()
    return PaymentPayload(payment=shown, user_errors=errors)


def moved(outcome: Outcome) -> PaymentPayload:
    """What became of taking money, or of releasing it."""
    if not isinstance(outcome, StoredPayment):
        return PaymentPayload(user_errors=_against(outcome))
    return PaymentPayload(payment=payment_of(outcome.payment, buyer=False), user_errors=_refused(outcome))


def refunded(outcome: Outcome) -> RefundPayload:
    """What became of giving money back."""
    if not isinstance(outcome, StoredPayment):
        return RefundPayload(user_errors=_against(outcome))
    shown = payment_of(outcome.payment, buyer=False)
    refund = next((one for one in shown.refunds if one.id == outcome.operation), None)
    return RefundPayload(refund=refund, payment=shown, user_errors=_refused(outcome))


def _refund(payment: stored.Payment, asked: Operation) -> Refund:
    return Refund(
        id=asked.id,
        amount=Money.of(asked.amount),
        reason=asked.reason,
        status=STATUSES[payment.state(asked)],
        created_at=asked.at,
    )


def _against(outcome: Outcome) -> tuple[UserError, ...]:
    match outcome:
        case Refusal(errors=errors):
            return errors
        case KeyReused():
            return (keys.REUSED,)
        case _:
            return (NO_PAYMENT,)


def _refused(outcome: StoredPayment) -> tuple[UserError, ...]:
    """The provider's no to the operation that was asked for."""
    asked = outcome.payment.operation(outcome.operation) if outcome.operation else None
    if asked is None or outcome.payment.state(asked) is not OperationState.FAILED:
        return ()
    return (_declined(asked.refused.code if asked.refused else None),)


def _declined(code: str | None) -> PaymentError:
    message = "the provider refuses it" + (f": {code}" if code else "")
    return PaymentError(code=ErrorCode.PAYMENT_DECLINED, message=message, decline_code=code)
