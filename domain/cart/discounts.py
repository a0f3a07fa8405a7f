"""What a discount is, and whether it may be given to a cart now: yes, or why not and what would be needed."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Final

from domain.cart.offers import Item
from domain.errors import ErrorCode
from domain.ids import CategoryId, CollectionId, DiscountId, ProductId
from domain.money import CurrencyCode, Money, price_in
from domain.values import value

LONGEST_CODE: Final = 50
"""Characters: more than people type, and enough for one code a person."""


class DiscountKind(Enum):
    """How a discount lowers a price, in the order in which they do.

    BUY_X_GET_Y: Of each so many units in its scope the cheapest are free.
    PERCENT: A part of what its scope costs.
    FIXED: An amount off what its scope costs, at most all of it.
    FREE_SHIPPING: The chosen shipping quote costs nothing.
    """

    BUY_X_GET_Y = "BUY_X_GET_Y"
    PERCENT = "PERCENT"
    FIXED = "FIXED"
    FREE_SHIPPING = "FREE_SHIPPING"


@value
class Discount:
    """A discount as staff set it. Without a ``code`` it is automatic.

    ``rate`` is of PERCENT, in parts per million; ``amounts`` of FIXED, one a currency; ``buy`` and ``get`` of
    BUY_X_GET_Y, units. It holds from ``starts_at`` until before ``ends_at``. ``min_subtotal``, if any, holds one amount
    a currency and is asked of the whole cart before discounts. In a currency that ``amounts`` or ``min_subtotal`` lacks
    it gives nothing. The scope is the lines of these products, collections or categories (with those below them);
    without any of them all lines.
    """

    id: DiscountId
    version: int
    title: str
    kind: DiscountKind
    code: str | None = None
    rate: int = 0
    amounts: tuple[Money, ...] = ()
    buy: int = 0
    get: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    usage_limit: int | None = None
    per_customer_limit: int | None = None
    min_subtotal: tuple[Money, ...] = ()
    product_ids: tuple[ProductId, ...] = ()
    collection_ids: tuple[CollectionId, ...] = ()
    category_ids: tuple[CategoryId, ...] = ()


@value
class Uses:
    """How often a discount was used by placed orders, of all and of this buyer; who is not known yet has used none."""

    total: int = 0
    by_customer: int = 0


@value
class Basket:
    """What discounts are given to: a cart's items at a moment, and how often each discount was used before it."""

    currency: CurrencyCode
    items: tuple[Item, ...]
    now: datetime
    uses: Mapping[DiscountId, Uses]

    @property
    def subtotal(self) -> int:
        """What all lines cost before discounts, in minor units."""
        return sum(item.gross for item in self.items)


class Obstacle(Enum):
    """Why a discount gives nothing.

    UNKNOWN: There is no such code.
    NOT_STARTED: It holds later; the fact is when.
    ENDED: It held until then; the fact is when.
    USED_UP: It was used as often as it may be.
    USED_BY_CUSTOMER: This buyer has used it as often as one may.
    BELOW_MINIMUM: The cart costs less than it asks; the fact is how much is missing.
    OTHER_CURRENCY: It has no amount in the cart's currency.
    OUT_OF_SCOPE: Nothing in the cart is what it is for.
    TOO_FEW: More units of what it is for are needed; the fact is how many.
    NOTHING_SENT: Shipping would be free, but nothing in the cart is sent.
    OUTDONE: Another discount that it does not add to gives as much or more.
    """

    UNKNOWN = "UNKNOWN"
    NOT_STARTED = "NOT_STARTED"
    ENDED = "ENDED"
    USED_UP = "USED_UP"
    USED_BY_CUSTOMER = "USED_BY_CUSTOMER"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    TOO_FEW = "TOO_FEW"
    NOTHING_SENT = "NOTHING_SENT"
    OUTDONE = "OUTDONE"


_EXHAUSTED: Final = {Obstacle.USED_UP, Obstacle.USED_BY_CUSTOMER}


@value
class Hindered:
    """Why a discount gives nothing, in one sentence, with the one fact to act on that its obstacle has, if any."""

    obstacle: Obstacle
    message: str
    at: datetime | None = None
    missing: Money | None = None
    units: int | None = None

    @property
    def error(self) -> ErrorCode:
        """How a buyer who gave the code is told."""
        return ErrorCode.DISCOUNT_EXHAUSTED if self.obstacle in _EXHAUSTED else ErrorCode.DISCOUNT_NOT_APPLICABLE


def canonical(code: str) -> str:
    """A code as it is compared: neither case nor outer space matters, nor by which keyboard it was typed.

    So full-width letters are the plain ones, and an accent is the same in one character or two (Unicode's NFKC).
    """
    # Case folding can bring forth letters that are to be composed, so it stands between two compositions.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", code).casefold()).strip()


def is_code(code: str) -> bool:
    """Whether a text can be a code, or blank."""
    return len(canonical(code)) <= LONGEST_CODE and canonical(code).isprintable()


def in_scope(discount: Discount, item: Item) -> bool:
    """Whether the discount is for this line; nothing is for one that can no longer be bought."""
    if item.offer is None:
        return False
    if not (discount.product_ids or discount.collection_ids or discount.category_ids):
        return True
    return (
        item.offer.product_id in discount.product_ids
        or not set(discount.collection_ids).isdisjoint(item.offer.collection_ids)
        or not set(discount.category_ids).isdisjoint(item.offer.category_ids)
    )


def hindered(discount: Discount, basket: Basket) -> Hindered | None:
    """The first reason why the discount cannot be given; None when it can."""
    return next((found for check in _CHECKS if (found := check(discount, basket))), None)


def _window(discount: Discount, basket: Basket) -> Hindered | None:
    if discount.starts_at is not None and basket.now < discount.starts_at:
        return Hindered(obstacle=Obstacle.NOT_STARTED, message="it does not hold yet", at=discount.starts_at)
    if discount.ends_at is not None and basket.now >= discount.ends_at:
        return Hindered(obstacle=Obstacle.ENDED, message="it does not hold any more", at=discount.ends_at)
    return None


def _limits(discount: Discount, basket: Basket) -> Hindered | None:
    uses = basket.uses.get(discount.id) or Uses()
    if discount.usage_limit is not None and uses.total >= discount.usage_limit:
        return Hindered(obstacle=Obstacle.USED_UP, message="it was used as often as it may be")
    if discount.per_customer_limit is not None and uses.by_customer >= discount.per_customer_limit:
        return Hindered(obstacle=Obstacle.USED_BY_CUSTOMER, message="you have used it as often as one may")
    return None


def _minimum(discount: Discount, basket: Basket) -> Hindered | None:
    least = price_in(discount.min_subtotal, basket.currency)
    if least is None or basket.subtotal >= least.minor:
        return None
    missing = Money(least.minor - basket.subtotal, basket.currency)
    message = f"it asks for goods of {least.amount} {basket.currency.value}; {missing.amount} are missing"
    return Hindered(obstacle=Obstacle.BELOW_MINIMUM, message=message, missing=missing)


def _currency(discount: Discount, basket: Basket) -> Hindered | None:
    asked = [discount.min_subtotal] if discount.min_subtotal else []
    asked += [discount.amounts] if discount.kind is DiscountKind.FIXED else []
    if all(price_in(amounts, basket.currency) is not None for amounts in asked):
        return None
    return Hindered(obstacle=Obstacle.OTHER_CURRENCY, message=f"it is not for carts in {basket.currency.value}")


def _scope(discount: Discount, basket: Basket) -> Hindered | None:
    scope = [item for item in basket.items if in_scope(discount, item)]
    if not scope:
        return Hindered(obstacle=Obstacle.OUT_OF_SCOPE, message="nothing in the cart is what it is for")
    if discount.kind is DiscountKind.FREE_SHIPPING and not any(item.ships for item in basket.items):
        return Hindered(obstacle=Obstacle.NOTHING_SENT, message="nothing in the cart is sent")
    units, group = sum(item.quantity for item in scope), discount.buy + discount.get
    if discount.kind is DiscountKind.BUY_X_GET_Y and units < group:
        message = f"it asks for {group} units of what it is for; {group - units} are missing"
        return Hindered(obstacle=Obstacle.TOO_FEW, message=message, units=group - units)
    return None


_CHECKS: Final[tuple[Callable[[Discount, Basket], Hindered | None], ...]] = (
    _window,
    _limits,
    _currency,
    _scope,
    _minimum,
)
