"""How orders that were bought without an account come into a customer's history: by a place among theirs, no more.

The order itself stays as it is: its owner is none, and what was promised to who listens to it holds on.
"""

from collections.abc import Iterator
from typing import Final

from datasources.dynamo import documents, order_items
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.table import Item, ItemKey
from datasources.dynamo.transactions import MOST_ACTIONS, Transaction
from domain.customers.claiming import claimable_email, may_claim
from domain.customers.customers import Customer
from domain.orders.orders import Order
from domain.orders.storing import KeptOrder

MOST_PAGES: Final = 10
"""Of a hundred orders each, of one e-mail, that are looked at: who bought more as a guest gets the newest."""


class Claims:
    """Writes places into an orders table."""

    def __init__(self, orders: OrderTable) -> None:
        self._table = orders.table

    def claim(self, customer: Customer, *, pages: int = MOST_PAGES) -> int:
        """Make the orders of a customer's verified e-mail theirs, and say how many were not before.

        Two requests where there is nothing new, four for each hundred where there is. Again does nothing: the same
        order has the same place.
        """
        email, count = claimable_email(customer), 0
        if email is None:
            return 0
        for places in self._places(email, pages):
            there = {item["sk"]["S"] for item in self._table.many([_key(customer, place) for place in places])}
            count += self._claimed(customer, [place for place in places if place not in there])
        return count

    def _places(self, email: str, pages: int) -> Iterator[list[str]]:
        """Where the e-mail's orders stand, newest first."""
        start: Item | None = None
        for _ in range(pages):
            answer = self._table.query(order_items.email_pk(email), ascending=False, limit=MOST_ACTIONS, start=start)
            if answer.items:
                yield [item["sk"]["S"] for item in answer.items]
            start = answer.rest
            if start is None:
                return

    def _claimed(self, customer: Customer, places: list[str]) -> int:
        if not places:
            return 0
        write = Transaction(self._table)
        for order in self._read(places):
            if may_claim(customer, order.email, order.customer_id):
                write.put(_key(customer, order_items.place_of(order)), order_items.places_item(order))
        if len(write):
            write.commit()
        return len(write)

    def _read(self, places: list[str]) -> Iterator[Order]:
        keys = [order_items.order_key(order_items.order_at(place)) for place in places]
        return (documents.decoded(KeptOrder, item).order for item in self._table.many(keys))


def _key(customer: Customer, place: str) -> ItemKey:
    return ItemKey(order_items.customer_pk(customer.id), place)
