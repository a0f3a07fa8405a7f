"""Holds in the inventory table: each stands in the stocks it is of, and once by its owner, all by one transaction."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, records, stocks
from datasources.dynamo.inventory import TRIES, InventoryTable
from datasources.dynamo.table import Item, ItemKey, pause
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy
from domain.errors import UserError
from domain.ids import VariantId, WarehouseId
from domain.inventory.holding import Hold, Holding, Wish, hold, kept, passed_on
from domain.inventory.stock import Stock

SHARDS: Final = 16
"""Partitions that holds are spread over: each takes 1,000 write units a second (DynamoDB quotas), so 500 holds."""
BY_UNTIL: Final = "by_until"


class Change(NamedTuple):
    """What becomes of the holds of some owners: one of them has ``after`` from then on, or none has any.

    Decided on these stocks, and not stored yet.
    """

    there: Mapping[VariantId, Stock]
    stocks: Sequence[Stock]
    before: Sequence[Hold]
    after: Hold | None

    @property
    def empty(self) -> bool:
        """Whether all stays as it is."""
        return tuple(self.before) == ((self.after,) if self.after else ())


class Holds:
    """What is held in an inventory; ``clock`` is the time of day, in seconds since 1970."""

    def __init__(self, inventory: InventoryTable, *, clock: Callable[[], float] = time.time) -> None:
        self._inventory = inventory
        self._table = inventory.table
        self._clock = clock

    def of(self, owner: str) -> Hold | None:
        """What is held for an owner, or was and has not been swept up yet."""
        item = self._table.get(_key(owner))
        return None if item is None else _hold(item)

    def with_stocks(self, owner: str, variants: Iterable[VariantId]) -> tuple[Hold | None, dict[VariantId, Stock]]:
        """What is held for an owner, and the stocks there are of ``variants``, by one request for each hundred.

        A stock may have been read before the hold was: only for who is to write every one of them.
        """
        items = tuple(self._table.many([_key(owner), *stocks.stock_keys(variants)]))
        before = next((_hold(item) for item in items if "hold" in item), None)
        return before, stocks.read(item for item in items if stocks.is_stock(item))

    def hold(
        self, owner: str, wishes: Sequence[Wish], warehouses: Sequence[WarehouseId]
    ) -> Hold | tuple[UserError, ...]:
        """Hold all that is wished for the owner, in place of what was held, or nothing and say what is missing.

        One read and one transaction, once more whenever others changed one of the stocks meanwhile; StoreBusy when
        that does not end. Who comes too late is told by the read alone, without a write.
        """
        for attempt in range(TRIES):
            change = self.holding(owner, wishes, warehouses)
            if not isinstance(change, Change):
                return change
            if self._stored(change):
                assert change.after
                return change.after
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the stock before each of {TRIES} tries")

    def release(self, owner: str) -> bool:
        """Give back what is held for an owner; False when there is nothing to give."""
        return self._changed(lambda: self.keeping((owner,), owner, {}))

    def lapse(self, owner: str) -> bool:
        """Give back what is held for an owner and has run out; False when there is no such thing, or not any more."""
        return self._changed(lambda: self.lapsing(owner))

    def sweep(self, most: int = 100) -> int:
        """Give back what has run out, of at most ``most`` owners a shard; how many it was of."""
        return sum(self.lapse(one.owner) for one in tuple(self.ran_out(most)))

    def ran_out(self, most: int) -> Iterator[Hold]:
        """What has run out and has not been given back, of at most ``most`` owners a shard; a request a shard."""
        past = Path("until") <= _moment(self.now())
        for shard in range(SHARDS):
            answer = self._table.query(f"HOLDS#{shard}", past, index=BY_UNTIL, limit=most)
            yield from (_hold(item) for item in answer.items)

    def holding(
        self, owner: str, wishes: Sequence[Wish], warehouses: Sequence[WarehouseId]
    ) -> Change | tuple[UserError, ...]:
        """What ``hold`` would store, to be written with more; or what is missing.

        It ends at a moment of its own, so that all of its stocks are written.
        """
        wished = {wish.variant_id for wish in wishes}
        before, there = self.with_stocks(owner, wished)
        if before and (rest := {*before.variants} - wished):
            there |= self._inventory.many(tuple(rest))
        found = hold(there, owner, wishes, warehouses, self.now())
        return Change(there, found.stocks, _those(before), found.hold) if isinstance(found, Holding) else found

    def keeping(self, owners: Sequence[str], owner: str, wanted: Mapping[VariantId, int]) -> Change:
        """What is to be stored when one owner is to keep no more than ``wanted`` of what is held for several."""
        before = [one for one in map(self.of, owners) if one]
        there = self._inventory.many([variant for one in before for variant in one.variants]) if before else {}
        now = self.now()
        after = kept(there, before, owner, wanted, now)
        return Change(there, passed_on(there.values(), owners, after, now), before, after)

    def lapsing(self, owner: str) -> Change:
        """What is to be stored when an owner is to keep what has not run out."""
        before = self.of(owner)
        if before is None or before.until > self.now():
            return Change({}, (), _those(before), before)
        there = self._inventory.many(before.variants)
        return Change(there, passed_on(there.values(), (owner,), None, self.now()), (before,), None)

    def write(self, into: Transaction, change: Change) -> None:
        """Add a change to a transaction, which may be another table's too.

        Its failures are told by the names ``stock`` and ``hold``: others were faster, and it is to be decided anew.
        """
        write = into.on(self._table)
        for stock in change.stocks:
            stocks.change(write, change.there[stock.variant_id], stock)
        stands = {one.owner: Path("hold") == documents.encoded(one).decode() for one in change.before}
        if change.after is not None:
            there = stands.pop(change.after.owner, records.NEW)
            write.put(_key(change.after.owner), _item(change.after), there, name="hold")
        for owner, still in stands.items():
            write.delete(_key(owner), still, name="hold")

    def _changed(self, decide: Callable[[], Change]) -> bool:
        """Whether there was anything to change, and it is stored; decided anew when others were faster."""
        for attempt in range(TRIES):
            change = decide()
            if change.empty or self._stored(change):
                return not change.empty
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the stock before each of {TRIES} tries")

    def _stored(self, change: Change) -> bool:
        if change.empty:
            return True
        write = Transaction(self._table)
        self.write(write, change)
        return not write.commit()

    def now(self) -> datetime:
        """The moment that decides what has run out."""
        return datetime.fromtimestamp(self._clock(), UTC)


def _key(owner: str) -> ItemKey:
    shard = int.from_bytes(hashlib.sha256(owner.encode()).digest()[:4]) % SHARDS
    return ItemKey(f"HOLDS#{shard}", owner)


def _those(hold: Hold | None) -> tuple[Hold, ...]:
    return () if hold is None else (hold,)


def _hold(item: Item) -> Hold:
    return documents.read(Hold, item["hold"]["S"], item)


def _item(of: Hold) -> Item:
    # No "document": the table's stream is heard for what has one, and tells of stocks alone.
    return {"hold": {"S": documents.encoded(of).decode()}, "until": {"S": _moment(of.until)}}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
