"""Writes that happen together or not at all, tried again when others got in the way."""

from collections.abc import Sequence
from typing import Any, Final

from pynamodb.constants import ITEM
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from datasources.dynamo.documents import STORE
from datasources.dynamo.table import TRIES, Item, ItemKey, Table, code_of, fault_of, pause
from datasources.faults import StoreBusy, StoreRefused

MOST_ACTIONS: Final = 100
"""Of one transaction (DynamoDB quotas: "TransactWriteItems")."""

_CANCELED: Final = "TransactionCanceledException"
_CONDITION: Final = "ConditionalCheckFailed"
_IN_THE_WAY: Final = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Cancellation reasons that pass by themselves (API reference of TransactWriteItems)."""


class Transaction:
    """Collects writes, at most one an item. A write with a condition has a ``name``, by which its failure is told."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._checks: list[tuple[str, dict[str, Any]]] = []
        self._deletes: list[tuple[str, dict[str, Any]]] = []
        self._puts: list[tuple[str, dict[str, Any]]] = []
        self._updates: list[tuple[str, dict[str, Any]]] = []

    def on(self, table: Table) -> "Transaction":
        """This same transaction, for writes to another table."""
        there = Transaction(table)
        there._checks, there._deletes = self._checks, self._deletes
        there._puts, there._updates = self._puts, self._updates
        return there

    def __len__(self) -> int:
        return len(self._checks) + len(self._deletes) + len(self._puts) + len(self._updates)

    def put(self, key: ItemKey, attributes: Item, condition: Condition | None = None, *, name: str = "") -> None:
        """Write an item, whole."""
        write = self._table.connection.get_operation_kwargs(
            self._table.name, key.pk, key.sk, key=ITEM, attributes=attributes, condition=condition
        )
        self._puts.append((name, write))

    def delete(self, key: ItemKey, condition: Condition | None = None, *, name: str = "") -> None:
        """Remove an item, if it is there."""
        write = self._table.connection.get_operation_kwargs(self._table.name, key.pk, key.sk, condition=condition)
        self._deletes.append((name, write))

    def update(
        self, key: ItemKey, actions: Sequence[Action], condition: Condition | None = None, *, name: str = ""
    ) -> None:
        """Change parts of an item, whatever the others are; without a condition it is made if it is not there."""
        write = self._table.connection.get_operation_kwargs(
            self._table.name, key.pk, key.sk, actions=actions, condition=condition
        )
        self._updates.append((name, write))

    def set(self, key: ItemKey, attributes: Item, condition: Condition | None = None, *, name: str = "") -> None:
        """Write these attributes of an item, which is made if it is not there; its others stay as they are."""
        self.update(key, [Path(one).set(value) for one, value in attributes.items()], condition, name=name)

    def check(self, key: ItemKey, condition: Condition, *, name: str) -> None:
        """Demand something of an item that is not written."""
        write = self._table.connection.get_operation_kwargs(self._table.name, key.pk, key.sk, condition=condition)
        self._checks.append((name, write))

    def commit(self) -> frozenset[str]:
        """Write everything, or nothing and tell the names of the conditions that do not hold.

        Conflicts with other transactions are tried again; StoreBusy when they do not end. botocore gives each request
        a token, so that its own tries after a lost connection happen once.
        """
        if len(self) > MOST_ACTIONS:
            raise StoreRefused(STORE, f"a transaction takes at most {MOST_ACTIONS} writes, not {len(self)}")
        for attempt in range(TRIES):
            try:
                self._table.connection.transact_write_items(
                    [write for _, write in self._checks],
                    [write for _, write in self._deletes],
                    [write for _, write in self._puts],
                    [write for _, write in self._updates],
                )
            except TransactWriteError as error:
                failed = self._failed(error)
                if failed:
                    return failed
                pause(attempt)
            else:
                return frozenset()
        raise StoreBusy(STORE, f"a transaction met others in each of {TRIES} tries")

    def _failed(self, error: TransactWriteError) -> frozenset[str]:
        """The conditions that do not hold; none when it is worth another try. Raises the fault for all else."""
        codes = [reason.code if reason else "" for reason in error.cancellation_reasons]
        if code_of(error) != _CANCELED or not {*codes} <= {"", _CONDITION, *_IN_THE_WAY}:
            raise fault_of(error) from error
        if _IN_THE_WAY & {*codes}:
            return frozenset()
        # PynamoDB sends checks, deletes, puts, updates in this order; the reasons come in the order of what was sent.
        names = [name for name, _ in (*self._checks, *self._deletes, *self._puts, *self._updates)]
        return frozenset(name for name, code in zip(names, codes, strict=True) if code == _CONDITION)
