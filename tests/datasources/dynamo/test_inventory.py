"""The inventory table: stock is changed together or not at all, once for a key, and nothing is lost between callers."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count, pairwise
from typing import Any

import pytest

from datasources.dynamo.inventory import InventoryTable
from datasources.roundtrips import counted
from domain.errors import InsufficientStockError
from domain.ids import MovementId, VariantId, WarehouseId, product_of_variant
from domain.inventory.moving import MOST_LINES, Adjustment, Movement, MovementReason, adjusted
from domain.inventory.stock import NONE_LEFT, Availability, Stock, Warehouse, held
from domain.inventory.storing import (
    CodeTaken,
    Decision,
    Moved,
    Refusal,
    SavedWarehouse,
    StaleWarehouse,
)
from domain.keys import Key, KeyReused
from domain.pages import BadPage, Window
from tests.datasources.dynamo.test_races import at_once
from tests.domain.inventory.making import EAST, NOON, PLACES, adjustment, variant

KEY = Key(caller="c0ffee", key="key-0001", fingerprint="f" * 64)
NUMBERS = count()

type Decide = Callable[[Mapping[VariantId, Stock]], Decision | Refusal]


def movement(of: Adjustment) -> Movement:
    number = next(NUMBERS)
    return Movement(
        id=MovementId(f"move_{number:026}"),
        variant_id=of.variant_id,
        warehouse_id=of.warehouse_id,
        delta=of.delta,
        reason=of.reason,
        reference=of.reference,
        actor="c0ffee",
        at=NOON + timedelta(seconds=number),
    )


def deciding(asked: Sequence[Adjustment]) -> Decide:
    def decide(there: Mapping[VariantId, Stock]) -> Decision | Refusal:
        found = adjusted(there, asked, PLACES, NOON)
        stocks = tuple(one for one in found if isinstance(one, Stock))
        if not stocks:
            return Refusal(errors=tuple(one for one in found if not isinstance(one, Stock)))
        answer = tuple(held(stock, EAST) for stock in stocks)
        return Decision(stocks=stocks, movements=tuple(map(movement, asked)), answer=answer)

    return decide


def adjust(inventory: InventoryTable, *asked: Adjustment, key: Key | None = None) -> Moved | Refusal | KeyReused:
    return inventory.change([one.variant_id for one in asked], deciding(asked), key=key)


def on_hand(inventory: InventoryTable, of: VariantId | None = None) -> int:
    wanted = of or variant()
    stock = inventory.many([wanted]).get(wanted)
    return stock.level(EAST).on_hand if stock else 0


def test_a_change_is_read_again_as_it_was_decided(inventory: InventoryTable) -> None:
    assert inventory.many([variant()]) == {}
    done = adjust(inventory, adjustment(5), adjustment(2, variant_id=variant(2)))
    assert isinstance(done, Moved)
    found = inventory.many([variant(), variant(), variant(2), variant(3), VariantId("no variant")])
    assert {one: (stock.version, stock.level(EAST).on_hand) for one, stock in found.items()} == {
        variant(): (1, 5),
        variant(2): (1, 2),
    }
    assert done.answer == tuple(held(found[one], EAST) for one in (variant(), variant(2)))


def test_the_widest_change_is_one_read_and_one_transaction(inventory: InventoryTable) -> None:
    asked = [adjustment(1, variant_id=variant(number)) for number in range(1, MOST_LINES + 1)]
    with counted() as sent:
        assert isinstance(adjust(inventory, *asked, key=KEY), Moved)
    assert sent == Counter({"dynamodb.BatchGetItem": 1, "dynamodb.TransactWriteItems": 1})
    assert len(inventory.many([one.variant_id for one in asked])) == MOST_LINES


def test_one_line_that_cannot_be_leaves_everything_as_it_was(inventory: InventoryTable) -> None:
    adjust(inventory, adjustment(5))
    before = inventory.many([variant(), variant(2)])
    refused = adjust(inventory, adjustment(-6), adjustment(9, variant_id=variant(2)), key=KEY)
    assert isinstance(refused, Refusal)
    assert [type(error) for error in refused.errors] == [InsufficientStockError]
    assert inventory.many([variant(), variant(2)]) == before
    assert len(inventory.movements(Window(100)).items) == 1
    assert isinstance(adjust(inventory, adjustment(-5), key=KEY), Moved), "a refused key is free"


def test_a_key_has_one_effect_even_when_it_could_not_happen_again(inventory: InventoryTable) -> None:
    adjust(inventory, adjustment(5))
    first = adjust(inventory, adjustment(-5), key=KEY)
    assert isinstance(first, Moved)
    assert adjust(inventory, adjustment(-5), key=KEY) == replace(first, replayed=True)
    assert adjust(inventory, adjustment(1), key=replace(KEY, fingerprint="0" * 64)) == KeyReused()
    assert adjust(inventory, adjustment(-1), key=replace(KEY, fingerprint="0" * 64)) == KeyReused()
    assert on_hand(inventory) == 0


def test_twenty_calls_with_one_key_have_one_effect_and_one_answer(inventory: InventoryTable) -> None:
    adjust(inventory, adjustment(5))
    outcomes = at_once(20, lambda _: adjust(inventory, adjustment(-3), key=KEY))
    done = [outcome for outcome in outcomes if isinstance(outcome, Moved)]
    assert len(done) == 20
    assert len({outcome.answer for outcome in done}) == 1
    assert [outcome.replayed for outcome in done].count(False) == 1
    assert on_hand(inventory) == 2
    assert len(inventory.movements(Window(100)).items) == 2


def test_sixteen_writers_of_one_stock_lose_no_unit(inventory: InventoryTable) -> None:
    outcomes = at_once(16, lambda number: adjust(inventory, adjustment(number + 1)))
    assert all(isinstance(outcome, Moved) for outcome in outcomes)
    stock = inventory.many([variant()])[variant()]
    assert (stock.version, stock.level(EAST).on_hand) == (16, sum(range(1, 17)))
    assert [change.seq for change in stock.changes] == list(range(1, 17))
    assert sum(one.delta for one in inventory.movements(Window(100)).items) == sum(range(1, 17))


def test_sixteen_who_want_the_last_ten_take_ten_and_the_others_are_told(inventory: InventoryTable) -> None:
    adjust(inventory, adjustment(10), adjustment(100, variant_id=variant(2)))
    lines = (adjustment(-1), adjustment(-1, variant_id=variant(2)))
    outcomes = at_once(16, lambda number: adjust(inventory, *(lines if number % 2 else lines[::-1])))
    assert sum(isinstance(outcome, Moved) for outcome in outcomes) == 10
    losers = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    told = [error for loser in losers for error in loser.errors if isinstance(error, InsufficientStockError)]
    assert [(error.variant_id, error.requested, error.available) for error in told] == [(variant(), 1, 0)] * 6
    assert (on_hand(inventory), on_hand(inventory, variant(2))) == (0, 90)


def walked(inventory: InventoryTable, size: int, of: VariantId | None = None) -> list[Movement]:
    found: list[Movement] = []
    place: Any = None
    while True:
        with counted() as sent:
            page = inventory.movements(Window(size, place), of)
        assert sent == Counter({"dynamodb.Query": 1})
        assert len(page.items) <= size
        found += page.items
        if not page.has_next:
            return found
        place = page.places[-1]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_movements_are_paged_newest_first_all_of_them_and_of_one_variant(inventory: InventoryTable, size: int) -> None:
    for number in (1, 10, 1, 2, 1, 10):
        adjust(inventory, adjustment(number, variant_id=variant(number), reference=f"count {number}"))
    every = walked(inventory, size)
    assert [one.delta for one in every] == [10, 1, 2, 1, 10, 1]
    assert all(newer.at > older.at for newer, older in pairwise(every))
    for number in (1, 2, 10, 3):
        of = variant(number)
        assert walked(inventory, size, of) == [one for one in every if one.variant_id == of]


@pytest.mark.parametrize("place", [(1,), ("x" * 200,), ("\udc80",), ("a", "b"), ()])
def test_a_forged_place_is_refused(inventory: InventoryTable, place: Any) -> None:
    with pytest.raises(BadPage):
        inventory.movements(Window(10, place))


def test_a_movement_keeps_what_was_said_of_it(inventory: InventoryTable) -> None:
    adjust(inventory, adjustment(3, variant_id=variant(2), reason=MovementReason.RECEIVED, reference="PO 7 ü"))
    (one,) = inventory.movements(Window(10)).items
    assert (one.delta, one.reason, one.reference, one.actor) == (3, MovementReason.RECEIVED, "PO 7 ü", "c0ffee")


def test_a_product_is_summed_up_over_its_variants_by_two_requests(inventory: InventoryTable) -> None:
    product = product_of_variant(variant())
    assert product
    adjust(inventory, adjustment(4), adjustment(3, variant_id=variant(2)), adjustment(9, variant_id=variant(1, "b")))
    assert inventory.summaries([product]) == {}
    for _ in range(2):
        with counted() as sent:
            inventory.sum_up(product)
        assert sent == Counter({"dynamodb.Query": 1, "dynamodb.PutItem": 1})
        offers = {variant(): Availability(quantity=4), variant(2): Availability(quantity=3)}
        assert inventory.summaries([product, product]) == {product: offers}
    adjust(inventory, adjustment(-4), adjustment(-3, variant_id=variant(2)))
    inventory.sum_up(product)
    assert inventory.summaries([product]) == {product: {variant(): NONE_LEFT, variant(2): NONE_LEFT}}


def test_a_hundred_products_and_a_hundred_variants_are_one_request_each(inventory: InventoryTable) -> None:
    variants = [variant(1, letter) for letter in "abcdefghij"]
    with counted() as sent:
        inventory.many([variant(number, letter) for letter in "abcdefghij" for number in range(10)])
        inventory.summaries([product for one in variants if (product := product_of_variant(one))])
    assert sent == Counter({"dynamodb.BatchGetItem": 2})


def warehouse(code: str, **changes: Any) -> Warehouse:
    return replace(Warehouse(id=WarehouseId(f"wh_{code}"), version=1, code=code, name=code), **changes)


def test_a_warehouse_is_changed_by_version_and_its_code_is_its_own(inventory: InventoryTable) -> None:
    east, west = warehouse("EAST"), warehouse("WEST")
    assert inventory.save_warehouse(None, east) == SavedWarehouse(warehouse=east)
    assert inventory.save_warehouse(None, west) == SavedWarehouse(warehouse=west)
    assert inventory.save_warehouse(None, warehouse("east", id=WarehouseId("wh_x"))) == CodeTaken(code="east")
    renamed = replace(east, version=2, code="NORTH")
    assert inventory.save_warehouse(east, renamed) == SavedWarehouse(warehouse=renamed)
    assert inventory.save_warehouse(east, replace(east, version=2)) == StaleWarehouse(current_version=2)
    assert inventory.save_warehouse(west, replace(west, version=2, code="east")) == SavedWarehouse(
        warehouse=replace(west, version=2, code="east")
    )
    assert {one.code for one in inventory.warehouses()} == {"NORTH", "east"}
