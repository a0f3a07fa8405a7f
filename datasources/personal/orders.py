"""Orders of a customer: their documents with all that happened to them and the letters about them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from datasources.dynamo.letters_sent import SentLetters
from datasources.dynamo.orders import OrderTable
from datasources.personal.pieces import NotYet, Piece, document
from domain.ids import CustomerId
from domain.orders.erasing import under_way
from domain.orders.orders import Order

AT_ONCE = 25
"""Orders of one round: some four requests each, within seconds."""


class PersonalOrders:
    """Those in the customer's list: their own, and those of a guest that they have claimed."""

    def __init__(self, orders: OrderTable, *, now: Callable[[], datetime]) -> None:
        self._orders = orders
        self._letters = SentLetters(orders.table)
        self._now = now

    def of(self, customer: CustomerId) -> Iterator[Order]:
        """All of them, by a request for each hundred beside those for the list."""
        for some in batched(self._orders.of_customer(customer), 100, strict=False):
            yield from self._orders.many(some)

    def owed(self, customer: CustomerId) -> Sequence[str]:
        """Those with which something is under way, in words."""
        return [f"order {one.number} is under way" for one in self.of(customer) if under_way(one)]

    def everything(self, customer: CustomerId) -> Iterator[Piece]:
        """A piece an order."""
        for order in self.of(customer):
            yield document(f"orders/{order.number}", self._whole(order))

    def _whole(self, order: Order) -> Any:
        events = self._orders.history(order)
        letters = self._letters.states(f"{order.id}:{one.seq}" for one in events)
        return {"order": order, "events": events, "letters": letters}

    def erase(self, customer: CustomerId) -> int:
        """Make some of them nobody's: what the shop's accounts need stays (``declared.py``)."""
        left = list(self.of(customer))
        ripe = [one for one in left if one.erased_at or not under_way(one)][:AT_ONCE]
        for order in ripe:
            self._orders.erase(customer, order.id, self._now())
        if left and not ripe:
            raise NotYet(f"{len(left)} orders are under way")
        return len(ripe)
