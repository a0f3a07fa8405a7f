"""One opaque id type a noun. An id is its noun's prefix, an underscore, and 26 letters or digits.

The prefix lets ``node(id)`` find the noun without asking a store, and lets a wrong kind of id be refused by name.
"""

import base64
import hashlib
import re
from typing import Final, NewType

ProductId = NewType("ProductId", str)
VariantId = NewType("VariantId", str)
CategoryId = NewType("CategoryId", str)
CollectionId = NewType("CollectionId", str)
MediaId = NewType("MediaId", str)
WarehouseId = NewType("WarehouseId", str)
MovementId = NewType("MovementId", str)
CartId = NewType("CartId", str)
CartLineId = NewType("CartLineId", str)
CustomerId = NewType("CustomerId", str)
"""The user pool's own id of a user, its ``sub``."""
ERASED: Final = CustomerId("erased")
"""In place of somebody who was erased: nobody has this id, and it does not tell one from another."""
AddressId = NewType("AddressId", str)
OrderId = NewType("OrderId", str)
DiscountId = NewType("DiscountId", str)
ShippingZoneId = NewType("ShippingZoneId", str)
ShippingRateId = NewType("ShippingRateId", str)
ShippingQuoteId = NewType("ShippingQuoteId", str)
PaymentId = NewType("PaymentId", str)
OperationId = NewType("OperationId", str)
"""Names one call to a provider of payments that moves money, and is its idempotency key there."""
OrderLineId = NewType("OrderLineId", str)
FulfillmentId = NewType("FulfillmentId", str)
ReturnId = NewType("ReturnId", str)
ReviewId = NewType("ReviewId", str)
JobId = NewType("JobId", str)
SessionId = NewType("SessionId", str)
"""Names no node: it is what a guest shows to be known again, and nobody else may ask for it."""

CART: Final = "cart"
SESSION: Final = "sess"
ORDER: Final = "order"
"""Prefixes of ids that are capabilities: who has one is let in by it."""
PAYMENT: Final = "pay"
OPERATION: Final = "op"
ADDRESS: Final = "addr"
REVIEW: Final = "rev"
JOB: Final = "job"

PREFIXES: Final = {
    "prod": "Product",
    "var": "ProductVariant",
    "cat": "Category",
    "coll": "Collection",
    "media": "Media",
}
"""Prefix of an id: the GraphQL type it names."""

_NUMBERED: Final = re.compile(r"var_([0-9a-z]{26})-[0-9a-z]{1,8}")
_PLAIN: Final = re.compile(r"(?!var)([a-z]+)_[0-9a-z]{26}")


def noun_of(text: str) -> str | None:
    """The GraphQL type that ``text`` is an id of, or None when it is no id of ours."""
    if _NUMBERED.fullmatch(text):
        return PREFIXES["var"]
    match = _PLAIN.fullmatch(text)
    return PREFIXES.get(match[1]) if match else None


def is_id(text: str, prefix: str) -> bool:
    """Whether ``text`` has the form of an id with this prefix."""
    match = _PLAIN.fullmatch(text)
    return match is not None and match[1] == prefix


def derived(prefix: str, *parts: str) -> str:
    """An id that equal parts always give, and no others."""
    digest = hashlib.sha256(" ".join(parts).encode(errors="surrogatepass")).digest()
    return f"{prefix}_{base64.b32hexencode(digest).decode().lower()[:26]}"


def product_of_variant(variant: VariantId) -> ProductId | None:
    """The product a variant belongs to: a variant's id is its product's key and an ordinal, ``var_<key>-<ordinal>``.

    A variant is stored inside its product, so its id must lead there without a look-up of its own.
    """
    match = _NUMBERED.fullmatch(variant)
    return ProductId(f"prod_{match[1]}") if match else None


def variant_id(product: ProductId, ordinal: int) -> VariantId:
    """The id of a product's n-th ever variant; ordinals are never used again within a product."""
    return VariantId(f"var_{product.removeprefix('prod_')}-{ordinal}")
