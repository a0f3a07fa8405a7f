"""Carts of a customer, and how often they used a discount."""

from collections.abc import Callable, Iterable, Iterator

from datasources.dynamo.carts import CartTable
from datasources.dynamo.terms import TermsTable
from datasources.personal.pieces import Piece, document
from domain.cart.terms import counted_for
from domain.ids import CartId, CustomerId
from domain.orders.orders import Order


class PersonalCarts:
    """``bought`` are the customer's orders: their carts are kept for some weeks, also those of guests."""

    def __init__(self, carts: CartTable, *, bought: Callable[[CustomerId], Iterable[Order]]) -> None:
        self._carts = carts
        self._terms = TermsTable(carts.table)
        self._bought = bought

    def everything(self, customer: CustomerId) -> Iterator[Piece]:
        """A piece a cart."""
        for id_ in self._of(customer):
            kept = self._carts.get(id_)
            if kept is not None:
                yield document(f"carts/{id_}", kept)

    def erase(self, customer: CustomerId) -> int:
        """Remove them; with a cart goes the right to it, and what is held for it runs out."""
        erased = sum(self._carts.erase(customer, one) for one in self._of(customer))
        return erased + sum(map(self._forgotten, self._bought(customer)))

    def _forgotten(self, order: Order) -> int:
        """How many discounts of an order can be used by its buyer as if for the first time."""
        whom = counted_for(order.customer_id, order.email)
        return self._terms.forget((one.discount_id for one in order.discounts), whom) if whom else 0

    def _of(self, customer: CustomerId) -> list[CartId]:
        bought = (order.cart_id for order in self._bought(customer))
        return list(dict.fromkeys((*self._carts.all_of_customer(customer), *bought)))
