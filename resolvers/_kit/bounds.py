"""How much may be asked at once where each parent costs a request of its own."""

from collections.abc import Sequence
from typing import Final

from resolvers._kit.faults import BadRequest

MOST_CUSTOMERS: Final = 10
"""Of whom something is read that no store gives of many at once, so that the largest page costs no more than this."""


def refuse_many(customers: Sequence[object]) -> None:
    """Raise BadRequest for more customers than may be asked about at once."""
    if len(customers) > MOST_CUSTOMERS:
        raise BadRequest(f"this is told of at most {MOST_CUSTOMERS} customers at once: ask for a smaller page")
