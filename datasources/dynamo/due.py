"""What a cart is to pay, computed afresh from what is stored: no cache is asked, for money is about to move by it.

The shop's terms alone may be some seconds old (``conditions.py``); whoever places the order works it out once more.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from datasources.dynamo.carts import CartTable
from datasources.dynamo.conditions import CartConditions
from datasources.offers import Offers
from domain.cart.carts import Cart
from domain.cart.requirements import Requirement, requirements
from domain.cart.totals import Bill, bill
from domain.ids import CartId, CustomerId


class Due(NamedTuple):
    """A cart, what it costs now, and what it lacks before it can be paid."""

    cart: Cart
    bill: Bill
    lacks: tuple[Requirement, ...]


class Dues:
    """Bills of carts, of the terms and prices of this very moment."""

    def __init__(
        self, carts: CartTable, conditions: CartConditions, offers: Offers, *, now: Callable[[], datetime]
    ) -> None:
        self._carts = carts
        self._conditions = conditions
        self._offers = offers
        self._now = now

    def of(self, cart_id: CartId, caller: CustomerId | None) -> Due | None:
        """What a cart of the caller's is to pay; None when there is none: a guest's is whoever's knows its id.

        Two requests, one for each hundred products, and one each for codes and for discounts with a limit.
        """
        kept = self._carts.get(cart_id)
        if kept is None or kept.cart.customer_id not in {None, caller}:
            return None
        cart, now = kept.cart, self._now()
        known, offers = self._conditions.of(cart), self._offers.of_cart(cart)
        found = bill(cart, offers, known.terms, now=now, uses=known.uses, estimate=cart.estimate)
        return Due(cart, found, requirements(cart, found, now))
