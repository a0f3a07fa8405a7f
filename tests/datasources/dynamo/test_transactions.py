"""Writes that happen together: whichever condition does not hold is told by its own name, and nothing is written."""

import socket
from collections.abc import Iterator
from itertools import combinations
from typing import Final

import pytest
from pynamodb.expressions.operand import Path

from datasources.dynamo.carts import CartTable
from datasources.dynamo.letters_sent import SentLetters
from datasources.dynamo.rates import TableRates
from datasources.dynamo.records import NEW, at_version
from datasources.dynamo.table import ItemKey, Table
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy, StoreUnavailable
from domain.rates import rate_of
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_carts import Settings

QUIET: Final = 0.1
"""Seconds of silence after which a store counts as out of reach here."""
KINDS = ("check", "delete", "put", "update")
FIRST = {"version": {"N": "1"}}


@pytest.fixture
def tables(endpoint: str) -> tuple[Table, Table]:
    one, other = (CartTable(new_table(endpoint, Settings)).table for _ in range(2))
    return one, other


def key(name: str) -> ItemKey:
    return ItemKey(name, "ITEM")


def changing(tables: tuple[Table, Table], late: tuple[str, ...] = ()) -> Transaction:
    """One write of each kind, on two tables, in an order that is none of PynamoDB's; those of ``late`` will fail."""
    write = Transaction(tables[0])
    there, stands = write.on(tables[1]), {kind: at_version(9 if kind in late else 1) for kind in KINDS}
    there.update(key("update"), [Path("version").add(1)], stands["update"], name="update")
    write.put(key("put"), {"version": {"N": "2"}}, stands["put"], name="put")
    there.delete(key("delete"), stands["delete"], name="delete")
    write.check(key("check"), stands["check"], name="check")
    return write


def versions(tables: tuple[Table, Table]) -> dict[str, int]:
    items = [item for table in tables for kind in KINDS if (item := table.get(key(kind)))]
    return {item["pk"]["S"]: int(item["version"]["N"]) for item in items}


def test_each_kind_of_write_is_told_of_by_its_own_name(tables: tuple[Table, Table]) -> None:
    for table, kinds in zip(tables, (("check", "put"), ("delete", "update")), strict=True):
        for kind in kinds:
            table.put(key(kind), FIRST)
    for size in range(1, len(KINDS) + 1):
        for late in combinations(KINDS, size):
            assert changing(tables, late).commit() == {*late}
    assert versions(tables) == dict.fromkeys(KINDS, 1)
    write = changing(tables)
    assert len(write) == len(KINDS)
    assert write.commit() == frozenset()
    assert versions(tables) == {"check": 1, "put": 2, "update": 2}


def test_an_update_makes_what_is_not_there_unless_its_condition_says_otherwise(tables: tuple[Table, Table]) -> None:
    for condition in (None, NEW | (Path("version") < 3)):
        write = Transaction(tables[0])
        write.update(key("update"), [Path("version").add(1)], condition, name="update")
        assert write.commit() == frozenset()
    assert versions(tables) == {"update": 2}
    write = Transaction(tables[0])
    write.update(key("other"), [Path("version").add(1)], at_version(1), name="update")
    assert write.commit() == {"update"}


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """A table of a store that takes every request and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setattr("datasources.dynamo.table.READ_SECONDS", QUIET)
        monkeypatch.setattr("datasources.dynamo.table.RETRIES", 0)
        yield Table("test-silent", {})


def test_a_store_that_does_not_answer_in_time_is_unavailable_whatever_was_asked(silent: Table) -> None:
    write = Transaction(silent)
    write.put(key("put"), {}, NEW, name="put")
    rates = TableRates(silent, on_event=lambda _: None)
    for ask in (
        write.commit,
        lambda: rates.wait("x", "y", rate_of("1 in 1 s")),
        lambda: SentLetters(silent).claim("z"),
    ):
        with pytest.raises(StoreUnavailable) as caught:
            ask()
        assert not isinstance(caught.value, StoreBusy)
