"""What an order is: what was bought, which never changes, and the facts of all that has happened to it since."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Final

from domain.addresses import Address
from domain.ids import (
    CartId,
    CustomerId,
    DiscountId,
    FulfillmentId,
    MediaId,
    OperationId,
    OrderId,
    OrderLineId,
    PaymentId,
    ReturnId,
    VariantId,
    WarehouseId,
    derived,
)
from domain.money import CurrencyCode, Money
from domain.shares import half_up
from domain.shown import Good
from domain.values import value

MOST_MOVED: Final = 45
"""Lines of a parcel or of a return: each writes a stock and a movement, in one transaction of at most 100 writes
(DynamoDB quotas) with the order, its event, its place in the listing and the key."""
MOST_PARCELS: Final = 30
MOST_RETURNS: Final = 30
"""Of one order. With MOST_MOVED lines each, 60 bytes a line, all of them are some 160 KB of the 400 KB of an item; that
leaves each of 50 bought lines four for its name and amounts."""


@value
class LineQuantity:
    """So many units of a line."""

    line_id: OrderLineId
    quantity: int


@value
class OrderLine:
    """So many units of a variant, as it was called and cost when it was bought.

    ``total`` is units times price less ``discount``; ``tax`` is on it or in it, as the order's totals say. ``goods``
    are the files that came with it, as they were then.
    """

    id: OrderLineId
    variant_id: VariantId
    sku: str
    name: str
    quantity: int
    unit_price: Money
    discount: Money
    tax: Money
    total: Money
    goods: tuple[Good, ...] = ()


@value
class Downloaded:
    """How often the buyer was given a link to a file of a line."""

    line_id: OrderLineId
    media_id: MediaId
    times: int


@value
class OrderTotals:
    """``total`` is subtotal - discount + shipping, and + tax unless ``tax_included``."""

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    tax_included: bool
    total: Money


@value
class OrderDiscount:
    """What a discount saved."""

    discount_id: DiscountId
    code: str | None
    title: str
    amount: Money


@value
class ShippingMethod:
    """The way that the buyer chose to have things sent."""

    method: str
    carrier: str | None = None
    min_days: int | None = None
    max_days: int | None = None


@value
class PaymentFacts:
    """What an order knows of a payment: the amounts so far, as of a ``version`` of the payment.

    ``0 <= refunded <= captured <= authorized``. ``voided``: nothing was captured, and nothing can be any more. It is
    captured once, whole or in part; what is not captured then is let go.
    """

    id: PaymentId
    version: int
    authorized: Money
    captured: Money
    refunded: Money
    voided: bool = False

    @property
    def sound(self) -> bool:
        """Whether what must always hold does."""
        amounts = (self.refunded, self.captured, self.authorized)
        ordered = 0 <= self.refunded.minor <= self.captured.minor <= self.authorized.minor
        return ordered and len({one.currency for one in amounts}) == 1


class Due(Enum):
    """What the shop owes to have done with a payment.

    CAPTURE: Take the amount.
    VOID: Let go what was authorised; nothing of it was taken.
    REFUND: Give the amount back.
    """

    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REFUND = "REFUND"


@value
class Owed:
    """An intention, stored with the change that made it necessary and carried out once for its ``id``.

    It stands until the payments' side tells that it is done, or a later change makes it pointless. One that the
    provider refused for good stays as ``failed``, for people to look at: it is not tried again by itself. ``amount`` is
    None for VOID. ``return_id`` is the return that a refund is for.
    """

    id: OperationId
    due: Due
    payment_id: PaymentId
    amount: Money | None = None
    return_id: ReturnId | None = None
    failed: bool = False


@value
class Fulfillment:
    """A parcel, or a part of the order handed over in another way; ``warehouse_id`` is where its units came from."""

    id: FulfillmentId
    lines: tuple[LineQuantity, ...]
    warehouse_id: WarehouseId
    carrier: str | None
    tracking_number: str | None
    at: datetime
    delivered_at: datetime | None = None


@value
class Resolution:
    """What the shop said to a return. ``refund`` is None when nothing is given back."""

    approved: bool
    restocked: bool
    refund: Money | None
    at: datetime


@value
class Return:
    """Units that the customer wants to send back, and what has come of it."""

    id: ReturnId
    lines: tuple[LineQuantity, ...]
    reason: str
    requested_at: datetime
    resolution: Resolution | None = None


@value
class Order:
    """An order as stored. ``version`` starts at 1 and grows by 1 with each event.

    The parts without a default never change. ``token_digest`` belongs to the token by which a guest is let in. The
    parts with a default are facts of what happened; the statuses are explained by them alone (``statuses.py``). Of an
    order whose buyer was erased, what never changes is without them from then on, as if it had never been said.
    """

    id: OrderId
    number: str
    cart_id: CartId
    customer_id: CustomerId | None
    email: str
    currency: CurrencyCode
    lines: tuple[OrderLine, ...]
    totals: OrderTotals
    discounts: tuple[OrderDiscount, ...]
    shipping: ShippingMethod | None
    shipping_address: Address | None
    billing_address: Address | None
    locale: str | None
    token_digest: str | None
    placed_at: datetime
    version: int = 1
    updated_at: datetime
    payments: tuple[PaymentFacts, ...] = ()
    owed: tuple[Owed, ...] = ()
    confirmed_at: datetime | None = None
    cancelled_at: datetime | None = None
    completed_at: datetime | None = None
    fulfillments: tuple[Fulfillment, ...] = ()
    returns: tuple[Return, ...] = ()
    erased_at: datetime | None = None
    downloaded: tuple[Downloaded, ...] = ()

    @property
    def fulfilled(self) -> Counter[OrderLineId]:
        """How many units of each line have left the house."""
        return _units(one.lines for one in self.fulfillments)

    @property
    def returned(self) -> Counter[OrderLineId]:
        """How many units of each line the shop has taken back."""
        return _units(one.lines for one in self.returns if one.resolution and one.resolution.approved)

    @property
    def asked_back(self) -> Counter[OrderLineId]:
        """How many units of each line are in returns that the shop has not resolved."""
        return _units(one.lines for one in self.returns if one.resolution is None)

    @property
    def unsettled(self) -> tuple[Owed, ...]:
        """What is still to be done with its payments."""
        return tuple(one for one in self.owed if not one.failed)

    @property
    def unfulfilled(self) -> Counter[OrderLineId]:
        """How many units of each line are still to be sent; lines of which none are, are not in it."""
        return Counter({one.id: one.quantity for one in self.lines}) - self.fulfilled

    @property
    def returnable(self) -> Counter[OrderLineId]:
        """How many units of each line the customer may ask to send back; lines of which none are, are not in it."""
        return self.fulfilled - self.returned - self.asked_back

    def line(self, id: OrderLineId) -> OrderLine | None:  # noqa: A002  # the domain's word
        """The line with this id."""
        return next((line for line in self.lines if line.id == id), None)

    def cost(self, line: OrderLine, units: int) -> Money:
        """What so many units of a line cost with their tax; all of them together exactly what the line does."""
        whole = line.total.minor + (0 if self.totals.tax_included else line.tax.minor)
        return Money(half_up(whole * units, line.quantity), self.currency)


def line_id(order: OrderId, variant: VariantId) -> OrderLineId:
    """The id of a variant's line."""
    return OrderLineId(derived("item", order, variant))


def fulfillment_id(order: OrderId, seq: int) -> FulfillmentId:
    """The id of the parcel that an event tells of; its order is read from it."""
    return FulfillmentId(f"ful_{order.removeprefix('order_')}-{seq}")


def return_id(order: OrderId, seq: int) -> ReturnId:
    """The id of the return that an event tells of; its order is read from it."""
    return ReturnId(f"ret_{order.removeprefix('order_')}-{seq}")


def order_of(id: FulfillmentId | ReturnId) -> OrderId:  # noqa: A002  # the domain's word
    """The order that a parcel or a return is of; of another text, one that there is not."""
    return OrderId(f"order_{id.partition('_')[2].partition('-')[0]}")


def _units(parts: Iterable[Iterable[LineQuantity]]) -> Counter[OrderLineId]:
    units = Counter[OrderLineId]()
    for part in (part for lines in parts for part in lines):
        units[part.line_id] += part.quantity
    return units
