"""What a cart is: lines of variants in one currency, and what the buyer has said about where they go."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from domain.addresses import Address, Destination
from domain.ids import CartId, CartLineId, CustomerId, OrderId, ShippingQuoteId, VariantId, derived
from domain.money import CurrencyCode, Money
from domain.values import value

MOST_LINES: Final = 50
"""Distinct variants: holding them all is one transaction, which takes 100 actions (DynamoDB quotas), and a hold writes
each variant's stock, the cart, the hold and its key."""
MOST_QUANTITY: Final = 999
"""Units of one variant: three digits; who buys more talks to the shop."""
MOST_WORTH: Final = 10**14
"""Minor units of all lines together: with shipping and any tax below 100 % a total stays an amount (LARGEST_MINOR)."""
MOST_CODES: Final = 10
"""Discount codes: enough for what a buyer can have at hand, few enough to try each."""
LIFETIME: Final = timedelta(days=30)
"""How long a cart is kept after its last change."""


@value
class CartLine:
    """So many units of a variant. ``seen_price`` is what one unit cost when the buyer last put or changed the line, and
    ``name`` what it was called then. ``held`` units are held for the buyer until the cart's ``reserved_until``.
    """

    id: CartLineId
    variant_id: VariantId
    quantity: int
    seen_price: Money
    name: str = ""
    held: int = 0


@value
class Cart:
    """A cart as stored. ``version`` starts at 1 and grows by 1 with each stored change.

    Its lines are of different variants, in the order in which they came, and ``seen_price`` of each is in ``currency``.
    ``codes`` are discount codes as the buyer wrote them. ``country`` is where the buyer is taxed until an address says
    so, ``locale`` the language of names. ``order_id`` is given once, when the cart becomes an order.
    """

    id: CartId
    version: int
    customer_id: CustomerId | None = None
    currency: CurrencyCode
    lines: tuple[CartLine, ...] = ()
    email: str | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    shipping_quote_id: ShippingQuoteId | None = None
    codes: tuple[str, ...] = ()
    reserved_until: datetime | None = None
    order_id: OrderId | None = None
    locale: str | None = None
    country: str | None = None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    @property
    def destination(self) -> Destination | None:
        """Where the buyer is taxed: where the goods go, else (nothing is sent) where the bill goes."""
        address = self.shipping_address or self.billing_address
        return address.destination if address else None

    @property
    def estimate(self) -> Destination | None:
        """Where the buyer is taxed as long as no address is known."""
        return Destination(country=self.country) if self.country else None


def revised(cart: Cart, now: datetime, **parts: Any) -> Cart:
    """The cart's next version, kept for another LIFETIME; equal parts give ``cart`` itself back.

    Without a line of which something is held there is nothing that could run out.
    """
    changed = {name: part for name, part in parts.items() if getattr(cart, name) != part}
    if not changed:
        return cart
    none_held = "lines" in changed and not any(line.held for line in changed["lines"])
    hold = {"reserved_until": None} if none_held else {}
    kept = {"version": cart.version + 1, "updated_at": now, "expires_at": now + LIFETIME}
    return replace(cart, **(changed | hold | kept))


def line_id(cart: CartId, variant: VariantId) -> CartLineId:
    """The id of the variant's line: the same for ever in this cart, another in any other.

    So that programs which keep things by id (Apollo, Relay, urql) do not take one cart's line for another's.
    """
    return CartLineId(derived("line", cart, variant))


def quote_id(cart: CartId, rate: str) -> ShippingQuoteId:
    """The id of a rate's quote for this cart; another price of the same rate keeps it."""
    return ShippingQuoteId(derived("quote", cart, rate))
