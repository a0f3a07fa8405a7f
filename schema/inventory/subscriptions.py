"""What a shopper's page may listen to in the inventory."""

import strawberry

from schema.inventory.changes import StockChange
from schema.route import Access, subscribed


@strawberry.type
class InventorySubscriptions:
    @subscribed("publishStockChange", access=Access.PUBLIC, domain="inventory")
    def stock_changed(self, variant_id: strawberry.ID) -> StockChange | None:
        """Each stored change of a variant's stock, within a second as a rule, oldest first.

        A change may be told twice, which its seq shows, and one may be lost with the connection. So subscribe, then ask
        stockChanges for what was missed, whenever a connection begins.

        variant_id: Which variant.
        """
