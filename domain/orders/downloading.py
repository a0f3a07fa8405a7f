"""Who has bought files gets links to them: once the money is there, and as many as suffice for one buyer."""

from datetime import datetime
from typing import Final

from domain.errors import ErrorCode, IllegalTransitionError, InputError
from domain.ids import MediaId, OrderLineId
from domain.orders.events import OrderEvent, OrderEventType
from domain.orders.machine import Outcome, allowed_actions, done
from domain.orders.orders import Downloaded, Order, OrderLine
from domain.orders.statuses import OrderStatus, PaymentStatus, payment_status_of, status_of
from domain.shown import Good

LINKS_A_UNIT: Final = 5
"""Of each file: for a computer, a tablet, a telephone, and again after two mishaps."""
PAID: Final = frozenset({PaymentStatus.CAPTURED, PaymentStatus.PARTIALLY_REFUNDED})


def links_left(order: Order, line: OrderLine, good: Good) -> int:
    """How many links to a file of a line its buyer can have still, as soon as the order is paid."""
    return max(0, line.quantity * LINKS_A_UNIT - _given(order, line.id, good.media_id))


def good_in(order: Order, line_id: OrderLineId, media_id: MediaId) -> tuple[OrderLine, Good] | None:
    """The line and the file, if the order has them."""
    line = order.line(line_id)
    good = next((one for one in line.goods if one.media_id == media_id), None) if line else None
    return (line, good) if line and good else None


def download(order: Order, line_id: OrderLineId, media_id: MediaId, actor: str, now: datetime) -> Outcome:
    """The buyer is given one more link to a file."""
    found = good_in(order, line_id, media_id)
    if found is None:
        return (InputError(code=ErrorCode.NOT_FOUND, message="no such file came with it", field=("mediaId",)),)
    why = None
    if status_of(order) is OrderStatus.CANCELLED or payment_status_of(order) not in PAID:
        why = "it can be downloaded when it is paid, until the money is given back"
    elif not links_left(order, *found):
        why = "all of its links are used up: ask the shop"
    if why is not None:
        allowed = tuple(one.value for one in allowed_actions(order))
        return (IllegalTransitionError(message=why, field=("mediaId",), allowed=allowed),)
    given = Downloaded(line_id=line_id, media_id=media_id, times=_given(order, line_id, media_id) + 1)
    seq = order.version + 1
    return done(order, OrderEvent(seq=seq, type=OrderEventType.DOWNLOADED, actor=actor, at=now, downloaded=given))


def _given(order: Order, line_id: OrderLineId, media_id: MediaId) -> int:
    known = (one.times for one in order.downloaded if (one.line_id, one.media_id) == (line_id, media_id))
    return next(known, 0)
