"""What the simulator's webhooks say, and how they are believed: without its store, which the door has no part in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from datasources.dynamo import documents
from datasources.psp import signatures
from domain.ids import PaymentId
from domain.payments.facts import Seen
from domain.payments.provider import Forged, News
from domain.values import value

NAME: Final = "simulator"
HEADER: Final = "souk-simulator-signature"


@value
class Event:
    """A webhook's body."""

    id: str
    reference: str
    payment: PaymentId
    seen: Seen


def forged(secret: Callable[[], str], body: bytes, headers: Mapping[str, str], now: datetime) -> Forged | None:
    """Why it is none of the simulator's webhooks; None when it is."""
    return signatures.forged(secret(), headers.get(HEADER), body, now) or signatures.unreadable(news, body)


def news(body: bytes) -> tuple[News, ...]:
    """What one of its webhooks says; StoreUnreadable when it is none."""
    event = documents.read(Event, body)
    return (News(event=event.id, reference=event.reference, payment=event.payment, seen=event.seen),)
