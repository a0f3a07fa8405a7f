"""What the catalogue and the stock say of a variant now, as far as a cart's decisions depend on it."""

from collections.abc import Mapping
from typing import Final

from domain.cart.carts import Cart
from domain.ids import CartLineId, CategoryId, CollectionId, ProductId, VariantId
from domain.money import CurrencyCode, Money, price_in
from domain.shown import Good
from domain.values import value

LONGEST_NAME: Final = 255
"""Characters of a variant's name in a cart: with 50 of them, each in two warnings, a change of the largest cart is less
than a subscription carries (240 KB, AppSync quotas)."""


@value
class Offer:
    """A variant as it is sold now.

    ``category_ids`` are the product's category and all above it, nearest first. ``ships`` is False for what is
    downloaded; ``goods`` are the files that its buyers get. ``available`` is how many units this cart could have, None
    for any number.
    """

    variant_id: VariantId
    product_id: ProductId
    name: str
    prices: tuple[Money, ...]
    on_sale: bool = True
    ships: bool = True
    taxable: bool = True
    weight_grams: int | None = None
    category_ids: tuple[CategoryId, ...] = ()
    collection_ids: tuple[CollectionId, ...] = ()
    available: int | None = None
    sku: str = ""
    goods: tuple[Good, ...] = ()

    def price(self, currency: CurrencyCode) -> Money | None:
        """What one unit costs in ``currency``; None when it cannot be bought, or not in this currency."""
        return price_in(self.prices, currency) if self.on_sale else None


def shortened(name: str, most: int = LONGEST_NAME) -> str:
    """The name, or as much of it as there is room for."""
    return name if len(name) <= most else f"{name[: most - 1]}\u2026"


type Offers = Mapping[VariantId, Offer]
"""By variant; one that is not there does not exist (any more)."""


@value
class Item:
    """A line and what is offered for it. ``offer`` is None when it can no longer be bought in the cart's currency.

    Such a line shows the price that the buyer saw, costs nothing, and blocks checkout until it is removed.
    """

    line_id: CartLineId
    variant_id: VariantId
    quantity: int
    unit_price: Money
    seen_price: Money
    offer: Offer | None

    @property
    def gross(self) -> int:
        """What the line costs before discounts, in minor units."""
        return self.unit_price.minor * self.quantity if self.offer else 0

    @property
    def ships(self) -> bool:
        """Whether it is packed and sent."""
        return self.offer is not None and self.offer.ships


def items_of(cart: Cart, offers: Offers) -> tuple[Item, ...]:
    """The cart's lines in their order, each priced as it is sold now."""
    found = []
    for line in cart.lines:
        offer = offers.get(line.variant_id)
        price = offer.price(cart.currency) if offer else None
        found.append(
            Item(
                line_id=line.id,
                variant_id=line.variant_id,
                quantity=line.quantity,
                unit_price=line.seen_price if price is None else price,
                seen_price=line.seen_price,
                offer=None if price is None else offer,
            )
        )
    return tuple(found)
