"""A product's rating in the catalogue's table, by which products are listed: told by who counts, read by the search."""

from collections.abc import Sequence

from datasources.dynamo import documents, items
from datasources.dynamo.table import Table
from datasources.dynamo.transactions import Transaction
from domain.catalog.listing import Rated
from domain.ids import ProductId


class RatedProducts:
    """The ratings of a catalog table; every read is strongly consistent."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, into: Transaction, product: ProductId, rated: Rated) -> None:
        """Add a product's rating to a transaction, which sees to it that it is the newest."""
        into.on(self._table).put(items.rating_key(product), items.rating_item(rated))

    def many(self, products: Sequence[ProductId]) -> dict[ProductId, Rated]:
        """The ratings there are, by one request for each hundred products."""
        found = self._table.many([items.rating_key(one) for one in dict.fromkeys(products)])
        return {documents.product_of(item): documents.decoded(Rated, item) for item in found}
