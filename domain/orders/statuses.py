"""What people call the state of an order: each status is worked out from facts, and none is stored as one."""

from enum import Enum

from domain.money import Money
from domain.orders.orders import Order, Return


class OrderStatus(Enum):
    """Where an order stands as a whole.

    PLACED: It was bought; nobody of the shop has looked at it yet.
    CONFIRMED: The shop has accepted it and sends it.
    COMPLETED: All has arrived and nothing is owed any more.
    CANCELLED: It will not be sent; the money goes back.
    """

    PLACED = "PLACED"
    CONFIRMED = "CONFIRMED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class PaymentStatus(Enum):
    """Where the money stands.

    PENDING: The payment has begun.
    ACTION_REQUIRED: The buyer has to do something first.
    AUTHORIZED: The amount is set aside for the shop.
    PARTIALLY_CAPTURED: A part of what it costs was taken.
    CAPTURED: All that it costs was taken.
    PARTIALLY_REFUNDED: A part of what was taken was given back.
    REFUNDED: All that was taken was given back.
    VOIDED: What was set aside was let go.
    FAILED: There is no money.
    """

    PENDING = "PENDING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    AUTHORIZED = "AUTHORIZED"
    PARTIALLY_CAPTURED = "PARTIALLY_CAPTURED"
    CAPTURED = "CAPTURED"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"
    FAILED = "FAILED"


class FulfillmentStatus(Enum):
    """Where the goods are.

    UNFULFILLED: All of them are in the house.
    PARTIALLY_FULFILLED: Some have left it.
    FULFILLED: All have left it.
    DELIVERED: All have arrived.
    RETURNED: All have come back.
    """

    UNFULFILLED = "UNFULFILLED"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    FULFILLED = "FULFILLED"
    DELIVERED = "DELIVERED"
    RETURNED = "RETURNED"


class ReturnStatus(Enum):
    """Where a return stands.

    REQUESTED: The customer wants to send things back.
    APPROVED: The shop has taken them back, and the refund is on its way.
    REJECTED: The customer keeps them.
    RECEIVED: The shop has taken them back, and nothing is refunded.
    REFUNDED: The shop has taken them back, and the refund is done.
    """

    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    RECEIVED = "RECEIVED"
    REFUNDED = "REFUNDED"


def status_of(order: Order) -> OrderStatus:
    """Where the order stands as a whole."""
    if order.cancelled_at is not None:
        return OrderStatus.CANCELLED
    if order.completed_at is not None:
        return OrderStatus.COMPLETED
    return OrderStatus.PLACED if order.confirmed_at is None else OrderStatus.CONFIRMED


def payment_status_of(order: Order) -> PaymentStatus:
    """Where the money stands, of all payments together. An order that costs nothing is paid."""
    taken, back = captured(order).minor, refunded(order).minor
    if back:
        return PaymentStatus.REFUNDED if back >= taken else PaymentStatus.PARTIALLY_REFUNDED
    if taken >= order.totals.total.minor:
        return PaymentStatus.CAPTURED
    if taken:
        return PaymentStatus.PARTIALLY_CAPTURED
    return PaymentStatus.VOIDED if all(one.voided for one in order.payments) else PaymentStatus.AUTHORIZED


def fulfillment_status_of(order: Order) -> FulfillmentStatus:
    """Where the goods are."""
    if not order.fulfillments:
        return FulfillmentStatus.UNFULFILLED
    if order.unfulfilled:
        return FulfillmentStatus.PARTIALLY_FULFILLED
    if order.returned == order.fulfilled:
        return FulfillmentStatus.RETURNED
    arrived = all(one.delivered_at is not None for one in order.fulfillments)
    return FulfillmentStatus.DELIVERED if arrived else FulfillmentStatus.FULFILLED


def return_status_of(order: Order, one: Return) -> ReturnStatus:
    """Where a return of the order stands."""
    if one.resolution is None:
        return ReturnStatus.REQUESTED
    if not one.resolution.approved:
        return ReturnStatus.REJECTED
    if one.resolution.refund is None:
        return ReturnStatus.RECEIVED
    owed = any(due.return_id == one.id for due in order.owed)
    return ReturnStatus.APPROVED if owed else ReturnStatus.REFUNDED


def captured(order: Order) -> Money:
    """All that was taken for the order."""
    return Money(sum(one.captured.minor for one in order.payments), order.currency)


def refunded(order: Order) -> Money:
    """All that was given back of it."""
    return Money(sum(one.refunded.minor for one in order.payments), order.currency)
