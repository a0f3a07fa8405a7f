"""What an order owes and is told of its payments. Money is moved elsewhere, once for each intention."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.errors import ErrorCode, InputError
from domain.ids import OperationId, PaymentId, ReturnId, derived
from domain.money import Money
from domain.orders.events import OrderEvent, OrderEventType
from domain.orders.machine import Outcome, done
from domain.orders.orders import Due, Order, Owed, PaymentFacts

PAYMENTS: Final = "payments"
"""Who tells of payments, as an event's actor."""


def kept(order: Order, payment: PaymentFacts) -> Money:
    """What the shop has of a payment and does not owe back; nothing where somebody gives back beside what is owed."""
    back = sum(
        one.amount.minor
        for one in order.unsettled
        if one.due is Due.REFUND and one.payment_id == payment.id and one.amount is not None
    )
    return Money(max(0, payment.captured.minor - payment.refunded.minor - back), order.currency)


def all_kept(order: Order) -> Money:
    """What the shop has for the order and does not owe back."""
    return Money(sum(kept(order, one).minor for one in order.payments), order.currency)


def capturing(order: Order, payment: PaymentFacts, seq: int) -> tuple[Owed, ...]:
    """The order's price is to be taken, if it has not been."""
    total = order.totals.total
    return (_owed(order, (seq, 0), Due.CAPTURE, payment.id, total),) if payment.captured < total else ()


def giving_back(order: Order, seq: int) -> tuple[Owed, ...]:
    """All of the money is to go back: what was taken is refunded, and where nothing was, what was set aside is let go.

    A capture that is on its way meanwhile is seen in the news of it.
    """
    found: list[Owed] = []
    for one in order.payments:
        rest = kept(order, one)
        if rest.minor > 0:
            found.append(_owed(order, (seq, len(found)), Due.REFUND, one.id, rest))
        if not one.voided and not one.captured.minor:
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


def told(
    order: Order,
    facts: PaymentFacts,
    now: datetime,
    *,
    settled: Iterable[OperationId] = (),
    failed: Iterable[OperationId] = (),
) -> Outcome | None:
    """The news of a payment, and which intentions are carried out or cannot be; None when all of it is known already.

    News may come late, twice and in any order: those of an older version change nothing, since newer ones say all that
    is done and all that is not. What only makes another version of the payment does not happen to the order. A
    cancelled order keeps no money, so whatever is taken after it was cancelled is owed back.
    """
    known = next((one for one in order.payments if one.id == facts.id), None)
    if known is None:
        return (InputError(code=ErrorCode.NOT_FOUND, message="the order has no such payment", field=("paymentId",)),)
    if not facts.sound or facts.authorized.currency is not order.currency:
        return (InputError(code=ErrorCode.INVALID, message="a payment's amounts contradict each other"),)
    done_, refused = frozenset(settled), frozenset(failed)
    ended = tuple(one.id for one in order.owed if one.id in done_)
    stuck = tuple(one.id for one in order.unsettled if one.id in refused - done_)
    newest = facts if facts.version > known.version else known
    same = replace(newest, version=known.version) == known
    if facts.version < known.version or (same and not ended and not stuck):
        return None
    seq, late = order.version + 1, _late(order, known, newest, ended)
    event = OrderEvent(
        seq=seq,
        type=OrderEventType.PAYMENT,
        actor=PAYMENTS,
        at=now,
        payment=newest,
        owed=(_owed(order, (seq, 0), Due.REFUND, known.id, late),) if late.minor > 0 else (),
        settled=ended,
        failed=stuck,
    )
    return done(order, event)


def _late(order: Order, known: PaymentFacts, newest: PaymentFacts, ended: Collection[OperationId]) -> Money:
    """What has been taken of a cancelled order since it was last looked at, and is not on its way back."""
    there = replace(order, owed=tuple(one for one in order.owed if one.id not in ended))
    more = min(newest.captured - known.captured, kept(there, newest))
    return more if order.cancelled_at is not None else Money(0, order.currency)


def _owed(
    order: Order,
    place: tuple[int, int],
    due: Due,
    payment: PaymentId,
    amount: Money | None = None,
    *,
    return_id: ReturnId | None = None,
) -> Owed:
    """``place`` is the event that brings it, and which of its intentions it is: the same for whoever decides again."""
    id_ = OperationId(derived("op", order.id, *map(str, place)))
    return Owed(id=id_, due=due, payment_id=payment, amount=amount, return_id=return_id)
