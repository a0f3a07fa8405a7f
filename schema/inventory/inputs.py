"""What staff send about stock."""

import strawberry

from schema.inventory.types import MovementReason
from schema.prose import wanted


@wanted
class WarehouseInput:
    """The whole content of a warehouse.

    code: The shop's own short name for it, up to 32 characters; no two have the same, whatever the case.
    name: What it is called, up to 255 characters.
    priority: Which is asked first for goods: the one with the lowest, from 0 to 1,000.
    """

    code: str
    name: str
    priority: int


@wanted
class StockAdjustInput:
    """Units of a variant that come into a warehouse, or leave it.

    variant_id: The variant; stock is kept for any id of a variant, whether the catalogue has it yet or not.
    warehouse_id: The warehouse.
    delta: How many units come in; negative for those that leave.
    reason: Why; RECEIVED for goods that came in.
    reference: The shop's own word for what it belongs to, such as a delivery note, up to 200 characters.
    """

    variant_id: strawberry.ID
    warehouse_id: strawberry.ID
    delta: int
    reason: MovementReason
    reference: str | None = None
