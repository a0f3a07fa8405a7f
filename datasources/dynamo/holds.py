"""Holds in the inventory table: each stands in the stocks it is of, and once by its owner, all by one transaction."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

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


class Holds:
    """What is held in an inventory; ``clock`` is the time of day, in seconds since 1970."""

    def __init__(self, inventory: InventoryTable, *, clock: Callable[[], float] = time.time) -> None:
        self._inventory = inventory
        self._table = inventory.table
        self._clock = clock

    def of(self, owner: str) -> Hold | None:
        """What is held for an owner, or was and has not been swept up yet."""
        item = self._table.get(_key(owner))
        return None if item is None else documents.decoded(Hold, item)

    def hold(
        self, owner: str, wishes: Sequence[Wish], warehouses: Sequence[WarehouseId]
    ) -> Hold | tuple[UserError, ...]:
        """Hold all that is wished for the owner, in place of what was held, or nothing and say what is missing.

        Two reads and one transaction, once more whenever others changed one of the stocks meanwhile; StoreBusy when
        that does not end. Who comes too late is told by the reads alone, without a write.
        """
        for attempt in range(TRIES):
            now, before = self._now(), self.of(owner)
            there = self._stocks((*(wish.variant_id for wish in wishes), *(before.variants if before else ())))
            found = hold(there, owner, wishes, warehouses, now)
            if not isinstance(found, Holding):
                return found
            if found.hold == before or self._store(owner, there, found.stocks, before, found.hold):
                return found.hold
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the stock before each of {TRIES} tries")

    def release(self, owner: str, *, ran_out: bool = False) -> bool:
        """Give back what is held for an owner, or only what has ``ran_out``; False when there is nothing to give."""
        for attempt in range(TRIES):
            now, before = self._now(), self.of(owner)
            if before is None or (ran_out and before.until > now):
                return False
            there = self._stocks(before.variants)
            if self._store(owner, there, release(there.values(), owner, now), before, None):
                return True
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the stock before each of {TRIES} tries")

    def sweep(self, most: int = 100) -> int:
        """Give back what has run out, of at most ``most`` owners a shard; how many it was of."""
        return sum(self.release(owner, ran_out=True) for owner in tuple(self._ran_out(most)))

    def _ran_out(self, most: int) -> Iterator[str]:
        past = Path("until") < _moment(self._now())
        for shard in range(SHARDS):
            answer = self._table.query(f"HOLDS#{shard}", past, index=BY_UNTIL, limit=most)
            yield from (str(item["sk"]["S"]) for item in answer.items)

    def _stocks(self, variants: Sequence[VariantId]) -> Mapping[VariantId, Stock]:
        return self._inventory.many(variants)

    def _store(
        self,
        owner: str,
        there: Mapping[VariantId, Stock],
        changed: Sequence[Stock],
        before: Hold | None,
        after: Hold | None,
    ) -> bool:
        """Write the stocks and the hold together; False when others were faster."""
        write = Transaction(self._table)
        for stock in changed:
            condition = records.at_version(there[stock.variant_id].version)
            write.put(stocks.stock_key(stock.variant_id), stocks.stock_item(stock), condition, name="stock")
        stands = records.NEW if before is None else Path("document") == documents.encoded(before).decode()
        if after is None:
            write.delete(_key(owner), stands, name="hold")
        else:
            write.put(_key(owner), _item(after), stands, name="hold")
        return not write.commit()

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)


def _key(owner: str) -> ItemKey:
    shard = int.from_bytes(hashlib.sha256(owner.encode()).digest()[:4]) % SHARDS
    return ItemKey(f"HOLDS#{shard}", owner)


def _item(of: Hold) -> Item:
    return {"document": {"S": documents.encoded(of).decode()}, "until": {"S": _moment(of.until)}}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
