"""What a cart is to pay, computed afresh from what is stored: no cache is asked, for money is about to move by it."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from datasources.dynamo.carts import CartTable
from datasources.dynamo.terms import TermsTable
from datasources.offers import Offers
from domain.cart.carts import Cart
from domain.cart.requirements import Requirement, requirements
from domain.cart.terms import customer_of
from domain.cart.totals import Bill, Terms, bill
from domain.ids import CartId, CustomerId


class Due(NamedTuple):
    """A cart, what it costs now, and what it lacks before it can be paid."""

    cart: Cart
    bill: Bill
    lacks: tuple[Requirement, ...]


class Dues:
    """Bills of carts, of the terms and prices of this very moment."""

    def __init__(self, carts: CartTable, terms: TermsTable, offers: Offers, *, now: Callable[[], datetime]) -> None:
        self._carts = carts
        self._terms = terms
        self._offers = offers
        self._now = now

    def of(self, cart_id: CartId, caller: CustomerId | None) -> Due | None:
        """What a cart of the caller's is to pay; None when there is none: a guest's is whoever's knows its id.

        Three requests, one for each hundred products and the categories they are in, and one each for codes and for
        discounts with a limit.
        """
        kept = self._carts.get(cart_id)
        if kept is None or kept.cart.customer_id not in {None, caller}:
            return None
        cart, terms = kept.cart, self._terms.terms()
        coded = self._terms.coded(cart.codes) if cart.codes else ()
        discounts = (*terms.discounts, *coded)
        offers = self._offers.of_cart(cart)
        uses = self._terms.uses(discounts, customer_of(cart))
        whole = Terms(discounts=discounts, zones=terms.zones, taxes=terms.taxes)
        now = self._now()
        found = bill(cart, offers, whole, now=now, uses=uses, estimate=cart.estimate)
        return Due(cart, found, requirements(cart, found, now))
