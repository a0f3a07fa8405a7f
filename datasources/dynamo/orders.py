"""The orders table: each order is one item, each of its events another, and each change of it one transaction."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import batched
from typing import Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, order_items, records
from datasources.dynamo.table import Item, ItemKey, Table, pause
from datasources.dynamo.transactions import MOST_ACTIONS, Transaction
from datasources.faults import StoreBusy
from domain.ids import CustomerId, OrderId
from domain.keys import Key, KeyReused
from domain.orders.erasing import erased
from domain.orders.events import OrderEvent, without
from domain.orders.machine import Done
from domain.orders.orders import Order
from domain.orders.storing import Decision, KeptOrder, NoOrder, Refusal, StoredOrder, Unchanged
from domain.pages import BadPage, Page, Window

TRIES: Final = 30
"""A change that others overtook is decided anew this often, after growing pauses: some five seconds in all."""
MOST_EVENTS: Final = 100
"""Told at once to who was away: some 50 KB. Who missed more asks again from the last that they were told."""

type Decide = Callable[[Order], Decision | Unchanged | Refusal | NoOrder]


class OrderTable:
    """Every read is strongly consistent; every change is one transaction. Makes its client at once."""

    def __init__(self, table_name: str, *, beside: Table | None = None, clock: Callable[[], float] = time.time) -> None:
        self.table: Final = Table(table_name, order_items.INDEXES, beside=beside)
        self._clock = clock

    def get(self, order_id: OrderId) -> KeptOrder | None:
        """The order, by one request."""
        item = self.table.get(order_items.order_key(order_id))
        return None if item is None else documents.decoded(KeptOrder, item)

    def by_number(self, number: str) -> KeptOrder | None:
        """The order with a number as ``read_number`` gives it, by two requests; by one when there is none."""
        item = self.table.get(order_items.number_key(number))
        return None if item is None else self.get(OrderId(item["id"]["S"]))

    def changes(self, order_id: OrderId, after_seq: int) -> tuple[OrderEvent, ...]:
        """The first MOST_EVENTS events after one, in their order, by one request."""
        return self._events(order_id, after_seq, MOST_EVENTS)

    def timeline(self, order_id: OrderId, window: Window) -> Page[OrderEvent]:
        """One page of an order's events, oldest first, by one request; raises BadPage for a place that is none."""
        match window.place:
            case None:
                after = 0
            case (int(after),) if after >= 0 and not window.backward:
                pass
            case _:
                raise BadPage("the cursor is not one of this list; pass a cursor from its own pages, or none")
        found = self._events(order_id, after, window.size + 1)
        items = found[: window.size]
        places = tuple((one.seq,) for one in items)
        return Page(items=items, places=places, has_next=len(found) > window.size, has_previous=after > 0)

    def change(
        self,
        order_id: OrderId,
        decide: Decide,
        *,
        key: Key | None = None,
    ) -> StoredOrder | NoOrder | Refusal | KeyReused:
        """Store what is decided of the order there is, decided anew whenever others came first; once for a ``key``.

        A repeated request is answered with the order as it is now. A refusal is given only where the key has not been
        used, and the order is still the one it is about: what was done already, or by others since it was read, may be
        why it is refused. That there is NoOrder for who asks is told whatever the key. StoreBusy when others come first
        without end.
        """
        for attempt in range(TRIES):
            kept = self.get(order_id)
            decision = NoOrder() if kept is None else decide(kept.order)
            if kept is None or isinstance(decision, NoOrder):
                return NoOrder()
            if isinstance(decision, Refusal):
                if self.get(order_id) != kept:
                    continue
                return (self.replay(key) if key else None) or decision
            write = self._writes(kept, decision, key)
            failed = write.commit() if len(write) else frozenset[str]()
            if not failed:
                return StoredOrder(order=decision.order if isinstance(decision, Decision) else kept.order)
            if key is not None and "key" in failed and (replay := self.replay(key)) is not None:
                return replay
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the order or its goods before each of {TRIES} tries")

    def is_among(self, order: Order, customer: CustomerId) -> bool:
        """Whether an order has a place among a customer's: their own, or one that they have claimed. One request."""
        place = order_items.place_of(order)
        return self.table.get(ItemKey(order_items.customer_pk(customer), place)) is not None

    def of_customer(self, customer: CustomerId) -> Iterator[OrderId]:
        """All that are in a customer's list, by one request for each megabyte of places."""
        for answer in self.table.answers(order_items.customer_pk(customer)):
            yield from (order_items.order_at(item["sk"]["S"]) for item in answer.items)

    def many(self, ids: Iterable[OrderId]) -> tuple[Order, ...]:
        """The orders there are of ``ids``, by one request for each hundred."""
        found = self.table.many([order_items.order_key(one) for one in dict.fromkeys(ids)])
        return tuple(documents.decoded(KeptOrder, item).order for item in found)

    def erase(self, customer: CustomerId, order_id: OrderId, now: datetime) -> None:
        """Take all that says whose an order is, or what they wrote, out of it, its events and the lists.

        Events first, then the order with its place in the customer's list, unless others changed it meanwhile: so that
        whoever dies finds it again. Raises ValueError while something is under way with it.
        """
        for attempt in range(TRIES):
            kept = self.get(order_id)
            if kept is None:
                return
            old = kept.order
            events = self.history(old)
            done = None if old.erased_at else erased(old, now)
            for some in batched(events, MOST_ACTIONS, strict=False):
                self._rewrite(old.id, [without(customer, event) for event in some])
            write = Transaction(self.table)
            place = order_items.place_of(old)
            write.delete(ItemKey(order_items.customer_pk(customer), place))
            if done is not None:
                write.delete(ItemKey(order_items.email_pk(old.email), place))
                _put(write, done, records.at_version(old.version))
            if not write.commit():
                return
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the order before each of {TRIES} tries")

    def history(self, order: Order) -> tuple[OrderEvent, ...]:
        """Every event up to the order's version, in their order, by a request for each hundred."""
        found: list[OrderEvent] = []
        while len(found) < order.version and (more := self._events(order.id, len(found), MOST_EVENTS)):
            found += more
        return tuple(found[: order.version])

    def _rewrite(self, order: OrderId, events: Iterable[OrderEvent]) -> None:
        write = Transaction(self.table)
        for event in events:
            write.put(order_items.event_key(order, event.seq), order_items.event_item(event))
        write.commit()

    def place(self, into: Transaction, placed: Done) -> None:
        """Add a new order to a transaction, which may be another table's too: six items.

        It fails by the name ``number`` when another order has its number: it is to be decided anew, with another id.
        """
        write, order = into.on(self.table), placed.order
        write.put(order_items.number_key(order.number), {"id": {"S": order.id}}, records.NEW, name="number")
        _put(write, placed, records.NEW)
        write.put(order_items.entry_key(order), order_items.entry_item(order))
        place = order_items.place_of(order)
        write.put(ItemKey(order_items.email_pk(order.email), place), {})
        if order.customer_id is not None:
            theirs = order_items.places_item(order)
            write.put(ItemKey(order_items.customer_pk(order.customer_id), place), theirs)

    def record(self, into: Transaction, key: Key, order: OrderId) -> None:
        """Add to a transaction that a key was used for an order; it fails by the name ``key``."""
        now = self._clock()
        item = records.record_item(key, documents.encoded(order), now)
        into.on(self.table).put(records.record_key(key), item, records.record_free(now), name="key")

    def replay(self, key: Key) -> StoredOrder | NoOrder | KeyReused | None:
        """What became of the request before, as it is now; None when there was none."""
        answer = records.recorded(self.table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        kept = self.get(OrderId(documents.read(str, answer)))
        return NoOrder() if kept is None else StoredOrder(order=kept.order, replayed=True)

    def _events(self, order: OrderId, after_seq: int, limit: int) -> tuple[OrderEvent, ...]:
        if after_seq >= order_items.LAST_EVENT:
            return ()
        first, last = (order_items.event_key(order, seq) for seq in (after_seq + 1, order_items.LAST_EVENT))
        answer = self.table.query(first.pk, Path("sk").between(first.sk, last.sk), limit=limit)
        return tuple(documents.read(OrderEvent, item["event"]["S"], item) for item in answer.items)

    def _writes(self, kept: KeptOrder, decision: Decision | Unchanged, key: Key | None) -> Transaction:
        write, old = Transaction(self.table), kept.order
        if isinstance(decision, Decision):
            _put(write, Done(order=decision.order, event=decision.event), records.at_version(old.version))
            entry: Item = order_items.entry_item(decision.order)
            if entry != order_items.entry_item(old):
                write.put(order_items.entry_key(old), entry)
            if decision.also is not None:
                decision.also(write)
        if key is not None:
            self.record(write, key, old.id)
        if isinstance(decision, Unchanged) and len(write):
            write.check(order_items.order_key(old.id), records.at_version(old.version), name="order")
        return write


def _put(write: Transaction, done: Done, condition: Condition) -> None:
    order = done.order
    kept = KeptOrder(order=order, last=done.event)
    write.put(order_items.order_key(order.id), order_items.order_item(kept), condition, name="order")
    write.put(order_items.event_key(order.id, done.event.seq), order_items.event_item(done.event))
