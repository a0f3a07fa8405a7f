"""The orders a list of products can have, as one value a product: what places in a list are made of."""

from collections.abc import Iterable, Mapping
from itertools import compress
from typing import Final

from datasources.search.bitmaps import bits
from datasources.search.entries import Entry
from domain.catalog.listing import ProductSort
from domain.money import LARGEST_MINOR, CurrencyCode
from domain.pages import BadPage, Place

_PRICELESS: Final = 10 * LARGEST_MINOR
"""Stands for "no price" after every price, in both directions."""
UNRATED: Final = 0
"""Comes after every rating, which is one star or more, negated."""

_SHAPES: Final[Mapping[ProductSort, tuple[type, ...]]] = {
    ProductSort.NAME: (str, str),
    ProductSort.BEST_RATED: (int, int, str),
}
"""Of places; all others are a number and the id."""


def checked(place: Place | None, sort: ProductSort) -> Place | None:
    """A place read from a cursor: what is sorted by, negated where the order descends, then the id.

    Raises BadPage for a place of another shape: cursors can be forged.
    """
    if place is not None and tuple(map(type, place)) != _SHAPES.get(sort, (int, str)):
        raise BadPage("the cursor is not one of this list; pass a cursor from its own pages, or none")
    return place


class Orders:
    """For each order that was ever asked for, the places of all products by ordinal: made once, then kept up."""

    def __init__(self, currency: CurrencyCode) -> None:
        self._currency = currency
        self._columns: dict[tuple[ProductSort, CurrencyCode | None], list[Place | None]] = {}

    def change(self, ordinal: int, new: Entry | None) -> None:
        for (sort, currency), column in self._columns.items():
            if ordinal == len(column):
                column.append(None)
            column[ordinal] = self._place(new, sort, currency) if new else None

    def places(
        self, mask: int, sort: ProductSort, currency: CurrencyCode, entries: Iterable[Entry | None]
    ) -> list[Place]:
        """The places of the products in ``mask`` (see ``bitmaps``), in no order."""
        key = (sort, currency if sort in {ProductSort.PRICE_ASC, ProductSort.PRICE_DESC} else None)
        if key not in self._columns:
            self._columns[key] = [self._place(known, *key) if known else None for known in entries]
        return [place for place in compress(self._columns[key], bits(mask)) if place]

    def _place(self, known: Entry, sort: ProductSort, currency: CurrencyCode | None) -> Place:
        match sort:
            case ProductSort.NAME:
                return (known.sort_name, known.id)
            case ProductSort.PRICE_ASC:
                return (self._lowest(known, currency, 1), known.id)
            case ProductSort.PRICE_DESC:
                return (self._lowest(known, currency, -1), known.id)
            case ProductSort.BEST_RATED:
                return (UNRATED if known.rating is None else -known.rating, -known.created, known.id)
            case _:  # relevance needs words, and of sales nothing is known yet
                return (-known.created, known.id)

    def _lowest(self, known: Entry, currency: CurrencyCode | None, sign: int) -> int:
        prices = known.prices.get((currency or self._currency).value) or known.prices.get(self._currency.value)
        return sign * prices[0] if prices else _PRICELESS
