"""What becomes of an order whose buyer is erased: the shop's accounts keep what was sold, and nothing of the buyer."""

from datetime import datetime
from typing import Final

from domain.orders.events import OrderEvent, OrderEventType
from domain.orders.machine import Done, done
from domain.orders.orders import Order
from domain.orders.statuses import OrderStatus, status_of

SHOP: Final = "shop"
"""Who erases, as an event's actor."""


def under_way(order: Order) -> bool:
    """Whether something is still to happen of which the buyer is to be told, or for which it must be known who they
    are: goods are to be sent or to arrive, a return is to be answered, money is to be moved.
    """
    if order.unsettled or any(one.resolution is None for one in order.returns):
        return True
    if status_of(order) in {OrderStatus.CANCELLED, OrderStatus.COMPLETED}:
        return False
    return bool(order.unfulfilled) or any(one.delivered_at is None for one in order.fulfillments)


def erased(order: Order, now: datetime) -> Done:
    """The order without its buyer. Raises ValueError while it is under way."""
    if under_way(order):
        raise ValueError(f"{order.id} is under way")
    return done(order, OrderEvent(seq=order.version + 1, type=OrderEventType.ERASED, actor=SHOP, at=now))
