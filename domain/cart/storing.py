"""What can become of a cart when it meets the store."""

from datetime import datetime
from enum import Enum

from domain.cart.carts import Cart
from domain.errors import UserError
from domain.values import value


class CartChangeReason(Enum):
    """Why there is another version of a cart.

    CREATED: It began.
    LINES: Lines were added, changed or removed.
    DETAILS: The buyer said who they are, where the goods go, or in which currency they pay.
    CODES: The discount codes are others.
    RESERVED: Goods are held for it.
    RELEASED: Goods are no longer held for it.
    MERGED: Another cart was merged into it.
    COMPLETED: It has become an order.
    """

    CREATED = "CREATED"
    LINES = "LINES"
    DETAILS = "DETAILS"
    CODES = "CODES"
    RESERVED = "RESERVED"
    RELEASED = "RELEASED"
    MERGED = "MERGED"
    COMPLETED = "COMPLETED"


@value
class CartChange:
    """``seq`` is the version that the change made."""

    seq: int
    at: datetime
    reason: CartChangeReason


@value
class KeptCart:
    """A cart with its last changes, oldest first: the last is the one that made it what it is."""

    cart: Cart
    changes: tuple[CartChange, ...]


@value
class StoredCart:
    """The cart as it is stored now; ``replayed`` when the request was carried out before, by its key."""

    cart: Cart
    replayed: bool = False


@value
class NoCart:
    """There is no such cart, or there was until it was given up."""


@value
class Refusal:
    """Why the cart stays as it is."""

    errors: tuple[UserError, ...]
