"""What orders tell that is to be done with payments: read from the bus with no more of its shapes than is needed."""

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct

from domain import money
from domain.ids import OperationId, PaymentId
from domain.payments.owing import Intention
from domain.payments.payments import OperationKind
from resolvers._kit.views import Money

CHECKOUT_REFUSED: Final = "checkout.refused"
ORDER: Final = "order."


class Envelope(Struct, frozen=True):
    """What EventBridge puts on the queue, as far as it is read."""

    kind: str = msgspec.field(name="detail-type")
    detail: msgspec.Raw


class Owed(Struct, frozen=True, kw_only=True, rename="camel"):
    """An intention of an order; ``amount`` is None for a release."""

    id: OperationId
    due: OperationKind
    payment_id: PaymentId
    amount: Money | None = None


class OrderNews(Struct, frozen=True, kw_only=True, rename="camel"):
    """A change of an order, as far as payments care: what it came to owe by it."""

    owed: tuple[Owed, ...] = ()


class RefusedCheckout(Struct, frozen=True, kw_only=True, rename="camel"):
    """A payment that no order can be placed with."""

    payment_id: PaymentId


type Task = tuple[PaymentId, Intention | None]
"""What is to be done with a payment; None: it is to be given back, unless it has got its order."""


def tasks_of(message: str) -> Iterator[Task]:
    """All that one event asks for; nothing where it is of no concern to payments."""
    envelope = msgspec.json.decode(message, type=Envelope)
    if envelope.kind == CHECKOUT_REFUSED:
        yield msgspec.json.decode(envelope.detail, type=RefusedCheckout).payment_id, None
    elif envelope.kind.startswith(ORDER):
        for one in msgspec.json.decode(envelope.detail, type=OrderNews).owed:
            yield one.payment_id, _intention(one)


def _intention(one: Owed) -> Intention:
    amount = None if one.amount is None else money.Money.parse(one.amount.amount, one.amount.currency)
    return Intention(id=one.id, kind=one.due, amount=amount)
