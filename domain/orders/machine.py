"""The life of an order as one table: what may be done in which state, and where it leads."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Final

from domain.errors import IllegalTransitionError, UserError
from domain.orders.events import OrderEvent, after
from domain.orders.orders import Order
from domain.orders.statuses import OrderStatus, PaymentStatus, payment_status_of, status_of
from domain.values import value


class OrderAction(Enum):
    """What people do with an order.

    CONFIRM: The shop accepts it.
    CANCEL: It is not to be sent; the goods stay, the money goes back.
    FULFILL: Some of it leaves the house.
    DELIVER: A parcel has arrived.
    REQUEST_RETURN: The customer wants to send something back.
    RESOLVE_RETURN: The shop takes it back, or does not.
    COMPLETE: It is done.
    """

    CONFIRM = "CONFIRM"
    CANCEL = "CANCEL"
    FULFILL = "FULFILL"
    DELIVER = "DELIVER"
    REQUEST_RETURN = "REQUEST_RETURN"
    RESOLVE_RETURN = "RESOLVE_RETURN"
    COMPLETE = "COMPLETE"


@value
class Rule:
    """An action is possible in one of the statuses ``during``, and ``where`` the facts allow it.

    It leads to a status, or to None: to the one there was. ``unless`` says what stands against it.
    """

    during: frozenset[OrderStatus]
    where: Callable[[Order], bool]
    unless: str
    leads: OrderStatus | None = None


@value
class Done:
    """What becomes of an order, and the event by which it does."""

    order: Order
    event: OrderEvent


type Refused = tuple[UserError, ...]
type Outcome = Done | Refused


def _pays(order: Order) -> bool:
    return payment_status_of(order) not in {PaymentStatus.VOIDED, PaymentStatus.REFUNDED}


def _waits(order: Order) -> bool:
    return not order.fulfillments


def _has_to_send(order: Order) -> bool:
    return bool(order.unfulfilled)


def _travels(order: Order) -> bool:
    return any(one.delivered_at is None for one in order.fulfillments)


def _has_to_give(order: Order) -> bool:
    return bool(order.returnable)


def _is_asked(order: Order) -> bool:
    return any(one.resolution is None for one in order.returns)


def _is_done(order: Order) -> bool:
    return not (_has_to_send(order) or _travels(order) or _is_asked(order) or order.unsettled)


_SENT: Final = frozenset({OrderStatus.CONFIRMED, OrderStatus.COMPLETED})

RULES: Final[Mapping[OrderAction, Rule]] = {
    OrderAction.CONFIRM: Rule(
        during=frozenset({OrderStatus.PLACED}),
        where=_pays,
        unless="the money for it is not there any more",
        leads=OrderStatus.CONFIRMED,
    ),
    OrderAction.CANCEL: Rule(
        during=frozenset({OrderStatus.PLACED, OrderStatus.CONFIRMED}),
        where=_waits,
        unless="some of it has left the house; what has arrived can be returned",
        leads=OrderStatus.CANCELLED,
    ),
    OrderAction.FULFILL: Rule(
        during=frozenset({OrderStatus.CONFIRMED}), where=_has_to_send, unless="all of it has been sent"
    ),
    OrderAction.DELIVER: Rule(
        during=frozenset({OrderStatus.CONFIRMED}), where=_travels, unless="nothing of it is on its way"
    ),
    OrderAction.REQUEST_RETURN: Rule(
        during=_SENT, where=_has_to_give, unless="the customer has nothing of it to return"
    ),
    OrderAction.RESOLVE_RETURN: Rule(during=_SENT, where=_is_asked, unless="no return of it waits for an answer"),
    OrderAction.COMPLETE: Rule(
        during=frozenset({OrderStatus.CONFIRMED}),
        where=_is_done,
        unless="something is still to be sent, to arrive, to be answered or to be paid",
        leads=OrderStatus.COMPLETED,
    ),
}


def allowed_actions(order: Order) -> tuple[OrderAction, ...]:
    """What may be done with the order as it is: exactly what ``refusal`` does not refuse."""
    return tuple(action for action in OrderAction if _hindered(order, action) is None)


def refusal(order: Order, action: OrderAction) -> Refused:
    """Why the order's state does not admit an action; empty when it does."""
    why = _hindered(order, action)
    allowed = tuple(one.value for one in allowed_actions(order))
    return () if why is None else (IllegalTransitionError(message=why, allowed=allowed),)


def done(order: Order, event: OrderEvent) -> Done:
    """The event happened."""
    return Done(order=after(order, event), event=event)


def _hindered(order: Order, action: OrderAction) -> str | None:
    rule, status = RULES[action], status_of(order)
    if status not in rule.during:
        return f"the order is {status.value.lower()}"
    return None if rule.where(order) else rule.unless
