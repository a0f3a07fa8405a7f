"""How goods come back: the customer asks, the shop takes them back or does not, and gives at most what they cost."""

from datetime import datetime

from domain.errors import ErrorCode, InputError
from domain.ids import OrderLineId, ReturnId, WarehouseId
from domain.money import Money
from domain.orders.events import OrderEvent, OrderEventType
from domain.orders.life import LONGEST_REASON, quantity_errors, summed, text_errors
from domain.orders.machine import OrderAction, Outcome, Refused, done, refusal
from domain.orders.orders import MOST_RETURNS, LineQuantity, Order, Resolution, Return, return_id
from domain.orders.paying import all_kept, refunding
from domain.values import value


@value
class Answer:
    """What the shop says to a return; ``restock`` and ``refund`` are for one that it approves."""

    approve: bool
    restock: bool = False
    refund: Money | None = None


def request(order: Order, lines: tuple[LineQuantity, ...], reason: str, actor: str, now: datetime) -> Outcome:
    """The customer wants to send units back, at most those that they have and have not asked about."""
    refused = refusal(order, OrderAction.REQUEST_RETURN) or (
        *quantity_errors(order, lines, order.returnable),
        *text_errors(reason, "reason", LONGEST_REASON),
        *_number_errors(order),
    )
    if refused:
        return refused
    seq = order.version + 1
    asked = Return(id=return_id(order.id, seq), lines=summed(lines), reason=reason.strip(), requested_at=now)
    event = OrderEvent(seq=seq, type=OrderEventType.RETURN_REQUESTED, actor=actor, at=now, requested=asked)
    return done(order, event)


def resolve(order: Order, of: ReturnId, answer: Answer, actor: str, now: datetime) -> Outcome:
    """The shop answers a return; what it gives back is owed from then on."""
    if refused := refusal(order, OrderAction.RESOLVE_RETURN):
        return refused
    asked = next((one for one in order.returns if one.id == of and one.resolution is None), None)
    if asked is None:
        message = "no such return waits for an answer"
        return (InputError(code=ErrorCode.NOT_FOUND, message=message, field=("id",)),)
    if errors := _refund_errors(order, asked, answer):
        return errors
    seq = order.version + 1
    given = answer.refund if answer.approve else None
    said = Resolution(approved=answer.approve, restocked=answer.approve and answer.restock, refund=given, at=now)
    event = OrderEvent(
        seq=seq,
        type=OrderEventType.RETURN_RESOLVED,
        actor=actor,
        at=now,
        return_id=of,
        resolution=said,
        owed=refunding(order, given, of, seq) if given is not None else (),
    )
    return done(order, event)


def most_refundable(order: Order, asked: Return) -> Money:
    """What may be given back for a return: what its units cost with their tax, at most what the shop still has.

    Units of a line that come back one after the other cost together exactly what the line does.
    """
    before, worth = order.returned, 0
    for part in asked.lines:
        line = order.line(part.line_id)
        assert line
        there = before[part.line_id]
        worth += order.cost(line, there + part.quantity).minor - order.cost(line, there).minor
    return Money(min(worth, all_kept(order).minor), order.currency)


def origin_of(order: Order, line: OrderLineId) -> WarehouseId:
    """Where the line's units were sent from, the last of them: there they are put back."""
    places = (one.warehouse_id for one in reversed(order.fulfillments) for part in one.lines if part.line_id == line)
    return next(places)


def _number_errors(order: Order) -> Refused:
    if len(order.returns) < MOST_RETURNS:
        return ()
    message = f"an order takes at most {MOST_RETURNS} returns; talk to the shop"
    return (InputError(code=ErrorCode.INVALID, message=message, field=("lines",)),)


def _refund_errors(order: Order, asked: Return, answer: Answer) -> Refused:
    if answer.refund is None:
        return ()
    most = most_refundable(order, asked)
    if not answer.approve:
        message = "nothing is refunded for what the customer keeps"
    elif answer.refund.currency is not order.currency:
        message = f"the order was paid in {order.currency.value}"
    elif not 1 <= answer.refund.minor <= most.minor:
        message = f"more than nothing and at most {most.amount}, not {answer.refund.amount}"
    else:
        return ()
    return (InputError(code=ErrorCode.INVALID, message=message, field=("refund",)),)
