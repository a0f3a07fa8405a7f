"""What others want done with a payment's money, an order say: once for its id, or known for good why it is not done."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.errors import PaymentError
from domain.ids import OPERATION, OperationId, derived
from domain.money import Money
from domain.payments.moving import revised, unmovable
from domain.payments.payments import Operation, OperationKind, Payment, PaymentStatus, Refused
from domain.values import value

UNPLACED: Final = "unplaced"
"""Names, in their ids, the operations by which a payment is given back that no order was placed with."""


@value
class Intention:
    """What is to be done once for its ``id``, which names the operation too; no ``amount`` is the whole of it."""

    id: OperationId
    kind: OperationKind
    amount: Money | None = None


def owed(payment: Payment, wish: Intention, now: datetime) -> Payment | PaymentError:
    """The payment with an operation for what is wished: to be carried out, done, or failed with the reason.

    It is done where what is wished is so already, whoever did it; it has failed where the rules refuse it. What they
    refuse for now alone is given back as the error, and nothing changes: finish what is pending, and ask again. A
    payment that has the operation is given back itself, whatever became of it.

    Raises ValueError for what nobody could owe: nothing at all, or money of another currency.
    """
    if payment.operation(wish.id) is not None:
        return payment
    amount = payment.amount if wish.amount is None else wish.amount
    if amount.currency is not payment.amount.currency or amount.minor <= 0:
        raise ValueError(f"{amount} is owed of {payment.id}, which is {payment.amount}")
    operation = Operation(id=wish.id, kind=wish.kind, amount=amount, at=now)
    refusal = None if _is_so(payment, wish.kind, amount) else unmovable(payment, wish.kind, amount)
    if isinstance(refusal, PaymentError) and refusal.retryable:
        return refusal
    if refusal is not None:  # also beyond MOST_OPERATIONS: whoever wished it must learn of it, and has few wishes
        operation = replace(operation, refused=Refused(message=refusal.message))
    return revised(payment, now, operations=(*payment.operations, operation))


def unplaced(payment: Payment) -> Intention | None:
    """What gives back the money of a payment that no order can be placed with; None where there is none to give, or
    where it has got its order all the same.
    """
    if payment.order_id is not None or payment.status is PaymentStatus.VOIDED:
        return None
    taken = payment.captured.minor > 0
    if taken and payment.refundable.minor == 0:
        return None
    kind = OperationKind.REFUND if taken else OperationKind.VOID
    id_ = OperationId(derived(OPERATION, payment.id, UNPLACED, kind.value))
    return Intention(id=id_, kind=kind, amount=payment.refundable if taken else None)


def _is_so(payment: Payment, kind: OperationKind, amount: Money) -> bool:
    """Whether somebody else has done it before: it shows in the account, and so in the state of the operation."""
    match kind:
        case OperationKind.CAPTURE:
            return bool(payment.captured.minor) and not payment.captured < amount
        case OperationKind.VOID:
            return payment.status is PaymentStatus.VOIDED
        case OperationKind.REFUND:
            return False
