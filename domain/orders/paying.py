"""What an order owes and is told of its payments. Money is moved elsewhere, once for each intention."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.errors import ErrorCode, InputError
from domain.ids import PaymentId, ReturnId, derived
from domain.money import Money
from domain.orders.events import OrderEvent, OrderEventType, after
from domain.orders.machine import Outcome, done
from domain.orders.orders import Due, Order, Owed, PaymentFacts

PAYMENTS: Final = "payments"
"""Who tells of payments, as an event's actor."""


def kept(order: Order, payment: PaymentFacts) -> Money:
    """What the shop has of a payment and does not owe back."""
    back = sum(
        one.amount.minor
        for one in order.owed
        if one.due is Due.REFUND and one.payment_id == payment.id and one.amount is not None
    )
    return payment.captured - payment.refunded - Money(back, order.currency)


def all_kept(order: Order) -> Money:
    """What the shop has for the order and does not owe back."""
    return Money(sum(kept(order, one).minor for one in order.payments), order.currency)


def capturing(order: Order, payment: PaymentFacts, seq: int) -> tuple[Owed, ...]:
    """The order's price is to be taken, as far as it has not been."""
    left = order.totals.total - payment.captured
    return (_owed(order, (seq, 0), Due.CAPTURE, payment.id, left),) if left.minor > 0 else ()


def giving_back(order: Order, seq: int) -> tuple[Owed, ...]:
    """All of the money is to go back: what was taken is refunded, what was only set aside is let go."""
    found: list[Owed] = []
    for one in order.payments:
        rest = kept(order, one)
        if rest.minor > 0:
            found.append(_owed(order, (seq, len(found)), Due.REFUND, one.id, rest))
        if not one.voided and one.captured < one.authorized:
            found.append(_owed(order, (seq, len(found)), Due.VOID, one.id))
    return tuple(found)


def refunding(order: Order, amount: Money, of: ReturnId, seq: int) -> tuple[Owed, ...]:
    """An amount, at most what the shop keeps, is to go back for a return: from the first payments first."""
    found: list[Owed] = []
    left = amount.minor
    for one in order.payments:
        part = min(left, kept(order, one).minor)
        if part > 0:
            back = Money(part, order.currency)
            found.append(_owed(order, (seq, len(found)), Due.REFUND, one.id, back, return_id=of))
            left -= part
    return tuple(found)


def told(order: Order, facts: PaymentFacts, settled: Iterable[str], now: datetime) -> Outcome | None:
    """The news of a payment, and the ids of intentions that are carried out; None when all of it is known already.

    News may come late, twice and in any order: facts of an older version change nothing. A cancelled order keeps no
    money, so whatever was taken meanwhile is owed back.
    """
    known = next((one for one in order.payments if one.id == facts.id), None)
    if known is None:
        return (InputError(code=ErrorCode.NOT_FOUND, message="the order has no such payment", field=("paymentId",)),)
    if not facts.sound or facts.authorized.currency is not order.currency:
        return (InputError(code=ErrorCode.INVALID, message="a payment's amounts contradict each other"),)
    ended = tuple(one.id for one in order.owed if one.id in set(settled))
    newest = facts if facts.version > known.version else known
    if newest is known and not ended:
        return None
    return done(order, _news(order, newest, ended, now))


def _news(order: Order, facts: PaymentFacts, ended: tuple[str, ...], now: datetime) -> OrderEvent:
    seq = order.version + 1
    event = OrderEvent(seq=seq, type=OrderEventType.PAYMENT, actor=PAYMENTS, at=now, payment=facts, settled=ended)
    if order.cancelled_at is None:
        return event
    then = after(order, event)
    again = tuple(one for one in giving_back(then, seq) if one.due is Due.REFUND)
    return replace(event, owed=again)


def _owed(
    order: Order, place: tuple[int, int], due: Due, payment: PaymentId, amount: Money | None = None, **of: ReturnId
) -> Owed:
    """``place`` is the event that brings it, and which of its intentions it is: the same for whoever decides again."""
    id_ = derived("owed", order.id, *map(str, place))
    return Owed(id=id_, due=due, payment_id=payment, amount=amount, **of)
