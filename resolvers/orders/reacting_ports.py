"""What the reactions of orders need from outside."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from domain.ids import CartId, OrderId, PaymentId
from domain.keys import KeyReused
from domain.money import Money
from domain.orders.orders import Order
from domain.orders.storing import KeptOrder, NoOrder, Refusal, StoredOrder
from resolvers.orders.letters import Letter
from resolvers.orders.ports import Decide
from resolvers.orders.telling import Event, ReadChange

type Complete = Callable[[CartId, PaymentId, Money], StoredOrder | NoOrder | Refusal | KeyReused]
"""Makes an order of a cart whose buyer has paid so much, and with it agreed to it; once for the payment. A cart that is
this payment's order already is answered with that."""


class Store(Protocol):
    """Orders: each change is one transaction, or nothing."""

    def get(self, order_id: OrderId) -> KeptOrder | None:
        """The order, as it is now."""

    def change(self, order_id: OrderId, decide: Decide) -> StoredOrder | NoOrder | Refusal | KeyReused:
        """Store what is decided of an order, decided anew whenever others came first."""


class Sent(Protocol):
    """Which letters were sent, and which are being sent right now; each has a name of its own."""

    def claim(self, letter: str) -> int | None:
        """Whether it is now the caller's to send: 0 if so; else in how many seconds it may be, since somebody is at
        it; None when it is done with.
        """

    def close(self, letter: str, *, delivered: bool) -> None:
        """It is done with: it was sent, or it cannot be."""


class Reactor(Struct, frozen=True, kw_only=True):
    """Everything a reaction of orders may use.

    ``order_of`` is the order that was placed with a payment. ``token`` is what a guest shows to see an order of theirs
    again, None for an order that has none, or whose token cannot be said again. ``post`` sends a letter to an address,
    and gives a word for why it can never be sent there.
    """

    read: ReadChange
    put: Callable[[Iterable[Event]], None]
    store: Store
    order_of: Callable[[PaymentId], OrderId | None]
    complete: Complete
    token: Callable[[Order], str | None]
    sent: Sent
    post: Callable[[str, Letter], str | None]
    now: Callable[[], datetime]
