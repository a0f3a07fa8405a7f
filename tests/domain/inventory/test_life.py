"""Any life of a stock: whatever is asked in whatever order, units are conserved and no change is unnumbered."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.ids import VariantId, WarehouseId
from domain.inventory.moving import Adjustment, Bounds, adjusted, bounded, transfer
from domain.inventory.stock import KEPT_CHANGES, Stock
from tests.domain.inventory.making import EAST, NOON, PLACES, WEST, adjustment, variant

VARIANTS = st.sampled_from([variant(1), variant(2), variant(1, "b")])
WAREHOUSES = st.sampled_from(PLACES)
LINES = st.lists(
    st.builds(adjustment, st.integers(-6, 9).filter(bool), variant_id=VARIANTS, warehouse_id=WAREHOUSES),
    min_size=1,
    max_size=5,
)


class StockLife(RuleBasedStateMachine):
    """What the rules make of stocks, beside plain numbers that are counted along."""

    def __init__(self) -> None:
        super().__init__()
        self.stocks: dict[VariantId, Stock] = {}
        self.units: dict[tuple[VariantId, WarehouseId], int] = {}
        self.bounds: dict[tuple[VariantId, WarehouseId], tuple[int, int]] = {}
        self.versions: dict[VariantId, int] = {}

    def happened(self, found: Any) -> bool:
        """Keep the next versions, if these are some."""
        new = [one for one in found if isinstance(one, Stock)]
        for stock in new:
            self.stocks[stock.variant_id] = stock
            self.versions[stock.variant_id] = self.versions.get(stock.variant_id, 0) + 1
        return bool(new)

    def count(self, asked: Any) -> dict[tuple[VariantId, WarehouseId], int]:
        after = dict(self.units)
        for one in asked:
            place = (one.variant_id, one.warehouse_id)
            after[place] = after.get(place, 0) + one.delta
        return after

    @rule(asked=LINES)
    def adjust(self, asked: list[Adjustment]) -> None:
        after = self.count(asked)
        done = self.happened(adjusted(self.stocks, asked, PLACES, NOON))
        assert done is all(units >= 0 for units in after.values())
        if done:
            self.units = after

    @rule(of=VARIANTS, eastward=st.booleans(), quantity=st.integers(1, 9))
    def move(self, of: VariantId, eastward: bool, quantity: int) -> None:
        origin, target = (WEST, EAST) if eastward else (EAST, WEST)
        asked = [one for one in transfer(of, origin, target, quantity) if isinstance(one, Adjustment)]
        total = sum(self.units.values())
        done = self.happened(adjusted(self.stocks, asked, PLACES, NOON))
        assert done is (self.units.get((of, origin), 0) >= quantity)
        if done:
            self.units = self.count(asked)
            assert sum(self.units.values()) == total

    @rule(of=VARIANTS, place=WAREHOUSES, safety=st.integers(0, 9), limit=st.integers(0, 9))
    def bound(self, of: VariantId, place: WarehouseId, safety: int, limit: int) -> None:
        old = self.stocks.get(of)
        asked = Bounds(variant_id=of, warehouse_id=place, safety_stock=safety, backorder_limit=limit)
        new = bounded(old, asked, PLACES, NOON)
        assert isinstance(new, Stock)
        if new is not old:
            assert self.happened([new])
        self.bounds[of, place] = safety, limit

    @invariant()
    def everything_is_accounted_for(self) -> None:
        for (of, place), units in self.units.items():
            assert self.stocks[of].level(place).on_hand == units
        for of, stock in self.stocks.items():
            assert all(level.sound for level in stock.levels)
            quantity = sum(
                max(0, self.units.get((of, place), 0) - self.bounds.get((of, place), (0, 0))[0]) for place in PLACES
            )
            assert stock.availability.quantity == quantity
            assert stock.version == self.versions[of]
            first = max(1, stock.version - KEPT_CHANGES + 1)
            assert [change.seq for change in stock.changes] == list(range(first, stock.version + 1))
            assert stock.changes[-1].availability == stock.availability


TestStockLife = StockLife.TestCase
TestStockLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
