"""The cart's wire shapes, and how a cart becomes them for its buyer, priced as of now."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from domain import errors
from domain.cart import carts as stored
from domain.cart import shipping
from domain.cart.merging import CartMergeReason, MergeChange
from domain.cart.requirements import Requirement, Warned, requirements, warnings
from domain.cart.reserving import ReservationStatus, holds
from domain.cart.storing import CartChangeReason
from domain.cart.taxes import TaxPart
from domain.cart.totals import Bill, Charge
from domain.ids import CartId, CartLineId, CustomerId, ShippingQuoteId, VariantId
from domain.money import CurrencyCode
from domain.money import Money as Amount
from domain.shares import percent
from resolvers._kit.views import Address, AppliedDiscount, Money, PriceChangedError, Totals, UserError
from resolvers._kit.wire import Hidden


class StockReservation(Struct, frozen=True, kw_only=True):
    """Units of a line that are held for the buyer."""

    id: str
    variant_id: VariantId
    quantity: int
    status: ReservationStatus
    expires_at: datetime


class CartLine(Struct, frozen=True, kw_only=True):
    """So many units of a variant; what its variant's answer needs travels hidden."""

    id: CartLineId
    variant_id: VariantId
    name: str
    quantity: int
    unit_price: Money
    discount: Money
    tax: Money
    total: Money
    reservation: StockReservation | None
    currency: Hidden[CurrencyCode]
    locale: Hidden[str | None]


class ShippingQuote(Struct, frozen=True, kw_only=True):
    """One way to send the cart."""

    id: ShippingQuoteId
    method: str
    carrier: str | None
    price: Money
    min_days: int | None
    max_days: int | None


class TaxLine(Struct, frozen=True, kw_only=True):
    """What one tax comes to."""

    name: str
    rate: str
    net: Money
    amount: Money


class Cart(Struct, frozen=True, kw_only=True):
    """A cart, priced."""

    id: CartId
    version: int
    currency: CurrencyCode
    locale: str | None
    country: str | None
    email: str | None
    lines: tuple[CartLine, ...]
    discount_codes: tuple[str, ...]
    discounts: tuple[AppliedDiscount, ...]
    shipping_address: Address | None
    billing_address: Address | None
    shipping_quotes: tuple[ShippingQuote, ...]
    shipping_quote: ShippingQuote | None
    taxes: tuple[TaxLine, ...]
    totals: Totals
    requirements: tuple[Requirement, ...]
    warnings: tuple[UserError, ...]
    reserved_until: datetime | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    customer_id: Hidden[CustomerId | None]


class CartChange(Struct, frozen=True, kw_only=True):
    """A change of a cart."""

    seq: int
    cart_id: CartId
    reason: CartChangeReason
    cart: Cart
    at: datetime


class CartPayload(Struct, frozen=True, kw_only=True):
    """What became of a change to a cart."""

    cart: Cart | None = None
    user_errors: tuple[UserError, ...] = ()


class CartMergeChange(Struct, frozen=True, kw_only=True):
    """What became of a variant when two carts were merged."""

    variant_id: VariantId
    guest: int
    account: int
    merged: int
    reason: CartMergeReason


class CartMergePayload(Struct, frozen=True, kw_only=True):
    """What became of a guest's cart at sign-in."""

    cart: Cart | None = None
    changes: tuple[CartMergeChange, ...] = ()
    user_errors: tuple[UserError, ...] = ()


def cart_of(cart: stored.Cart, bill: Bill, now: datetime) -> Cart:
    """A cart on the wire, at what it costs now."""
    quotes = bill.quotes if isinstance(bill.quotes, tuple) else ()
    return Cart(
        id=cart.id,
        version=cart.version,
        currency=cart.currency,
        locale=cart.locale,
        country=cart.country,
        email=cart.email,
        lines=tuple(_lines_of(cart, bill, now)),
        discount_codes=cart.codes,
        discounts=tuple(
            AppliedDiscount(code=one.code, title=one.title, amount=Money.of(one.amount)) for one in bill.discounts
        ),
        shipping_address=None if cart.shipping_address is None else Address.of(cart.shipping_address),
        billing_address=None if cart.billing_address is None else Address.of(cart.billing_address),
        shipping_quotes=tuple(map(_quote_of, quotes)),
        shipping_quote=_quote_of(bill.quote) if bill.quote else None,
        taxes=tuple(_tax_of(one, cart.currency) for one in bill.taxes),
        totals=Totals.of(bill.totals),
        requirements=requirements(cart, bill, now),
        warnings=tuple(map(_warning_of, warnings(cart, bill, now))),
        reserved_until=cart.reserved_until if holds(cart, now) else None,
        created_at=cart.created_at,
        updated_at=cart.updated_at,
        expires_at=cart.expires_at,
        customer_id=cart.customer_id,
    )


def merge_change_of(change: MergeChange) -> CartMergeChange:
    """What became of a variant, on the wire."""
    return CartMergeChange(
        variant_id=change.variant_id,
        guest=change.guest,
        account=change.account,
        merged=change.merged,
        reason=change.reason,
    )


def _lines_of(cart: stored.Cart, bill: Bill, now: datetime) -> Iterator[CartLine]:
    for line, item, charge in zip(cart.lines, bill.items, bill.charges, strict=True):
        yield _line_of(cart, line, charge, item.offer.name if item.offer else line.name, now)


def _line_of(cart: stored.Cart, line: stored.CartLine, charge: Charge, name: str, now: datetime) -> CartLine:
    return CartLine(
        id=line.id,
        variant_id=line.variant_id,
        name=name,
        quantity=line.quantity,
        unit_price=Money.of(charge.unit_price),
        discount=Money.of(charge.discount),
        tax=Money.of(charge.tax),
        total=Money.of(charge.total),
        reservation=_reservation_of(line, cart.reserved_until, now),
        currency=cart.currency,
        locale=cart.locale,
    )


def _reservation_of(line: stored.CartLine, until: datetime | None, now: datetime) -> StockReservation | None:
    if not line.held or until is None:
        return None
    return StockReservation(
        id=f"hold_{line.id.removeprefix('line_')}",
        variant_id=line.variant_id,
        quantity=line.held,
        status=ReservationStatus.HELD if now < until else ReservationStatus.EXPIRED,
        expires_at=until,
    )


def _warning_of(warned: Warned) -> UserError:
    if not isinstance(warned, errors.PriceChangedError):
        return warned
    return PriceChangedError(
        code=warned.code,
        message=warned.message,
        field=warned.field,
        line_id=warned.line_id,
        was=Money.of(warned.was),
        now=Money.of(warned.now),
    )


def _quote_of(quote: shipping.ShippingQuote) -> ShippingQuote:
    return ShippingQuote(
        id=quote.id,
        method=quote.method,
        carrier=quote.carrier,
        price=Money.of(quote.price),
        min_days=quote.min_days,
        max_days=quote.max_days,
    )


def _tax_of(part: TaxPart, currency: CurrencyCode) -> TaxLine:
    net, amount = (Money.of(Amount(minor, currency)) for minor in (part.net, part.amount))
    return TaxLine(name=part.name, rate=percent(part.rate), net=net, amount=amount)
