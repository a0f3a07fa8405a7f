"""How orders are read and looked for."""

import strawberry

from domain.orders.statuses import FulfillmentStatus, OrderStatus, PaymentStatus
from schema.orders.types import Order, OrderChange, OrderConnection
from schema.prose import wanted
from schema.route import Access, routed
from schema.scalars import AWSDateTime, AWSEmail


@wanted
class OrderFilter:
    """Which orders are looked for: those that fit all that is given.

    search: A whole order number, however it is written, or a whole e-mail.
    status: Where they stand as a whole.
    payment_status: Where the money stands.
    fulfillment_status: Where the goods are.
    placed_from: Bought at this moment or later.
    placed_to: Bought before this moment.
    """

    search: str | None = None
    status: OrderStatus | None = None
    payment_status: PaymentStatus | None = None
    fulfillment_status: FulfillmentStatus | None = None
    placed_from: AWSDateTime | None = None
    placed_to: AWSDateTime | None = None


@strawberry.type
class OrderQueries:
    @routed("orders", Access.STAFF)
    def orders(
        self,
        filter: OrderFilter | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> OrderConnection:
        """A page of all orders, newest first.

        filter: Which ones; all when left out.
        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        last: How many of the oldest, 1 to 100; not together with first.
        before: The cursor to go back from.
        """

    @routed("orders", Access.SHOPPER)
    def my_orders(
        self, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
    ) -> OrderConnection:
        """A page of the orders of the customer who asks, newest first.

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        last: How many of the oldest, 1 to 100; not together with first.
        before: The cursor to go back from.
        """

    @routed("orders", Access.PUBLIC)
    def order(self, id: strawberry.ID) -> Order | None:
        """An order by its id; null when there is none, or when it is another customer's.

        id: The order's id.
        """

    @routed("orders", Access.PUBLIC)
    def guest_order(self, number: str, email: AWSEmail, token: str) -> Order | None:
        """A guest's order, by what the confirmation says; null unless all three are right.

        number: The order's number, however it is written.
        email: The e-mail that it was bought with.
        token: The token of the order's link.
        """

    @routed("orders", Access.PUBLIC)
    def order_changes(self, order_id: strawberry.ID, after_seq: int) -> list[OrderChange]:
        """What happened to an order since a version that the caller knows, oldest first; at most 100 changes.

        Empty for an order that is not there, or another customer's. The last change has the order.

        order_id: Which order.
        after_seq: The last version that the caller knows, 0 for none.
        """
