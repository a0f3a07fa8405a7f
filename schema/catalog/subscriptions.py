"""What a shopper's page may listen to in the catalogue."""

import strawberry

from schema.catalog.changes import ProductChange
from schema.route import Access, subscribed


@strawberry.type
class CatalogSubscriptions:
    @subscribed("publishProductChange", access=Access.PUBLIC)
    def product_changed(self, product_id: strawberry.ID) -> ProductChange | None:
        """Each stored change of a product, within a second as a rule, oldest first.

        A change may be told twice, which its seq shows, and one may be lost with the connection. So subscribe, then ask
        productChanges for what was missed, whenever a connection begins. The product is told in the shop's currency
        and language, with its first 20 variants; what is not told with it is null or missing, and for queries to ask.

        product_id: Which product.
        """
