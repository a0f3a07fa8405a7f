"""A cart becomes an order: all that belongs to it, in four tables, by one transaction or not at all."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from datasources.dynamo import documents
from datasources.dynamo.carts import CartTable
from datasources.dynamo.conditions import CartConditions
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.sold import SoldGoods
from datasources.dynamo.table import pause
from datasources.dynamo.terms import TermsTable
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy
from datasources.purchases import purchase_of
from domain.cart.carts import Cart
from domain.cart.discounts import Discount
from domain.cart.offers import Offers
from domain.cart.reserving import completed
from domain.cart.storing import KeptCart
from domain.cart.terms import customer_of
from domain.cart.totals import bill
from domain.errors import ErrorCode, InputError
from domain.ids import ORDER, CartId, OrderId, PaymentId
from domain.keys import Key, KeyReused
from domain.orders.placing import Purchase
from domain.orders.storing import Also, Buyer, NoOrder, Placing, Refusal, StoredOrder

TRIES: Final = 30
"""A checkout that others overtook is decided anew this often, after growing pauses: some five seconds in all."""
COMPLETED: Final = InputError(
    code=ErrorCode.CART_COMPLETED, message="the cart has become an order by another payment", field=("cartId",)
)

type Decide = Callable[[Purchase, OrderId], Placing | Refusal]
type Outcome = StoredOrder | NoOrder | Refusal | KeyReused


class Checkout:
    """One cart becomes one order, whoever asks, how often, and whatever else happens meanwhile.

    With 50 lines and 17 discounts that each count their customers too, the transaction has 93 of the 100 writes that
    DynamoDB takes: 50 stocks, the hold, the cart, 34 uses of discounts, the order, its event, its number, three places
    in lists, the key. Seven are left for the payment's.
    """

    def __init__(
        self,
        carts: CartTable,
        orders: OrderTable,
        goods: SoldGoods,
        terms: TermsTable,
        *,
        offers: Callable[[Cart], Offers],
        new_id: Callable[[str], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._carts, self._orders, self._goods, self._terms = carts, orders, goods, terms
        self._conditions = CartConditions(terms)
        self._offers = offers
        self._new_id = new_id
        self._clock = clock

    def complete(self, cart_id: CartId, buyer: Buyer, decide: Decide, key: Key) -> Outcome:
        """Store the order that is decided of a purchase, decided anew whenever others came first; once for a key.

        A cart that has become an order by this very payment is answered with that order, whatever the key: whoever
        was faster, the buyer or the news of their payment, did what was asked. NoOrder when there is no such cart for
        the buyer. Refused is what ran out meanwhile: the hold, a discount's last use, the price that was agreed to;
        unless the cart has changed since it was read, for then its goods may be gone because they are its order's.
        """
        for attempt in range(TRIES):
            kept = self._carts.get(cart_id)
            if kept is None or not buyer.owns(kept.cart.customer_id):
                return NoOrder()
            outcome = self._tried(kept, buyer, decide, key)
            if outcome is not None:
                return outcome
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the cart or its goods before each of {TRIES} tries")

    def _tried(self, kept: KeptCart, buyer: Buyer, decide: Decide, key: Key) -> Outcome | None:
        """What came of the cart as it was read; None when others were faster."""
        if kept.cart.order_id is not None:
            return self._done_before(kept.cart.order_id, buyer, key)
        found = self._written(kept, decide, key)
        if isinstance(found, Refusal):
            stands = self._carts.get(kept.cart.id) == kept
            return (self._orders.replay(key) or found) if stands else None
        write, placing = found
        failed = write.commit()
        if not failed:
            return StoredOrder(order=placing.done.order)
        if failed & {"discount", "customer"}:
            # What this process remembers of the terms is older than what stood against it.
            self._conditions.near.clear()
        return self._orders.replay(key) if "key" in failed else None

    def _done_before(self, order_id: OrderId, buyer: Buyer, key: Key) -> Outcome:
        replay = self._orders.replay(key)
        if replay is not None:
            return replay
        kept = self._orders.get(order_id)
        paid: tuple[PaymentId | None, ...] = tuple(one.id for one in kept.order.payments) if kept else ()
        if kept is None or buyer.payment not in (paid or (None,)):
            return Refusal(errors=(COMPLETED,))
        return StoredOrder(order=kept.order, replayed=True)

    def _written(self, kept: KeptCart, decide: Decide, key: Key) -> tuple[Transaction, Placing] | Refusal:
        """The transaction that makes an order of the cart."""
        cart, now = kept.cart, datetime.fromtimestamp(self._clock(), UTC)
        purchase, discounts = self._priced(cart, now)
        order_id = OrderId(self._new_id(ORDER))
        placing = decide(purchase, order_id)
        if isinstance(placing, Refusal):
            return placing
        sold = self._goods.sell(cart.id, order_id, {line.variant_id: line.quantity for line in cart.lines})
        if isinstance(sold, tuple):
            return Refusal(errors=sold)
        write = Transaction(self._orders.table)
        self._orders.place(write, placing.done)
        self._carts.complete(write, kept, completed(cart, order_id, now))
        for also in _those(sold, placing.also):
            also(write)
        if discounts:
            customer = customer_of(cart)
            assert customer
            self._terms.using(write, discounts, customer)
        self._orders.record(write, key, order_id)
        return write, placing

    def _priced(self, cart: Cart, now: datetime) -> tuple[Purchase, tuple[Discount, ...]]:
        """What is bought at what it costs now, and the discounts that it uses."""
        known = self._conditions.of(cart)
        found = bill(cart, self._offers(cart), known.terms, now=now, uses=known.uses, estimate=cart.estimate)
        used = {one.discount_id for one in found.discounts}
        return purchase_of(cart, found, now), tuple(one for one in known.terms.discounts if one.id in used)


def _those(*given: Also | None) -> Iterator[Also]:
    return (one for one in given if one is not None)
