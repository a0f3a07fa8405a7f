"""The one port through which money moves, whoever moves it.

What a provider refuses is data: ``Declined``. That it cannot be reached, or breaks, is raised as a fault
(``datasources.faults.StoreFault``), after which nobody knows whether it happened: the same call with the same key may
be made again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from domain.ids import OperationId, PaymentId
from domain.money import Money
from domain.payments.facts import Seen
from domain.values import value


@value
class Started:
    """A provider knows of a payment: its own ``reference``, and the secret by which the buyer's browser pays."""

    reference: str
    client_secret: str
    seen: Seen


@value
class Declined:
    """A provider's no: its own ``code``, where it has one (Stripe, "Decline codes"), and a sentence for people."""

    code: str | None = None
    message: str


@value
class News:
    """A provider has said something unasked, once for an ``event`` id; ``seen`` is None when only asking will tell.

    ``payment`` is our id, if the provider was told it.
    """

    event: str
    reference: str
    payment: PaymentId | None = None
    seen: Seen | None = None


@value
class Forged:
    """Not said by the provider, or too long ago: ``why`` is for the log, not for whoever sent it."""

    why: str


class Told(Protocol):
    """What a provider must know of a payment to begin it."""

    @property
    def id(self) -> PaymentId:
        """Ours, which is also the key under which it begins once."""

    @property
    def amount(self) -> Money:
        """What is to be had from the buyer."""


class Provider(Protocol):
    """Who moves money. Every call may be repeated: with an equal key it happens once."""

    def start(self, payment: Told, return_url: str | None) -> Started | Declined:
        """Begin a payment, whose amount is to be promised first and taken later; once for its id.

        ``return_url`` is where the buyer comes back to, if this provider sends buyers anywhere.
        """

    def fetch(self, reference: str) -> Seen:
        """How a payment stands."""

    def capture(self, reference: str, amount: Money, key: OperationId) -> Seen | Declined:
        """Take what was promised, or a part of it and release the rest."""

    def void(self, reference: str, key: OperationId) -> Seen | Declined:
        """Release what was promised, and let nothing be promised any more."""

    def refund(self, reference: str, amount: Money, key: OperationId) -> Seen | Declined:
        """Give back some of what was taken."""

    def forged(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Forged | None:
        """Why a webhook is not to be believed, by its signature and age on the very bytes that came; None when it is.

        Names of headers are in lower case.
        """

    def news(self, body: bytes) -> tuple[News, ...]:
        """What a webhook says that was believed when it came; nothing when it is of no concern to payments."""
