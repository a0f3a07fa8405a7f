"""Goods for benchmarks to sell, of a shop that has had them for a while.

They were counted two days ago: whatever is new is told live for a day, in case that somebody waits for it
(docs/decisions/0024), and a shop seldom sells what it has only just counted for the first time.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import boto3

from benchmarks.shop import catalog_of
from datasources.dynamo.inventory import InventoryTable
from domain.catalog.products import Product
from domain.ids import VariantId, WarehouseId
from domain.inventory.moving import Adjustment, MovementReason, adjusted
from domain.inventory.stock import Stock, Warehouse
from domain.inventory.storing import Decision, Refusal
from local.running import Running
from resolvers._kit.ids import new_id

AGE_SECONDS: Final = 2 * 24 * 3600
EACH: Final = 45
"""Stocks in one transaction, as many as one request may change."""


def stock(system: Running, products: Sequence[Product], units: int) -> None:
    """Have so many units of each product's first variant in a new warehouse."""
    inventory = _inventory(system)
    place = WarehouseId(new_id("wh"))
    inventory.save_warehouse(None, Warehouse(id=place, version=1, code=place, name="Bench", priority=1))
    for first in range(0, len(products), EACH):
        variants = [one.variants[0].id for one in products[first : first + EACH]]

        def decide(there: Mapping[VariantId, Stock], variants: Sequence[VariantId] = variants) -> Decision | Refusal:
            asked = [
                Adjustment(variant_id=one, warehouse_id=place, delta=units, reason=MovementReason.RECEIVED)
                for one in variants
            ]
            found = adjusted(there, asked, {place}, datetime.now(UTC))
            stocks = tuple(one for one in found if isinstance(one, Stock))
            assert len(stocks) == len(variants), found
            return Decision(stocks=stocks, movements=(), answer=())

        inventory.change(variants, decide)


def _inventory(system: Running) -> InventoryTable:
    """The inventory's table, for a writer of two days ago."""
    catalog_of(system)
    found = boto3.client("lambda").get_function_configuration(FunctionName="souk-inventory")
    name = found["Environment"]["Variables"]["INVENTORY_TABLE"]
    return InventoryTable(name, clock=lambda: time.time() - AGE_SECONDS)
