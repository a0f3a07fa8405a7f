"""Which letters a buyer is sent, and that each is sent once.

It may be sent twice only where nobody can know that it was sent: when the process ends, the store is out of reach or
the answer is lost between the moment in which the letter was taken and the one in which that is written down.
"""

from typing import Final

from msgspec import Struct

from domain.ids import OrderId
from domain.orders.orders import Order, fulfillment_id
from resolvers._kit.consuming import NotYet
from resolvers.orders import letters
from resolvers.orders.letters import Letter
from resolvers.orders.reacting_ports import Reactor

PLACED: Final = "order.placed"
FULFILLED: Final = "order.fulfilled"


class OrderNews(Struct, frozen=True, kw_only=True, rename="camel"):
    """Which change of which order: all else is read of the order itself."""

    order_id: OrderId
    seq: int


class Unwritten(RuntimeError):
    """A letter that nobody will have: there is nothing to write it of, or it can never be sent."""


def write(reactor: Reactor, kind: str, news: OrderNews) -> None:
    """Send the letter about a change, if it has not been sent; NotYet while somebody else is about to send it.

    One that can never be sent is told once, as a fault, and then forgotten.
    """
    name = f"{news.order_id}:{news.seq}"
    wait = reactor.sent.claim(name)
    if wait is None:
        return
    if wait:
        raise NotYet(wait)
    order = _order(reactor, news)
    if order.erased_at is not None:  # nobody is left to write to
        reactor.sent.close(name, delivered=False)
        return
    refused = reactor.post(order.email, _letter(reactor, kind, order, news.seq))
    reactor.sent.close(name, delivered=refused is None)
    if refused is not None:
        raise Unwritten(f"the letter about {name} can never be sent: {refused}")


def _order(reactor: Reactor, news: OrderNews) -> Order:
    kept = reactor.store.get(news.order_id)
    if kept is None or kept.order.version < news.seq:
        raise Unwritten(f"there is no version {news.seq} of {news.order_id}")
    return kept.order


def _letter(reactor: Reactor, kind: str, order: Order, seq: int) -> Letter:
    if kind == PLACED:
        return letters.placed(order, reactor.token(order))
    parcel = next((one for one in order.fulfillments if one.id == fulfillment_id(order.id, seq)), None)
    if kind != FULFILLED or parcel is None:
        raise Unwritten(f"{kind} of version {seq} of {order.id} is nothing to write about")
    return letters.shipped(order, parcel)
