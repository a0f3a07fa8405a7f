"""One function a field: load, decide, store, return."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from domain.ids import VariantId, WarehouseId, product_of_variant
from domain.inventory.moving import Adjustment, Bounds, transfer
from domain.inventory.stock import NONE_LEFT, Held, Stock, Warehouse, held, together
from domain.inventory.warehouses import WarehouseDraft, in_order
from domain.pages import window
from resolvers._kit.app import App
from resolvers._kit.callers import Admin, Anyone, Publisher, Staff
from resolvers._kit.faults import BadRequest
from resolvers._kit.limits import Limit
from resolvers.inventory import editing
from resolvers.inventory.changes import changes_of, told
from resolvers.inventory.parents import ProductParent, VariantParent
from resolvers.inventory.ports import Inventory
from resolvers.inventory.settings import DOMAIN
from resolvers.inventory.views import (
    Availability,
    StockChange,
    StockLevel,
    StockMovementConnection,
    StockPayload,
    WarehousePayload,
    levels_of,
    listing_name,
    movements_page,
)

app: Final = App[Inventory](DOMAIN)


def edits(inventory: Inventory) -> Limit:
    """How often one member of staff may change stock."""
    return inventory.edits


@app.field("Query.warehouses")
def warehouses(inventory: Inventory, caller: Staff) -> tuple[Warehouse, ...]:
    """Every warehouse, by priority."""
    return in_order(inventory.store.warehouses())


@app.field("Query.stockMovements")
def stock_movements(
    inventory: Inventory, caller: Staff, *, variant_id: str | None = None, first: int | None = None,
    after: str | None = None,
) -> StockMovementConnection:  # fmt: skip
    """A page of movements, newest first."""
    variant = None if variant_id is None else _expected(variant_id)
    wanted = window(listing_name(variant), first=first, after=after)
    return movements_page(inventory.store.movements(wanted, variant), variant)


def _expected(text: str) -> VariantId:
    if product_of_variant(VariantId(text)) is None:
        raise BadRequest("variantId is no variant's id")
    return VariantId(text)


@app.field("Query.stockChanges")
def stock_changes(inventory: Inventory, caller: Anyone, *, variant_id: str, after_seq: int) -> tuple[StockChange, ...]:
    """What happened to a variant's stock after a version."""
    return changes_of(inventory, _expected(variant_id), after_seq)


@app.field("Subscription.stockChanged")
def stock_changed(inventory: Inventory, caller: Anyone, *, variant_id: str) -> None:
    """Let in everybody, and have the stock told from now on."""
    inventory.store.listen(_expected(variant_id))


@app.batch("Product.availability")
def product_availability(inventory: Inventory, caller: Anyone, parents: Sequence[ProductParent]) -> list[Availability]:
    """What a buyer can have of each product's variants together."""
    found = inventory.store.summaries([parent.id for parent in parents])
    offers = (
        together(offer for variant, offer in found.get(parent.id, {}).items() if variant in parent.variant_ids)
        for parent in parents
    )
    return [Availability.of(offer) for offer in offers]


@app.batch("ProductVariant.availability")
def product_variant_availability(
    inventory: Inventory, caller: Anyone, parents: Sequence[VariantParent]
) -> list[Availability]:
    """What a buyer can have of each variant."""
    stocks = inventory.store.many([parent.id for parent in parents])
    found = [stocks.get(parent.id) for parent in parents]
    return [Availability.of(stock.availability if stock else NONE_LEFT) for stock in found]


@app.batch("ProductVariant.stockLevels")
def product_variant_stock_levels(
    inventory: Inventory, caller: Staff, parents: Sequence[VariantParent]
) -> list[tuple[StockLevel, ...]]:
    """What each warehouse has of each variant, the one that is asked first for goods before the others."""
    stocks = inventory.store.many([parent.id for parent in parents])
    places = {one.id: one for one in in_order(inventory.store.warehouses())}
    return [levels_of(_in_all(stocks.get(parent.id), places), places) for parent in parents]


def _in_all(stock: Stock | None, places: Iterable[WarehouseId]) -> Iterator[Held]:
    """What each of ``places`` has, as far as it was ever told of the variant."""
    if stock is not None:
        known = {level.warehouse_id for level in stock.levels}
        yield from (held(stock, place) for place in places if place in known)


@app.field("Mutation.warehouseSave", limit=edits)
def warehouse_save(
    inventory: Inventory, caller: Admin, *, input: WarehouseDraft, id: str | None = None,
    expected_version: int | None = None,
) -> WarehousePayload:  # fmt: skip
    """Store a warehouse."""
    return editing.save_warehouse(inventory, input, id, expected_version)


@app.field("Mutation.stockAdjust", limit=edits)
def stock_adjust(
    inventory: Inventory, caller: Staff, *, changes: tuple[Adjustment, ...], idempotency_key: str
) -> StockPayload:
    """Change stock in several places together."""
    return editing.adjust(inventory, caller, changes, idempotency_key)


@app.field("Mutation.stockTransfer", limit=edits)
def stock_transfer(
    inventory: Inventory, caller: Staff, *, variant_id: str, from_warehouse_id: str, to_warehouse_id: str,
    quantity: int, idempotency_key: str,
) -> StockPayload:  # fmt: skip
    """Move units from one warehouse to another."""
    way = WarehouseId(from_warehouse_id), WarehouseId(to_warehouse_id)
    found = transfer(VariantId(variant_id), *way, quantity)
    return editing.transfer(inventory, caller, found, idempotency_key)


@app.field("Mutation.stockLevelSet", limit=edits)
def stock_level_set(
    inventory: Inventory, caller: Staff, *, variant_id: str, warehouse_id: str, safety_stock: int | None = None,
    backorder_limit: int | None = None,
) -> StockPayload:  # fmt: skip
    """Set what a warehouse keeps back and may promise."""
    asked = Bounds(
        variant_id=VariantId(variant_id),
        warehouse_id=WarehouseId(warehouse_id),
        safety_stock=safety_stock,
        backorder_limit=backorder_limit,
    )
    return editing.set_bounds(inventory, asked)


@app.field("Mutation.publishStockChange")
def publish_stock_change(inventory: Inventory, caller: Publisher, *, seq: int, payload: object) -> StockChange:
    """Tell of a stored change; the answer is what subscribers are told."""
    return told(seq, payload)
