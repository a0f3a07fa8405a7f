"""What others are told of payments: the shape of the events that go over the bus, and how stored changes become them.

None holds by what a payment is paid, or a word that anybody wrote: the bus keeps events for 90 days.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from domain.ids import CartId, CustomerId, OperationId, OrderId, PaymentId
from domain.payments.payments import OperationState, Payment, PaymentStatus
from domain.payments.storing import KeptPayment, PaymentChangeReason
from resolvers._kit.views import Money

type ReadChange = Callable[[Mapping[str, Any]], tuple[KeptPayment | None, KeptPayment] | None]


class PaymentTold(Struct, frozen=True, kw_only=True, rename="camel"):
    """One change of a payment, `payment.<what in lower case>`, and the payment as this change made it.

    `seq` is the version, which begins at 1 and has no gaps; `at` is when it was stored. `orderId` is null before an
    order is placed with it, `customerId` for a guest. `authorized` stays what was promised when it has been captured or
    released; `voided`: nothing was captured, and nothing can be any more. `done` and `failed` are the ids of all
    operations that have come to an end, an order's intentions among them: that which this change brought, and those
    before.
    """

    schema: int = 1
    payment_id: PaymentId
    seq: int
    what: PaymentChangeReason
    at: datetime
    provider: str
    cart_id: CartId
    order_id: OrderId | None
    customer_id: CustomerId | None
    status: PaymentStatus
    amount: Money
    authorized: Money
    captured: Money
    refunded: Money
    voided: bool
    done: tuple[OperationId, ...]
    failed: tuple[OperationId, ...]


class Event(Struct, frozen=True, kw_only=True):
    """What goes over the bus; those with one ``key`` in their order, and those with one ``id`` are one."""

    id: str
    key: str
    kind: str
    at: datetime
    detail: PaymentTold


def kind_of(what: PaymentChangeReason) -> str:
    """What an event of such a change is called, by who subscribes to it."""
    return f"payment.{what.value.lower()}"


EVENTS: Final[Mapping[str, type[Struct]]] = {kind_of(what): PaymentTold for what in PaymentChangeReason}
"""Of each kind of event that is told here, what it holds."""


def event_of(read: ReadChange, record: Mapping[str, Any]) -> Event | None:
    """What a record of the table's stream is told as; None for what is no change of a payment."""
    found = read(record)
    if found is None:
        return None
    old, new = found
    if old is not None and old.payment.version == new.payment.version:
        return None
    told = told_of(new)
    id_ = f"{told.payment_id}:{told.seq}"
    return Event(id=id_, key=told.payment_id, kind=kind_of(told.what), at=told.at, detail=told)


def told_of(kept: KeptPayment) -> PaymentTold:
    """The last change of a payment."""
    payment, change = kept.payment, kept.changes[-1]
    return PaymentTold(
        payment_id=payment.id,
        seq=payment.version,
        what=change.what,
        at=change.at,
        provider=payment.provider,
        cart_id=payment.cart_id,
        order_id=payment.order_id,
        customer_id=payment.owner,
        status=payment.status,
        amount=Money.of(payment.amount),
        authorized=Money.of(payment.seen.authorized),
        captured=Money.of(payment.captured),
        refunded=Money.of(payment.refunded),
        voided=payment.status is PaymentStatus.VOIDED,
        done=_ended(payment, OperationState.DONE),
        failed=_ended(payment, OperationState.FAILED),
    )


def _ended(payment: Payment, state: OperationState) -> tuple[OperationId, ...]:
    return tuple(one.id for one in payment.operations if payment.state(one) is state)
