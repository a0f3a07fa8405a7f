"""What is done with an order: each action gives the event by which it happens, or all reasons why it cannot."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from domain.addresses import UNPRINTABLE
from domain.errors import ErrorCode, InputError
from domain.ids import FulfillmentId, OrderLineId, WarehouseId
from domain.orders.events import OrderEvent, OrderEventType
from domain.orders.machine import OrderAction, Outcome, Refused, done, refusal
from domain.orders.orders import MOST_MOVED, MOST_PARCELS, Fulfillment, LineQuantity, Order, fulfillment_id
from domain.orders.paying import giving_back
from domain.values import value

LONGEST_REASON: Final = 500
"""Characters: some sentences."""
LONGEST_WORD: Final = 100
"""Characters of a carrier's name or of a tracking number; the longest in use have some 40."""


@value
class Parcel:
    """Units that leave a warehouse together, and by whom they are carried."""

    lines: tuple[LineQuantity, ...]
    warehouse_id: WarehouseId
    carrier: str | None = None
    tracking_number: str | None = None


def confirm(order: Order, actor: str, now: datetime) -> Outcome:
    """The shop accepts the order."""
    if refused := refusal(order, OrderAction.CONFIRM):
        return refused
    return done(order, OrderEvent(seq=order.version + 1, type=OrderEventType.CONFIRMED, actor=actor, at=now))


def cancel(order: Order, reason: str, actor: str, now: datetime) -> Outcome:
    """The order is not to be sent: the money is owed back. That the goods stay is for the stock to say."""
    if refused := refusal(order, OrderAction.CANCEL) or text_errors(reason, "reason", LONGEST_REASON):
        return refused
    seq = order.version + 1
    event = OrderEvent(
        seq=seq,
        type=OrderEventType.CANCELLED,
        actor=actor,
        message=reason.strip(),
        at=now,
        owed=giving_back(order, seq),
        settled=tuple(one.id for one in order.owed),
    )
    return done(order, event)


def fulfil(order: Order, parcel: Parcel, actor: str, now: datetime) -> Outcome:
    """Some of the order leaves the house, at most what is left of it."""
    if refused := refusal(order, OrderAction.FULFILL) or _parcel_errors(order, parcel):
        return refused
    seq = order.version + 1
    sent = Fulfillment(
        id=fulfillment_id(order.id, seq),
        lines=summed(parcel.lines),
        warehouse_id=parcel.warehouse_id,
        carrier=_plain(parcel.carrier),
        tracking_number=_plain(parcel.tracking_number),
        at=now,
    )
    event = OrderEvent(seq=seq, type=OrderEventType.FULFILLED, actor=actor, at=now, fulfillment=sent)
    return done(order, event)


def deliver(order: Order, parcel: FulfillmentId, actor: str, now: datetime) -> Outcome:
    """A parcel that was on its way has arrived."""
    if refused := refusal(order, OrderAction.DELIVER):
        return refused
    if not any(one.id == parcel and one.delivered_at is None for one in order.fulfillments):
        message = "the order has no such parcel on its way"
        return (InputError(code=ErrorCode.NOT_FOUND, message=message, field=("id",)),)
    seq = order.version + 1
    return done(order, OrderEvent(seq=seq, type=OrderEventType.DELIVERED, actor=actor, at=now, fulfillment_id=parcel))


def complete(order: Order, actor: str, now: datetime) -> Outcome:
    """Nothing is left to be done."""
    if refused := refusal(order, OrderAction.COMPLETE):
        return refused
    return done(order, OrderEvent(seq=order.version + 1, type=OrderEventType.COMPLETED, actor=actor, at=now))


def summed(lines: Sequence[LineQuantity]) -> tuple[LineQuantity, ...]:
    """The units of each line together, in the order of their first."""
    units: dict[OrderLineId, int] = {}
    for one in lines:
        units[one.line_id] = units.get(one.line_id, 0) + one.quantity
    return tuple(LineQuantity(line_id=id_, quantity=quantity) for id_, quantity in units.items())


def quantity_errors(order: Order, lines: Sequence[LineQuantity], left: Mapping[OrderLineId, int]) -> Refused:
    """Why these units cannot be moved, each below ``("lines", place)``, of a line of which so many are ``left``."""
    if not lines:
        return (InputError(code=ErrorCode.REQUIRED, message="say which units", field=("lines",)),)
    if len(lines) > MOST_MOVED:
        message = f"at most {MOST_MOVED} lines at a time, not {len(lines):,}"
        return (InputError(code=ErrorCode.INVALID, message=message, field=("lines",)),)
    units = {one.line_id: one.quantity for one in summed(lines)}
    found = []
    for place, one in enumerate(lines):
        path = ("lines", str(place))
        if order.line(one.line_id) is None:
            message = "the order has no such line"
            found.append(InputError(code=ErrorCode.NOT_FOUND, message=message, field=(*path, "lineId")))
        elif one.quantity < 1 or units[one.line_id] > left.get(one.line_id, 0):
            message = f"1 to {left.get(one.line_id, 0):,} units, not {units[one.line_id]:,}"
            found.append(InputError(code=ErrorCode.INVALID, message=message, field=(*path, "quantity")))
    return tuple(found)


def text_errors(text: str, name: str, longest: int) -> Refused:
    """Why a text that must not be blank cannot be kept."""
    if not text.strip():
        return (InputError(code=ErrorCode.REQUIRED, message="must not be blank", field=(name,)),)
    if len(text) > longest or UNPRINTABLE.search(text):
        message = f"is one line of at most {longest} characters"
        return (InputError(code=ErrorCode.INVALID, message=message, field=(name,)),)
    return ()


def _parcel_errors(order: Order, parcel: Parcel) -> Refused:
    return (*quantity_errors(order, parcel.lines, order.unfulfilled), *_other_errors(order, parcel))


def _other_errors(order: Order, parcel: Parcel) -> Iterator[InputError]:
    if len(order.fulfillments) >= MOST_PARCELS:
        message = f"an order goes in at most {MOST_PARCELS} parcels"
        yield InputError(code=ErrorCode.INVALID, message=message, field=("lines",))
    for name, text in (("carrier", parcel.carrier), ("trackingNumber", parcel.tracking_number)):
        if text is not None and (len(text) > LONGEST_WORD or UNPRINTABLE.search(text)):
            message = f"is one line of at most {LONGEST_WORD} characters"
            yield InputError(code=ErrorCode.INVALID, message=message, field=(name,))


def _plain(text: str | None) -> str | None:
    return (text or "").strip() or None
