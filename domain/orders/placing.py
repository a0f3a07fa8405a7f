"""What becomes of a purchase: an order, or all that stands against it; nobody pays what they have not agreed to."""

import hashlib
import hmac
from datetime import datetime
from typing import Final

from domain.addresses import Address
from domain.errors import ErrorCode, InputError, UserError
from domain.ids import CartId, CustomerId, OrderId, VariantId
from domain.money import CurrencyCode, Money
from domain.orders.events import OrderEvent, OrderEventType, begun
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
from domain.values import value

UNKNOWN_PAYMENT: Final = InputError(
    code=ErrorCode.NOT_FOUND, message="there is no such payment for this cart", field=("paymentId",)
)


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
class Tender:
    """A payment, and the cart that it was begun for."""

    cart_id: CartId
    facts: PaymentFacts


@value
class TotalChangedError:
    """The purchase costs another amount ``now`` than it ``was`` when the buyer agreed to pay."""

    code: ErrorCode = ErrorCode.PRICE_CHANGED
    message: str
    field: tuple[str, ...] | None = None
    was: Money
    now: Money


type Unplaced = tuple[UserError | TotalChangedError, ...]


def placed(
    purchase: Purchase, tender: Tender | None, expected: Money, *, order_id: OrderId, token: str | None, now: datetime
) -> Done | Unplaced:
    """The order, if the purchase lacks nothing, costs what the buyer ``expected``, and exactly that is authorised.

    What costs nothing needs no payment. ``token`` lets a guest see the order again.
    """
    refused = purchase.lacks or _price_errors(purchase, expected) or _payment_errors(purchase, tender)
    if refused:
        return refused
    facts = tender.facts if tender else None
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


def digest_of(token: str) -> str:
    """What is kept of a token: who reads the store is not let in by it."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def lets_in(order: Order, email: str, token: str) -> bool:
    """Whether a guest who says this may see the order; takes as long whatever is wrong."""
    right = order.token_digest is not None and hmac.compare_digest(order.token_digest, digest_of(token))
    return hmac.compare_digest(plain_email(order.email).encode(), plain_email(email).encode(errors="replace")) and right


def plain_email(email: str) -> str:
    """An e-mail as it is compared: neither case nor outer space matters."""
    return email.strip().casefold()


def _price_errors(purchase: Purchase, expected: Money) -> Unplaced:
    total = purchase.totals.total
    if total == expected:
        return ()
    message = f"it costs {total.amount} {total.currency.value} now, not {expected.amount} {expected.currency.value}"
    changed = TotalChangedError(message=message, field=("expectedTotal",), was=expected, now=total)
    return (*purchase.exhausted, changed)


def _payment_errors(purchase: Purchase, tender: Tender | None) -> Unplaced:
    total = purchase.totals.total
    if tender is None:
        return (UNKNOWN_PAYMENT,) if total.minor else ()
    if tender.cart_id != purchase.cart_id:
        return (UNKNOWN_PAYMENT,)
    facts = tender.facts
    if facts.voided or facts.authorized.minor == 0 < total.minor or facts.refunded.minor or _is_parted(facts):
        message = "the payment is not authorised; finish it, or begin another"
        return (InputError(code=ErrorCode.REQUIRED, message=message, field=("paymentId",)),)
    if facts.authorized != total:
        paid = f"{facts.authorized.amount} {facts.authorized.currency.value}"
        message = f"the payment is of {paid}, and not of {total.amount} {total.currency.value}; begin another"
        return (InputError(code=ErrorCode.INVALID, message=message, field=("paymentId",)),)
    return ()


def _is_parted(facts: PaymentFacts) -> bool:
    """Whether some was taken and the rest let go, so that it cannot pay for all."""
    return 0 < facts.captured.minor < facts.authorized.minor


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
    )
