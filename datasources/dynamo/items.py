"""How the catalogue's values lie in its table: keys, documents, changes, slugs, idempotency records."""

from datetime import UTC, datetime
from typing import Final

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from datasources.dynamo.table import STORE, Item, ItemKey
from datasources.faults import StoreUnreadable
from domain.catalog.products import Category, Collection, Product
from domain.catalog.storing import Change, Key
from domain.ids import CategoryId, CollectionId, ProductId

LARGEST_DOCUMENT: Final = 350_000
"""Bytes: an item takes 400 KB (DynamoDB quotas), and an idempotency record holds a document and more."""
CHANGES_SECONDS: Final = 7 * 24 * 3600
"""A client that was away longer than a week reads the thing anew instead of catching up."""
KEY_SECONDS: Final = 24 * 3600
"""A request is repeated within seconds or minutes; a day covers a night without network."""
LAST_SEQ: Final = 10**12 - 1

CATEGORIES: Final = "CATEGORIES"
COLLECTIONS: Final = "COLLECTIONS"
INDEXES: Final = {"by_newest": "newest", "by_name": "name", "by_price": "price"}
"""The table's local indexes, as the settings declare them."""

type Document = Product | Category | Collection

NEW: Final[Condition] = Path("pk").does_not_exist()


def product_key(product: ProductId) -> ItemKey:
    return ItemKey(f"PRODUCT#{product}", "PRODUCT")


def category_key(category: CategoryId) -> ItemKey:
    return ItemKey(CATEGORIES, category)


def collection_key(collection: CollectionId) -> ItemKey:
    return ItemKey(COLLECTIONS, collection)


def slug_key(noun: str, slug: str) -> ItemKey:
    return ItemKey(f"SLUG#{noun}#{slug}", "SLUG")


def listing_key(scope: str, product: str) -> ItemKey:
    return ItemKey(f"LIST#{scope}", product)


def change_key(noun: str, owner: str, seq: int) -> ItemKey:
    return ItemKey(f"{noun.upper()}#{owner}", f"CHANGE#{seq:012}")


def record_key(key: Key) -> ItemKey:
    """Of an idempotency record. A caller is a user pool's id of a user, a UUID, so the separator is none of its."""
    return ItemKey(f"KEY#{key.caller}#{key.key}", "KEY")


def at_version(version: int) -> Condition:
    return Path("version") == version


def document_item(value: Document, document: bytes) -> Item:
    return {"document": {"S": document.decode()}, "version": {"N": str(value.version)}}


def encoded(value: Document) -> bytes:
    """The value as JSON. Fields that are added later need a default: documents written before lack them."""
    return msgspec.json.encode(value)


def decoded[T: Document](kind: type[T], item: Item) -> T:
    """Read a stored document; raises StoreUnreadable when it is none of this kind."""
    return read(kind, item["document"]["S"], item)


def read[T: Document](kind: type[T], document: str | bytes, where: object = "document") -> T:
    """Read a value's JSON; raises StoreUnreadable when it is none of this kind."""
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.DecodeError as error:
        name = {key: value for key, value in where.items() if key in {"pk", "sk"}} if isinstance(where, dict) else where
        raise StoreUnreadable(STORE, f"{name} is no {kind.__name__}: {error}") from error


def slug_item(owner: str) -> Item:
    return {"id": {"S": owner}}


def change_item(changed: tuple[str, ...], at: datetime, now: float) -> Item:
    return {
        "changed": {"L": [{"S": name} for name in changed]},
        "at": {"S": at.astimezone(UTC).isoformat()},
        "expires_at": {"N": str(int(now) + CHANGES_SECONDS)},
    }


def change_of(item: Item) -> Change:
    return Change(
        seq=int(item["sk"]["S"].removeprefix("CHANGE#")),
        changed=tuple(name["S"] for name in item["changed"]["L"]),
        at=datetime.fromisoformat(item["at"]["S"]),
    )


def record_item(key: Key, document: bytes, now: float) -> Item:
    return {
        "fingerprint": {"S": key.fingerprint},
        "answer": {"S": document.decode()},
        "expires_at": {"N": str(int(now) + KEY_SECONDS)},
    }


def record_free(now: float) -> Condition:
    """There is no record, or one that DynamoDB has not come to remove yet (it takes days, says the guide on TTL)."""
    free: Condition = NEW | (Path("expires_at") < int(now))
    return free
