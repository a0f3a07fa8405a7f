"""The cart table: each cart is one item with its last changes, and each change of it one write."""

import time
from collections.abc import Callable
from math import ceil
from typing import Final, NamedTuple

from datasources.dynamo import documents, records
from datasources.dynamo.table import Item, ItemKey, Table, pause
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy
from domain.cart.carts import Cart
from domain.cart.storing import CartChange, CartChangeReason, KeptCart, NoCart, Refusal, StoredCart
from domain.ids import CartId
from domain.keys import Key, KeyReused

TRIES: Final = 30
"""A change that others overtook is decided anew this often, after growing pauses: some five seconds in all."""
KEPT_CHANGES: Final = 50
"""Of a cart: some 4 KB. Who has missed more reads the cart, which says all."""
NO_INDEXES: Final[dict[str, str]] = {}


class Decision(NamedTuple):
    """A cart's next version and why; ``also`` adds writes that are to happen with it, such as a hold of its goods.

    The cart that there is means that nothing is to change; a key is used up all the same.
    """

    cart: Cart
    reason: CartChangeReason
    also: Callable[[Transaction], None] | None = None


class CartTable:
    """Every read is strongly consistent; every change is one transaction. Makes its client at once.

    A cart is gone from the moment it says, whether or not DynamoDB has come to remove it.
    """

    def __init__(self, table_name: str, *, region: str | None = None, clock: Callable[[], float] = time.time) -> None:
        self.table: Final = Table(table_name, NO_INDEXES, region=region)
        self._clock = clock

    def get(self, cart_id: CartId) -> KeptCart | None:
        """The cart, by one request."""
        item = self.table.get(_key(cart_id))
        kept = None if item is None else documents.decoded(KeptCart, item)
        return kept if kept is not None and self._clock() < kept.cart.expires_at.timestamp() else None

    def create(self, cart: Cart, key: Key) -> StoredCart | NoCart | KeyReused:
        """Store a new cart, once for a key; NoCart when the one that was made for the key is gone."""
        write = Transaction(self.table)
        _put(write, KeptCart(cart=cart, changes=()), cart, CartChangeReason.CREATED, name="cart")
        self._record(write, key, cart.id)
        if not write.commit():
            return StoredCart(cart=cart)
        replay = self._replay(key)
        if replay is None:
            raise StoreBusy(documents.STORE, "the key of a new cart was in use, and is no more")
        return replay

    def change(
        self, cart_id: CartId, decide: Callable[[Cart], Decision | Refusal], *, key: Key | None = None
    ) -> StoredCart | NoCart | Refusal | KeyReused:
        """Store what is decided of the cart there is, decided anew whenever others came first; once for a ``key``.

        A repeated request is answered with the cart as it is now. A refusal is given only where the key has not been
        used: what was done already may be why it is refused now. StoreBusy when others come first without end.
        """
        for attempt in range(TRIES):
            kept = self.get(cart_id)
            if kept is None:
                return NoCart()
            decision = decide(kept.cart)
            if isinstance(decision, Refusal):
                return (self._replay(key) if key else None) or decision
            write = self._writes(kept, decision, key)
            failed = write.commit() if len(write) else frozenset[str]()
            if not failed:
                return StoredCart(cart=decision.cart)
            if key is not None and "key" in failed and (replay := self._replay(key)) is not None:
                return replay
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the cart or its goods before each of {TRIES} tries")

    def _writes(self, kept: KeptCart, decision: Decision, key: Key | None) -> Transaction:
        write = Transaction(self.table)
        if decision.cart is not kept.cart:
            _put(write, kept, decision.cart, decision.reason, name="cart")
        if decision.also is not None:
            decision.also(write)
        if key is not None:
            self._record(write, key, kept.cart.id)
        if len(write) and decision.cart is kept.cart:
            write.check(_key(kept.cart.id), records.at_version(kept.cart.version), name="cart")
        return write

    def _record(self, write: Transaction, key: Key, id_: CartId) -> None:
        now = self._clock()
        record = records.record_item(key, documents.encoded(id_), now)
        write.put(records.record_key(key), record, records.record_free(now), name="key")

    def _replay(self, key: Key) -> StoredCart | NoCart | KeyReused | None:
        answer = records.recorded(self.table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        kept = self.get(CartId(documents.read(str, answer)))
        return NoCart() if kept is None else StoredCart(cart=kept.cart, replayed=True)


def _key(id_: CartId) -> ItemKey:
    return ItemKey(f"CART#{id_}", "CART")


def _put(write: Transaction, kept: KeptCart, cart: Cart, reason: CartChangeReason, *, name: str) -> None:
    change = CartChange(seq=cart.version, at=cart.updated_at, reason=reason)
    new = KeptCart(cart=cart, changes=(*kept.changes, change)[-KEPT_CHANGES:])
    condition = records.at_version(cart.version - 1) if kept.changes else records.NEW
    write.put(_key(cart.id), _item(new), condition, name=name)


def _item(kept: KeptCart) -> Item:
    return {
        "document": {"S": documents.encoded(kept).decode()},
        "version": {"N": str(kept.cart.version)},
        "expires_at": {"N": str(ceil(kept.cart.expires_at.timestamp()))},
    }
