"""What follows from a stored change of stock: what each product's variants have together is summed up anew."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from domain.ids import ProductId


class Reactions(Struct, frozen=True, kw_only=True):
    """Everything a reaction of the inventory may use."""

    read: Callable[[Mapping[str, Any]], Sequence[ProductId]]
    sum_up: Callable[[ProductId], None]


def react_to(reactions: Reactions, event: Mapping[str, Any]) -> None:
    """React to one stretch of the table's stream. A failure leaves the whole stretch to be given again."""
    for product in reactions.read(event):
        reactions.sum_up(product)
