"""How the catalogue's values lie in its table: keys, documents, changes, slugs."""

from datetime import UTC, datetime
from typing import Final

from datasources.dynamo import documents
from datasources.dynamo.documents import CATEGORIES, COLLECTIONS, PRODUCT, RATING
from datasources.dynamo.table import Item, ItemKey
from domain.catalog.changes import Change
from domain.catalog.listing import Rated
from domain.catalog.products import Category, Collection, Product
from domain.ids import CategoryId, CollectionId, ProductId

CHANGES_SECONDS: Final = 7 * 24 * 3600
"""A client that was away longer than a week reads the thing anew instead of catching up."""
LAST_SEQ: Final = 10**12 - 1

INDEXES: Final = {"by_newest": "newest", "by_name": "name", "by_price": "price"}
"""The table's local indexes, as the settings declare them."""

type Document = Product | Category | Collection


def product_key(product: ProductId) -> ItemKey:
    return ItemKey(f"PRODUCT#{product}", PRODUCT)


def category_key(category: CategoryId) -> ItemKey:
    return ItemKey(CATEGORIES, category)


def collection_key(collection: CollectionId) -> ItemKey:
    return ItemKey(COLLECTIONS, collection)


def rating_key(product: ProductId) -> ItemKey:
    return ItemKey(f"PRODUCT#{product}", RATING)


def slug_key(noun: str, slug: str) -> ItemKey:
    return ItemKey(f"SLUG#{noun}#{slug}", "SLUG")


def listing_key(scope: str, product: str) -> ItemKey:
    return ItemKey(f"LIST#{scope}", product)


def change_key(noun: str, owner: str, seq: int) -> ItemKey:
    return ItemKey(f"{noun.upper()}#{owner}", f"CHANGE#{seq:012}")


def document_item(value: Document, document: bytes) -> Item:
    return {"document": {"S": document.decode()}, "version": {"N": str(value.version)}}


def rating_item(rated: Rated) -> Item:
    return {"document": {"S": documents.encoded(rated).decode()}, "version": {"N": str(rated.seq)}}


def slug_item(owner: str) -> Item:
    return {"id": {"S": owner}}


def change_item(change: Change, now: float) -> Item:
    return {
        "changed": {"L": [{"S": name} for name in change.changed]},
        "at": {"S": change.at.astimezone(UTC).isoformat()},
        "shown": {"BOOL": change.shown},
        "expires_at": {"N": str(int(now) + CHANGES_SECONDS)},
    }


def change_of(item: Item) -> Change:
    return Change(
        seq=int(item["sk"]["S"].removeprefix("CHANGE#")),
        changed=tuple(name["S"] for name in item["changed"]["L"]),
        at=datetime.fromisoformat(item["at"]["S"]),
        shown=item.get("shown", {}).get("BOOL", False),
    )
