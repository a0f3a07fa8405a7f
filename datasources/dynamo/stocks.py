"""How the inventory lies in its table: the keys and attributes of each item."""

from collections.abc import Iterable
from datetime import UTC
from typing import Final

from datasources.dynamo import documents, listening, records
from datasources.dynamo.table import Item, ItemKey
from datasources.dynamo.transactions import Transaction
from domain.ids import ProductId, VariantId, WarehouseId, product_of_variant
from domain.inventory.moving import Movement
from domain.inventory.stock import Stock, Warehouse

MOVEMENTS: Final = "MOVEMENTS"
WAREHOUSES: Final = "WAREHOUSES"
SUMMARY: Final = "SUMMARY"
AFTER_ALL: Final = "~"
"""Sorts after every instant."""


def is_variant(text: str) -> bool:
    return product_of_variant(VariantId(text)) is not None


def is_stock(item: Item) -> bool:
    return str(item["sk"]["S"]).startswith(documents.STOCK)


def product_of_item(item: Item) -> ProductId:
    return ProductId(item["pk"]["S"].partition("#")[2])


def stock_key(variant: VariantId) -> ItemKey:
    return ItemKey(f"PRODUCT#{product_of_variant(variant)}", f"{documents.STOCK}{variant}")


def stock_keys(variants: Iterable[str]) -> list[ItemKey]:
    """Each once; without what is no variant."""
    return [stock_key(VariantId(one)) for one in dict.fromkeys(variants) if is_variant(one)]


def read(items: Iterable[Item]) -> dict[VariantId, Stock]:
    """The stocks in ``items``."""
    found = (documents.decoded(Stock, item) for item in items)
    return {stock.variant_id: stock for stock in found}


def summary_key(product: ProductId) -> ItemKey:
    return ItemKey(f"PRODUCT#{product}", SUMMARY)


def warehouse_key(warehouse: WarehouseId) -> ItemKey:
    return ItemKey(WAREHOUSES, warehouse)


def code_key(code: str) -> ItemKey:
    """Codes that differ in case only are one."""
    return ItemKey(f"CODE#{code.casefold()}", "CODE")


def movement_key(movement: Movement) -> ItemKey:
    moment = movement.at.astimezone(UTC).isoformat(timespec="microseconds")
    return ItemKey(MOVEMENTS, f"{moment}#{movement.id}")


def variant_place(variant: VariantId, place: str) -> str:
    """A place among the movements of a variant alone."""
    return f"{variant}#{place}"


def stock_item(stock: Stock) -> Item:
    return {"document": {"S": documents.encoded(stock).decode()}, "version": {"N": str(stock.version)}}


def make(into: Transaction, stock: Stock, now: float) -> None:
    """Add a first version to a transaction: there may be listeners already. It fails by the name ``stock``."""
    into.put(stock_key(stock.variant_id), stock_item(stock) | listening.word(now), records.NEW, name="stock")


def change(into: Transaction, old: Stock, new: Stock) -> None:
    """Add a next version to a transaction. It fails by the name ``stock`` when others changed the stock meanwhile."""
    into.set(stock_key(new.variant_id), stock_item(new), records.at_version(old.version), name="stock")


def warehouse_item(warehouse: Warehouse) -> Item:
    return {"warehouse": {"S": documents.encoded(warehouse).decode()}, "version": {"N": str(warehouse.version)}}


def movement_item(movement: Movement) -> Item:
    return {
        "movement": {"S": documents.encoded(movement).decode()},
        "variant_at": {"S": variant_place(movement.variant_id, movement_key(movement).sk)},
    }
