"""What can become of an order when it meets the store, and how orders are looked for."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain.errors import UserError
from domain.ids import CustomerId, PaymentId
from domain.orders.events import OrderEvent
from domain.orders.machine import Done
from domain.orders.orders import Order
from domain.orders.placing import TotalChangedError
from domain.orders.statuses import FulfillmentStatus, OrderStatus, PaymentStatus
from domain.values import value

type OrderError = UserError | TotalChangedError
type Also = Callable[[Any], None]
"""More to store in an order's own transaction, which it is given: made by one data source, for another to call."""


@value
class KeptOrder:
    """An order with the event that made it what it is."""

    order: Order
    last: OrderEvent


@value
class Decision:
    """An order's next version and its event; ``also`` is what is to happen with it, such as stock that moves."""

    order: Order
    event: OrderEvent
    also: Also | None = None


@value
class Placing:
    """A new order; ``also`` is what is to happen with it, such as binding its payment to it."""

    done: Done
    also: Also | None = None


@value
class Buyer:
    """Who completes a checkout: whether a cart with this owner is theirs, and by which payment, if by any."""

    owns: Callable[[CustomerId | None], bool]
    payment: PaymentId | None


@value
class Unchanged:
    """Nothing is to happen; a key is used up all the same."""


@value
class Refusal:
    """Why the order stays as it is, or why there is none."""

    errors: tuple[OrderError, ...]


@value
class NoOrder:
    """There is no such order, or none for who asks."""


@value
class StoredOrder:
    """The order as it is stored now; ``replayed`` when the request was carried out before."""

    order: Order
    replayed: bool = False


@value
class OrderFilter:
    """Which orders are looked for: those that fit all that is said. ``search`` is a whole number or e-mail.

    ``placed_from`` is the first moment, ``placed_to`` the one after the last.
    """

    search: str | None = None
    status: OrderStatus | None = None
    payment_status: PaymentStatus | None = None
    fulfillment_status: FulfillmentStatus | None = None
    placed_from: datetime | None = None
    placed_to: datetime | None = None
