"""The wire shapes of orders, and how stored orders become them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from domain import keys
from domain.errors import ErrorCode, InputError
from domain.ids import CustomerId, FulfillmentId, MediaId, OrderId, OrderLineId, PaymentId, ReturnId, VariantId
from domain.keys import KeyReused
from domain.money import CurrencyCode
from domain.orders import orders as stored
from domain.orders import placing
from domain.orders.downloading import links_left
from domain.orders.events import OrderEvent, OrderEventType
from domain.orders.guests import fits
from domain.orders.machine import OrderAction, allowed_actions
from domain.orders.orders import LineQuantity, ShippingMethod
from domain.orders.statuses import (
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
    ReturnStatus,
    fulfillment_status_of,
    payment_status_of,
    return_status_of,
    status_of,
)
from domain.orders.storing import NoOrder, OrderError, Refusal, StoredOrder
from domain.pages import Page
from domain.shown import Good
from resolvers._kit.views import (
    Address,
    AppliedDiscount,
    Money,
    PageInfo,
    TotalChangedError,
    Totals,
    UserError,
    cursors_of,
)
from resolvers._kit.wire import Hidden
from resolvers.orders.announcing import Announcement

ALL: Final = "orders"
MINE: Final = "orders of a customer"
"""Names of lists: a cursor of one is refused by the other."""
NO_CART: Final = InputError(code=ErrorCode.NOT_FOUND, message="there is no such cart", field=("cartId",))

type Outcome = StoredOrder | NoOrder | Refusal | KeyReused


class Download(Struct, frozen=True, kw_only=True):
    """A file that came with a line."""

    media_id: MediaId
    name: str
    content_type: str
    bytes: int
    left: int


class OrderLine(Struct, frozen=True, kw_only=True):
    """So many units of a variant."""

    id: OrderLineId
    variant_id: VariantId
    sku: str
    name: str
    quantity: int
    fulfilled: int
    returned: int
    unit_price: Money
    discount: Money
    tax: Money
    total: Money
    downloads: tuple[Download, ...]


class Fulfillment(Struct, frozen=True, kw_only=True):
    """A parcel."""

    id: FulfillmentId
    lines: tuple[LineQuantity, ...]
    carrier: str | None
    tracking_number: str | None
    status: FulfillmentStatus
    at: datetime
    delivered_at: datetime | None


class Return(Struct, frozen=True, kw_only=True):
    """Units that are to come back."""

    id: ReturnId
    status: ReturnStatus
    reason: str
    lines: tuple[LineQuantity, ...]
    refund: Money | None
    requested_at: datetime


class Order(Struct, frozen=True, kw_only=True):
    """An order."""

    id: OrderId
    number: str
    version: int
    status: OrderStatus
    payment_status: PaymentStatus
    fulfillment_status: FulfillmentStatus
    email: str
    currency: CurrencyCode
    locale: str | None
    lines: tuple[OrderLine, ...]
    totals: Totals
    discounts: tuple[AppliedDiscount, ...]
    shipping_method: ShippingMethod | None
    shipping_address: Address | None
    billing_address: Address | None
    fulfillments: tuple[Fulfillment, ...]
    returns: tuple[Return, ...]
    allowed_actions: tuple[OrderAction, ...]
    placed_at: datetime
    updated_at: datetime
    payment_ids: Hidden[tuple[PaymentId, ...]]
    customer_id: Hidden[CustomerId | None]


class OrderChange(Struct, frozen=True, kw_only=True):
    """Something that happened to an order."""

    seq: int
    order_id: OrderId
    customer_id: CustomerId | None
    type: OrderEventType
    message: str | None
    status: OrderStatus
    payment_status: PaymentStatus
    fulfillment_status: FulfillmentStatus
    order: Order | None
    at: datetime


class OrderEdge(Struct, frozen=True, kw_only=True):
    """An order at its place."""

    cursor: str
    node: Order


class OrderConnection(Struct, frozen=True, kw_only=True):
    """A page of orders."""

    edges: tuple[OrderEdge, ...]
    page_info: PageInfo


class OrderPayload(Struct, frozen=True, kw_only=True):
    """What became of an action."""

    order: Order | None = None
    user_errors: tuple[UserError, ...] = ()


class CheckoutPayload(Struct, frozen=True, kw_only=True):
    """What became of a checkout."""

    order: Order | None = None
    guest_token: str | None = None
    user_errors: tuple[UserError, ...] = ()


def completed(outcome: Outcome, token: Callable[[OrderId], str]) -> CheckoutPayload:
    """What the buyer is told; of a guest's order, by what they see it again."""
    match outcome:
        case StoredOrder(order=order):
            return CheckoutPayload(order=order_of(order), guest_token=_guest_token(order, token))
        case Refusal(errors=errors):
            return CheckoutPayload(user_errors=tuple(map(_shown, errors)))
        case KeyReused():
            return CheckoutPayload(user_errors=(keys.REUSED,))
        case _:
            return CheckoutPayload(user_errors=(NO_CART,))


def _guest_token(order: stored.Order, token: Callable[[OrderId], str]) -> str | None:
    if order.token_digest is None:
        return None
    made = token(order.id)
    return made if fits(order, made) else None


def _shown(error: OrderError) -> UserError:
    if not isinstance(error, placing.TotalChangedError):
        return error
    return TotalChangedError(
        code=error.code, message=error.message, field=error.field, was=Money.of(error.was), now=Money.of(error.now)
    )


def order_of(order: stored.Order) -> Order:
    """An order on the wire."""
    return Order(
        id=order.id,
        number=order.number,
        version=order.version,
        status=status_of(order),
        payment_status=payment_status_of(order),
        fulfillment_status=fulfillment_status_of(order),
        email=order.email,
        currency=order.currency,
        locale=order.locale,
        lines=_lines_of(order),
        totals=Totals.of(order.totals),
        discounts=tuple(
            AppliedDiscount(code=one.code, title=one.title, amount=Money.of(one.amount)) for one in order.discounts
        ),
        shipping_method=order.shipping,
        shipping_address=None if order.shipping_address is None else Address.of(order.shipping_address),
        billing_address=None if order.billing_address is None else Address.of(order.billing_address),
        fulfillments=tuple(_parcel_of(one) for one in order.fulfillments),
        returns=tuple(_return_of(order, one) for one in order.returns),
        allowed_actions=allowed_actions(order),
        placed_at=order.placed_at,
        updated_at=order.updated_at,
        payment_ids=tuple(one.id for one in order.payments),
        customer_id=order.customer_id,
    )


def changes_of(order: stored.Order, events: Sequence[OrderEvent]) -> tuple[OrderChange, ...]:
    """Events on the wire, with the order as it is now at the last: a hundred of a large one are more than Lambda gives
    (6 MB).
    """
    now = order_of(order)
    return tuple(
        OrderChange(
            seq=event.seq,
            order_id=order.id,
            customer_id=order.customer_id,
            type=event.type,
            message=event.message,
            status=now.status,
            payment_status=now.payment_status,
            fulfillment_status=now.fulfillment_status,
            order=now if event is events[-1] else None,
            at=event.at,
        )
        for event in events
    )


def told(seq: int, news: Announcement) -> OrderChange:
    """What subscribers are told of a stored change."""
    return OrderChange(
        seq=seq,
        order_id=news.order_id,
        customer_id=news.customer_id,
        type=news.type,
        message=news.message,
        status=news.status,
        payment_status=news.payment_status,
        fulfillment_status=news.fulfillment_status,
        order=None if news.order is None else order_of(news.order),
        at=news.at,
    )


def page_of(listing: str, page: Page[stored.Order]) -> OrderConnection:
    """A page of orders on the wire."""
    cursors = cursors_of(listing, page.places)
    return OrderConnection(
        edges=tuple(
            OrderEdge(cursor=cursor, node=order_of(one)) for cursor, one in zip(cursors, page.items, strict=True)
        ),
        page_info=PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous),
    )


def _lines_of(order: stored.Order) -> tuple[OrderLine, ...]:
    sent, back = order.fulfilled, order.returned
    return tuple(
        OrderLine(
            id=one.id,
            variant_id=one.variant_id,
            sku=one.sku,
            name=one.name,
            quantity=one.quantity,
            fulfilled=sent[one.id],
            returned=back[one.id],
            unit_price=Money.of(one.unit_price),
            discount=Money.of(one.discount),
            tax=Money.of(one.tax),
            total=Money.of(one.total),
            downloads=tuple(_download_of(order, one, good) for good in one.goods),
        )
        for one in order.lines
    )


def _download_of(order: stored.Order, line: stored.OrderLine, good: Good) -> Download:
    return Download(
        media_id=good.media_id,
        name=good.name,
        content_type=good.content_type,
        bytes=good.size,
        left=links_left(order, line, good),
    )


def _parcel_of(one: stored.Fulfillment) -> Fulfillment:
    return Fulfillment(
        id=one.id,
        lines=one.lines,
        carrier=one.carrier,
        tracking_number=one.tracking_number,
        status=FulfillmentStatus.FULFILLED if one.delivered_at is None else FulfillmentStatus.DELIVERED,
        at=one.at,
        delivered_at=one.delivered_at,
    )


def _return_of(order: stored.Order, one: stored.Return) -> Return:
    refund = one.resolution.refund if one.resolution else None
    return Return(
        id=one.id,
        status=return_status_of(order, one),
        reason=one.reason,
        lines=one.lines,
        refund=None if refund is None else Money.of(refund),
        requested_at=one.requested_at,
    )
