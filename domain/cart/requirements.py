"""What a cart still lacks for checkout, and what has changed since its buyer last saw it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from domain.cart.carts import Cart
from domain.cart.offers import Item, shortened
from domain.cart.reserving import holds
from domain.cart.shipping import ShippingUnavailable, ships
from domain.cart.totals import Bill
from domain.errors import ErrorCode, InputError, InsufficientStockError, PriceChangedError
from domain.values import value

LONGEST_MENTION: Final = 40
"""Characters of a name in a sentence about it, whose field says what is meant."""

type Warned = InputError | PriceChangedError | InsufficientStockError


@value
class Requirement:
    """One thing to do before checkout; ``field`` is the path in the cart to what is missing or wrong."""

    code: ErrorCode
    field: tuple[str, ...]
    message: str


def requirements(cart: Cart, bill: Bill, now: datetime) -> tuple[Requirement, ...]:
    """All that is missing; a cart that lacks nothing can be paid."""
    if cart.order_id is not None:
        return (_needed(ErrorCode.CART_COMPLETED, "the cart has become an order; start another", "order"),)
    if not cart.lines:
        return (_needed(ErrorCode.CART_EMPTY, "put something into the cart", "lines"),)
    return (*_contact(cart), *_lines(cart, bill, now), *_delivery(cart, bill), *_hold(cart, now))


def warnings(cart: Cart, bill: Bill, now: datetime) -> tuple[Warned, ...]:
    """What the buyer should know: lines that can no longer be bought, other prices, less stock, idle codes."""
    lines = tuple(
        warning for place, item in enumerate(bill.items) for warning in _line_warnings(item, place, holds(cart, now))
    )
    codes = tuple(
        InputError(
            code=one.why.error,
            message=f'"{shortened(one.code, LONGEST_MENTION)}": {one.why.message}',
            field=("discounts",),
        )
        for one in bill.refused
    )
    return (*lines, *codes)


def _contact(cart: Cart) -> Iterator[Requirement]:
    if cart.email is None:
        yield _needed(ErrorCode.REQUIRED, "say where the order's e-mails go", "email")


def _lines(cart: Cart, bill: Bill, now: datetime) -> Iterator[Requirement]:
    for place, item in enumerate(bill.items):
        if item.offer is None:
            yield _needed(ErrorCode.NOT_FOUND, "remove what is no longer on sale", "lines", str(place))
        elif _short(item, held=holds(cart, now)) is not None:
            message = f"{item.offer.available} left, {item.quantity} wanted"
            yield _needed(ErrorCode.INSUFFICIENT_STOCK, message, "lines", str(place), "quantity")


def _delivery(cart: Cart, bill: Bill) -> Iterator[Requirement]:
    if not ships(bill.items):
        if cart.destination is None:
            yield _needed(ErrorCode.REQUIRED, "say where the bill goes: it decides the tax", "billingAddress")
    elif cart.shipping_address is None:
        yield _needed(ErrorCode.REQUIRED, "say where the goods go", "shippingAddress")
    elif isinstance(bill.quotes, ShippingUnavailable):
        yield _needed(ErrorCode.SHIPPING_UNAVAILABLE, "nothing can be sent to this address", "shippingAddress")
    elif bill.quote is None:
        yield _needed(ErrorCode.REQUIRED, "choose one of the shipping quotes", "shippingQuote")


def _hold(cart: Cart, now: datetime) -> Iterator[Requirement]:
    if cart.reserved_until is not None and now >= cart.reserved_until:
        yield _needed(ErrorCode.RESERVATION_EXPIRED, "the goods are no longer held; hold them again", "reservedUntil")
    elif not holds(cart, now):
        yield _needed(ErrorCode.REQUIRED, "have the goods held", "reservedUntil")


def _line_warnings(item: Item, place: int, held: bool) -> Iterator[Warned]:
    path = ("lines", str(place))
    if item.offer is None:
        yield InputError(code=ErrorCode.NOT_FOUND, message="it is no longer on sale", field=path)
        return
    name = shortened(item.offer.name, LONGEST_MENTION)
    if item.unit_price != item.seen_price:
        yield PriceChangedError(
            message=f"{name} costs {item.unit_price.amount}, not {item.seen_price.amount} as before",
            field=(*path, "unitPrice"),
            line_id=item.line_id,
            was=item.seen_price,
            now=item.unit_price,
        )
    available = _short(item, held=held)
    if available is not None:
        yield InsufficientStockError(
            message=f"{name}: {available} left, {item.quantity} wanted",
            field=(*path, "quantity"),
            variant_id=item.variant_id,
            requested=item.quantity,
            available=available,
        )


def _short(item: Item, *, held: bool) -> int | None:
    """How many units there are, when that is less than the line has; what is held for the buyer is there."""
    available = item.offer.available if item.offer else None
    return available if not held and available is not None and available < item.quantity else None


def _needed(code: ErrorCode, message: str, *field: str) -> Requirement:
    return Requirement(code=code, field=field, message=message)
