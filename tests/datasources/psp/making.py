"""A simulator with a table, a clock and a cashier of its own, and somebody who hears its webhooks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Annotated, Final

from msgspec import Struct

from datasources.cashier import Cashier
from datasources.dynamo.payments import Outcome, PaymentTable
from datasources.psp.simulator import NAME, Simulator
from domain.ids import PaymentId
from domain.keys import Key
from domain.money import Money
from domain.payments.payments import Operation, OperationKind, OperationState, Payment
from domain.payments.provider import News
from domain.payments.storing import StoredPayment
from resolvers._kit.ids import new_id
from resolvers._kit.settings import Table
from tests.domain.payments.making import NOW, payment

SECRET: Final = "what nobody else knows"
PAGE: Final = "https://shop.example/simulator"


class Settings(Struct):
    payments_table: Annotated[str, Table(name="payments", ttl="expires_at", write=True)]


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at

    def __call__(self) -> float:
        return self.at.timestamp()

    def passes(self, **parts: int) -> None:
        self.at += timedelta(**parts)


class Desk:
    """All parts together; ``posted`` are the webhooks that were sent and have not been ``read``."""

    def __init__(self, table_name: str, *, number: str | None = None) -> None:
        """``number`` is what tells the ids of this desk's payments from those of another with the same table."""
        self._number = number
        self.clock = Clock()
        self.store = PaymentTable(table_name, clock=self.clock)
        self.posted: list[tuple[bytes, dict[str, str]]] = []
        self.simulator = Simulator(
            self.store.table, page=PAGE, secret=lambda: SECRET, now=self.clock.now, post=self._hear
        )
        self.cashier = Cashier(self.store, {NAME: self.simulator}, now=self.clock.now, new_id=new_id)
        self._numbers = count(1)

    def _hear(self, body: bytes, headers: Mapping[str, str]) -> None:
        assert self.simulator.forged(body, headers, self.clock.now()) is None, "it is believed at the door"
        self.posted.append((body, dict(headers)))

    def read(self) -> Iterator[News]:
        """Everything that was posted, as it came."""
        while self.posted:
            yield from self.simulator.news(self.posted.pop(0)[0])

    def payment(self, minor: int = 1000) -> Payment:
        made = payment(minor, number=next(self._numbers), reference=None)
        id_ = made.id if self._number is None else PaymentId(f"{made.id}-{self._number}")
        return replace(made, id=id_, provider=NAME, created_at=self.clock.at, updated_at=self.clock.at)

    def begun(self, words: str = "", minor: int = 1000, text: str = "start") -> Payment:
        """A payment that has begun, by ``words``."""
        made = self.payment(minor)
        url = f"https://shop.example/done?simulate={words}" if words else None
        stored = self.cashier.start(made, url, key(f"{text}-{made.id}"))
        assert isinstance(stored, StoredPayment), stored
        return stored.payment

    def captured(self, words: str = "", minor: int = 1000) -> Payment:
        made = self.begun(words, minor)
        stored = self.cashier.move(made.id, OperationKind.CAPTURE, None, key(f"capture-{made.id}"))
        assert isinstance(stored, StoredPayment), stored
        return stored.payment

    def refund(self, id_: PaymentId, amount: Money, text: str) -> Outcome:
        return self.cashier.move(id_, OperationKind.REFUND, amount, key(text, str(amount.minor)))

    def there(self, id_: PaymentId) -> Payment:
        kept = self.store.get(id_)
        assert kept is not None
        return kept.payment


def key(text: str = "key-of-a-request", content: str = "a") -> Key:
    return Key(caller="somebody", key=text, fingerprint=content)


def operation_of(outcome: Outcome) -> tuple[Operation, OperationState]:
    """What a request was about, and how far it has come."""
    assert isinstance(outcome, StoredPayment), outcome
    assert outcome.operation is not None
    found = outcome.payment.operation(outcome.operation)
    assert found is not None
    return found, outcome.payment.state(found)
