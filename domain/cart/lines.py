"""How a cart's lines are added and changed: all that is asked for, or a list of the reasons why not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.cart.carts import MOST_LINES, MOST_QUANTITY, MOST_WORTH, Cart, CartLine, line_id, revised
from domain.cart.offers import Offers
from domain.errors import ErrorCode, InputError
from domain.ids import CartLineId, VariantId
from domain.money import CurrencyCode, Money
from domain.values import value

type Refused = tuple[InputError, ...]


@value
class LineAsked:
    """Units of a variant to put into the cart, beside those that are in it."""

    variant_id: VariantId
    quantity: int


@value
class LineChange:
    """How many units a line has from now on; 0 removes it."""

    line_id: CartLineId
    quantity: int


COMPLETED = InputError(code=ErrorCode.CART_COMPLETED, message="the cart has become an order; start another")


def added(cart: Cart, asked: Sequence[LineAsked], offers: Offers, now: datetime) -> Cart | Refused:
    """The cart with more units: those of a variant that is in it already are summed with its line.

    Errors lie at ``("lines", place, ...)``, the place of what is asked for.
    """
    if cart.order_id is not None:
        return (COMPLETED,)
    if len(asked) > MOST_LINES:
        return (_crowded(len(asked)),)
    errors: list[InputError] = []
    lines = {line.variant_id: line for line in cart.lines}
    for place, one in enumerate(asked):
        more = _line(cart, one.variant_id, one.quantity, lines.get(one.variant_id), offers=offers, place=place)
        if isinstance(more, InputError):
            errors.append(more)
        else:
            lines[one.variant_id] = more
    return _settled(cart, tuple(lines.values()), errors, now)


def changed(cart: Cart, asked: Sequence[LineChange], offers: Offers, now: datetime) -> Cart | Refused:
    """The cart with other quantities; a line keeps its place. Errors lie at ``("lines", place, ...)``."""
    if cart.order_id is not None:
        return (COMPLETED,)
    if len(asked) > MOST_LINES:
        return (_crowded(len(asked)),)
    errors: list[InputError] = []
    lines = {line.id: line for line in cart.lines}
    told: set[CartLineId] = set()
    for place, one in enumerate(asked):
        line = lines.get(one.line_id)
        if one.line_id in told:
            errors.append(_error(ErrorCode.DUPLICATE, "the line is given twice", place, "lineId"))
        elif line is None:
            errors.append(_error(ErrorCode.NOT_FOUND, "the cart has no such line", place, "lineId"))
        elif one.quantity == 0:
            del lines[one.line_id]
        else:
            new = _line(cart, line.variant_id, one.quantity, None, offers=offers, place=place)
            errors += [new] if isinstance(new, InputError) else []
            lines[one.line_id] = (
                line if isinstance(new, InputError) else replace(new, held=min(line.held, new.quantity))
            )
        told.add(one.line_id)
    return _settled(cart, tuple(lines.values()), errors, now)


def in_currency(cart: Cart, currency: CurrencyCode, offers: Offers, now: datetime) -> Cart | Refused:
    """The cart with all its lines in another currency; refused when one of them has no price in it.

    Amounts are never converted: a price is what staff said.
    """
    if cart.order_id is not None:
        return (COMPLETED,)
    if currency is cart.currency:
        return cart
    prices = {line: _price(line.variant_id, currency, offers) for line in cart.lines}
    lacking = ", ".join(_name(line.variant_id, offers) for line, price in prices.items() if price is None)
    if lacking:
        message = f"{lacking}: not sold in {currency.value}"
        return (InputError(code=ErrorCode.INVALID, message=message, field=("input", "currency")),)
    lines = tuple(replace(line, seen_price=price) for line, price in prices.items() if price is not None)
    too_dear = _too_dear(lines, currency, "input", "currency")
    return (too_dear,) if too_dear else revised(cart, now, currency=currency, lines=lines)


def usable_currency(asked: Sequence[LineAsked], offers: Offers, *wished: CurrencyCode) -> CurrencyCode:
    """The currency of a new cart: the first of those wished for in which all that is asked for is sold, else the last.

    The last is the shop's own, in which every variant has a price.
    """
    known = [one.variant_id for one in asked if one.variant_id in offers]
    for currency in wished:
        if all(_price(variant, currency, offers) is not None for variant in known):
            return currency
    return wished[-1]


def _price(variant: VariantId, currency: CurrencyCode, offers: Offers) -> Money | None:
    offer = offers.get(variant)
    return offer.price(currency) if offer else None


def _name(variant: VariantId, offers: Offers) -> str:
    return offers[variant].name if variant in offers else variant


def _line(
    cart: Cart, variant: VariantId, more: int, old: CartLine | None, *, offers: Offers, place: int
) -> CartLine | InputError:
    """The line of a variant with ``more`` units beside those of the ``old`` line."""
    there = old.quantity if old else 0
    if not 1 <= more <= MOST_QUANTITY - there:
        wrong = f"{there + more:,}; {there} are in the cart already" if there and more > 0 else f"{more:,}"
        message = f"a line has 1 to {MOST_QUANTITY} units, not {wrong}"
        return _error(ErrorCode.INVALID, message, place, "quantity")
    offer, price = offers.get(variant), _price(variant, cart.currency, offers)
    if offer is None or not offer.on_sale:
        return _error(ErrorCode.NOT_FOUND, "there is no such variant on sale", place, "variantId")
    if price is None:
        sold = ", ".join(one.currency.value for one in offer.prices)
        message = f"{offer.name} is not sold in {cart.currency.value}, the cart's currency, but in {sold}"
        return _error(ErrorCode.INVALID, message, place, "variantId")
    return CartLine(
        id=line_id(cart.id, variant),
        variant_id=variant,
        quantity=there + more,
        seen_price=price,
        name=offer.name,
        held=old.held if old else 0,
    )


def _settled(cart: Cart, lines: tuple[CartLine, ...], errors: Sequence[InputError], now: datetime) -> Cart | Refused:
    if errors:
        return tuple(errors)
    if len(lines) > MOST_LINES:
        return (_crowded(len(lines)),)
    too_dear = _too_dear(lines, cart.currency, "lines")
    return (too_dear,) if too_dear else revised(cart, now, lines=lines)


def _too_dear(lines: Sequence[CartLine], currency: CurrencyCode, *field: str) -> InputError | None:
    """Why lines, all priced in one currency, are worth too much; None when they are not."""
    if sum(line.seen_price.minor * line.quantity for line in lines) <= MOST_WORTH:
        return None
    message = f"a cart is worth at most {Money(MOST_WORTH, currency).amount} {currency.value}"
    return InputError(code=ErrorCode.INVALID, message=message, field=field)


def _crowded(count: int) -> InputError:
    message = f"a cart has at most {MOST_LINES} lines, not {count:,}"
    return InputError(code=ErrorCode.INVALID, message=message, field=("lines",))


def _error(code: ErrorCode, message: str, place: int, part: str) -> InputError:
    return InputError(code=code, message=message, field=("lines", str(place), part))
