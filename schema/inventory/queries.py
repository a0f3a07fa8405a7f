"""How staff read the inventory."""

import strawberry

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
