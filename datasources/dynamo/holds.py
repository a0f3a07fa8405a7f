"""Holds in the inventory table: each stands in the stocks it is of, and once by its owner, all by one transaction."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from domain.inventory.holding import Hold, Holding, Wish, hold, release
from domain.inventory.stock import Stock

SHARDS: Final = 16
"""Partitions that holds are spread over: each takes 1,000 write units a second (DynamoDB quotas), so 500 holds."""
BY_UNTIL: Final = "by_until"


class Change(NamedTuple):
    """What becomes of an owner's hold (None: there is none), decided on these stocks; not stored yet."""

    owner: str
    there: Mapping[VariantId, Stock]
    stocks: Sequence[Stock]
    before: Hold | None
    after: Hold | None


class Holds:
    """What is held in an inventory; ``clock`` is the time of day, in seconds since 1970."""

    def __init__(self, inventory: InventoryTable, *, clock: Callable[[], float] = time.time) -> None:
        self._inventory = inventory
        self._table = inventory.table
        self._clock = clock

    def of(self, owner: str) -> Hold | None:
        """What is held for an owner, or was and has not been swept up yet."""
        item = self._table.get(_key(owner))
        return None if item is None else documents.read(Hold, item["hold"]["S"], item)

    def hold(
        self, owner: str, wishes: Sequence[Wish], warehouses: Sequence[WarehouseId]
    ) -> Hold | tuple[UserError, ...]:
        """Hold all that is wished for the owner, in place of what was held, or nothing and say what is missing.

        Two reads and one transaction, once more whenever others changed one of the stocks meanwhile; StoreBusy when
        that does not end. Who comes too late is told by the reads alone, without a write.
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

    def release(self, owner: str, *, ran_out: bool = False) -> bool:
        """Give back what is held for an owner, or only what has ``ran_out``; False when there is nothing to give."""
        for attempt in range(TRIES):
            change = self.releasing(owner)
            if change.before is None or (ran_out and change.before.until > self._now()):
                return False
            if self._stored(change):
                return True
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the stock before each of {TRIES} tries")

    def sweep(self, most: int = 100) -> int:
        """Give back what has run out, of at most ``most`` owners a shard; how many it was of."""
        return sum(self.release(owner, ran_out=True) for owner in tuple(self._ran_out(most)))

    def holding(
        self, owner: str, wishes: Sequence[Wish], warehouses: Sequence[WarehouseId]
    ) -> Change | tuple[UserError, ...]:
        """What ``hold`` would store, to be written with more; or what is missing."""
        before = self.of(owner)
        there = self._inventory.many([*(wish.variant_id for wish in wishes), *(before.variants if before else ())])
        found = hold(there, owner, wishes, warehouses, self._now())
        return Change(owner, there, found.stocks, before, found.hold) if isinstance(found, Holding) else found

    def releasing(self, owner: str) -> Change:
        """What ``release`` would store, to be written with more."""
        before = self.of(owner)
        there = self._inventory.many(before.variants) if before else {}
        return Change(owner, there, release(there.values(), owner, self._now()), before, None)

    def write(self, into: Transaction, change: Change) -> None:
        """Add a change to a transaction, which may be another table's too.

        Its failures are told by the names ``stock`` and ``hold``: others were faster, and it is to be decided anew.
        """
        write = into.on(self._table)
        for stock in change.stocks:
            condition = records.at_version(change.there[stock.variant_id].version)
            write.put(stocks.stock_key(stock.variant_id), stocks.stock_item(stock), condition, name="stock")
        before, key = change.before, _key(change.owner)
        stands = records.NEW if before is None else Path("hold") == documents.encoded(before).decode()
        if change.after is None:
            write.delete(key, stands, name="hold")
        else:
            write.put(key, _item(change.after), stands, name="hold")

    def _stored(self, change: Change) -> bool:
        if change.after == change.before:
            return True
        write = Transaction(self._table)
        self.write(write, change)
        return not write.commit()

    def _ran_out(self, most: int) -> Iterator[str]:
        past = Path("until") < _moment(self._now())
        for shard in range(SHARDS):
            answer = self._table.query(f"HOLDS#{shard}", past, index=BY_UNTIL, limit=most)
            yield from (str(item["sk"]["S"]) for item in answer.items)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def _key(owner: str) -> ItemKey:
    shard = int.from_bytes(hashlib.sha256(owner.encode()).digest()[:4]) % SHARDS
    return ItemKey(f"HOLDS#{shard}", owner)


def _item(of: Hold) -> Item:
    # No "document": the table's stream is heard for what has one, and tells of stocks alone.
    return {"hold": {"S": documents.encoded(of).decode()}, "until": {"S": _moment(of.until)}}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
