"""Which products have a price within bounds."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict

from datasources.search.bitmaps import bitmap
from datasources.search.entries import Entry


class PriceIndex:
    """Every price of every product, ascending, by currency code; products are ordinals."""

    def __init__(self) -> None:
        self._prices: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._sorted = False

    def change(self, ordinal: int, old: Entry | None, new: Entry | None) -> None:
        had, has = _priced(old), _priced(new)
        for currency, amount in had - has:
            self._sort()
            prices = self._prices[currency]
            del prices[bisect_left(prices, (amount, ordinal))]
        for currency, amount in has - had:
            if self._sorted:
                insort(self._prices[currency], (amount, ordinal))
            else:
                self._prices[currency].append((amount, ordinal))

    def between(self, currency: str, low: int | None, high: int | None) -> int:
        """The products with at least one price from ``low`` to ``high``, both included (see ``bitmaps``)."""
        self._sort()
        prices = self._prices.get(currency, [])
        first = 0 if low is None else bisect_left(prices, low, key=_amount)
        beyond = len(prices) if high is None else bisect_right(prices, high, key=_amount)
        return bitmap({ordinal for _, ordinal in prices[first:beyond]})

    def _sort(self) -> None:
        # At the first question, so that filling an index sorts once.
        if not self._sorted:
            for prices in self._prices.values():
                prices.sort()
            self._sorted = True


def _amount(price: tuple[int, int]) -> int:
    return price[0]


def _priced(known: Entry | None) -> set[tuple[str, int]]:
    return {(currency, amount) for currency, amounts in known.prices.items() for amount in amounts} if known else set()
