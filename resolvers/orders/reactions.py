"""What follows from changes of orders, and from what payments tell of themselves: no client has to ask for it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.errors import ErrorCode
from domain.ids import CartId, OperationId, OrderId, PaymentId
from domain.money import CurrencyCode
from domain.money import Money as Amount
from domain.orders.machine import Done
from domain.orders.orders import Order, PaymentFacts
from domain.orders.paying import told
from domain.orders.storing import Decision, NoOrder, Refusal, StoredOrder, Unchanged
from resolvers._kit.consuming import Message, NotYet
from resolvers._kit.views import Money
from resolvers.orders import mailing
from resolvers.orders.mailing import OrderNews
from resolvers.orders.reacting_ports import Reactor
from resolvers.orders.telling import event_of, refused_of

GRACE: Final = timedelta(seconds=30)
"""For the buyer to complete their checkout themselves, after their payment is promised: a client does it at once, and
tries again for some seconds."""
PAID: Final = frozenset({"AUTHORIZED", "CAPTURED"})
"""By what a payment may begin to wait for its order."""


class Envelope(Struct, frozen=True):
    """What EventBridge puts on the queue, as far as it is read."""

    kind: str = msgspec.field(name="detail-type")
    detail: msgspec.Raw


class PaymentNews(Struct, frozen=True, kw_only=True, rename="camel"):
    """A change of a payment, as far as orders care. ``done`` and ``failed`` are all of its operations that are."""

    payment_id: PaymentId
    seq: int
    what: str
    at: datetime
    cart_id: CartId
    order_id: OrderId | None
    amount: Money
    authorized: Money
    captured: Money
    refunded: Money
    voided: bool
    done: tuple[OperationId, ...]
    failed: tuple[OperationId, ...]


class Untellable(RuntimeError):
    """News of a payment that an order cannot have: something of ours is wrong, for people to look at."""


def tell(reactor: Reactor, event: Mapping[str, Any]) -> None:
    """Put every stored change of an order on the bus, in the order in which they were stored; raises when it cannot be:
    then the stream gives all of them again.
    """
    found = (event_of(reactor.read, record) for record in event["Records"])
    reactor.put([one for one in found if one is not None])


def hear(reactor: Reactor, message: Message) -> None:
    """What came over the bus. It may come twice, late and in any order, and changes nothing more then."""
    envelope = msgspec.json.decode(message.body, type=Envelope)
    _SUBJECTS[envelope.kind.partition(".")[0]](reactor, envelope)


def _of_payment(reactor: Reactor, envelope: Envelope) -> None:
    news = msgspec.json.decode(envelope.detail, type=PaymentNews)
    if news.order_id is not None:
        _told(reactor, news.order_id, news)
    elif news.what in PAID and not news.voided and not _amount(news.refunded).minor:
        _completed(reactor, news)


def _of_order(reactor: Reactor, envelope: Envelope) -> None:
    mailing.write(reactor, envelope.kind, msgspec.json.decode(envelope.detail, type=OrderNews))


_SUBJECTS: Final[Mapping[str, Callable[[Reactor, Envelope], None]]] = {"payment": _of_payment, "order": _of_order}


def _told(reactor: Reactor, order_id: OrderId, news: PaymentNews) -> None:
    """The order knows what its payment tells."""
    facts = PaymentFacts(
        id=news.payment_id,
        version=news.seq,
        authorized=_amount(news.authorized),
        captured=_amount(news.captured),
        refunded=_amount(news.refunded),
        voided=news.voided,
    )

    def decide(order: Order) -> Decision | Unchanged | Refusal:
        outcome = told(order, facts, reactor.now(), settled=news.done, failed=news.failed)
        if outcome is None:
            return Unchanged()
        if isinstance(outcome, Done):
            return Decision(order=outcome.order, event=outcome.event)
        return Refusal(errors=outcome)

    outcome = reactor.store.change(order_id, decide)
    if not isinstance(outcome, StoredOrder):
        raise Untellable(f"{news.payment_id} of version {news.seq} cannot be told to {order_id}: {outcome}")


def _completed(reactor: Reactor, news: PaymentNews) -> None:
    """The cart becomes an order though its buyer is gone, as they have agreed to what they paid; or the money is let
    go, since no cart can be, or become, what was paid for.
    """
    if reactor.order_of(news.payment_id) is not None:
        return  # as nearly always; and old news must not release it, though carts of orders are removed in time
    left = GRACE - (reactor.now() - news.at)
    if left > timedelta(0):
        raise NotYet(ceil(left.total_seconds()))
    outcome = reactor.complete(news.cart_id, news.payment_id, _amount(news.amount))
    match outcome:
        case StoredOrder():
            return
        case Refusal(errors=errors):
            codes = tuple(error.code for error in errors)
        case NoOrder():
            codes = (ErrorCode.NOT_FOUND,)
        case _:
            raise Untellable(f"{news.payment_id} was not to be used for {news.cart_id}: {outcome}")
    reactor.put([refused_of(news.cart_id, news.payment_id, codes, reactor.now())])


def _amount(money: Money) -> Amount:
    return Amount.parse(money.amount, CurrencyCode(money.currency))
