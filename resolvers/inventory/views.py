"""The inventory's wire shapes, and how stored things become them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from domain.ids import MovementId, VariantId, WarehouseId
from domain.inventory import stock
from domain.inventory.moving import Movement, MovementReason
from domain.inventory.stock import Held, Warehouse
from domain.pages import Page
from resolvers._kit.views import PageInfo, UserError, cursors_of

MOVEMENTS: Final = "movements"


class Availability(Struct, frozen=True, kw_only=True):
    """What a buyer can have."""

    purchasable: bool
    quantity: int
    low_stock: bool
    backorderable: bool

    @classmethod
    def of(cls, availability: stock.Availability) -> "Availability":
        """As the rules know it."""
        return cls(
            purchasable=availability.purchasable,
            quantity=availability.quantity,
            low_stock=availability.low,
            backorderable=availability.backorderable > 0,
        )


class StockChange(Struct, frozen=True, kw_only=True):
    """A change of a variant's stock."""

    seq: int
    variant_id: VariantId
    availability: Availability
    at: datetime


class StockLevel(Struct, frozen=True, kw_only=True):
    """What one warehouse has of a variant."""

    id: str
    variant_id: VariantId
    warehouse: Warehouse
    on_hand: int
    reserved: int
    available: int
    safety_stock: int
    backorder_limit: int
    version: int


class StockMovement(Struct, frozen=True, kw_only=True):
    """Units that came into a warehouse, or left it."""

    id: MovementId
    variant_id: VariantId
    warehouse_id: WarehouseId
    delta: int
    reason: MovementReason
    reference: str | None
    actor: str
    at: datetime


class StockMovementEdge(Struct, frozen=True, kw_only=True):
    """A movement at its place."""

    cursor: str
    node: StockMovement


class StockMovementConnection(Struct, frozen=True, kw_only=True):
    """A page of movements."""

    edges: tuple[StockMovementEdge, ...]
    page_info: PageInfo


class StockPayload(Struct, frozen=True, kw_only=True):
    """What became of a change of stock."""

    levels: tuple[StockLevel, ...] = ()
    user_errors: tuple[UserError, ...] = ()


class WarehousePayload(Struct, frozen=True, kw_only=True):
    """What became of a change to a warehouse."""

    warehouse: Warehouse | None = None
    user_errors: tuple[UserError, ...] = ()


def levels_of(found: Iterable[Held], warehouses: Mapping[WarehouseId, Warehouse]) -> tuple[StockLevel, ...]:
    """Levels on the wire; ``warehouses`` are all there are."""
    return tuple(_level_of(one, warehouses[one.level.warehouse_id]) for one in found)


def _level_of(held: Held, warehouse: Warehouse) -> StockLevel:
    level = held.level
    return StockLevel(
        id=f"{held.variant_id}@{warehouse.id}",
        variant_id=held.variant_id,
        warehouse=warehouse,
        on_hand=level.on_hand,
        reserved=level.reserved,
        available=level.available,
        safety_stock=level.safety_stock,
        backorder_limit=level.backorder_limit,
        version=held.version,
    )


def listing_name(variant: VariantId | None) -> str:
    """Tells a list of movements from the others, so that a cursor of one is refused by another."""
    return f"{MOVEMENTS} {variant or ''}".rstrip()


def movements_page(page: Page[Movement], variant: VariantId | None) -> StockMovementConnection:
    """A page of movements on the wire."""
    cursors = cursors_of(listing_name(variant), page.places)
    return StockMovementConnection(
        edges=tuple(
            StockMovementEdge(cursor=cursor, node=_movement_of(one))
            for cursor, one in zip(cursors, page.items, strict=True)
        ),
        page_info=PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous),
    )


def _movement_of(movement: Movement) -> StockMovement:
    return StockMovement(
        id=movement.id,
        variant_id=movement.variant_id,
        warehouse_id=movement.warehouse_id,
        delta=movement.delta,
        reason=movement.reason,
        reference=movement.reference,
        actor=movement.actor,
        at=movement.at,
    )
