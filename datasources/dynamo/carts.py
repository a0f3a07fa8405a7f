"""The cart table: each cart is one item with its last changes, and each change of it one write."""

import time
from collections.abc import Callable
from math import ceil
from typing import Final, NamedTuple

from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, listening, records
from datasources.dynamo.table import Item, ItemKey, Table, pause
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy
from domain.cart.carts import Cart
from domain.cart.merging import MergeChange
from domain.cart.storing import (
    CartChange,
    CartChangeReason,
    Decision,
    Joined,
    KeptCart,
    NoCart,
    Refusal,
    StoredCart,
    StoredMerge,
)
from domain.ids import CartId, CustomerId
from domain.keys import Key, KeyReused

TRIES: Final = 30
"""A change that others overtook is decided anew this often, after growing pauses: some five seconds in all."""
KEPT_CHANGES: Final = 50
"""Of a cart: some 4 KB. Who has missed more reads the cart, which says all."""
NO_INDEXES: Final[dict[str, str]] = {}
PLACE: Final = "CART#"
"""How the sort keys of a customer's carts begin."""


class _Account(NamedTuple):
    """Which cart a customer's pointer names, and that cart, unless it is gone."""

    id: CartId | None
    kept: KeptCart | None


class CartTable:
    """Every read is strongly consistent; every change is one transaction. Makes its client at once.

    A cart is gone from the moment it says, whether or not DynamoDB has come to remove it.
    """

    def __init__(self, table_name: str, *, beside: Table | None = None, clock: Callable[[], float] = time.time) -> None:
        self.table: Final = Table(table_name, NO_INDEXES, beside=beside)
        self._clock = clock

    def get(self, cart_id: CartId) -> KeptCart | None:
        """The cart, by one request."""
        item = self.table.get(_key(cart_id))
        kept = None if item is None else documents.decoded(KeptCart, item)
        return kept if kept is not None and self._clock() < kept.cart.expires_at.timestamp() else None

    def listen(self, cart_id: CartId) -> None:
        """Have the changes of a cart told from now on, by one request."""
        listening.listen(self.table, _key(cart_id), self._clock())

    def of_customer(self, customer: CustomerId) -> KeptCart | None:
        """The cart that a customer has, by two requests; it may have become an order."""
        return self._account(customer).kept

    def all_of_customer(self, customer: CustomerId) -> tuple[CartId, ...]:
        """The carts that a customer has ever had, which may be gone; by a request for each megabyte of places."""
        answers = self.table.answers(_pointer(customer).pk)
        keys = (item["sk"]["S"] for answer in answers for item in answer.items)
        return tuple(CartId(one.removeprefix(PLACE)) for one in keys if one.startswith(PLACE))

    def erase(self, customer: CustomerId, cart: CartId) -> bool:
        """Remove a cart, and that it was this customer's; False when there was neither.

        What is held for it runs out by itself, and money that was promised for it is released (decision 18).
        """
        places = [_place(customer, cart), _pointer(customer)]
        found = {item["sk"]["S"]: item for item in self.table.many([_key(cart), *places])}
        pointed = found.get(_pointer(customer).sk)
        gone = [_key(cart), places[0], *places[1:] * (pointed is not None and pointed["id"]["S"] == cart)]
        there = [one for one in gone if one.sk in found]
        write = Transaction(self.table)
        for one in there:
            write.delete(one)
        if there:
            write.commit()
        return bool(there)

    def create(self, cart: Cart | Refusal, key: Key) -> StoredCart | NoCart | Refusal | KeyReused:
        """Store a new cart, once for a key; NoCart when the one that was made for the key is gone.

        A customer's is the customer's cart from now on, whichever was before. A refusal is given only where the key
        has not been used: what could be bought when the cart was made may be gone since.
        """
        if isinstance(cart, Refusal):
            return self._replay(key) or cart
        write = Transaction(self.table)
        _put(write, None, cart, CartChangeReason.CREATED, name="cart")
        if cart.customer_id is not None:
            write.put(_pointer(cart.customer_id), {"id": {"S": cart.id}})
            write.put(_place(cart.customer_id, cart.id), {})
        self._record(write, key, documents.encoded(cart.id))
        if not write.commit():
            return StoredCart(cart=cart)
        replay = self._replay(key)
        if replay is None:
            raise StoreBusy(documents.STORE, "the key of a new cart was in use, and is no more")
        return replay

    def change(
        self, cart_id: CartId, decide: Callable[[Cart], Decision | Refusal | NoCart], *, key: Key | None = None
    ) -> StoredCart | NoCart | Refusal | KeyReused:
        """Store what is decided of the cart there is, decided anew whenever others came first; once for a ``key``.

        A repeated request is answered with the cart as it is now. A refusal is given only where the key has not been
        used: what was done already may be why it is refused now. That there is NoCart for who asks is told whatever
        the key. StoreBusy when others come first without end.
        """
        for attempt in range(TRIES):
            kept = self.get(cart_id)
            if kept is None:
                return NoCart()
            decision = decide(kept.cart)
            if isinstance(decision, NoCart):
                return decision
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

    def complete(self, into: Transaction, kept: KeptCart, cart: Cart) -> None:
        """Add to a transaction, which may be another table's too, that a cart has become an order.

        It fails by the name ``cart`` when others changed the cart meanwhile.
        """
        _put(into.on(self.table), kept, cart, CartChangeReason.COMPLETED, name="cart")

    def merge(
        self,
        guest_id: CartId,
        customer: CustomerId,
        decide: Callable[[Cart, Cart | None], Joined],
        key: Key,
    ) -> StoredMerge | NoCart | KeyReused:
        """Store what becomes of a guest's cart and the customer's, both or neither, once for a key.

        A repeated request is told the same changes, with the cart that the customer has by now. Decided anew whenever
        others came first. NoCart when there is no such cart of a guest's: those of customers, this one's too, are none.
        StoreBusy when others come first without end.
        """
        for attempt in range(TRIES):
            guest, account = self.get(guest_id), self._account(customer)
            if guest is None or guest.cart.customer_id is not None:
                return self._replayed_merge(customer, key) or NoCart()
            joined = decide(guest.cart, account.kept.cart if account.kept else None)
            write = self._joins(customer, guest, account, joined)
            self._record(write, key, documents.encoded(joined.changes))
            failed = write.commit()
            if not failed:
                return StoredMerge(cart=joined.cart, changes=joined.changes)
            if "key" in failed and (replay := self._replayed_merge(customer, key)) is not None:
                return replay
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the carts or their goods before each of {TRIES} tries")

    def _account(self, customer: CustomerId) -> _Account:
        item = self.table.get(_pointer(customer))
        id_ = None if item is None else CartId(item["id"]["S"])
        return _Account(id_, None if id_ is None else self.get(id_))

    def _joins(self, customer: CustomerId, guest: KeptCart, account: _Account, joined: Joined) -> Transaction:
        write = Transaction(self.table)
        for kept, new in ((guest, joined.guest), (account.kept, joined.cart)):
            if kept is not None and new is not None and new == kept.cart:
                write.check(_key(new.id), records.at_version(new.version), name="cart")
            elif new is not None:
                there = kept if kept and kept.cart.id == new.id else None
                _put(write, there, new, CartChangeReason.MERGED, name="cart")
        if joined.cart is not None and joined.cart.id != account.id:
            stands = records.NEW if account.id is None else Path("id") == account.id
            write.put(_pointer(customer), {"id": {"S": joined.cart.id}}, stands, name="cart")
            write.put(_place(customer, joined.cart.id), {})
        if joined.also is not None:
            joined.also(write)
        return write

    def _replayed_merge(self, customer: CustomerId, key: Key) -> StoredMerge | KeyReused | None:
        answer = records.recorded(self.table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        changes, kept = documents.read(tuple[MergeChange, ...], answer), self.of_customer(customer)
        return StoredMerge(cart=kept.cart if kept else None, changes=changes, replayed=True)

    def _writes(self, kept: KeptCart, decision: Decision, key: Key | None) -> Transaction:
        write = Transaction(self.table)
        if decision.cart is not kept.cart:
            _put(write, kept, decision.cart, decision.reason, name="cart")
        if decision.also is not None:
            decision.also(write)
        if key is not None:
            self._record(write, key, documents.encoded(kept.cart.id))
        if len(write) and decision.cart is kept.cart:
            write.check(_key(kept.cart.id), records.at_version(kept.cart.version), name="cart")
        return write

    def _record(self, write: Transaction, key: Key, answer: bytes) -> None:
        now = self._clock()
        record = records.record_item(key, answer, now)
        write.put(records.record_key(key), record, records.record_free(now), name="key")

    def _replay(self, key: Key) -> StoredCart | NoCart | KeyReused | None:
        answer = records.recorded(self.table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        kept = self.get(CartId(documents.read(str, answer)))
        return NoCart() if kept is None else StoredCart(cart=kept.cart, replayed=True)


def _key(id_: CartId) -> ItemKey:
    return ItemKey(f"CART#{id_}", documents.CART)


def _pointer(customer: CustomerId) -> ItemKey:
    return ItemKey(f"CUSTOMER#{customer}", "POINTER")


def _place(customer: CustomerId, cart: CartId) -> ItemKey:
    """That a cart is the customer's, also when another has taken its place: it stays until they are erased."""
    return ItemKey(_pointer(customer).pk, f"{PLACE}{cart}")


def _put(write: Transaction, kept: KeptCart | None, cart: Cart, reason: CartChangeReason, *, name: str) -> None:
    change = CartChange(seq=cart.version, at=cart.updated_at, reason=reason)
    new = KeptCart(cart=cart, changes=(*(kept.changes if kept else ()), change)[-KEPT_CHANGES:])
    condition = records.at_version(kept.cart.version) if kept else records.NEW
    write.set(_key(cart.id), _item(new), condition, name=name)


def _item(kept: KeptCart) -> Item:
    return {
        "document": {"S": documents.encoded(kept).decode()},
        "version": {"N": str(kept.cart.version)},
        "expires_at": {"N": str(ceil(kept.cart.expires_at.timestamp()))},
    }
