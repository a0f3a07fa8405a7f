"""The shop's terms as carts meet them: what all are asked for from memory, what is this cart's own from the table."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from datasources.dynamo.terms import TermsTable
from datasources.valkey.near import Near
from domain.cart.carts import Cart
from domain.cart.terms import customer_of
from domain.cart.totals import Conditions, Terms

TERMS_SECONDS: Final = 2.0
"""How long a process goes by the terms it has read: what staff save is what carts cost two seconds later at most."""
TERMS: Final = "terms"


class CartConditions:
    """Reads of other terms; ``clock`` runs evenly, in seconds."""

    def __init__(self, table: TermsTable, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self.near = Near(TERMS_SECONDS, clock)

    def of(self, cart: Cart) -> Conditions:
        """By no request as a rule: one more for codes, and one for discounts that have a limit."""
        terms = self._terms()
        discounts = (*terms.discounts, *self._table.coded(cart.codes)) if cart.codes else terms.discounts
        uses = self._table.uses(discounts, customer_of(cart))
        return Conditions(terms=replace(terms, discounts=discounts), uses=uses)

    def _terms(self) -> Terms:
        found: Terms | None = self.near.get(TERMS)
        if found is None:
            found = self._table.terms()
            self.near.put(TERMS, found)
        return found
