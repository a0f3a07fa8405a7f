"""How a payment pays for an order: once, whole, and only for the cart it was made for."""

from datetime import datetime
from typing import Final

from domain.errors import ErrorCode, InputError, PaymentError
from domain.ids import CartId, OrderId
from domain.money import Money
from domain.payments.moving import Refusal, revised
from domain.payments.payments import OperationKind, Payment, PaymentStatus

FIELD: Final = ("paymentId",)
USABLE: Final = frozenset({PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURED})
NO_PAYMENT: Final = InputError(code=ErrorCode.NOT_FOUND, message="there is no such payment", field=FIELD)
"""Also for a payment that is not the caller's or not the cart's: a stranger's thing does not exist."""


def unusable(payment: Payment, cart: CartId, total: Money) -> Refusal | None:
    """Why an order of a cart cannot be placed with a payment; None when it can."""
    if payment.cart_id != cart:
        return NO_PAYMENT
    if payment.order_id is not None:
        return _error(ErrorCode.ILLEGAL_TRANSITION, "another order was placed with the payment")
    if payment.status not in USABLE:
        return _unpaid(payment)
    if payment.seen.authorized != total or payment.pending(OperationKind.VOID):
        return _error(ErrorCode.ILLEGAL_TRANSITION, "the payment is not of what the cart costs now; start another")
    return None


def ordered(payment: Payment, order: OrderId, now: datetime) -> Payment:
    """The payment with its order; itself when it is that order's already. Whether it may be is ``unusable``'s to say.

    Raises ValueError when it is another's: an order is never taken away from a payment.
    """
    if payment.order_id not in {None, order}:
        raise ValueError(f"{payment.id} pays for {payment.order_id}, and cannot for {order}")
    return revised(payment, now, order_id=order)


def _unpaid(payment: Payment) -> PaymentError:
    match payment.status:
        case PaymentStatus.PENDING | PaymentStatus.ACTION_REQUIRED:
            return _error(ErrorCode.PAYMENT_ACTION_REQUIRED, "the buyer has to pay first")
        case PaymentStatus.FAILED:
            code = payment.declined.code if payment.declined else payment.seen.decline_code
            return PaymentError(
                code=ErrorCode.PAYMENT_DECLINED,
                message="the payment was declined; pay in another way",
                field=FIELD,
                decline_code=code,
            )
        case status:
            return _error(ErrorCode.ILLEGAL_TRANSITION, f"the payment is {status.value}; start another")


def _error(code: ErrorCode, message: str) -> PaymentError:
    return PaymentError(code=code, message=message, field=FIELD)
