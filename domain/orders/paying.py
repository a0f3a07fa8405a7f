"""What an order owes and is told of its payments. Money is moved elsewhere, once for each intention."""

from collections.abc import Collection, Iterable, Iterator
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
    cancelled order keeps no money: what it has of it is owed back, or has failed to go back and is left to people.
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
    there = replace(order, version=order.version + 1, owed=tuple(_left(order, ended, stuck)))
    owed, pointless = (_bounced if order.cancelled_at is None else _balanced)(there, known, newest)
    event = OrderEvent(
        seq=there.version,
        type=OrderEventType.PAYMENT,
        actor=PAYMENTS,
        at=now,
        payment=newest,
        owed=owed,
        settled=(*ended, *pointless),
        failed=tuple(one for one in stuck if one not in pointless),
    )
    return done(order, event)


def _left(order: Order, ended: Collection[OperationId], stuck: Collection[OperationId]) -> Iterator[Owed]:
    """The intentions that still stand."""
    for one in order.owed:
        if one.id not in ended:
            yield replace(one, failed=True) if one.id in stuck else one


type _New = tuple[tuple[Owed, ...], tuple[OperationId, ...]]
"""Intentions that news bring, and those of which nothing is left."""


def _balanced(there: Order, known: PaymentFacts, newest: PaymentFacts) -> _New:
    """What the shop has of a payment for a cancelled order is owed back, but for what has failed to go back.

    Where more has failed than there is, somebody gave back beside us: then what failed was too much, and only the rest
    is owed, once more. It is less each time, so that this ends.
    """
    rest, fell = kept(there, newest).minor, _fell(known, newest)
    failed = [one for one in there.owed if one.failed and one.due is Due.REFUND and one.payment_id == known.id]
    stays = sum(one.amount.minor for one in failed if one.amount is not None)
    pointless = tuple(one.id for one in failed) if stays + fell > rest else ()
    given_up = fell if pointless else stays + fell
    found = []
    if (open_ := rest - min(given_up, rest)) > 0:
        found.append(_owed(there, (there.version, 0), Due.REFUND, known.id, Money(open_, there.currency)))
    if fell:
        lost = _owed(there, (there.version, len(found)), Due.REFUND, known.id, Money(fell, there.currency))
        found.append(replace(lost, failed=True))
    return tuple(found), pointless


def _bounced(there: Order, known: PaymentFacts, newest: PaymentFacts) -> _New:
    """The refund of a return that was done, and has failed all the same: the return is not refunded."""
    fell = Money(_fell(known, newest), there.currency)
    waiting = {one.return_id for one in there.owed}
    refunded = (one for one in reversed(there.returns) if one.resolution and one.id not in waiting)
    of = next((one.id for one in refunded if one.resolution and one.resolution.refund == fell), None)
    if of is None:
        return (), ()
    lost = _owed(there, (there.version, 0), Due.REFUND, known.id, fell, return_id=of)
    return (replace(lost, failed=True),), ()


def _fell(known: PaymentFacts, newest: PaymentFacts) -> int:
    """What was given back, and is the shop's again."""
    return max(0, known.refunded.minor - newest.refunded.minor)


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
