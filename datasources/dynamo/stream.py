"""What the catalog table's stream says, as domain values (DynamoDB Streams API, ``Record``)."""

from collections.abc import Iterable, Mapping
from typing import Any

from datasources.dynamo import documents
from domain.catalog.listing import Rated
from domain.catalog.products import Category, Collection, Product
from domain.catalog.storing import Stored
from domain.ids import ProductId


def read(event: Mapping[str, Any]) -> Stored:
    """Read a stream event with old and new images; removals and items that only serve others are passed over."""
    products: dict[str, Product] = {}
    categories: dict[str, tuple[Category | None, Category]] = {}
    collections: dict[str, Collection] = {}
    rated: dict[ProductId, None] = {}
    for kind, old, new in _documents(event["Records"]):
        if kind is Product:
            product = documents.decoded(Product, new)
            products[product.id] = product
        elif kind is Rated:
            rated[documents.product_of(new)] = None
        elif kind is Category:
            category = documents.decoded(Category, new)
            first = categories[category.id][0] if category.id in categories else _old(old)
            categories[category.id] = (first, category)
        else:
            collection = documents.decoded(Collection, new)
            collections[collection.id] = collection
    return Stored(
        products=tuple(products.values()),
        categories=tuple(categories.values()),
        collections=tuple(collections.values()),
        rated=tuple(rated),
    )


def product_change(record: Mapping[str, Any]) -> tuple[Product | None, Product] | None:
    """The product before and after one record, None for a record of anything else.

    Nothing changed when both have the same version: then the item alone was written anew.
    """
    found = next(iter(_documents([record])), None)
    if found is None or found[0] is not Product:
        return None
    _, old, new = found
    return None if old is None else documents.decoded(Product, old), documents.decoded(Product, new)


def _documents(records: Iterable[Mapping[str, Any]]) -> Iterable[tuple[type, Any, Any]]:
    lists = {documents.CATEGORIES: Category, documents.COLLECTIONS: Collection}
    parts = {documents.PRODUCT: Product, documents.RATING: Rated}
    for record in records:
        new = record["dynamodb"].get("NewImage")
        if new is None or "document" not in new:
            continue
        kind = parts.get(new["sk"]["S"]) or lists.get(new["pk"]["S"])
        if kind is not None:
            yield kind, record["dynamodb"].get("OldImage"), new


def _old(image: Any) -> Category | None:
    return None if image is None else documents.decoded(Category, image)
