"""Products, categories and collections to store in tests."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from domain.catalog.products import (
    MOST_COLLECTIONS,
    MOST_DEPTH,
    Category,
    Collection,
    Product,
    ProductKind,
    ProductStatus,
    Variant,
)
from domain.ids import CategoryId, CollectionId, MediaId, ProductId, variant_id
from domain.money import CurrencyCode, Money
from domain.shown import ShownMedia

NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
SHOP: Final = CurrencyCode.USD


def key26() -> str:
    return uuid.uuid4().hex[:26]


def product(*, price: int = 1000, minutes: int = 0, **changes: Any) -> Product:
    """A product on sale, unlike any other, made ``minutes`` after noon."""
    owner = changes.pop("id", ProductId(f"prod_{key26()}"))
    made = NOON + timedelta(minutes=minutes)
    content: dict[str, Any] = {
        "version": 1,
        "slug": f"slug-{owner[5:]}",
        "name": f"Thing {owner[5:]}",
        "status": ProductStatus.ACTIVE,
        "kind": ProductKind.PHYSICAL,
        "variants": (Variant(id=variant_id(owner, 1), sku="A", prices=(Money(price, SHOP),)),),
        "variants_ever": 1,
        "created_at": made,
        "updated_at": made,
    }
    return Product(**(content | changes | {"id": owner}))


def category(**changes: Any) -> Category:
    key = key26()
    return replace(Category(id=CategoryId(f"cat_{key}"), version=1, slug=key, name=f"Category {key}"), **changes)


def collection(**changes: Any) -> Collection:
    key = key26()
    return replace(Collection(id=CollectionId(f"coll_{key}"), version=1, slug=key, name=f"Collection {key}"), **changes)


def most_listed(**changes: Any) -> tuple[Product, list[CategoryId]]:
    """A product that is listed wherever the bounds let it be, and the categories above its own."""
    chain = [CategoryId(f"cat_{key26()}") for _ in range(MOST_DEPTH)]
    collections = tuple(CollectionId(f"coll_{key26()}") for _ in range(MOST_COLLECTIONS))
    return product(category_id=chain[0], collection_ids=collections, media=(elsewhere(),), **changes), chain


def elsewhere(number: int = 1) -> ShownMedia:
    """A picture that is not ours."""
    return ShownMedia(id=MediaId(f"media_{number:026}"), url=f"https://x.example/{number}.jpg")
