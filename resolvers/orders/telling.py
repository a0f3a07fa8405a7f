"""What others are told of orders: the shapes of the events that go over the bus, and how stored changes become them.

None holds a name, an address, an e-mail, a tracking number or anything that people wrote: the bus keeps events for 90
days, and whoever needs more reads the order. The largest, of 50 lines with the longest amounts and SKUs, is 72 KB of
the 256 KB that an event may be, since it tells of one parcel or return only: the one that it is about.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from domain.errors import ErrorCode
from domain.ids import (
    CartId,
    CustomerId,
    FulfillmentId,
    OperationId,
    OrderId,
    OrderLineId,
    PaymentId,
    ReturnId,
    VariantId,
    WarehouseId,
)
from domain.money import CurrencyCode
from domain.orders.events import OrderEvent, OrderEventType
from domain.orders.orders import Due, Fulfillment, LineQuantity, Order, Owed, PaymentFacts, Return
from domain.orders.statuses import (
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
    fulfillment_status_of,
    payment_status_of,
    status_of,
)
from domain.orders.storing import KeptOrder
from resolvers._kit.views import Money

CHECKOUT_REFUSED: Final = "checkout.refused"

type ReadChange = Callable[[Mapping[str, Any]], tuple[KeptOrder | None, KeptOrder] | None]


class LineTold(Struct, frozen=True, kw_only=True, rename="camel"):
    """A line as it was bought, without its name."""

    id: OrderLineId
    variant_id: VariantId
    sku: str
    quantity: int
    unit_price: Money
    discount: Money
    tax: Money
    total: Money


class TotalsTold(Struct, frozen=True, kw_only=True, rename="camel"):
    """``total`` is subtotal - discount + shipping, and + tax unless ``taxIncluded``."""

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    tax_included: bool
    total: Money


class PaymentKnown(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the order knows of a payment, as of a version of it."""

    id: PaymentId
    version: int
    authorized: Money
    captured: Money
    refunded: Money
    voided: bool


class OwedTold(Struct, frozen=True, kw_only=True, rename="camel"):
    """What is to be done with a payment, once for its ``id``; ``amount`` is null for VOID."""

    id: OperationId
    due: Due
    payment_id: PaymentId
    amount: Money | None
    return_id: ReturnId | None


class UnitsTold(Struct, frozen=True, kw_only=True, rename="camel"):
    """So many units of a line."""

    line_id: OrderLineId
    quantity: int


class ParcelTold(Struct, frozen=True, kw_only=True, rename="camel"):
    """The parcel that left the house, or arrived; by whom it is carried, and its tracking number, are left out."""

    id: FulfillmentId
    lines: tuple[UnitsTold, ...]
    warehouse_id: WarehouseId
    at: datetime
    delivered_at: datetime | None


class ReturnTold(Struct, frozen=True, kw_only=True, rename="camel"):
    """The return that was asked for, or answered; ``approved`` is null before the answer. Its reason is left out."""

    id: ReturnId
    lines: tuple[UnitsTold, ...]
    approved: bool | None
    restocked: bool | None
    refund: Money | None


class OrderTold(Struct, frozen=True, kw_only=True, rename="camel"):
    """One change of an order, ``order.<type in lower case>``, and the order as this change made it.

    ``seq`` is the version, which begins at 1 and has no gaps. ``owed`` are the intentions that this change brought,
    ``settled`` those that it ended, ``failed`` those that cannot be carried out. ``fulfillment`` is there for FULFILLED
    and DELIVERED, ``return`` for RETURN_REQUESTED and RETURN_RESOLVED.
    """

    schema: int = 1
    order_id: OrderId
    number: str
    cart_id: CartId
    customer_id: CustomerId | None
    seq: int
    type: OrderEventType
    actor: str
    at: datetime
    status: OrderStatus
    payment_status: PaymentStatus
    fulfillment_status: FulfillmentStatus
    currency: CurrencyCode
    totals: TotalsTold
    lines: tuple[LineTold, ...]
    payments: tuple[PaymentKnown, ...]
    owed: tuple[OwedTold, ...]
    settled: tuple[OperationId, ...]
    failed: tuple[OperationId, ...]
    fulfillment: ParcelTold | None
    return_: ReturnTold | None


class CheckoutRefused(Struct, frozen=True, kw_only=True, rename="camel"):
    """A cart was paid whose buyer is gone, and it cannot become an order: the money is to be released.

    ``codes`` say why, as user errors do: NOT_FOUND when there is no such cart any more.
    """

    schema: int = 1
    cart_id: CartId
    payment_id: PaymentId
    codes: tuple[ErrorCode, ...]
    at: datetime


class Event(Struct, frozen=True, kw_only=True):
    """What goes over the bus; those with one ``key`` in their order, and those with one ``id`` are one."""

    id: str
    key: str
    kind: str
    at: datetime
    detail: OrderTold | CheckoutRefused


def kind_of(type_: OrderEventType) -> str:
    """What an event of such a change is called, by who subscribes to it."""
    return f"order.{type_.value.lower()}"


EVENTS: Final[Mapping[str, type[Struct]]] = {kind_of(type_): OrderTold for type_ in OrderEventType} | {
    CHECKOUT_REFUSED: CheckoutRefused
}
"""Of each kind of event that is told here, what it holds."""


def event_of(read: ReadChange, record: Mapping[str, Any]) -> Event | None:
    """What a record of the table's stream is told as; None for what is no change of an order."""
    found = read(record)
    if found is None:
        return None
    old, new = found
    if old is not None and old.order.version == new.order.version:
        return None
    return Event(
        id=f"{new.order.id}:{new.last.seq}",
        key=new.order.id,
        kind=kind_of(new.last.type),
        at=new.last.at,
        detail=told_of(new),
    )


def refused_of(cart: CartId, payment: PaymentId, codes: Iterable[ErrorCode], now: datetime) -> Event:
    """That a paid cart becomes no order, told as one for a payment however often it is."""
    told = CheckoutRefused(cart_id=cart, payment_id=payment, codes=tuple(dict.fromkeys(codes)), at=now)
    return Event(id=f"{payment}:refused", key=payment, kind=CHECKOUT_REFUSED, at=now, detail=told)


def told_of(kept: KeptOrder) -> OrderTold:
    """The last change of an order."""
    order, event, totals = kept.order, kept.last, kept.order.totals
    return OrderTold(
        order_id=order.id,
        number=order.number,
        cart_id=order.cart_id,
        customer_id=order.customer_id,
        seq=event.seq,
        type=event.type,
        actor=event.actor,
        at=event.at,
        status=status_of(order),
        payment_status=payment_status_of(order),
        fulfillment_status=fulfillment_status_of(order),
        currency=order.currency,
        totals=TotalsTold(
            subtotal=Money.of(totals.subtotal),
            discount=Money.of(totals.discount),
            shipping=Money.of(totals.shipping),
            tax=Money.of(totals.tax),
            tax_included=totals.tax_included,
            total=Money.of(totals.total),
        ),
        lines=_lines(order),
        payments=tuple(map(_payment, order.payments)),
        owed=tuple(_owed(one) for one in event.owed if not one.failed),
        settled=event.settled,
        failed=event.failed,
        fulfillment=_parcel(order, event),
        return_=_return(order, event),
    )


def _lines(order: Order) -> tuple[LineTold, ...]:
    return tuple(
        LineTold(
            id=one.id,
            variant_id=one.variant_id,
            sku=one.sku,
            quantity=one.quantity,
            unit_price=Money.of(one.unit_price),
            discount=Money.of(one.discount),
            tax=Money.of(one.tax),
            total=Money.of(one.total),
        )
        for one in order.lines
    )


def _payment(one: PaymentFacts) -> PaymentKnown:
    return PaymentKnown(
        id=one.id,
        version=one.version,
        authorized=Money.of(one.authorized),
        captured=Money.of(one.captured),
        refunded=Money.of(one.refunded),
        voided=one.voided,
    )


def _owed(one: Owed) -> OwedTold:
    amount = None if one.amount is None else Money.of(one.amount)
    return OwedTold(id=one.id, due=one.due, payment_id=one.payment_id, amount=amount, return_id=one.return_id)


def _units(lines: Iterable[LineQuantity]) -> tuple[UnitsTold, ...]:
    return tuple(UnitsTold(line_id=one.line_id, quantity=one.quantity) for one in lines)


def _parcel(order: Order, event: OrderEvent) -> ParcelTold | None:
    id_ = event.fulfillment.id if event.fulfillment else event.fulfillment_id
    found: Fulfillment | None = next((one for one in order.fulfillments if one.id == id_), None)
    if found is None:
        return None
    return ParcelTold(
        id=found.id,
        lines=_units(found.lines),
        warehouse_id=found.warehouse_id,
        at=found.at,
        delivered_at=found.delivered_at,
    )


def _return(order: Order, event: OrderEvent) -> ReturnTold | None:
    id_ = event.requested.id if event.requested else event.return_id
    found: Return | None = next((one for one in order.returns if one.id == id_), None)
    if found is None:
        return None
    said = found.resolution
    return ReturnTold(
        id=found.id,
        lines=_units(found.lines),
        approved=None if said is None else said.approved,
        restocked=None if said is None else said.restocked,
        refund=None if said is None or said.refund is None else Money.of(said.refund),
    )
