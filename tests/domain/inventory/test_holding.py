"""How stock is held: all lines or none, never more than there is, and never longer than it was held for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.errors import ErrorCode, InsufficientStockError
from domain.ids import VariantId, WarehouseId
from domain.inventory.holding import (
    HOLD_LIFE,
    MOST_LINES,
    MOST_PROMISES,
    Hold,
    Holding,
    Part,
    Wish,
    hold,
    kept,
    passed_on,
    release,
    summed,
    without,
)
from domain.inventory.moving import Bounds, adjusted, bounded, following, transfer
from domain.inventory.selling import Leaving, leave, sell, unsold
from domain.inventory.stock import MOST_UNITS, Level, Promise, Stock
from tests.domain.inventory.making import EAST, NOON, PLACES, WEST, adjustment, stocked, variant

LATER = NOON + HOLD_LIFE
type Shop = dict[VariantId, Stock]


def wish(quantity: int = 1, of: VariantId | None = None) -> Wish:
    return Wish(variant_id=of or variant(), quantity=quantity)


def held(shop: Shop, owner: str, *wishes: Wish, now: Any = NOON) -> Holding:
    """Hold, which must be possible, and keep it in the shop."""
    found = hold(shop, owner, wishes, PLACES, now)
    assert isinstance(found, Holding), found
    shop |= {stock.variant_id: stock for stock in found.stocks}
    return found


def reserved(shop: Shop, of: VariantId | None = None) -> dict[WarehouseId, int]:
    return {level.warehouse_id: level.reserved for level in shop[of or variant()].levels if level.reserved}


def test_units_come_from_the_warehouses_in_their_order_and_at_once_before_later() -> None:
    shop = stocked(adjustment(2), adjustment(3, warehouse_id=WEST))
    bounds = Bounds(variant_id=variant(), warehouse_id=EAST, safety_stock=0, backorder_limit=4)
    stock = bounded(shop[variant()], bounds, PLACES, NOON)
    assert isinstance(stock, Stock)
    shop[variant()] = stock
    assert held(shop, "a", wish(1)).hold.parts == (Part(variant_id=variant(), warehouse_id=EAST, quantity=1),)
    assert {part.warehouse_id: part.quantity for part in held(shop, "a", wish(6)).hold.parts} == {EAST: 3, WEST: 3}
    assert reserved(shop) == {EAST: 3, WEST: 3}


def test_safety_stock_is_held_for_nobody() -> None:
    level = Level(warehouse_id=EAST, on_hand=5, safety_stock=3)
    shop = {variant(): following(None, variant(), [level], NOON)}
    refused = hold(shop, "a", [wish(3)], PLACES, NOON)
    assert isinstance(refused, tuple)
    assert isinstance(refused[0], InsufficientStockError)
    assert (refused[0].requested, refused[0].available) == (3, 2)


def test_lines_of_one_variant_are_one_wish_and_every_short_one_is_told_with_its_facts() -> None:
    shop = stocked(adjustment(5), adjustment(1, variant_id=variant(2)))
    wishes = [wish(3), wish(2, variant(2)), wish(3), wish(1, variant(3))]
    refused = hold(shop, "a", wishes, PLACES, NOON)
    assert isinstance(refused, tuple)
    told = [
        (error.field, error.variant_id, error.requested, error.available)
        for error in refused
        if isinstance(error, InsufficientStockError)
    ]
    assert told == [
        (("lines", "0", "quantity"), variant(), 6, 5),
        (("lines", "1", "quantity"), variant(2), 2, 1),
        (("lines", "3", "quantity"), variant(3), 1, 0),
    ]


def test_holding_again_takes_the_place_of_what_was_held() -> None:
    shop = stocked(adjustment(5), adjustment(5, variant_id=variant(2)))
    held(shop, "a", wish(5), wish(2, variant(2)))
    held(shop, "a", wish(1))
    assert (reserved(shop), reserved(shop, variant(2))) == ({EAST: 1}, {})
    assert isinstance(hold(shop, "b", [wish(5)], PLACES, NOON), tuple)
    held(shop, "b", wish(4), wish(5, variant(2)))


def test_renewing_within_the_same_moment_changes_nothing_and_later_only_the_moment() -> None:
    shop = stocked(adjustment(5))
    held(shop, "a", wish(2))
    assert held(shop, "a", wish(2)).stocks == ()
    later = NOON + timedelta(minutes=5)
    renewed = held(shop, "a", wish(2), now=later)
    assert renewed.hold.until == later + HOLD_LIFE
    assert reserved(shop) == {EAST: 2}


def test_a_hold_that_has_run_out_blocks_nobody_and_goes_with_the_next_who_asks() -> None:
    shop = stocked(adjustment(2))
    held(shop, "gone", wish(2))
    assert isinstance(hold(shop, "b", [wish(1)], PLACES, LATER - timedelta(seconds=1)), tuple)
    held(shop, "b", wish(2), now=LATER)
    assert [promise.owner for promise in shop[variant()].promises] == ["b"]
    assert reserved(shop) == {EAST: 2}


def test_what_is_released_is_there_for_others_and_releasing_twice_changes_nothing() -> None:
    shop = stocked(adjustment(2))
    held(shop, "a", wish(2))
    [freed] = release(shop.values(), "a", NOON)
    assert (freed.levels[0].reserved, freed.promises) == (0, ())
    assert release([freed], "a", NOON) == ()


def test_what_is_sold_stays_promised_and_is_neither_released_nor_held_again() -> None:
    shop = stocked(adjustment(2))
    held(shop, "cart", wish(2))
    found = sell(shop, "cart", "order", {variant(): 2}, NOON)
    assert all(isinstance(one, Stock) for one in found)
    shop |= {one.variant_id: one for one in found if isinstance(one, Stock)}
    assert shop[variant()].promises == (Promise(owner="order", warehouse_id=EAST, quantity=2, until=None),)
    assert release(shop.values(), "order", LATER) == release(shop.values(), "cart", LATER) == ()
    assert isinstance(hold(shop, "b", [wish(1)], PLACES, LATER + HOLD_LIFE), tuple)


def test_what_ran_out_cannot_be_sold() -> None:
    shop = stocked(adjustment(2))
    held(shop, "cart", wish(2))
    for now, owner in ((LATER, "cart"), (NOON, "other")):
        [refused] = sell(shop, owner, "order", {variant(): 2}, now)
        assert not isinstance(refused, Stock)
        assert refused.code is ErrorCode.RESERVATION_EXPIRED


@pytest.mark.parametrize(
    ("wishes", "codes"),
    [
        ([], [ErrorCode.INVALID]),
        ([wish(0)], [ErrorCode.INVALID]),
        ([wish(-1)], [ErrorCode.INVALID]),
        ([wish(MOST_UNITS + 1)], [ErrorCode.INVALID]),
        ([wish(1, VariantId("no variant"))], [ErrorCode.NOT_FOUND]),
        ([wish(1, variant(number)) for number in range(MOST_LINES + 1)], [ErrorCode.INVALID]),
    ],
)
def test_what_cannot_be_wished_is_refused_by_name(wishes: Sequence[Wish], codes: Sequence[ErrorCode]) -> None:
    refused = hold({}, "a", wishes, PLACES, NOON)
    assert isinstance(refused, tuple)
    assert [error.code for error in refused] == codes


def test_the_store_takes_so_many_promises_and_the_next_buyer_is_told_to_wait() -> None:
    [stock] = stocked(adjustment(MOST_PROMISES + 5)).values()
    crowd = tuple(
        Promise(owner=f"cart-{number}", warehouse_id=EAST, quantity=1, until=LATER) for number in range(MOST_PROMISES)
    )
    level = replace(stock.levels[0], reserved=MOST_PROMISES)
    full = {variant(): following(stock, variant(), [level], NOON, crowd)}
    refused = hold(full, "late", [wish(1)], PLACES, NOON)
    assert isinstance(refused, tuple)
    assert refused[0].code is ErrorCode.CONFLICT
    held(full, "late", wish(1), now=LATER)


def keep(
    shop: Shop, before: Sequence[Hold], owner: str, units: Mapping[VariantId, int], now: Any = NOON
) -> Hold | None:
    """Have one owner keep so many units of several holds, in the shop too."""
    after = kept(shop, before, owner, units, now)
    shop |= {stock.variant_id: stock for stock in passed_on(shop.values(), [one.owner for one in before], after, now)}
    assert all(level.sound for stock in shop.values() for level in stock.levels)
    return after


def test_fewer_units_are_kept_until_the_same_moment_and_the_rest_is_there_for_others() -> None:
    shop = stocked(adjustment(5), adjustment(5, variant_id=variant(2)))
    before = held(shop, "a", wish(5), wish(3, variant(2))).hold
    after = keep(shop, [before], "a", {variant(): 2})
    assert after == Hold(owner="a", parts=(Part(variant_id=variant(), warehouse_id=EAST, quantity=2),), until=LATER)
    assert (reserved(shop), reserved(shop, variant(2))) == ({EAST: 2}, {})
    held(shop, "b", wish(3), wish(5, variant(2)))


def test_what_two_hold_becomes_one_owners_and_lasts_no_longer_than_the_first_of_it() -> None:
    shop = stocked(adjustment(2), adjustment(3, warehouse_id=WEST), adjustment(5, variant_id=variant(2)))
    guest = held(shop, "guest", wish(2)).hold
    account = held(shop, "account", wish(1), wish(1, variant(2)), now=NOON + timedelta(minutes=5)).hold
    after = keep(shop, [account, guest], "account", {variant(): 3, variant(2): 4}, NOON + timedelta(minutes=6))
    assert after is not None
    assert summed([wish(part.quantity, part.variant_id) for part in after.parts]) == {variant(): 3, variant(2): 1}
    assert after.until == guest.until
    assert {promise.owner for stock in shop.values() for promise in stock.promises} == {"account"}
    assert (reserved(shop), reserved(shop, variant(2))) == ({EAST: 2, WEST: 1}, {EAST: 1})


def test_a_hold_of_which_nothing_is_kept_shortens_no_other() -> None:
    shop = stocked(adjustment(5), adjustment(5, variant_id=variant(2)))
    guest = held(shop, "guest", wish(2, variant(2))).hold
    account = held(shop, "account", wish(1), now=NOON + timedelta(minutes=5)).hold
    assert keep(shop, [account, guest], "account", {variant(): 1}, NOON + timedelta(minutes=6)) == account
    assert reserved(shop, variant(2)) == {}


def test_what_has_run_out_is_not_kept() -> None:
    shop = stocked(adjustment(2))
    assert keep(shop, [held(shop, "a", wish(2)).hold], "b", {variant(): 2}, LATER) is None
    assert (reserved(shop), shop[variant()].promises) == ({}, ())


def test_what_a_buyer_with_a_faster_clock_took_over_is_not_kept() -> None:
    shop = stocked(adjustment(2), adjustment(1, variant_id=variant(2)))
    before = held(shop, "slow", wish(2), wish(1, variant(2))).hold
    one = {variant(): shop[variant()]}
    held(one, "fast", wish(2), now=LATER)
    shop |= one
    after = keep(shop, [before], "account", {variant(): 2, variant(2): 1}, LATER - timedelta(seconds=1))
    assert after is not None
    assert after.variants == (variant(2),)
    assert [promise.owner for promise in shop[variant()].promises] == ["fast"]


OWNERS, VARIANTS = st.sampled_from("abcd"), st.sampled_from([variant(1), variant(2), variant(1, "b")])


class Warehouses(RuleBasedStateMachine):
    """Buyers, staff and time, in any order: an oracle keeps what each should have."""

    def __init__(self) -> None:
        super().__init__()
        self.shop: Shop = {}
        self.now = NOON
        self.stored: dict[VariantId, int] = {}
        self.holds: dict[str, tuple[dict[VariantId, int], Any]] = {}
        self.written: dict[str, Hold] = {}
        self.orders: dict[str, Counter[VariantId]] = {}

    def keep(self, stocks: Sequence[Stock]) -> None:
        for stock in stocks:
            old = self.shop.get(stock.variant_id)
            assert stock.version == (old.version if old else 0) + 1
            self.shop[stock.variant_id] = stock

    @rule(of=VARIANTS, place=st.sampled_from(PLACES), delta=st.integers(-6, 6).filter(bool))
    def adjust(self, of: VariantId, place: WarehouseId, delta: int) -> None:
        found = adjusted(self.shop, [adjustment(delta, variant_id=of, warehouse_id=place)], PLACES, self.now)
        stocks = [one for one in found if isinstance(one, Stock)]
        if stocks:
            self.keep(stocks)
            self.stored[of] = self.stored.get(of, 0) + delta

    @rule(of=VARIANTS, quantity=st.integers(1, 4), back=st.booleans())
    def transfer(self, of: VariantId, quantity: int, back: bool) -> None:
        lines = transfer(of, *(PLACES[::-1] if back else PLACES), quantity)
        found = adjusted(self.shop, lines, PLACES, self.now)  # type: ignore[arg-type]  # it is well formed
        self.keep([one for one in found if isinstance(one, Stock)])

    @rule(of=VARIANTS, place=st.sampled_from(PLACES), safety=st.integers(0, 2), backorder=st.integers(0, 3))
    def bound(self, of: VariantId, place: WarehouseId, safety: int, backorder: int) -> None:
        bounds = Bounds(variant_id=of, warehouse_id=place, safety_stock=safety, backorder_limit=backorder)
        found = bounded(self.shop.get(of), bounds, PLACES, self.now)
        if isinstance(found, Stock) and found is not self.shop.get(of):
            self.keep([found])

    @rule(owner=OWNERS, lines=st.lists(st.tuples(VARIANTS, st.integers(1, 4)), min_size=1, max_size=3))
    def reserve(self, owner: str, lines: Sequence[tuple[VariantId, int]]) -> None:
        wishes = [Wish(variant_id=of, quantity=quantity) for of, quantity in lines]
        wanted = {*summed(wishes), *self.holds.get(owner, ({}, None))[0]}
        there = {of: self.shop[of] for of in wanted if of in self.shop}
        could = {of: without(self.shop[of], (owner,), self.now).availability for of in there}
        found = hold(there, owner, wishes, PLACES, self.now)
        if isinstance(found, Holding):
            self.keep(found.stocks)
            self.holds[owner], self.written[owner] = (summed(wishes), found.hold.until), found.hold
            assert summed([wish(part.quantity, part.variant_id) for part in found.hold.parts]) == summed(wishes)
        else:
            short = {error.variant_id: error.available for error in found if isinstance(error, InsufficientStockError)}
            have = {of: (one.quantity + one.backorderable) for of, one in could.items()}
            assert short == {of: have.get(of, 0) for of, n in summed(wishes).items() if n > have.get(of, 0)}
            assert short

    @rule(owner=OWNERS)
    def let_go(self, owner: str) -> None:
        self.keep(release(self.shop.values(), owner, self.now))
        self.holds.pop(owner, None)
        self.written.pop(owner, None)

    @rule(
        owners=st.lists(OWNERS, min_size=1, max_size=2, unique=True),
        heir=st.sampled_from("abcde"),
        wanted=st.dictionaries(VARIANTS, st.integers(1, 6)),
    )
    def pass_on(self, owners: list[str], heir: str, wanted: dict[VariantId, int]) -> None:
        """Also to keep fewer, where the only owner is the heir. Who inherits holds nothing beside."""
        owners += [heir] if heir in self.written and heir not in owners else []
        before = [self.written.pop(owner) for owner in owners if owner in self.written]
        standing = [
            (lines, until) for lines, until in (self.holds.pop(one.owner) for one in before) if until > self.now
        ]
        there = {of: self.shop[of] for one in before for of in one.variants}
        after = kept(there, before, heir, wanted, self.now)
        self.keep(passed_on(there.values(), owners, after, self.now))
        found = summed([wish(part.quantity, part.variant_id) for part in after.parts]) if after else {}
        most = {of: sum(lines.get(of, 0) for lines, _ in standing) for of in wanted}
        assert found == {of: n for of in wanted if (n := min(wanted[of], most[of]))}
        if after:
            assert after.until in {until for _, until in standing}
            lasting = [lines for lines, until in standing if until >= after.until]
            assert all(sum(lines.get(of, 0) for lines in lasting) >= units for of, units in found.items())
            self.holds[heir], self.written[heir] = (found, after.until), after

    @rule(owner=OWNERS)
    def checkout(self, owner: str) -> None:
        wanted, until = self.holds.get(owner, ({}, self.now))
        found = sell(self.shop, owner, f"order of {owner}", wanted, self.now)
        stocks = [one for one in found if isinstance(one, Stock)]
        assert bool(stocks) is (until > self.now and bool(wanted))
        if stocks:
            self.keep(stocks)
            self.orders.setdefault(f"order of {owner}", Counter()).update(wanted)
            del self.holds[owner], self.written[owner]

    @rule(owner=OWNERS)
    def cancel(self, owner: str) -> None:
        self.keep(unsold(self.shop.values(), f"order of {owner}", self.now))
        self.orders.pop(f"order of {owner}", None)

    @rule(owner=OWNERS, of=VARIANTS, place=st.sampled_from(PLACES), quantity=st.integers(1, 4))
    def send(self, owner: str, of: VariantId, place: WarehouseId, quantity: int) -> None:
        """Where there is too little, what is told of can leave."""
        order = f"order of {owner}"
        found = self.leave(order, of, place, quantity)
        if isinstance(found, InsufficientStockError):
            assert found.available < quantity == found.requested
            assert not found.available or self.leave(order, of, place, found.available) is None

    def leave(self, order: str, of: VariantId, place: WarehouseId, units: int) -> object:
        found = leave(self.shop, Leaving(buyer=order, warehouse_id=place, units={of: units}), self.now)
        stocks = [one for one in found if isinstance(one, Stock)]
        self.keep(stocks)
        if stocks:
            self.stored[of] -= units
            self.orders[order][of] -= units
            return None
        return found[0]

    @rule(minutes=st.integers(1, 20))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def nothing_is_promised_twice_and_nothing_is_lost(self) -> None:
        for of, stock in self.shop.items():
            assert all(level.sound for level in stock.levels)
            for level in stock.levels:
                promises = [one.quantity for one in stock.promises if one.warehouse_id == level.warehouse_id]
                assert level.reserved == sum(promises)
            assert sum(level.on_hand for level in stock.levels) == self.stored.get(of, 0)
            standing = sum(one.quantity for one in stock.promises if one.stands(self.now))
            held = sum(lines.get(of, 0) for lines, until in self.holds.values() if until > self.now)
            assert standing == held + sum(units[of] for units in self.orders.values())


Warehouses.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestWarehouses = Warehouses.TestCase
