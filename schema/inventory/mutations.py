"""How staff change stock."""

import strawberry

from schema.errors import UserError
from schema.inventory.changes import StockChange
from schema.inventory.inputs import StockAdjustInput, WarehouseInput
from schema.inventory.types import StockLevel, Warehouse
from schema.prose import entity
from schema.route import Access, routed
from schema.scalars import AWSJSON


@entity
class WarehousePayload:
    """What became of a change to a warehouse.

    warehouse: The warehouse after the change; null when there are user errors.
    user_errors: What stood against the change; nothing was changed when there are any.
    """

    warehouse: Warehouse | None
    user_errors: list[UserError]


@entity
class StockPayload:
    """What became of a change of stock.

    levels: The levels that were asked for, after the change; empty when there are user errors.
    user_errors: What stood against the change; nothing was changed when there are any.
    """

    levels: list[StockLevel]
    user_errors: list[UserError]


@strawberry.type
class InventoryMutations:
    @routed("inventory", Access.ADMIN)
    def warehouse_save(
        self, input: WarehouseInput, id: strawberry.ID | None = None, expected_version: int | None = None
    ) -> WarehousePayload:
        """Store a new warehouse, or replace the content of one.

        input: The whole content of the warehouse.
        id: Which warehouse; a new one when left out.
        expected_version: Change it only if this is still its version.
        """

    @routed("inventory", Access.STAFF)
    def stock_adjust(self, changes: list[StockAdjustInput], idempotency_key: str) -> StockPayload:
        """Change stock in several places together: all of it, or nothing.

        Changes of one variant in one warehouse are summed first; each is a movement of its own.

        changes: What comes in and what leaves; 1 to 45 changes.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and changes again give the
          first answer again and move nothing; kept for 24 hours.
        """

    @routed("inventory", Access.STAFF)
    def stock_transfer(
        self,
        variant_id: strawberry.ID,
        from_warehouse_id: strawberry.ID,
        to_warehouse_id: strawberry.ID,
        quantity: int,
        idempotency_key: str,
    ) -> StockPayload:
        """Move units from one warehouse to another, at once.

        variant_id: The variant.
        from_warehouse_id: The warehouse that they leave.
        to_warehouse_id: The warehouse that they come to.
        quantity: How many units.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and transfer again give the
          first answer again and move nothing; kept for 24 hours.
        """

    @routed("inventory", Access.STAFF)
    def stock_level_set(
        self,
        variant_id: strawberry.ID,
        warehouse_id: strawberry.ID,
        safety_stock: int | None = None,
        backorder_limit: int | None = None,
    ) -> StockPayload:
        """Set what a warehouse keeps back of a variant, and what it may promise beyond what it has.

        variant_id: The variant.
        warehouse_id: The warehouse.
        safety_stock: Units that are kept from buyers; as it is when left out.
        backorder_limit: Units that may be promised beyond those on hand, no less than are promised already; as it is
          when left out.
        """

    @routed("inventory", Access.PUBLISHER)
    def publish_stock_change(self, seq: int, payload: AWSJSON) -> StockChange | None:
        """Tell those who listen to stockChanged of a stored change; stores nothing. For the shop's own function.

        seq: The version that the change made.
        payload: The rest of the change: variantId, at, and availability as it is stored.
        """
