"""A cart as clients see it: what is in it, what it costs and why, and what it still lacks."""

import strawberry

from domain.cart.reserving import ReservationStatus
from domain.cart.storing import CartChangeReason
from domain.errors import ErrorCode
from schema.addresses import Address
from schema.catalog.types import ProductVariant
from schema.customers.types import Customer
from schema.errors import UserError
from schema.money import CurrencyCode, Money
from schema.prose import choice, entity
from schema.route import Access, routed
from schema.scalars import AWSDateTime, AWSEmail

__all__ = ["CartChangeReason", "ReservationStatus"]

BATCH = 100
"""Lines whose variants the catalogue answers in one invocation: two full carts."""

choice(CartChangeReason)
choice(ReservationStatus)


@entity
class StockReservation:
    """Units of a line that are held for the buyer, from whichever warehouses have them.

    id: The reservation's id: one a line.
    variant_id: The variant.
    quantity: How many units are held; fewer than the line has when more were added since.
    status: Whether they are still held.
    expires_at: When they are held no more.
    """

    id: strawberry.ID
    variant_id: strawberry.ID
    quantity: int
    status: ReservationStatus
    expires_at: AWSDateTime


@entity
class CartLine:
    """So many units of one variant.

    id: The line's id; the same variant has the same id in this cart, also after it was removed and added again.
    variant_id: The variant.
    name: What it is called, in the cart's language; as it was when it was put there, once it is gone from the shop.
    quantity: How many units, 1 to 999.
    unit_price: What one unit costs now.
    discount: What discounts take off the whole line.
    tax: The tax on the line after discounts; in total already where totals.taxIncluded.
    total: What the line costs: units times price less discount; 0 for what cannot be bought any more.
    reservation: What of it is held for the buyer; null when nothing is.
    """

    id: strawberry.ID
    variant_id: strawberry.ID
    name: str
    quantity: int
    unit_price: Money
    discount: Money
    tax: Money
    total: Money
    reservation: StockReservation | None

    @routed("catalog", batch=BATCH)
    def variant(self) -> ProductVariant | None:
        """The variant, priced in the cart's currency; null when it is not on sale any more, or by subscription."""


@entity
class AppliedDiscount:
    """A discount that the cart gets.

    code: The code it was got by; null for one that everybody gets.
    title: What it is called.
    amount: What it saves: on goods, or on shipping.
    """

    code: str | None
    title: str
    amount: Money


@entity
class ShippingQuote:
    """One way to send the cart, and what it costs now.

    id: The quote's id, to choose it by; the same way has the same id in this cart.
    method: What the way is called.
    carrier: Who carries it.
    price: What it costs, before a discount on shipping.
    min_days: Days that it takes at least.
    max_days: Days that it takes at most.
    """

    id: strawberry.ID
    method: str
    carrier: str | None
    price: Money
    min_days: int | None
    max_days: int | None


@entity
class TaxLine:
    """What one tax comes to over the whole cart.

    name: What the tax is called.
    rate: Its rate in per cent, as decimal text such as "19" or "8.875".
    net: What it is on, before tax.
    amount: The tax.
    """

    name: str
    rate: str
    net: Money
    amount: Money


@entity
class Totals:
    """What the cart costs: total is subtotal - discount + shipping, and + tax unless it is included.

    subtotal: All lines before discounts.
    discount: What discounts save on goods.
    shipping: What is paid for shipping, after a discount on it.
    tax: All taxes.
    tax_included: Whether prices hold the tax already.
    total: What is to be paid.
    """

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    tax_included: bool
    total: Money


@entity
class Requirement:
    """One thing to do before checkout.

    code: What kind of thing.
    field: Path in the cart to what is missing or wrong, such as ["shippingAddress"].
    message: One sentence for people, in English.
    """

    code: ErrorCode
    field: list[str]
    message: str


@entity
class Cart:
    """What somebody is about to buy. A guest's belongs to whoever knows its id; a customer's to the customer alone.

    Prices, discounts, taxes and quotes are those of this moment; a cart stores none of them.

    id: The cart's id. A guest's is a secret: who has it can read and change the cart.
    version: Grows by 1 with each stored change.
    currency: The one currency of everything in it.
    locale: The language of names.
    country: Where tax is estimated for until an address is known.
    email: Where the order's e-mails go.
    lines: What is in it, in the order in which it came; at most 50.
    discount_codes: The codes that were entered, whether they give anything or not.
    discounts: The discounts that it gets.
    shipping_address: Where the goods go.
    billing_address: Where the bill goes; where the goods go when null.
    shipping_quotes: The ways to send it, cheapest first; empty until a shipping address is known.
    shipping_quote: The way that was chosen, as long as it can be had; a single one needs no choice.
    taxes: Each tax by itself.
    totals: What it costs.
    requirements: What is missing before it can be paid; empty when nothing is.
    warnings: What the buyer should know: prices that have changed since they were seen, less stock than wanted, what
      is no longer on sale, codes that give nothing. The field of each is a path in the cart.
    reserved_until: Until when all of its goods are held; null when not all of them are.
    created_at: When it began.
    updated_at: When it was last changed.
    expires_at: When it is given up; 30 days after the last change.
    """

    id: strawberry.ID
    version: int
    currency: CurrencyCode
    locale: str | None
    country: str | None
    email: AWSEmail | None
    lines: list[CartLine]
    discount_codes: list[str]
    discounts: list[AppliedDiscount]
    shipping_address: Address | None
    billing_address: Address | None
    shipping_quotes: list[ShippingQuote]
    shipping_quote: ShippingQuote | None
    taxes: list[TaxLine]
    totals: Totals
    requirements: list[Requirement]
    warnings: list[UserError]
    reserved_until: AWSDateTime | None
    created_at: AWSDateTime
    updated_at: AWSDateTime
    expires_at: AWSDateTime

    @routed("customers", Access.SHOPPER, batch=BATCH)
    def customer(self) -> Customer | None:
        """Whose it is, for themselves and for staff; null for others, and for a guest's."""


@entity
class CartChange:
    """One stored change of a cart.

    seq: Grows by 1 with each change of the cart, without gaps; the version that the change made.
    cart_id: The cart.
    reason: Why it was changed.
    cart: The cart after the change; in cartChanges as it is now.
    at: When it was changed.
    """

    seq: int
    cart_id: strawberry.ID
    reason: CartChangeReason
    cart: Cart
    at: AWSDateTime
