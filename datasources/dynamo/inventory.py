"""The inventory table: stocks, their movements, what products have together, warehouses."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec
from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, listening, records, stocks
from datasources.dynamo.paging import moment_of
from datasources.dynamo.table import Item, Table, pause
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy
from domain.ids import ProductId, VariantId
from domain.inventory.moving import Movement
from domain.inventory.stock import Availability, Held, Stock, Summary, Warehouse
from domain.inventory.storing import CodeTaken, Decision, Moved, Refusal, SavedWarehouse, StaleWarehouse
from domain.keys import Key, KeyReused
from domain.pages import Page, Window

INDEXES: Final = {"by_variant": "variant_at", "by_until": "until"}
"""The table's local indexes, as the settings declare them."""
TRIES: Final = 30
"""A change that others overtook is decided anew this often, after growing pauses: some five seconds in all."""

type Decide = Callable[[Mapping[VariantId, Stock]], Decision | Refusal]


class InventoryTable:
    """Every read is strongly consistent; every change is one transaction. Makes its client at once."""

    def __init__(self, table_name: str, *, beside: Table | None = None, clock: Callable[[], float] = time.time) -> None:
        self.table: Final = Table(table_name, INDEXES, beside=beside)
        self._clock = clock

    def many(self, variants: Sequence[VariantId]) -> dict[VariantId, Stock]:
        """The stocks there are of ``variants``, by one request for each hundred."""
        return stocks.read(self.table.many(stocks.stock_keys(variants)))

    def listen(self, variant: VariantId) -> None:
        """Have the changes of a variant's stock told from now on, by one request."""
        listening.listen(self.table, stocks.stock_key(variant), self._clock())

    def change(
        self, variants: Sequence[VariantId], decide: Decide, *, key: Key | None = None
    ) -> Moved | Refusal | KeyReused:
        """Store what ``decide`` makes of the stocks there are of ``variants``, all or nothing; once for a ``key``.

        It is asked again whenever others changed one of the stocks meanwhile; StoreBusy when that does not end. A
        refusal is given only where the key has not been used yet: what was done already may be why it is refused now.
        """
        for attempt in range(TRIES):
            there = self.many(variants)
            decision = decide(there)
            if isinstance(decision, Refusal):
                return (self._replay(key) if key else None) or decision
            failed = self._writes(there, decision, key).commit() if decision.stocks else ()
            if not failed:
                return Moved(answer=decision.answer)
            if key is not None and "key" in failed and (replay := self._replay(key)) is not None:
                return replay
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the stock before each of {TRIES} tries")

    def _writes(self, there: Mapping[VariantId, Stock], decision: Decision, key: Key | None) -> Transaction:
        write, now = Transaction(self.table), self._clock()
        for stock in decision.stocks:
            if old := there.get(stock.variant_id):
                stocks.change(write, old, stock)
            else:
                stocks.make(write, stock, now)
        for movement in decision.movements:
            write.put(stocks.movement_key(movement), stocks.movement_item(movement))
        if key is not None:
            record = records.record_item(key, msgspec.json.encode(decision.answer), now)
            write.put(records.record_key(key), record, records.record_free(now), name="key")
        return write

    def _replay(self, key: Key) -> Moved | KeyReused | None:
        answer = records.recorded(self.table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        return Moved(answer=documents.read(tuple[Held, ...], answer), replayed=True)

    def movements(self, window: Window, variant: VariantId | None = None) -> Page[Movement]:
        """One page of all movements, or of a variant's, newest first, by one request.

        Raises BadPage for a place that is none of ours.
        """
        place = moment_of(window)
        if variant is None:
            older = None if place is None else Path("sk") < place
            answer = self.table.query(stocks.MOVEMENTS, older, ascending=False, limit=window.size + 1)
            found: Sequence[Item] = answer.items
        else:
            # Beyond a variant's oldest movement its neighbour's come, in the same order: they end the list.
            older = Path("variant_at") < stocks.variant_place(variant, stocks.AFTER_ALL if place is None else place)
            answer = self.table.query(
                stocks.MOVEMENTS, older, index="by_variant", ascending=False, limit=window.size + 1
            )
            own = stocks.variant_place(variant, "")
            found = [item for item in answer.items if item["variant_at"]["S"].startswith(own)]
        items = found[: window.size]
        return Page(
            items=tuple(documents.read(Movement, item["movement"]["S"]) for item in items),
            places=tuple((item["sk"]["S"],) for item in items),
            has_next=len(found) > window.size,
            has_previous=place is not None,
        )

    def summaries(self, products: Sequence[ProductId]) -> dict[ProductId, Summary]:
        """What the variants of each product had when last summed up, by one request for each hundred."""
        keys = [stocks.summary_key(one) for one in dict.fromkeys(products)]
        return {
            stocks.product_of_item(item): documents.read(dict[VariantId, Availability], item["summary"]["S"])
            for item in self.table.many(keys)
        }

    def sum_up(self, product: ProductId) -> None:
        """Store what the product's variants have now, by one read and one write."""
        key = stocks.summary_key(product)
        items = [item for answer in self.table.answers(key.pk) for item in answer.items if stocks.is_stock(item)]
        found = {stock.variant_id: stock.availability for stock in (documents.decoded(Stock, item) for item in items)}
        self.table.put(key, {"summary": {"S": documents.encoded(found).decode()}})

    def warehouses(self) -> tuple[Warehouse, ...]:
        """Every warehouse, in the order of ids, by one request."""
        answers = self.table.answers(stocks.WAREHOUSES)
        return tuple(documents.read(Warehouse, item["warehouse"]["S"]) for answer in answers for item in answer.items)

    def save_warehouse(self, old: Warehouse | None, new: Warehouse) -> SavedWarehouse | StaleWarehouse | CodeTaken:
        """Store the version after ``old``, or a first one."""
        write = Transaction(self.table)
        condition = records.NEW if old is None else records.at_version(old.version)
        write.put(stocks.warehouse_key(new.id), stocks.warehouse_item(new), condition, name="warehouse")
        if old is None or stocks.code_key(old.code) != stocks.code_key(new.code):
            write.put(stocks.code_key(new.code), {"id": {"S": new.id}}, records.NEW, name="code")
            if old is not None:
                write.delete(stocks.code_key(old.code))
        failed = write.commit()
        if not failed:
            return SavedWarehouse(warehouse=new)
        if failed == {"code"}:
            return CodeTaken(code=new.code)
        item = self.table.get(stocks.warehouse_key(new.id))
        return StaleWarehouse(current_version=int(item["version"]["N"]) if item else 0)
