"""What is sold stays the buyer's: it leaves from where there is some, and is free again when it is not wanted."""

from dataclasses import replace

from domain.errors import ErrorCode, InsufficientStockError
from domain.ids import VariantId, WarehouseId
from domain.inventory.holding import Holding, Wish, hold
from domain.inventory.selling import HELD_NO_MORE, Leaving, leave, sell, unsold
from domain.inventory.stock import Level, Promise, Stock
from tests.domain.inventory.making import EAST, NOON, PLACES, WEST, adjustment, stocked, variant


def sold(units: int, *asked: int) -> dict[VariantId, Stock]:
    """A shop with so many units in its two warehouses, of which so many are sold to an order."""
    shop = stocked(*(adjustment(one, warehouse_id=place) for one, place in zip(asked, PLACES, strict=False)))
    found = hold(shop, "cart", [Wish(variant_id=variant(), quantity=units)], PLACES, NOON)
    assert isinstance(found, Holding)
    done = sell({one.variant_id: one for one in found.stocks}, "cart", "order", {variant(): units}, NOON)
    return {one.variant_id: one for one in done if isinstance(one, Stock)}


def left(shop: dict[VariantId, Stock], place: WarehouseId, units: int) -> Stock | InsufficientStockError:
    asked = Leaving(buyer="order", warehouse_id=place, units={variant(): units})
    (found,) = leave(shop, asked, NOON)
    assert isinstance(found, Stock | InsufficientStockError)
    return found


def levels(stock: object) -> dict[str, tuple[int, int]]:
    """On hand and reserved, by warehouse."""
    assert isinstance(stock, Stock)
    return {one.warehouse_id: (one.on_hand, one.reserved) for one in stock.levels}


def test_only_exactly_what_is_held_is_sold() -> None:
    shop = stocked(adjustment(5))
    found = hold(shop, "cart", [Wish(variant_id=variant(), quantity=3)], PLACES, NOON)
    assert isinstance(found, Holding)
    there = {one.variant_id: one for one in found.stocks}
    for units in (2, 4):
        assert sell(there, "cart", "order", {variant(): units}, NOON) == (HELD_NO_MORE,)
    assert sell(there, "cart", "order", {variant(): 3, variant(2): 1}, NOON) == (HELD_NO_MORE,)


def test_of_a_hold_that_somebody_with_a_faster_clock_took_a_part_of_nothing_is_sold() -> None:
    shop = stocked(adjustment(2), adjustment(1, warehouse_id=WEST))
    found = hold(shop, "cart", [Wish(variant_id=variant(), quantity=3)], PLACES, NOON)
    assert isinstance(found, Holding)
    (stock,) = found.stocks
    robbed = replace(stock, promises=stock.promises[:1])
    assert sell({variant(): robbed}, "cart", "order", {variant(): 3}, NOON) == (HELD_NO_MORE,)


def test_what_is_not_wanted_any_more_is_free_again_once() -> None:
    shop = sold(3, 2, 2)
    (freed,) = unsold(shop.values(), "order", NOON)
    assert (levels(freed), freed.promises) == ({EAST: (2, 0), WEST: (2, 0)}, ())
    assert unsold([freed], "order", NOON) == ()
    assert unsold(shop.values(), "another", NOON) == ()


def test_what_leaves_is_neither_on_hand_nor_promised() -> None:
    shop = sold(3, 2, 2)
    first = left(shop, EAST, 1)
    assert levels(first) == {EAST: (1, 1), WEST: (2, 1)}
    second = left({variant(): first}, WEST, 1)  # type: ignore[dict-item]  # it is a stock
    assert levels(second) == {EAST: (1, 1), WEST: (1, 0)}
    last = left({variant(): second}, EAST, 1)  # type: ignore[dict-item]  # it is a stock
    assert levels(last) == {EAST: (0, 0), WEST: (1, 0)}
    assert isinstance(last, Stock)
    assert last.promises == ()


def test_units_may_leave_from_elsewhere_than_they_were_promised_from() -> None:
    shop = sold(2, 2, 2)
    assert levels(left(shop, WEST, 2)) == {EAST: (2, 0), WEST: (0, 0)}


def test_what_is_promised_to_others_does_not_leave() -> None:
    shop = sold(2, 2, 2)
    stock = shop[variant()]
    other = Promise(owner="another order", warehouse_id=WEST, quantity=1, until=None)
    west = replace(stock.level(WEST), reserved=1)
    shop[variant()] = replace(stock, levels=(stock.level(EAST), west), promises=(*stock.promises, other))
    refused = left(shop, WEST, 2)
    assert isinstance(refused, InsufficientStockError)
    assert (refused.code, refused.available, refused.field) == (
        ErrorCode.INSUFFICIENT_STOCK, 1, ("lines", "0", "quantity"),
    )  # fmt: skip
    assert levels(left(shop, WEST, 1)) == {EAST: (2, 1), WEST: (1, 1)}


def test_what_is_still_to_arrive_does_not_leave() -> None:
    level = Level(warehouse_id=EAST, on_hand=1, reserved=3, backorder_limit=5)
    promise = Promise(owner="order", warehouse_id=EAST, quantity=3, until=None)
    shop: dict[VariantId, Stock] = {
        variant(): Stock(variant_id=variant(), version=1, levels=(level,), changes=(), promises=(promise,))
    }
    refused = left(shop, EAST, 2)
    assert isinstance(refused, InsufficientStockError)
    assert refused.available == 1
    assert levels(left(shop, EAST, 1)) == {EAST: (0, 2)}


def test_more_than_was_sold_does_not_leave() -> None:
    refused = left(sold(1, 5), EAST, 2)
    assert isinstance(refused, InsufficientStockError)
    assert refused.available == 1
