"""What a buyer's page and the shop's desk may listen to about orders."""

from typing import Final

import strawberry

from schema.orders.types import OrderChange
from schema.route import Access, subscribed

PUBLISHED: Final = "publishOrderChange"


@strawberry.type
class OrderSubscriptions:
    @subscribed(PUBLISHED, access=Access.PUBLIC, domain="orders")
    def order_changed(self, order_id: strawberry.ID) -> OrderChange | None:
        """Each change of an order, within a second as a rule, oldest first, whoever made it.

        A change may be told twice, which its seq shows, and one may be lost with the connection. So subscribe, then ask
        orderChanges for what was missed, whenever a connection begins. Who may not read the order may not listen
        either.

        order_id: Which order.
        """

    @subscribed(PUBLISHED, access=Access.SHOPPER, domain="orders")
    def my_orders_changed(self, customer_id: strawberry.ID) -> OrderChange | None:
        """Each change of any order of the customer who listens, new ones too, as orderChanged tells it.

        After a connection was lost, ask myOrders for what is new, and orderChanges for what has happened to each.

        customer_id: The customer's own id, which is the sub of the token; any other is refused.
        """

    @subscribed(PUBLISHED, access=Access.STAFF)
    def orders_changed(self) -> OrderChange | None:
        """Each change of any order, as orderChanged tells it.

        After a connection was lost, ask orders for what is new, and orderChanges for what has happened to each.
        """
