"""The customers table: each customer is one item, with their wishes and what they agreed to beside it."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from pynamodb.expressions.operand import Path

from datasources.dynamo import customer_items as items
from datasources.dynamo import documents, records
from datasources.dynamo.table import Item, ItemKey, Table, pause
from datasources.dynamo.transactions import MOST_ACTIONS, Transaction
from datasources.faults import StoreBusy
from domain.customers.customers import Consent, Customer, Refused
from domain.customers.finding import terms_of
from domain.customers.storing import Decision, Everything, NoCustomer, Refusal, StoredCustomer
from domain.customers.wishes import Wishlist
from domain.ids import CustomerId
from domain.keys import Key, KeyReused

TRIES: Final = 30
"""A change that others overtook is decided anew this often, after growing pauses: some five seconds in all."""
IS_CUSTOMER: Final = Path("version").exists()
"""Of a profile: neither nothing nor a tombstone."""

type Decide = Callable[[Customer], Decision | Refusal]
type DecideWishes = Callable[[Wishlist], Wishlist | Refused]


class CustomerTable:
    """Every read is strongly consistent; every change is one transaction. Makes its client at once.

    ``clock`` is the time of day, in seconds since 1970.
    """

    def __init__(self, table_name: str, *, beside: Table | None = None, clock: Callable[[], float] = time.time) -> None:
        self.table: Final = Table(table_name, items.NO_INDEXES, beside=beside)
        self._clock = clock

    def get(self, customer: CustomerId) -> Customer | None:
        """The customer, by one request."""
        item = self.table.get(items.profile_key(customer))
        return None if item is None or items.is_tombstone(item) else documents.decoded(Customer, item)

    def many(self, ids: Iterable[CustomerId]) -> Mapping[CustomerId, Customer]:
        """The customers there are of ``ids``, by one request for each hundred."""
        found = self.table.many([items.profile_key(one) for one in dict.fromkeys(ids)])
        known = (documents.decoded(Customer, item) for item in found if not items.is_tombstone(item))
        return {one.id: one for one in known}

    def make(self, customer: Customer) -> StoredCustomer | NoCustomer:
        """Store a user's profile unless there is one, which is then given: each user has one, whoever makes it first.

        NoCustomer when the user has just been erased. One request; two when there is one.
        """
        write = Transaction(self.table)
        write.put(items.profile_key(customer.id), items.profile_item(customer), records.NEW, name="customer")
        write.put(items.listing_key(customer), {})
        _place(write, customer.id, (), terms_of(customer))
        if not write.commit():
            return StoredCustomer(customer=customer)
        kept = self.get(customer.id)
        return NoCustomer() if kept is None else StoredCustomer(customer=kept, replayed=True)

    def change(
        self, customer: CustomerId, decide: Decide, *, key: Key | None = None
    ) -> StoredCustomer | NoCustomer | Refusal | KeyReused:
        """Store what is decided of the customer there is, decided anew whenever others came first; once for a ``key``.

        A repeated request is answered with the customer as they are now. A refusal is given only where the key has not
        been used. StoreBusy when others come first without end.
        """
        for attempt in range(TRIES):
            item = self.table.get(items.profile_key(customer))
            if item is None or items.is_tombstone(item):
                return NoCustomer()
            old = documents.decoded(Customer, item)
            decision = decide(old)
            if isinstance(decision, Refusal):
                return (self._replay(key) if key else None) or decision
            write = self._writes(old, items.terms_in(item), decision, key)
            failed = write.commit() if len(write) else frozenset[str]()
            if not failed:
                return StoredCustomer(customer=decision.customer)
            if key is not None and "key" in failed and (replay := self._replay(key)) is not None:
                return replay
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the customer before each of {TRIES} tries")

    def consents(self, customer: CustomerId) -> tuple[Consent, ...]:
        """All that a customer ever said about being written to, in its order, by one request."""
        answer = self.table.query(items.customer_pk(customer), Path("sk").startswith(items.CONSENT))
        return tuple(items.consent_in(item) for item in answer.items)

    def wishlist(self, customer: CustomerId) -> Wishlist:
        """What a customer wishes for, by one request."""
        return items.wishlist_in(self.table.get(items.wishlist_key(customer)))

    def wishlists(self, ids: Iterable[CustomerId]) -> Mapping[CustomerId, Wishlist]:
        """What these customers wish for who ever did, by one request for each hundred of them."""
        keys = {items.wishlist_key(one): one for one in ids}
        found = self.table.many([*keys])
        return {keys[ItemKey(one["pk"]["S"], one["sk"]["S"])]: items.wishlist_in(one) for one in found}

    def wish(self, customer: CustomerId, decide: DecideWishes) -> Wishlist | Refusal | NoCustomer:
        """Store what is decided of a customer's wishes, decided anew whenever others came first.

        Only who is a customer at that moment has wishes. StoreBusy when others come first without end.
        """
        key = items.wishlist_key(customer)
        for attempt in range(TRIES):
            old = items.wishlist_in(self.table.get(key))
            new = decide(old)
            if isinstance(new, tuple):
                return Refusal(errors=new)
            if new is old:
                return old
            write = Transaction(self.table)
            write.check(items.profile_key(customer), IS_CUSTOMER, name="customer")
            unchanged = records.at_version(old.version) if old.version else records.NEW
            write.put(key, items.wishlist_item(new), unchanged, name="wishlist")
            failed = write.commit()
            if not failed:
                return new
            if "customer" in failed:
                return NoCustomer()
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the wishes before each of {TRIES} tries")

    def everything(self, customer: CustomerId) -> Everything | None:
        """All that is kept of a customer, by one request for each megabyte, of which hardly anybody fills one."""
        found = [item for answer in self.table.answers(items.customer_pk(customer)) for item in answer.items]
        by_kind = {item["sk"]["S"]: item for item in found}
        profile = by_kind.get(items.CUSTOMER)
        if profile is None or items.is_tombstone(profile):
            return None
        consents = (item for sk, item in by_kind.items() if sk.startswith(items.CONSENT))
        return Everything(
            customer=documents.decoded(Customer, profile),
            consents=tuple(items.consent_in(item) for item in consents),
            wishes=items.wishlist_in(by_kind.get(items.WISHLIST)).wishes,
        )

    def erase(self, customer: CustomerId) -> None:
        """Remove all that is kept of a customer, by at most four transactions; again, if it died, removes what is left.

        From the first on the customer is gone: nobody finds them, nothing can be written, and for a day no token that
        is still about makes them anew.
        """
        for attempt in range(TRIES):
            item = self.table.get(items.profile_key(customer))
            if (item is not None and items.is_tombstone(item)) or not self._buried(customer, item).commit():
                break
            pause(attempt)
        else:
            raise StoreBusy(documents.STORE, f"others changed the customer before each of {TRIES} tries")
        found = [item for answer in self.table.answers(items.customer_pk(customer)) for item in answer.items]
        left = [ItemKey(one["pk"]["S"], one["sk"]["S"]) for one in found if one["sk"]["S"] != items.CUSTOMER]
        for first in range(0, len(left), MOST_ACTIONS):
            write = Transaction(self.table)
            for key in left[first : first + MOST_ACTIONS]:
                write.delete(key)
            write.commit()

    def _buried(self, customer: CustomerId, item: Item | None) -> Transaction:
        write, now = Transaction(self.table), self._clock()
        grave = items.tombstone(now, datetime.fromtimestamp(now, UTC))
        condition = records.NEW
        if item is not None:
            kept = documents.decoded(Customer, item)
            condition = records.at_version(kept.version)
            write.delete(items.listing_key(kept))
            _place(write, customer, items.terms_in(item), ())
        write.put(items.profile_key(customer), grave, condition, name="customer")
        return write

    def _writes(self, old: Customer, terms: tuple[str, ...], decision: Decision, key: Key | None) -> Transaction:
        write, new = Transaction(self.table), decision.customer
        if new is not old:
            write.put(
                items.profile_key(new.id), items.profile_item(new), records.at_version(old.version), name="customer"
            )
            _place(write, new.id, terms, terms_of(new))
        if decision.consent is not None:
            write.put(
                items.consent_key(new.id, decision.consent.seq),
                items.consent_item(decision.consent),
                records.NEW,
                name="consent",
            )
        if key is not None:
            now = self._clock()
            record = records.record_item(key, documents.encoded(new.id), now)
            write.put(records.record_key(key), record, records.record_free(now), name="key")
        if len(write) and new is old:
            write.check(items.profile_key(old.id), records.at_version(old.version), name="customer")
        return write

    def _replay(self, key: Key) -> StoredCustomer | NoCustomer | KeyReused | None:
        answer = records.recorded(self.table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        kept = self.get(CustomerId(documents.read(str, answer)))
        return NoCustomer() if kept is None else StoredCustomer(customer=kept, replayed=True)


def _place(write: Transaction, customer: CustomerId, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Have the customer be found by the new terms and by no others."""
    if old == new:
        return
    for term in old:
        if term not in new:
            write.delete(items.term_key(term, customer))
    for term in new:
        write.put(items.term_key(term, customer), items.term_item(new))
