"""What customers have bought, as the orders table says: a place in their list of orders names the products of each."""

from collections.abc import Iterator
from typing import Final

from datasources.dynamo import documents, order_items
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.table import MOST_KEYS
from domain.ids import CustomerId, ProductId
from domain.orders.buying import bought
from domain.orders.storing import KeptOrder

READ: Final = ("sk", "products")


class Bought:
    """Reads of an orders table."""

    def __init__(self, orders: OrderTable) -> None:
        self._table = orders.table

    def has(self, customer: CustomerId, product: ProductId) -> bool:
        """Whether the customer has bought the product, as ``bought`` means it.

        One request for each 1 MB of places, which are those of 500 orders of 50 products each, and of some 4,000 usual
        ones; and one for each hundred orders that the product is in, the newest first, until one says so.
        """
        places = [*self._places(customer, product)][::-1]
        for first in range(0, len(places), MOST_KEYS):
            keys = [order_items.order_key(order_items.order_at(one)) for one in places[first : first + MOST_KEYS]]
            found = (documents.decoded(KeptOrder, item).order for item in self._table.many(keys))
            if any(bought(order, product) for order in found):
                return True
        return False

    def _places(self, customer: CustomerId, product: ProductId) -> Iterator[str]:
        pk = order_items.customer_pk(customer)
        for answer in self._table.answers(pk, attributes=READ):
            for item in answer.items:
                products = order_items.products_at(item)
                if products is None or product in products:
                    yield item["sk"]["S"]
