"""The payments table: each payment is one item with its last changes, and each change of it one write."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, records
from datasources.dynamo.table import Item, ItemKey, Table, pause
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy
from domain.ids import CartId, CustomerId, OperationId, OrderId, PaymentId
from domain.keys import Key, KeyReused
from domain.payments.ordering import ordered
from domain.payments.payments import Payment
from domain.payments.storing import (
    Decision,
    KeptPayment,
    NoPayment,
    PaymentChange,
    Refusal,
    StoredPayment,
    reason_of,
)

TRIES: Final = 30
"""A change that others overtook is decided anew this often, after growing pauses: some five seconds in all."""
KEPT_CHANGES: Final = 50
"""Of a payment: some 4 KB. Who has missed more reads the payment, which says all."""
NEWS_SECONDS: Final = 30 * 24 * 3600
"""How long news are known to have come: Stripe sends them again for three days by itself, and by hand for as long as
it keeps them, 30 days (Stripe, "Webhooks", automatic and manual retries)."""
NO_INDEXES: Final[dict[str, str]] = {}
PENDING: Final = "PENDING"
"""The partition of payments that wait for a provider's answer: there for seconds, so one partition takes them all."""

type Decide = Callable[[Payment], Decision | Refusal | NoPayment]
type Outcome = StoredPayment | NoPayment | Refusal | KeyReused


class PaymentTable:
    """Every read is strongly consistent; every change is one transaction. Makes its client at once.

    ``clock`` is the time of day, in seconds since 1970.
    """

    def __init__(self, table_name: str, *, beside: Table | None = None, clock: Callable[[], float] = time.time) -> None:
        self.table: Final = Table(table_name, NO_INDEXES, beside=beside)
        self._clock = clock

    def get(self, payment_id: PaymentId) -> KeptPayment | None:
        """The payment, by one request."""
        item = self.table.get(_key(payment_id))
        return None if item is None else documents.decoded(KeptPayment, item)

    def many(self, ids: Iterable[PaymentId]) -> Mapping[PaymentId, Payment]:
        """The payments there are of ``ids``, by one request for each hundred."""
        return {one.id: one for one in self._payments(dict.fromkeys(ids))}

    def of_cart(self, cart_id: CartId) -> tuple[Payment, ...]:
        """The cart's payments, the oldest first, by two requests for each hundred."""
        found = (item for answer in self.table.answers(_of_cart(cart_id, "").pk) for item in answer.items)
        return self._payments(PaymentId(item["sk"]["S"]) for item in found)

    def of_customer(self, customer: CustomerId) -> tuple[PaymentId, ...]:
        """The payments that a customer has ever begun, by one request for each megabyte of their places."""
        answers = self.table.answers(_of_customer(customer, "").pk)
        return tuple(PaymentId(item["sk"]["S"]) for answer in answers for item in answer.items)

    def let_go(self, customer: CustomerId, payment: PaymentId) -> None:
        """Nothing says any more that it was this customer who began a payment."""
        write = Transaction(self.table)
        write.delete(_of_customer(customer, payment))
        write.commit()

    def by_reference(self, provider: str, reference: str) -> KeptPayment | None:
        """The payment that a provider knows by a name of its own, by two requests."""
        item = self.table.get(_by_reference(provider, reference))
        return None if item is None else self.get(PaymentId(item["id"]["S"]))

    def unsettled(self, before: datetime, most: int) -> tuple[Payment, ...]:
        """At most ``most`` payments of which something is pending since ``before``; a hundred by two requests."""
        answer = self.table.query(PENDING, Path("sk") < _moment(before), limit=most)
        return self._payments(PaymentId(item["id"]["S"]) for item in answer.items)

    def create(self, payment: Payment | Refusal, key: Key) -> Outcome:
        """Store a new payment, once for a key; a refusal is given only where the key has not been used."""
        if isinstance(payment, Refusal):
            return self._replay(key) or payment
        write = Transaction(self.table)
        written = self._put(write, None, payment)
        write.put(_of_cart(payment.cart_id, payment.id), {})
        if payment.owner is not None:
            write.put(_of_customer(payment.owner, payment.id), {})
        self._record(write, key, payment, None)
        if not write.commit():
            return StoredPayment(payment=payment, written=written)
        replay = self._replay(key)
        if replay is None:
            raise StoreBusy(documents.STORE, "the key of a new payment was in use, and is no more")
        return replay

    def change(
        self,
        payment_id: PaymentId,
        decide: Decide,
        *,
        key: Key | None = None,
        news: bool = False,
        read: KeptPayment | None = None,
    ) -> Outcome:
        """Store what is decided of the payment there is, decided anew whenever others came first; once for a ``key``.

        A repeated request is answered with the payment as it is now. A refusal is given only where the key has not
        been used; that there is NoPayment for who asks is told whatever the key. The key of ``news`` is what the
        provider calls them, known for as long as they may come again; those that say nothing new are not remembered,
        since they would not say more. ``read`` is the payment, if it has just been. StoreBusy when others come first
        without end.
        """
        for attempt in range(TRIES):
            kept, read = read or self.get(payment_id), None
            if kept is None:
                return NoPayment()
            decision = decide(kept.payment)
            if isinstance(decision, NoPayment):
                return decision
            if isinstance(decision, Refusal):
                return (self._replay(key) if key else None) or decision
            if news and decision.payment is kept.payment:
                return StoredPayment(payment=kept.payment)
            write, written = self._writes(kept, decision, key, NEWS_SECONDS if news else records.KEY_SECONDS)
            failed = write.commit() if len(write) else frozenset[str]()
            if not failed:
                return StoredPayment(payment=decision.payment, operation=decision.operation, written=written)
            if key is not None and "key" in failed and (replay := self._replay(key)) is not None:
                return replay
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the payment before each of {TRIES} tries")

    def consuming(self, into: Transaction, kept: KeptPayment, order: OrderId) -> Payment:
        """Add to a transaction, which may be another table's, that an order is placed with a payment; gives it so.

        Its failure is told by the name ``payment``: it is no longer what was looked at, and is to be looked at anew.
        Raises ValueError when the payment has another order.
        """
        payment = ordered(kept.payment, order, datetime.fromtimestamp(self._clock(), UTC))
        write = into.on(self.table)
        if payment is kept.payment:
            write.check(_key(payment.id), records.at_version(payment.version), name="payment")
        else:
            self._put(write, kept, payment)
        return payment

    def _payments(self, ids: Iterable[PaymentId]) -> tuple[Payment, ...]:
        found = self.table.many([_key(id_) for id_ in ids])
        kept = (documents.decoded(KeptPayment, item).payment for item in found)
        return tuple(sorted(kept, key=lambda payment: (payment.created_at, payment.id)))

    def _writes(
        self, kept: KeptPayment, decision: Decision, key: Key | None, seconds: int
    ) -> tuple[Transaction, KeptPayment | None]:
        """What is to be written, and the payment's next version if it has one."""
        write, written = Transaction(self.table), None
        if decision.payment is not kept.payment:
            written = self._put(write, kept, decision.payment)
        elif key is not None:
            write.check(_key(kept.payment.id), records.at_version(kept.payment.version), name="payment")
        if key is not None:
            self._record(write, key, decision.payment, decision.operation, seconds=seconds)
        return write, written

    def _put(self, write: Transaction, kept: KeptPayment | None, payment: Payment) -> KeptPayment:
        """A payment's next version, and how it is found."""
        old = kept.payment if kept else None
        change = PaymentChange(seq=payment.version, at=payment.updated_at, what=reason_of(old, payment))
        new = KeptPayment(payment=payment, changes=(*(kept.changes if kept else ()), change)[-KEPT_CHANGES:])
        condition = records.at_version(old.version) if old else records.NEW
        write.put(_key(payment.id), _item(new), condition, name="payment")
        if payment.reference is not None and (old is None or old.reference is None):
            mine = records.NEW | (Path("id") == payment.id)
            where = _by_reference(payment.provider, payment.reference)
            write.put(where, {"id": {"S": payment.id}}, mine, name="reference")
        was, waits = _pending(old) if old else None, _pending(payment)
        if was is not None and was != waits:
            write.delete(was)
        if waits is not None and was != waits:
            write.put(waits, {"id": {"S": payment.id}})
        return new

    def _record(
        self,
        write: Transaction,
        key: Key,
        payment: Payment,
        operation: OperationId | None,
        *,
        seconds: int = records.KEY_SECONDS,
    ) -> None:
        now = self._clock()
        record = records.record_item(key, documents.encoded((payment.id, operation)), now, seconds=seconds)
        write.put(records.record_key(key), record, records.record_free(now), name="key")

    def _replay(self, key: Key) -> StoredPayment | NoPayment | KeyReused | None:
        answer = records.recorded(self.table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        id_, operation = documents.read(tuple[PaymentId, OperationId | None], answer)
        kept = self.get(id_)
        return StoredPayment(payment=kept.payment, operation=operation, replayed=True) if kept else NoPayment()


def _key(id_: PaymentId) -> ItemKey:
    return ItemKey(f"PAYMENT#{id_}", documents.PAYMENT)


def _of_cart(cart: CartId, payment: str) -> ItemKey:
    return ItemKey(f"CART#{cart}", payment)


def _of_customer(customer: CustomerId, payment: str) -> ItemKey:
    return ItemKey(f"CUSTOMER#{customer}", payment)


def _by_reference(provider: str, reference: str) -> ItemKey:
    return ItemKey(f"REFERENCE#{provider}#{reference}", "REFERENCE")


def _pending(payment: Payment) -> ItemKey | None:
    """Where a payment is found as long as something of it is pending: by since when."""
    since = min((one.at for one in payment.pending()), default=None)
    return ItemKey(PENDING, f"{_moment(since)}#{payment.id}") if since else None


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _item(kept: KeptPayment) -> Item:
    return {"document": {"S": documents.encoded(kept).decode()}, "version": {"N": str(kept.payment.version)}}
