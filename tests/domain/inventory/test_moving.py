"""How stock is changed: all lines or none, and never below what is promised."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ErrorCode, InsufficientStockError
from domain.inventory.moving import (
    LONGEST_REFERENCE,
    MOST_LINES,
    Adjustment,
    Bounds,
    MovementReason,
    adjusted,
    bounded,
    following,
    summed,
    transfer,
)
from domain.inventory.stock import FEW, KEPT_CHANGES, MOST_UNITS, NONE_LEFT, Availability, Level, Stock, held, together
from tests.domain.inventory.making import EAST, NOON, PLACES, WEST, adjustment, stocked, variant

UNITS = st.integers(0, 30)
LEVELS = st.builds(
    Level, warehouse_id=st.just(EAST), on_hand=UNITS, reserved=UNITS, safety_stock=UNITS, backorder_limit=UNITS
).filter(lambda level: level.sound)
ADJUSTMENTS = st.lists(
    st.builds(
        adjustment,
        st.integers(-20, 20).filter(bool),
        variant_id=st.sampled_from([variant(1), variant(2), variant(1, "b")]),
        warehouse_id=st.sampled_from(PLACES),
    ),
    min_size=1,
    max_size=8,
)


def promised(*levels: Level) -> dict[Any, Stock]:
    return {variant(): following(None, variant(), levels, NOON)}


@given(LEVELS)
def test_what_buyers_can_have_is_never_more_than_may_be_promised(level: Level) -> None:
    most = level.on_hand + level.backorder_limit - level.reserved
    assert level.available >= 0
    assert level.backorderable >= 0
    assert level.available + level.backorderable <= most
    taken = replace(level, reserved=level.reserved + level.available + level.backorderable)
    assert taken.sound
    assert (taken.available, taken.backorderable) == (0, 0)


@given(LEVELS)
def test_units_kept_back_are_not_had_at_once(level: Level) -> None:
    assert level.available <= max(0, level.on_hand - level.safety_stock)


@given(LEVELS, ADJUSTMENTS)
def test_all_lines_happen_or_none_and_what_is_promised_stays_covered(level: Level, asked: list[Adjustment]) -> None:
    stocks = promised(level)
    found = adjusted(stocks, asked, PLACES, NOON)
    sums = summed(asked)
    possible = all(
        delta + there.on_hand >= max(0, there.reserved - there.backorder_limit)
        for (owner, place), delta in sums.items()
        for there in [stocks[owner].level(place) if owner in stocks else Level(warehouse_id=place)]
    )
    done = [one for one in found if isinstance(one, Stock)]
    assert bool(done) is possible
    for stock in done:
        old = stocks.get(stock.variant_id)
        assert stock.version == (old.version if old else 0) + 1
        assert all(one.sound for one in stock.levels)
        for place in PLACES:
            before = old.level(place).on_hand if old else 0
            assert stock.level(place).on_hand == before + sums.get((stock.variant_id, place), 0)
    assert len({stock.variant_id for stock in done}) == len(done)


@given(ADJUSTMENTS)
def test_every_version_leaves_a_change_with_what_it_left_to_buyers(asked: list[Adjustment]) -> None:
    for stock in adjusted({}, asked, PLACES, NOON):
        if isinstance(stock, Stock):
            assert [change.seq for change in stock.changes] == [1]
            assert stock.changes[-1].availability == stock.availability


def test_the_newest_changes_are_kept_without_gaps() -> None:
    stocks = stocked(adjustment(1))
    for _ in range(KEPT_CHANGES + 5):
        (after,) = adjusted(stocks, [adjustment(1)], PLACES, NOON)
        assert isinstance(after, Stock)
        stocks = {variant(): after}
    last = KEPT_CHANGES + 6
    assert [change.seq for change in stocks[variant()].changes] == list(range(last - KEPT_CHANGES + 1, last + 1))


def test_lines_of_one_place_are_summed_before_they_are_judged() -> None:
    stocks = stocked(adjustment(5))
    (after,) = adjusted(stocks, [adjustment(-8), adjustment(4), adjustment(-1)], PLACES, NOON)
    assert isinstance(after, Stock)
    assert (after.version, after.level(EAST).on_hand) == (2, 0)


def test_who_takes_too_much_is_told_of_what_and_how_much_there_is() -> None:
    stocks = promised(Level(warehouse_id=EAST, on_hand=5, reserved=3))
    line = [adjustment(2, variant_id=variant(2)), adjustment(-1), adjustment(-2)]
    assert adjusted(stocks, line, PLACES, NOON) == (
        InsufficientStockError(
            message="only 2 can be taken away, not 3",
            field=("changes", "1", "delta"),
            variant_id=variant(),
            requested=3,
            available=2,
        ),
    )


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"delta": 0}, ErrorCode.INVALID, "delta"),
        ({"delta": MOST_UNITS + 1}, ErrorCode.INVALID, "delta"),
        ({"delta": -MOST_UNITS - 1}, ErrorCode.INVALID, "delta"),
        ({"variant_id": "var_none"}, ErrorCode.NOT_FOUND, "variantId"),
        ({"variant_id": ""}, ErrorCode.NOT_FOUND, "variantId"),
        ({"warehouse_id": "wh_none"}, ErrorCode.NOT_FOUND, "warehouseId"),
        ({"reference": "x" * (LONGEST_REFERENCE + 1)}, ErrorCode.INVALID, "reference"),
    ],
)
def test_a_malformed_line_refuses_them_all(changes: dict[str, Any], code: ErrorCode, field: str) -> None:
    (error,) = adjusted({}, [adjustment(3), adjustment(**changes)], PLACES, NOON)
    assert not isinstance(error, Stock)
    assert (error.code, error.field) == (code, ("changes", "1", field))


@pytest.mark.parametrize("count", [0, MOST_LINES + 1, 1000])
def test_too_many_lines_and_none_at_all_are_refused(count: int) -> None:
    (error,) = adjusted({}, [adjustment()] * count, PLACES, NOON)
    assert not isinstance(error, Stock)
    assert (error.code, error.field) == (ErrorCode.INVALID, ("changes",))


def test_a_warehouse_is_not_filled_beyond_its_bound() -> None:
    (error,) = adjusted(stocked(adjustment(MOST_UNITS)), [adjustment(1)], PLACES, NOON)
    assert not isinstance(error, Stock)
    assert (error.code, error.field) == (ErrorCode.INVALID, ("changes", "0", "delta"))


@given(st.integers(1, 20))
def test_a_transfer_conserves_stock_and_is_one_change(quantity: int) -> None:
    asked = transfer(variant(), EAST, WEST, quantity)
    found = adjusted(stocked(adjustment(20)), [one for one in asked if isinstance(one, Adjustment)], PLACES, NOON)
    (after,) = found
    assert isinstance(after, Stock)
    assert (after.level(EAST).on_hand, after.level(WEST).on_hand) == (20 - quantity, quantity)
    assert after.version == 2
    assert {one.reason for one in asked if isinstance(one, Adjustment)} == {MovementReason.TRANSFERRED}


@pytest.mark.parametrize(
    ("target", "quantity", "field"),
    [(WEST, 0, "quantity"), (WEST, -1, "quantity"), (WEST, MOST_UNITS + 1, "quantity"), (EAST, 1, "toWarehouseId")],
)
def test_a_transfer_of_nothing_or_to_nowhere_is_refused(target: Any, quantity: int, field: str) -> None:
    (error,) = transfer(variant(), EAST, target, quantity)
    assert not isinstance(error, Adjustment)
    assert (error.code, error.field) == (ErrorCode.INVALID, (field,))


def bounds(**changes: Any) -> Bounds:
    return Bounds(**({"variant_id": variant(), "warehouse_id": EAST} | changes))


def test_bounds_change_what_buyers_can_have() -> None:
    stock = stocked(adjustment(10))[variant()]
    after = bounded(stock, bounds(safety_stock=4, backorder_limit=7), PLACES, NOON)
    assert isinstance(after, Stock)
    assert after.availability == Availability(quantity=6, backorderable=7)
    assert after.version == 2
    assert bounded(after, bounds(safety_stock=4), PLACES, NOON) is after
    assert bounded(after, bounds(), PLACES, NOON) is after


def test_a_backorder_limit_covers_what_is_promised_already() -> None:
    stock = promised(Level(warehouse_id=EAST, on_hand=2, reserved=5, backorder_limit=9))[variant()]
    refused = bounded(stock, bounds(backorder_limit=2), PLACES, NOON)
    assert isinstance(refused, tuple)
    assert [(error.code, error.field) for error in refused] == [(ErrorCode.INVALID, ("backorderLimit",))]
    assert isinstance(bounded(stock, bounds(backorder_limit=3), PLACES, NOON), Stock)


@pytest.mark.parametrize("count", [-1, MOST_UNITS + 1])
@pytest.mark.parametrize("name", ["safety_stock", "backorder_limit"])
def test_bounds_that_cannot_be_are_refused(name: str, count: int) -> None:
    refused = bounded(None, bounds(**{name: count}), PLACES, NOON)
    assert isinstance(refused, tuple)
    assert [error.code for error in refused] == [ErrorCode.INVALID]


def test_bounds_of_nothing_known_are_refused() -> None:
    refused = bounded(None, bounds(variant_id="x", warehouse_id="y"), PLACES, NOON)
    assert isinstance(refused, tuple)
    assert [error.field for error in refused] == [("variantId",), ("warehouseId",)]


def test_what_was_never_counted_is_not_sold() -> None:
    assert not NONE_LEFT.purchasable
    assert together([]) == NONE_LEFT


def test_a_product_offers_what_its_variants_do() -> None:
    total = together([Availability(quantity=FEW), Availability(backorderable=2)])
    assert total == Availability(quantity=FEW, backorderable=2)
    assert total.purchasable
    assert total.low
    assert not together([total, Availability(quantity=1)]).low


def test_a_level_is_told_with_the_version_of_its_stock() -> None:
    stock = stocked(adjustment(3))[variant()]
    assert held(stock, EAST).level == Level(warehouse_id=EAST, on_hand=3)
    assert held(stock, WEST).level == Level(warehouse_id=WEST)
    assert held(stock, EAST).version == 1
