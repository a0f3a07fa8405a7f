"""What follows from a stored change of a review: its product's rating counts it."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from domain.reviews.ratings import Seen


class Reactions(Struct, frozen=True, kw_only=True):
    """Everything a reaction of reviews may use."""

    read: Callable[[Mapping[str, Any]], Seen | None]
    count: Callable[[Seen], object]


def react_to(reactions: Reactions, event: Mapping[str, Any]) -> None:
    """React to one stretch of the table's stream. A failure leaves the whole stretch to be given again, of which what
    was counted counts no more.
    """
    for record in event["Records"]:
        seen = reactions.read(record)
        if seen is not None:
            reactions.count(seen)
