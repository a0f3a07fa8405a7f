"""An order as clients see it: what was bought, what has happened to it, and what may be done next."""

import strawberry

from domain.orders.events import OrderEventType
from domain.orders.machine import OrderAction
from domain.orders.statuses import FulfillmentStatus, OrderStatus, PaymentStatus, ReturnStatus
from schema.addresses import Address
from schema.cart.types import AppliedDiscount, Totals
from schema.customers.types import Customer
from schema.money import CurrencyCode, Money
from schema.pages import PageInfo
from schema.payments.types import Payment
from schema.prose import choice, entity
from schema.route import Access, routed
from schema.scalars import AWSDateTime, AWSEmail

BATCH = 100
"""Orders whose payments are answered in one invocation: a page."""

for each in (OrderEventType, OrderAction, FulfillmentStatus, OrderStatus, PaymentStatus, ReturnStatus):
    choice(each)


@entity
class Download:
    """A file that came with a line; mediaDownload gives links to it once the order is paid.

    media_id: The file, by its media.
    name: What it is called.
    content_type: Its type, such as "application/pdf".
    bytes: How many bytes it has.
    left: How many links to it can be had still.
    """

    media_id: strawberry.ID
    name: str
    content_type: str
    bytes: int
    left: int


@entity
class OrderLine:
    """So many units of a variant, as it was called and cost when it was bought.

    id: The line's id.
    variant_id: The variant.
    sku: The shop's own number for it.
    name: What it was called, in the order's language.
    quantity: How many units were bought.
    fulfilled: How many of them have left the house.
    returned: How many of those the shop has taken back.
    unit_price: What one unit cost.
    discount: What discounts took off the whole line.
    tax: The tax on the line; in total already where totals.taxIncluded.
    total: What the line cost: units times price less discount.
    downloads: The files that came with it, as they were when it was bought.
    """

    id: strawberry.ID
    variant_id: strawberry.ID
    sku: str
    name: str
    quantity: int
    fulfilled: int
    returned: int
    unit_price: Money
    discount: Money
    tax: Money
    total: Money
    downloads: list[Download]


@entity
class LineQuantity:
    """So many units of a line.

    line_id: The order's line.
    quantity: How many units.
    """

    line_id: strawberry.ID
    quantity: int


@entity
class ShippingMethod:
    """The way that the buyer chose to have things sent.

    method: What the way is called.
    carrier: Who carries it.
    min_days: Days that it takes at least.
    max_days: Days that it takes at most.
    """

    method: str
    carrier: str | None
    min_days: int | None
    max_days: int | None


@entity
class Fulfillment:
    """A parcel, or a part of the order handed over in another way.

    id: The parcel's id.
    lines: What is in it.
    carrier: Who carries it.
    tracking_number: The carrier's number for it.
    status: FULFILLED while it is on its way, DELIVERED once it has arrived.
    at: When it left the house.
    delivered_at: When it arrived.
    """

    id: strawberry.ID
    lines: list[LineQuantity]
    carrier: str | None
    tracking_number: str | None
    status: FulfillmentStatus
    at: AWSDateTime
    delivered_at: AWSDateTime | None


@entity
class Return:
    """Units that the customer wants to send back, and what has come of it.

    id: The return's id.
    status: Where it stands.
    reason: Why, in the customer's words.
    lines: Which units.
    refund: What the shop gives back for them; null when nothing, or not said yet.
    requested_at: When it was asked for.
    """

    id: strawberry.ID
    status: ReturnStatus
    reason: str
    lines: list[LineQuantity]
    refund: Money | None
    requested_at: AWSDateTime


@entity
class Order:
    """What somebody has bought. A customer's is the customer's and the shop's; a guest's also of whoever knows its id.

    id: The order's id. A guest's is a secret: who has it can read the order.
    number: What people call it, such as "S-2K7QX-M4T9B"; it counts nothing.
    version: Grows by 1 with each change.
    status: Where it stands as a whole.
    payment_status: Where the money stands.
    fulfillment_status: Where the goods are.
    email: Where its e-mails go.
    currency: The one currency of everything in it.
    locale: The language of names.
    lines: What was bought, at most 50.
    totals: What it cost.
    discounts: The discounts that it got.
    shipping_method: How it is sent; null when nothing is.
    shipping_address: Where the goods go.
    billing_address: Where the bill goes; where the goods go when null.
    fulfillments: What has left the house, oldest first.
    returns: What is to come back, or has, oldest first.
    allowed_actions: What may be done with it as it is, by those who may at all.
    placed_at: When it was bought.
    updated_at: When it last changed.
    """

    id: strawberry.ID
    number: str
    version: int
    status: OrderStatus
    payment_status: PaymentStatus
    fulfillment_status: FulfillmentStatus
    email: AWSEmail
    currency: CurrencyCode
    locale: str | None
    lines: list[OrderLine]
    totals: Totals
    discounts: list[AppliedDiscount]
    shipping_method: ShippingMethod | None
    shipping_address: Address | None
    billing_address: Address | None
    fulfillments: list[Fulfillment]
    returns: list[Return]
    allowed_actions: list[OrderAction]
    placed_at: AWSDateTime
    updated_at: AWSDateTime

    @routed("payments", batch=BATCH)
    def payments(self) -> list[Payment] | None:
        """How it was paid, without clientSecret and nextActionUrl; null while payments are out of reach, or by
        subscription.
        """

    @routed("customers", Access.SHOPPER, batch=BATCH)
    def customer(self) -> Customer | None:
        """Whose it is, for themselves and for staff; null for others, and where a guest has bought it, also if it was
        claimed since.
        """


@entity
class OrderChange:
    """Something that happened to an order; in orderChanges all but seq, type, message and at is as it is now.

    seq: Grows by 1 with each change of the order, without gaps; the version that the change made.
    order_id: The order.
    customer_id: Whose it is; null for a guest's.
    type: What happened.
    message: What was said with it, such as why it was cancelled.
    status: Where the order stands as a whole.
    payment_status: Where the money stands.
    fulfillment_status: Where the goods are.
    order: The order after the change; null when it is larger than a subscription carries, and in orderChanges in all
      but the last. Ask for order then.
    at: When it happened.
    """

    seq: int
    order_id: strawberry.ID
    customer_id: strawberry.ID | None
    type: OrderEventType
    message: str | None
    status: OrderStatus
    payment_status: PaymentStatus
    fulfillment_status: FulfillmentStatus
    order: Order | None
    at: AWSDateTime


@entity
class OrderEdge:
    """An order at its place in a list.

    cursor: The place, to go on from.
    node: The order.
    """

    cursor: str
    node: Order


@entity
class OrderConnection:
    """One page of orders.

    edges: The orders of the page, newest first.
    page_info: Where the page lies in the list.
    """

    edges: list[OrderEdge]
    page_info: PageInfo
