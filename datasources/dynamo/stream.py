"""What the catalog table's stream says, as domain values (DynamoDB Streams API, ``Record``)."""

from collections.abc import Iterable, Mapping
from typing import Any

from datasources.dynamo import items
from domain.catalog.products import Category, Collection, Product
from domain.catalog.storing import Stored


def read(event: Mapping[str, Any]) -> Stored:
    """Read a stream event with old and new images; removals and items that only serve others are passed over."""
    products: dict[str, Product] = {}
    categories: dict[str, tuple[Category | None, Category]] = {}
    collections: dict[str, Collection] = {}
    for kind, old, new in _documents(event["Records"]):
        if kind is Product:
            product = items.decoded(Product, new)
            products[product.id] = product
        elif kind is Category:
            category = items.decoded(Category, new)
            first = categories[category.id][0] if category.id in categories else _old(old)
            categories[category.id] = (first, category)
        else:
            collection = items.decoded(Collection, new)
            collections[collection.id] = collection
    return Stored(
        products=tuple(products.values()),
        categories=tuple(categories.values()),
        collections=tuple(collections.values()),
    )


def _documents(records: Iterable[Mapping[str, Any]]) -> Iterable[tuple[type, Any, Any]]:
    kinds = {items.CATEGORIES: Category, items.COLLECTIONS: Collection}
    for record in records:
        new = record["dynamodb"].get("NewImage")
        if new is None or "document" not in new:
            continue
        kind = Product if new["sk"]["S"] == "PRODUCT" else kinds.get(new["pk"]["S"])
        if kind is not None:
            yield kind, record["dynamodb"].get("OldImage"), new


def _old(image: Any) -> Category | None:
    return None if image is None else items.decoded(Category, image)
