"""What happens to an order: each event holds all facts of one change, so that an order is what its events say."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any, Final

from domain.addresses import Address
from domain.ids import ERASED, CustomerId, FulfillmentId, OperationId, ReturnId
from domain.orders.orders import Downloaded, Fulfillment, Order, Owed, PaymentFacts, Resolution, Return
from domain.values import value

NO_EMAIL: Final = "erased@example.invalid"
"""No letter can ever reach it (RFC 2606, section 2)."""
REGION: Final = re.compile(r"(?:[A-Z]{2}-)?[A-Z0-9]{1,3}", re.ASCII)
"""A subdivision by ISO 3166-2, with or without its country."""
NOTHING: Final = "-"
"""In place of a text that must be there and has been erased."""


class OrderEventType(Enum):
    """What has happened.

    PLACED: The order was bought.
    CONFIRMED: The shop has accepted it.
    CANCELLED: It will not be sent.
    FULFILLED: Some of it has left the house.
    DELIVERED: A parcel has arrived.
    RETURN_REQUESTED: The customer wants to send something back.
    RETURN_RESOLVED: The shop has answered a return.
    PAYMENT: Money was taken, given back or let go.
    COMPLETED: All has arrived and nothing is owed any more.
    ERASED: Nothing says any more whose order it was.
    DOWNLOADED: The buyer was given a link to a file.
    """

    PLACED = "PLACED"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"
    FULFILLED = "FULFILLED"
    DELIVERED = "DELIVERED"
    RETURN_REQUESTED = "RETURN_REQUESTED"
    RETURN_RESOLVED = "RETURN_RESOLVED"
    PAYMENT = "PAYMENT"
    COMPLETED = "COMPLETED"
    ERASED = "ERASED"
    DOWNLOADED = "DOWNLOADED"


@value
class OrderEvent:
    """One change of an order: ``seq`` is the version that it made, ``actor`` who did it.

    Of the facts those are given that its type has; PLACED has the payment's beside what never changes. ``owed`` are
    intentions that it brings, ``settled`` those that it ends, ``failed`` those that cannot be carried out.
    """

    seq: int
    type: OrderEventType
    actor: str
    message: str | None = None
    at: datetime
    payment: PaymentFacts | None = None
    fulfillment: Fulfillment | None = None
    fulfillment_id: FulfillmentId | None = None
    requested: Return | None = None
    return_id: ReturnId | None = None
    resolution: Resolution | None = None
    downloaded: Downloaded | None = None
    owed: tuple[Owed, ...] = ()
    settled: tuple[OperationId, ...] = ()
    failed: tuple[OperationId, ...] = ()


type Parts = dict[str, Any]


def after(order: Order, event: OrderEvent) -> Order:
    """The order's next version, which the event makes. Raises ValueError for an event of another version."""
    if event.seq != order.version + 1:
        raise ValueError(f"event {event.seq} does not follow version {order.version} of {order.id}")
    left = (one for one in order.owed if one.id not in event.settled)
    owed = (*(replace(one, failed=True) if one.id in event.failed else one for one in left), *event.owed)
    return replace(order, version=event.seq, updated_at=event.at, owed=owed, **_FACTS[event.type](order, event))


def begun(order: Order, event: OrderEvent) -> Order:
    """The first version of an order, of which nothing is taken but what never changes."""
    return replace(
        order,
        version=event.seq,
        updated_at=event.at,
        payments=(event.payment,) if event.payment else (),
        owed=event.owed,
        confirmed_at=None,
        cancelled_at=None,
        completed_at=None,
        fulfillments=(),
        returns=(),
        erased_at=None,
        downloaded=(),
    )


def replayed(order: Order, events: Iterable[OrderEvent]) -> Order:
    """What the events, all of them in their order, make of what was bought."""
    first, *rest = events
    found = begun(order, first)
    for event in rest:
        found = after(found, event)
    return found


def _nothing(_: Order, __: OrderEvent) -> Parts:
    return {}


def _confirmed(_: Order, event: OrderEvent) -> Parts:
    return {"confirmed_at": event.at}


def _cancelled(_: Order, event: OrderEvent) -> Parts:
    return {"cancelled_at": event.at}


def _completed(_: Order, event: OrderEvent) -> Parts:
    return {"completed_at": event.at}


def _erased(order: Order, event: OrderEvent) -> Parts:
    return {
        "customer_id": ERASED,
        "email": NO_EMAIL,
        "shipping_address": _place_of(order.shipping_address),
        "billing_address": _place_of(order.billing_address),
        "locale": None,
        "token_digest": None,
        "fulfillments": tuple(map(_untracked, order.fulfillments)),
        "returns": tuple(map(_unsaid, order.returns)),
        "erased_at": event.at,
    }


def without(person: CustomerId, event: OrderEvent) -> OrderEvent:
    """An event of an order whose buyer is erased, as if it had never said anything of them or by them."""
    return replace(
        event,
        actor=ERASED if event.actor == person else event.actor,
        message=None,
        fulfillment=_untracked(event.fulfillment) if event.fulfillment else None,
        requested=_unsaid(event.requested) if event.requested else None,
    )


def _place_of(address: Address | None) -> Address | None:
    """What of an address a tax depends on that may have to be accounted for: the country, and the part of it where that
    is said by its code.
    """
    if address is None:
        return None
    region = address.region if address.region and REGION.fullmatch(address.region) else None
    return Address(name=NOTHING, line1=NOTHING, city=NOTHING, country=address.country, region=region)


def _untracked(one: Fulfillment) -> Fulfillment:
    return replace(one, tracking_number=None)


def _unsaid(one: Return) -> Return:
    return replace(one, reason=NOTHING)


def _fulfilled(order: Order, event: OrderEvent) -> Parts:
    assert event.fulfillment
    return {"fulfillments": (*order.fulfillments, event.fulfillment)}


def _delivered(order: Order, event: OrderEvent) -> Parts:
    changed = (
        replace(one, delivered_at=event.at) if one.id == event.fulfillment_id else one for one in order.fulfillments
    )
    return {"fulfillments": tuple(changed)}


def _requested(order: Order, event: OrderEvent) -> Parts:
    assert event.requested
    return {"returns": (*order.returns, event.requested)}


def _resolved(order: Order, event: OrderEvent) -> Parts:
    changed = (replace(one, resolution=event.resolution) if one.id == event.return_id else one for one in order.returns)
    return {"returns": tuple(changed)}


def _paid(order: Order, event: OrderEvent) -> Parts:
    facts = event.payment
    return {"payments": tuple(facts if facts and one.id == facts.id else one for one in order.payments)}


def _downloaded(order: Order, event: OrderEvent) -> Parts:
    given = event.downloaded
    assert given
    others = (one for one in order.downloaded if (one.line_id, one.media_id) != (given.line_id, given.media_id))
    return {"downloaded": (*others, given)}


_FACTS: Final[Mapping[OrderEventType, Callable[[Order, OrderEvent], Parts]]] = {
    OrderEventType.PLACED: _nothing,
    OrderEventType.CONFIRMED: _confirmed,
    OrderEventType.CANCELLED: _cancelled,
    OrderEventType.FULFILLED: _fulfilled,
    OrderEventType.DELIVERED: _delivered,
    OrderEventType.RETURN_REQUESTED: _requested,
    OrderEventType.RETURN_RESOLVED: _resolved,
    OrderEventType.PAYMENT: _paid,
    OrderEventType.COMPLETED: _completed,
    OrderEventType.ERASED: _erased,
    OrderEventType.DOWNLOADED: _downloaded,
}
