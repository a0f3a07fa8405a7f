"""What of a cart's goods is held for its buyer, and until when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum

from domain.cart.carts import Cart, revised
from domain.cart.lines import COMPLETED
from domain.errors import ErrorCode, InputError
from domain.ids import OrderId, VariantId


class ReservationStatus(Enum):
    """What has become of units that were held for a buyer.

    HELD: They are the buyer's to pay.
    EXPIRED: They are anybody's again.
    """

    HELD = "HELD"
    EXPIRED = "EXPIRED"


type Units = Mapping[VariantId, int]
"""Of each variant."""

EMPTY = InputError(code=ErrorCode.CART_EMPTY, message="put something into the cart first", field=("cartId",))


def held(cart: Cart) -> dict[VariantId, int]:
    """How many units of each variant are held for the cart."""
    return {line.variant_id: line.held for line in cart.lines if line.held}


def holds(cart: Cart, now: datetime) -> bool:
    """Whether all of the cart's goods are held for the buyer at the moment."""
    lasts = cart.reserved_until is not None and now < cart.reserved_until
    return lasts and all(line.held >= line.quantity for line in cart.lines)


def unreservable(cart: Cart) -> InputError | None:
    """Why nothing can be held for a cart; None when its goods may be."""
    if cart.order_id is not None:
        return COMPLETED
    return None if cart.lines else EMPTY


def reserved(cart: Cart, until: datetime, now: datetime) -> Cart:
    """The cart with all of its goods held."""
    lines = tuple(replace(line, held=line.quantity) for line in cart.lines)
    return revised(cart, now, lines=lines, reserved_until=until)


def released(cart: Cart, now: datetime) -> Cart:
    """The cart with nothing held any more."""
    return revised(cart, now, lines=tuple(replace(line, held=0) for line in cart.lines), reserved_until=None)


def completed(cart: Cart, order: OrderId, now: datetime) -> Cart:
    """The cart that has become an order, to which its goods belong from now on."""
    lines = tuple(replace(line, held=0) for line in cart.lines)
    return revised(cart, now, lines=lines, reserved_until=None, order_id=order)


def holding(cart: Cart, units: Units, until: datetime | None) -> Cart:
    """The same version of the cart, of whose goods so many are held."""
    lines = tuple(replace(line, held=min(line.quantity, units.get(line.variant_id, 0))) for line in cart.lines)
    return replace(cart, lines=lines, reserved_until=until if any(line.held for line in lines) else None)
