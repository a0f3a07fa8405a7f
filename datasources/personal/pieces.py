"""What every store of personal data is asked: for all that it keeps of a customer, and to be rid of it."""

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from domain.ids import CustomerId


class Piece(Struct, frozen=True):
    """A file of the archive that a customer is given; the name is a path within it."""

    name: str
    data: bytes


class NotYet(Exception):
    """Something has to come to its end first, with which the store has nothing to do."""


class Part(Protocol):
    """One store, as far as it is about customers."""

    def everything(self, customer: CustomerId) -> Iterator[Piece]:
        """All that is kept of a customer."""

    def erase(self, customer: CustomerId) -> int:
        """Erase some of it, or make it nobody's; gives how much there was. To be asked until it gives 0.

        NotYet where some of it has to stay for the moment.
        """


def document(name: str, value: Any) -> Piece:
    """A piece that people and programs can read."""
    return Piece(f"{name}.json", msgspec.json.format(msgspec.json.encode(value), indent=2))
