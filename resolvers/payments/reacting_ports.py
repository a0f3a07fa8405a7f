"""What the payments' reactions need from outside."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from domain.ids import PaymentId
from domain.payments.owing import Intention
from domain.payments.payments import Payment
from domain.payments.provider import News, Provider
from resolvers.payments.ports import Outcome
from resolvers.payments.telling import Event, ReadChange


class Store(Protocol):
    """Payments as they are stored."""

    def unsettled(self, before: datetime, most: int) -> tuple[Payment, ...]:
        """At most ``most`` payments of which something is pending since ``before``."""


class Cashier(Protocol):
    """Who has money moved that nobody waits for: each call happens once, however often it is made."""

    def hear(self, provider: str, news: News) -> Outcome:
        """What a provider said unasked; each news counts once."""

    def resume(self, payment: Payment) -> Outcome:
        """Carry on with all that is pending of a payment."""

    def owe(self, payment_id: PaymentId, wish: Intention) -> Outcome:
        """Have done what is owed, once for its id; StoredPayment when it is stored, and so will be."""

    def release(self, payment_id: PaymentId) -> Outcome:
        """Give back the money of a payment that no order can be placed with, unless one has been; as ``owe``."""


class Reactor(Struct, frozen=True, kw_only=True):
    """Everything a reaction may use. ``owed`` is the ARN of the queue of what orders tell; ``put`` tells the bus."""

    cashier: Cashier
    store: Store
    providers: Mapping[str, Provider]
    now: Callable[[], datetime]
    read: ReadChange
    put: Callable[[Iterable[Event]], None]
    owed: str
