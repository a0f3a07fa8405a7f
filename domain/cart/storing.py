"""What can become of a cart when it meets the store."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from domain.cart.carts import Cart
from domain.cart.merging import MergeChange
from domain.errors import UserError
from domain.ids import VariantId
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


type Also = Callable[[Any], None]
"""More to store in a cart's own transaction, which it is given: made by one data source, for another to call."""


@value
class HeldGoods:
    """What is held for a cart from now on: so many units of each variant, until a moment; ``also`` makes it so."""

    units: Mapping[VariantId, int]
    until: datetime | None
    also: Also | None


@value
class Decision:
    """A cart's next version and why; ``also`` is what is to happen with it, such as a hold of its goods.

    The cart that there is means that nothing is to change; a key is used up all the same.
    """

    cart: Cart
    reason: CartChangeReason
    also: Also | None = None


@value
class Joined:
    """What becomes of a guest's cart and of the customer's when they are merged; ``cart`` is None if there is none."""

    guest: Cart
    cart: Cart | None
    changes: tuple[MergeChange, ...]
    also: Also | None = None


@value
class StoredMerge:
    """The customer's cart as it is stored now, which may have become an order since, and what had become of each
    variant when the two were merged.
    """

    cart: Cart | None
    changes: tuple[MergeChange, ...] = ()
    replayed: bool = False
