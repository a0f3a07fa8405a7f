"""Whom to believe that a payment has changed: who signs as the provider does, now, and nobody else."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus

from msgspec import Struct

from domain.payments.provider import Forged
from resolvers._kit.receiving import Delivery, Unwelcome

type Look = Callable[[bytes, Mapping[str, str], datetime], Forged | None]
"""Why a webhook is not to be believed, by its body, its headers and the hour; None when it is."""


class Door(Struct, frozen=True, kw_only=True):
    """How to look at the webhooks of each provider that is open, and where those go that are believed."""

    looks: Mapping[str, Look]
    put: Callable[[str], None]
    now: Callable[[], datetime]

    def accept(self, delivery: Delivery) -> None:
        """Have it read later, whole; raises Unwelcome when it is not to be believed."""
        look = self.looks.get(delivery.provider)
        if look is None:
            raise Unwelcome(f"{delivery.provider} is not open", HTTPStatus.NOT_FOUND)
        if (forged := look(delivery.body, delivery.headers, self.now())) is not None:
            raise Unwelcome(forged.why)
        self.put(delivery.sealed())
