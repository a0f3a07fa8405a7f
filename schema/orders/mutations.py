"""What is done with orders."""

import strawberry

from schema.errors import UserError
from schema.money import MoneyInput
from schema.orders.types import Order, OrderChange
from schema.prose import entity, wanted
from schema.route import Access, routed
from schema.scalars import AWSJSON


@entity
class OrderPayload:
    """What became of an action.

    order: The order after it; null when there are user errors.
    user_errors: What stood against it; nothing was changed when there are any.
    """

    order: Order | None
    user_errors: list[UserError]


@entity
class CheckoutPayload:
    """What became of a checkout.

    order: The order; null when there are user errors.
    guest_token: What lets a guest see the order again by guestOrder; null for a customer's order.
    user_errors: What stood against it; nothing was changed, and nothing is charged, when there are any.
    """

    order: Order | None
    guest_token: str | None
    user_errors: list[UserError]


@wanted
class LineQuantityInput:
    """So many units of a line.

    line_id: The order's line.
    quantity: How many units.
    """

    line_id: strawberry.ID
    quantity: int


@strawberry.type
class OrderMutations:
    @routed("orders", Access.PUBLIC)
    def checkout_complete(
        self,
        cart_id: strawberry.ID,
        expected_total: MoneyInput,
        idempotency_key: str,
        payment_id: strawberry.ID | None = None,
    ) -> CheckoutPayload:
        """Buy what is in a cart: it becomes an order, its goods are the order's, and the payment is then captured.

        All of it happens, or nothing. Whoever comes second with the same payment, in another tab or with a repeated
        request, is answered with the order that there is. A cart that costs another amount now is refused with what it
        costs, and another payment is to be begun.

        cart_id: The cart, of which nothing may be lacking (its requirements).
        expected_total: What the buyer agrees to pay, the cart's totals.total.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and content again change
          nothing and give the order as it is then; kept for 24 hours.
        payment_id: The payment that was begun for the cart and is authorised; none for what costs nothing.
        """

    @routed("orders", Access.STAFF)
    def order_confirm(self, id: strawberry.ID, idempotency_key: str) -> OrderPayload:
        """Accept an order.

        id: The order.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and action again change
          nothing and give the order as it is then; kept for 24 hours.
        """

    @routed("orders", Access.SHOPPER)
    def order_cancel(self, id: strawberry.ID, reason: str, idempotency_key: str) -> OrderPayload:
        """Cancel an order of which nothing has left the house: the goods stay, the money goes back.

        For the customer whose order it is, and for staff.

        id: The order.
        reason: Why, on one line of at most 500 characters.
        idempotency_key: As for orderConfirm.
        """

    @routed("orders", Access.STAFF)
    def order_fulfill(
        self,
        id: strawberry.ID,
        lines: list[LineQuantityInput],
        warehouse_id: strawberry.ID,
        idempotency_key: str,
        carrier: str | None = None,
        tracking_number: str | None = None,
    ) -> OrderPayload:
        """Send a parcel: its units leave the warehouse.

        id: The order.
        lines: What is in it, 1 to 45 lines, at most what is left to be sent.
        warehouse_id: Where it leaves from.
        idempotency_key: As for orderConfirm.
        carrier: Who carries it, at most 100 characters.
        tracking_number: The carrier's number for it, at most 100 characters.
        """

    @routed("orders", Access.STAFF)
    def order_deliver(self, id: strawberry.ID, idempotency_key: str) -> OrderPayload:
        """A parcel has arrived.

        id: The parcel.
        idempotency_key: As for orderConfirm.
        """

    @routed("orders", Access.STAFF)
    def order_complete(self, id: strawberry.ID, idempotency_key: str) -> OrderPayload:
        """Close an order of which everything has arrived and nothing is owed.

        id: The order.
        idempotency_key: As for orderConfirm.
        """

    @routed("orders", Access.SHOPPER)
    def return_request(
        self, order_id: strawberry.ID, lines: list[LineQuantityInput], reason: str, idempotency_key: str
    ) -> OrderPayload:
        """Ask to send units back; the last of the order's returns is the new one.

        For the customer whose order it is, and for staff.

        order_id: The order.
        lines: Which units, 1 to 45 lines, at most what has been sent and was not asked back.
        reason: Why, on one line of at most 500 characters.
        idempotency_key: As for orderConfirm.
        """

    @routed("orders", Access.STAFF)
    def return_resolve(
        self,
        id: strawberry.ID,
        approve: bool,
        idempotency_key: str,
        restock: bool = False,
        refund: MoneyInput | None = None,
    ) -> OrderPayload:
        """Answer a return.

        id: The return.
        approve: Whether the shop takes the units back.
        idempotency_key: As for orderConfirm.
        restock: Whether they are put back where they were sent from.
        refund: What is given back, at most what they cost and the shop still has; nothing when left out.
        """

    @routed("orders", Access.PUBLISHER)
    def publish_order_change(self, seq: int, payload: AWSJSON) -> OrderChange | None:
        """Tell those who listen to orders of a stored change; stores nothing. For the shop's own function.

        seq: The version that the change made.
        payload: The rest of the change, with the order as it is stored, or null where it is too large to be told.
        """
