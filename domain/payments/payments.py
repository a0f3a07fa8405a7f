"""What a payment is: an amount to be had from a buyer, what the provider has said of it, and what we asked for.

Nothing of it is stored twice. What was captured and refunded is what the provider says; a payment's status, and how far
an operation has come, follow from that.
"""

from datetime import datetime
from enum import Enum
from typing import Final

from domain.ids import CartId, CustomerId, OperationId, OrderId, PaymentId
from domain.money import Money
from domain.payments.facts import Attempt, Refunded, Seen
from domain.values import value

MOST_OPERATIONS: Final = 200
"""Of one payment: some 60 KB with what the provider says of each, where an item takes 400 KB (DynamoDB quotas)."""


class PaymentStatus(Enum):
    """Where a payment stands.

    PENDING: The buyer has not paid yet.
    ACTION_REQUIRED: The buyer has to confirm the payment at its nextActionUrl.
    AUTHORIZED: The amount is promised, and nothing is taken yet.
    PARTIALLY_CAPTURED: Less than was promised is taken; the rest is released.
    CAPTURED: All that was promised is taken.
    PARTIALLY_REFUNDED: Some of what was taken is given back.
    REFUNDED: All that was taken is given back.
    VOIDED: Nothing was taken, and nothing can be any more.
    FAILED: The last try was refused; another may be made.
    """

    PENDING = "PENDING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    AUTHORIZED = "AUTHORIZED"
    PARTIALLY_CAPTURED = "PARTIALLY_CAPTURED"
    CAPTURED = "CAPTURED"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"
    FAILED = "FAILED"


class OperationKind(Enum):
    """What moves money: taking it, giving the promise back, giving money back."""

    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REFUND = "REFUND"


class OperationState(Enum):
    """How far an operation has come: PENDING until the provider's answer, or news of it, is known."""

    PENDING = "PENDING"
    DONE = "DONE"
    FAILED = "FAILED"


@value
class Refused:
    """The provider's no to an operation: its own ``code``, where it has one, and a sentence."""

    code: str | None = None
    message: str = ""


@value
class Operation:
    """Something asked of the provider, stored before it is asked; the ``id`` is its idempotency key there.

    So whoever finds it pending may ask again, and it happens once. ``reason`` is staff's. ``at`` is when it was asked
    for first: a provider forgets keys.
    """

    id: OperationId
    kind: OperationKind
    amount: Money
    reason: str | None = None
    at: datetime
    refused: Refused | None = None


@value
class Payment:
    """A payment as stored. ``version`` starts at 1 and grows by 1 with each stored change.

    ``owner`` is the customer, None of a guest. ``reference`` and ``client_secret`` are the provider's, and not there
    until it has answered for the first time. ``order_id`` is given once, when an order is placed with the payment.
    ``declined`` is the provider's no to beginning it at all.
    """

    id: PaymentId
    version: int
    cart_id: CartId
    owner: CustomerId | None = None
    provider: str
    reference: str | None = None
    amount: Money
    client_secret: str | None = None
    seen: Seen
    declined: Refused | None = None
    operations: tuple[Operation, ...] = ()
    order_id: OrderId | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def captured(self) -> Money:
        """What was taken."""
        return self.seen.captured

    @property
    def refunded(self) -> Money:
        """What was given back."""
        return self.seen.refunded

    @property
    def refundable(self) -> Money:
        """What may still be given back: refunds that are on their way count as if they had come."""
        waiting = sum(one.amount.minor for one in self.pending(OperationKind.REFUND))
        left = self.captured.minor - self.refunded.minor - waiting
        return Money(max(0, left), self.amount.currency)  # somebody may refund at the provider, beside us

    @property
    def status(self) -> PaymentStatus:
        """Where it stands, by what the provider has said."""
        seen = self.seen
        if seen.captured.minor:
            return _taken(seen)
        if seen.voided:
            return PaymentStatus.VOIDED
        if seen.authorized.minor:
            return PaymentStatus.AUTHORIZED
        return PaymentStatus.FAILED if self.declined else _ATTEMPTS[seen.attempt]

    def state(self, operation: Operation) -> OperationState:
        """How far one of its operations has come. What the provider did counts, whatever it had answered."""
        refund = refund_of(self, operation.id)
        if refund is not None:
            return OperationState.FAILED if refund.failed else OperationState.DONE
        if operation.refused is not None:
            return OperationState.FAILED
        done = {OperationKind.CAPTURE: bool(self.captured.minor), OperationKind.VOID: self.seen.voided}
        return OperationState.DONE if done.get(operation.kind) else OperationState.PENDING

    def pending(self, *kinds: OperationKind) -> tuple[Operation, ...]:
        """Its operations of some kinds (none named: of all) whose outcome is not known."""
        wanted = kinds or tuple(OperationKind)
        return tuple(one for one in self.operations if one.kind in wanted and self.state(one) is OperationState.PENDING)

    def operation(self, id_: OperationId) -> Operation | None:
        """The operation of this id."""
        return next((one for one in self.operations if one.id == id_), None)


_ATTEMPTS: Final = {
    Attempt.WAITING: PaymentStatus.PENDING,
    Attempt.ACTION_REQUIRED: PaymentStatus.ACTION_REQUIRED,
    Attempt.DECLINED: PaymentStatus.FAILED,
}


def _taken(seen: Seen) -> PaymentStatus:
    if seen.refunded.minor:
        return PaymentStatus.PARTIALLY_REFUNDED if seen.refunded < seen.captured else PaymentStatus.REFUNDED
    return PaymentStatus.PARTIALLY_CAPTURED if seen.captured < seen.authorized else PaymentStatus.CAPTURED


def refund_of(payment: Payment, id_: OperationId) -> Refunded | None:
    """What the provider has said of a refund that we asked for; None before it has."""
    return next((one for one in payment.seen.refunds if one.operation == id_), None)


def begun(
    id_: PaymentId, cart: CartId, amount: Money, now: datetime, *, provider: str, owner: CustomerId | None = None
) -> Payment:
    """A payment that the provider has not heard of yet."""
    return Payment(
        id=id_,
        version=1,
        cart_id=cart,
        owner=owner,
        provider=provider,
        amount=amount,
        seen=Seen(at=now, authorized=amount * 0, captured=amount * 0),
        created_at=now,
        updated_at=now,
    )
