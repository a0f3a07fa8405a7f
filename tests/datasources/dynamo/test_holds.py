"""Holds on both stores: as many as there are, whoever comes at once, and gone when their time is."""

import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from datasources.dynamo.holds import Holds
from datasources.dynamo.inventory import InventoryTable
from datasources.roundtrips import counted
from domain.errors import InsufficientStockError
from domain.ids import VariantId
from domain.inventory.holding import HOLD_LIFE, Hold, Wish
from tests.conftest import ROOT
from tests.datasources.dynamo.test_inventory import adjust
from tests.datasources.dynamo.test_races import at_once
from tests.domain.inventory.making import EAST, NOON, PLACES, WEST, adjustment, variant

LIFE = HOLD_LIFE.total_seconds()


class Clock:
    def __init__(self) -> None:
        self.now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def holds(inventory: InventoryTable, clock: Clock) -> Holds:
    return Holds(inventory, clock=clock)


def wish(quantity: int = 1, of: VariantId | None = None) -> Wish:
    return Wish(variant_id=of or variant(), quantity=quantity)


def reserved(inventory: InventoryTable, *variants: VariantId) -> dict[VariantId, int]:
    found = inventory.many(variants or [variant()])
    return {of: sum(level.reserved for level in stock.levels) for of, stock in found.items()}


def test_a_hold_stands_in_every_stock_and_by_its_owner(inventory: InventoryTable, holds: Holds) -> None:
    adjust(inventory, adjustment(2), adjustment(3, warehouse_id=WEST), adjustment(4, variant_id=variant(2)))
    found = holds.hold("cart-a", [wish(4), wish(1, variant(2))], PLACES)
    assert isinstance(found, Hold)
    assert holds.of("cart-a") == found
    assert found.until == NOON + HOLD_LIFE
    assert {(part.variant_id, part.warehouse_id): part.quantity for part in found.parts} == {
        (variant(), EAST): 2,
        (variant(), WEST): 2,
        (variant(2), EAST): 1,
    }
    assert reserved(inventory, variant(), variant(2)) == {variant(): 4, variant(2): 1}


def test_one_line_too_many_holds_nothing_and_costs_no_write(inventory: InventoryTable, holds: Holds) -> None:
    adjust(inventory, adjustment(2), adjustment(1, variant_id=variant(2)))
    with counted() as sent:
        refused = holds.hold("cart-a", [wish(2), wish(2, variant(2))], PLACES)
    assert isinstance(refused, tuple)
    assert [error.available for error in refused if isinstance(error, InsufficientStockError)] == [1]
    assert sent == Counter({"dynamodb.BatchGetItem": 1})
    assert reserved(inventory, variant(), variant(2)) == {variant(): 0, variant(2): 0}
    assert holds.of("cart-a") is None


def test_fifty_lines_are_held_by_one_read_and_one_transaction(inventory: InventoryTable, holds: Holds) -> None:
    variants = [variant(number) for number in range(50)]
    for some in (variants[:25], variants[25:]):
        adjust(inventory, *(adjustment(3, variant_id=of) for of in some))
    with counted() as sent:
        assert isinstance(holds.hold("cart-a", [wish(2, of) for of in variants], PLACES), Hold)
    assert sent == Counter({"dynamodb.BatchGetItem": 1, "dynamodb.TransactWriteItems": 1})


def test_holding_again_replaces_and_renewing_at_once_writes_nothing(inventory: InventoryTable, holds: Holds) -> None:
    adjust(inventory, adjustment(5), adjustment(5, variant_id=variant(2)))
    first = holds.hold("cart-a", [wish(5), wish(1, variant(2))], PLACES)
    with counted() as sent:
        assert holds.hold("cart-a", [wish(5), wish(1, variant(2))], PLACES) == first
    assert "dynamodb.TransactWriteItems" not in sent
    holds.hold("cart-a", [wish(1, variant(2))], PLACES)
    assert reserved(inventory, variant(), variant(2)) == {variant(): 0, variant(2): 1}


@pytest.mark.parametrize("again", [False, True], ids=["for the first time", "in place of another hold"])
def test_of_eight_wishes_of_one_owner_at_once_the_last_is_held_and_nothing_of_the_others(
    inventory: InventoryTable, holds: Holds, again: bool
) -> None:
    """They have no stock in common, so that only the owner's own hold tells them of each other."""
    variants = [variant(number) for number in range(9)]
    adjust(inventory, *(adjustment(5, variant_id=of) for of in variants))
    if again:
        holds.hold("cart-a", [wish(1, variants[8])], PLACES)
    at_once(8, lambda number: holds.hold("cart-a", [wish(number % 5 + 1, variants[number])], PLACES))
    last = holds.of("cart-a")
    assert last is not None
    (part,) = last.parts
    assert {of: units for of, units in reserved(inventory, *variants).items() if units} == {
        part.variant_id: part.quantity
    }


def test_a_stock_that_was_read_before_the_hold_is_found_out(
    inventory: InventoryTable, holds: Holds, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One request reads both, and not of one moment: here the owner holds something else in between."""
    adjust(inventory, adjustment(9))
    holds.hold("cart-a", [wish(2)], PLACES)
    before = inventory.many([variant()])
    clock.now += 1
    between = holds.hold("cart-a", [wish(3)], PLACES)
    clock.now += 1
    read, answers = holds.with_stocks, [(between, before)]
    monkeypatch.setattr(holds, "with_stocks", lambda *asked: answers.pop() if answers else read(*asked))

    found = holds.hold("cart-a", [wish(2)], PLACES)

    assert not answers
    assert holds.of("cart-a") == found
    assert reserved(inventory) == {variant(): 2}


def test_what_is_released_is_there_again_once(inventory: InventoryTable, holds: Holds) -> None:
    adjust(inventory, adjustment(5))
    holds.hold("cart-a", [wish(5)], PLACES)
    assert holds.release("cart-a") is True
    assert (reserved(inventory), holds.of("cart-a")) == ({variant(): 0}, None)
    assert holds.release("cart-a") is False


def test_what_ran_out_is_taken_by_the_next_who_needs_it_and_swept_up_without_harm(
    inventory: InventoryTable, holds: Holds, clock: Clock
) -> None:
    adjust(inventory, adjustment(5), adjustment(5, variant_id=variant(2)))
    holds.hold("gone", [wish(5), wish(5, variant(2))], PLACES)
    clock.now += LIFE - 1
    assert holds.sweep() == 0
    assert isinstance(holds.hold("late", [wish(1)], PLACES), tuple)
    clock.now += 2
    assert isinstance(holds.hold("late", [wish(5)], PLACES), Hold)
    assert reserved(inventory, variant(), variant(2)) == {variant(): 5, variant(2): 5}
    assert holds.sweep() == 1
    assert reserved(inventory, variant(), variant(2)) == {variant(): 5, variant(2): 0}
    assert (holds.of("gone"), holds.sweep()) == (None, 0)
    assert isinstance(holds.of("late"), Hold)


def test_a_hundred_and_twenty_buyers_of_thirty_units_hold_exactly_thirty_and_every_other_is_told(
    inventory: InventoryTable, holds: Holds
) -> None:
    """Carts of one to three lines, some of them of one variant, twelve at a time."""
    adjust(inventory, adjustment(20), adjustment(10, warehouse_id=WEST), adjustment(1_000, variant_id=variant(2)))
    chance = random.Random(30)
    carts: list[list[Wish]] = [
        [wish(chance.randint(1, 2)) for _ in range(chance.randint(1, 2))] + [wish(1, variant(2))] * chance.randint(0, 1)
        for _ in range(120)
    ]

    def buy(number: int) -> list[Any]:
        return [holds.hold(f"cart-{place}", carts[place], PLACES) for place in range(number, 120, 12)]

    outcomes = [outcome for of_one in at_once(12, buy) for outcome in of_one]
    winners = [outcome for outcome in outcomes if isinstance(outcome, Hold)]
    losers = [outcome for outcome in outcomes if not isinstance(outcome, Hold)]
    held = sum(part.quantity for winner in winners for part in winner.parts if part.variant_id == variant())
    assert reserved(inventory) == {variant(): held}
    assert held == 30, "the last units find somebody who wants one"
    assert len(winners) + len(losers) == 120
    assert all([type(error) for error in loser] == [InsufficientStockError] for loser in losers)
    other = sum(part.quantity for winner in winners for part in winner.parts if part.variant_id == variant(2))
    assert reserved(inventory, variant(2)) == {variant(2): other}


KILLED = """
import sys, threading, time
from datasources.dynamo.holds import Holds
from datasources.dynamo.inventory import InventoryTable
from domain.inventory.holding import Wish
from tests.domain.inventory.making import PLACES, variant
holds = Holds(InventoryTable(sys.argv[1]))
print("ready", flush=True)
wishes = [Wish(variant_id=variant(number), quantity=1) for number in (1, 2)]
for number in range(10_000):
    holds.hold(f"{sys.argv[2]}-{number}", wishes, PLACES)
    print(number, flush=True)
"""


def test_buyers_killed_in_the_middle_leave_whole_holds_only_and_all_is_back_after_their_time(
    inventory: InventoryTable, endpoint: str
) -> None:
    adjust(inventory, adjustment(10_000), adjustment(10_000, variant_id=variant(2)))
    command = [sys.executable, "-c", KILLED, inventory.table.name]
    running = [
        subprocess.Popen([*command, f"buyer-{number}"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in (1, 2)
    ]
    for process in running:
        assert process.stdout
        for _ in range(6):
            assert process.stdout.readline()
        process.kill()
        process.communicate()
    found = reserved(inventory, variant(), variant(2))
    assert found[variant()] == found[variant(2)] >= 10
    later = Holds(inventory, clock=lambda: datetime.now(UTC).timestamp() + LIFE + 1)
    assert later.sweep() == found[variant()]
    assert reserved(inventory, variant(), variant(2)) == {variant(): 0, variant(2): 0}
