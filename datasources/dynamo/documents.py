"""How values are written down as documents inside their items; needs no client, so that a stream is read lightly."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from datasources.faults import StoreUnreadable
from domain.ids import ProductId

STORE: Final = "DynamoDB"
LARGEST_DOCUMENT: Final = 350_000
"""Bytes: an item takes 400 KB (DynamoDB quotas), and an idempotency record holds a document and more."""
PRODUCT: Final = "PRODUCT"
CATEGORIES: Final = "CATEGORIES"
COLLECTIONS: Final = "COLLECTIONS"
STOCK: Final = "STOCK#"
CART: Final = "CART"
ORDER: Final = "ORDER"
PAYMENT: Final = "PAYMENT"
REVIEW: Final = "REVIEW"
MEDIA: Final = "MEDIA"
RATING: Final = "RATING"
JOB: Final = "JOB"
"""What tells items with a document from each other: the sort key of a product, a cart, an order, a payment, a review, a
media, a product's rating or a job, how that of a stock begins, the partitions of the others."""


def product_of(item: Mapping[str, Any]) -> ProductId:
    """The product in whose partition of the catalogue an item lies."""
    return ProductId(item["pk"]["S"].partition("#")[2])


def encoded(value: object) -> bytes:
    """The value as JSON. Fields that are added later need a default: documents written before lack them."""
    return msgspec.json.encode(value)


def decoded[T](kind: type[T], item: Mapping[str, Any]) -> T:
    """Read a stored document; raises StoreUnreadable when it is none of this kind."""
    return read(kind, item["document"]["S"], item)


def read[T](kind: type[T], document: str | bytes, where: object = "document") -> T:
    """Read a value's JSON; raises StoreUnreadable when it is none of this kind."""
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.DecodeError as error:
        name = {key: value for key, value in where.items() if key in {"pk", "sk"}} if isinstance(where, dict) else where
        raise StoreUnreadable(STORE, f"{name} is no {kind.__name__}: {error}") from error
