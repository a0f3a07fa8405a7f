"""Stock as clients see it: where things are, how many, and what moved them."""

import strawberry

from domain.inventory.moving import MovementReason
from schema.pages import PageInfo
from schema.prose import choice, entity
from schema.scalars import AWSDateTime

__all__ = ["MovementReason"]

choice(MovementReason)


@entity
class Availability:
    """What a buyer can have, from all warehouses together.

    purchasable: Whether a buyer can have any, at once or later.
    quantity: How many units can be had at once.
    low_stock: Whether no more than 5 units are left to have at once.
    backorderable: Whether units can be had later, beyond those that can be had at once.
    """

    purchasable: bool
    quantity: int
    low_stock: bool
    backorderable: bool


@entity
class Warehouse:
    """A place that parcels are sent from.

    id: The warehouse's id.
    version: Grows by 1 with each stored change.
    code: The shop's own short name for it; no two have the same, whatever the case.
    name: What it is called.
    priority: Which is asked first for goods: the one with the lowest.
    """

    id: strawberry.ID
    version: int
    code: str
    name: str
    priority: int


@entity
class StockLevel:
    """What one warehouse has of a variant. Never are more units promised than there are and may be backordered.

    id: The level's id.
    variant_id: The variant.
    warehouse: The warehouse.
    on_hand: Units that are there.
    reserved: Units that are promised to buyers.
    available: Units that a buyer can have at once: those on hand, less the reserved ones and the safety stock.
    safety_stock: Units that are kept from buyers.
    backorder_limit: Units that may be promised beyond those on hand.
    version: Of the variant's stock in all warehouses; grows by 1 with each stored change of any of them.
    """

    id: strawberry.ID
    variant_id: strawberry.ID
    warehouse: Warehouse
    on_hand: int
    reserved: int
    available: int
    safety_stock: int
    backorder_limit: int
    version: int


@entity
class StockMovement:
    """Units that came into a warehouse, or left it.

    id: The movement's id.
    variant_id: The variant.
    warehouse_id: The warehouse.
    delta: How many units came in; negative for those that left.
    reason: Why.
    reference: The shop's own word for what it belongs to, such as a delivery note.
    actor: The user pool's id of who asked for it.
    at: When it was stored.
    """

    id: strawberry.ID
    variant_id: strawberry.ID
    warehouse_id: strawberry.ID
    delta: int
    reason: MovementReason
    reference: str | None
    actor: str
    at: AWSDateTime


@entity
class StockMovementEdge:
    """A movement at its place in a list.

    cursor: The place, to go on from.
    node: The movement.
    """

    cursor: str
    node: StockMovement


@entity
class StockMovementConnection:
    """One page of movements.

    edges: The movements of the page, newest first.
    page_info: Where the page lies in the list.
    """

    edges: list[StockMovementEdge]
    page_info: PageInfo
