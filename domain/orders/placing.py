"""What becomes of a purchase: an order, or all that stands against it; nobody pays what they have not agreed to."""

from datetime import datetime

from domain.addresses import Address
from domain.errors import ErrorCode, InputError, UserError
from domain.ids import CartId, CustomerId, OrderId, VariantId
from domain.money import CurrencyCode, Money
from domain.orders.events import OrderEvent, OrderEventType, begun
from domain.orders.guests import digest_of
from domain.orders.machine import Done
from domain.orders.numbers import number_of
from domain.orders.orders import (
    Order,
    OrderDiscount,
    OrderLine,
    OrderTotals,
    PaymentFacts,
    ShippingMethod,
    line_id,
)
from domain.orders.paying import capturing
from domain.shown import Good
from domain.values import value


@value
class PurchaseLine:
    """Units of a variant, and what they cost as in OrderLine."""

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
class Purchase:
    """All that an order takes over from a cart and its bill.

    ``lacks`` is what is to be done before it can be bought; ``exhausted`` are codes of the buyer's that others have
    used up.
    """

    cart_id: CartId
    customer_id: CustomerId | None
    email: str | None
    currency: CurrencyCode
    lines: tuple[PurchaseLine, ...]
    totals: OrderTotals
    discounts: tuple[OrderDiscount, ...] = ()
    shipping: ShippingMethod | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    locale: str | None = None
    lacks: tuple[InputError, ...] = ()
    exhausted: tuple[InputError, ...] = ()


@value
class TotalChangedError:
    """The purchase costs another amount ``now`` than it ``was`` when the buyer agreed to pay."""

    code: ErrorCode = ErrorCode.PRICE_CHANGED
    message: str
    field: tuple[str, ...] | None = None
    was: Money
    now: Money


type Unplaced = tuple[UserError | TotalChangedError, ...]


def unagreed(purchase: Purchase, expected: Money) -> Unplaced:
    """What the purchase lacks, or else that it costs another amount than the buyer ``expected``; mostly nothing."""
    return purchase.lacks or _price_errors(purchase, expected)


def placed(
    purchase: Purchase, facts: PaymentFacts | None, *, order_id: OrderId, token: str | None, now: datetime
) -> Done:
    """The order of a purchase against which nothing stands, and for which exactly its price is promised or taken.

    What costs nothing needs no payment. ``token`` lets a guest see the order again. Raises ValueError for a payment of
    another amount: whoever places orders has looked at it.
    """
    if (facts.authorized if facts else purchase.totals.total * 0) != purchase.totals.total:
        raise ValueError(f"a purchase for {purchase.totals.total} is not paid by {facts}")
    assert purchase.email
    bare = Order(
        id=order_id,
        number=number_of(order_id, now),
        cart_id=purchase.cart_id,
        customer_id=purchase.customer_id,
        email=purchase.email,
        currency=purchase.currency,
        lines=tuple(_line(order_id, one) for one in purchase.lines),
        totals=purchase.totals,
        discounts=purchase.discounts,
        shipping=purchase.shipping,
        shipping_address=purchase.shipping_address,
        billing_address=purchase.billing_address,
        locale=purchase.locale,
        token_digest=None if token is None else digest_of(token),
        placed_at=now,
        updated_at=now,
    )
    event = OrderEvent(
        seq=1,
        type=OrderEventType.PLACED,
        actor=purchase.customer_id or "guest",
        at=now,
        payment=facts,
        owed=capturing(bare, facts, 1) if facts else (),
    )
    return Done(order=begun(bare, event), event=event)


def _price_errors(purchase: Purchase, expected: Money) -> Unplaced:
    total = purchase.totals.total
    if total == expected:
        return ()
    message = f"it costs {total.amount} {total.currency.value} now, not {expected.amount} {expected.currency.value}"
    changed = TotalChangedError(message=message, field=("expectedTotal",), was=expected, now=total)
    return (*purchase.exhausted, changed)


def _line(order: OrderId, one: PurchaseLine) -> OrderLine:
    return OrderLine(
        id=line_id(order, one.variant_id),
        variant_id=one.variant_id,
        sku=one.sku,
        name=one.name,
        quantity=one.quantity,
        unit_price=one.unit_price,
        discount=one.discount,
        tax=one.tax,
        total=one.total,
        goods=one.goods,
    )
