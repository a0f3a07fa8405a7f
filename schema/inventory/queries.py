"""How the inventory is read."""

import strawberry

from schema.inventory.changes import StockChange
from schema.inventory.types import StockMovementConnection, Warehouse
from schema.route import Access, routed


@strawberry.type
class InventoryQueries:
    @routed("inventory", Access.STAFF)
    def warehouses(self) -> list[Warehouse]:
        """Every warehouse, the one that is asked first for goods before the others; at most 100."""

    @routed("inventory", Access.STAFF)
    def stock_movements(
        self, variant_id: strawberry.ID | None = None, first: int | None = None, after: str | None = None
    ) -> StockMovementConnection:
        """A page of what moved stock, newest first.

        variant_id: Only of this variant; of all when left out.
        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        """

    @routed("inventory", Access.PUBLIC)
    def stock_changes(self, variant_id: strawberry.ID, after_seq: int) -> list[StockChange]:
        """What happened to a variant's stock since a version that the caller knows: to catch up with stockChanged.

        Oldest first. The last 50 changes are kept: a first seq greater than afterSeq + 1 means that those between are
        gone; the last one says what can be had now. The answer is empty for a variant of which no stock was ever
        stated.

        variant_id: Which variant.
        after_seq: The last version that the caller knows, 0 for none.
        """
