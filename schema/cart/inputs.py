"""What buyers send about their carts."""

import strawberry

from domain.cart.merging import CartMergeReason, CartMergeStrategy
from schema.addresses import AddressInput
from schema.money import CurrencyCode
from schema.prose import choice, wanted
from schema.scalars import AWSEmail

__all__ = ["CartMergeReason", "CartMergeStrategy"]

choice(CartMergeStrategy)
choice(CartMergeReason)


@wanted
class CartLineInput:
    """Units of a variant to put into the cart, beside those that are in it.

    variant_id: The variant.
    quantity: How many units more; a line has 1 to 999 in all.
    """

    variant_id: strawberry.ID
    quantity: int


@wanted
class CartLineUpdate:
    """How many units a line has from now on.

    line_id: The line.
    quantity: How many units, 1 to 999; 0 removes the line.
    """

    line_id: strawberry.ID
    quantity: int


@wanted
class CartDetailsInput:
    """What the buyer says about the order; what is left out stays as it is, and null takes it away.

    email: Where the order's e-mails go.
    currency: The currency of everything in the cart; each line must have a price in it. Null changes nothing.
    shipping_address: Where the goods go.
    billing_address: Where the bill goes.
    shipping_quote_id: The way to send it, one of the cart's shippingQuotes.
    """

    email: AWSEmail | None = strawberry.UNSET
    currency: CurrencyCode | None = strawberry.UNSET
    shipping_address: AddressInput | None = strawberry.UNSET
    billing_address: AddressInput | None = strawberry.UNSET
    shipping_quote_id: strawberry.ID | None = strawberry.UNSET
