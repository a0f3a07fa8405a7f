"""How stock is changed: what staff ask becomes the next version of each stock, or the reason why it cannot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Final

from domain.errors import ErrorCode, InputError, InsufficientStockError, UserError
from domain.ids import MovementId, VariantId, WarehouseId, product_of_variant
from domain.inventory.stock import KEPT_CHANGES, MOST_TOLD, MOST_UNITS, Change, Level, Promise, Stock
from domain.values import value

MOST_LINES: Final = 45
"""Of one request: each line writes a stock and a movement, and one transaction of the store takes 100 writes."""
LONGEST_REFERENCE: Final = 200


class MovementReason(Enum):
    """Why stock was moved.

    RECEIVED: Goods came in.
    SOLD: Goods went out to a buyer.
    RETURNED: Goods came back from a buyer.
    DAMAGED: Goods were lost or cannot be sold.
    COUNTED: A count found another number than was known.
    TRANSFERRED: Goods went from one warehouse to another.
    """

    RECEIVED = "RECEIVED"
    SOLD = "SOLD"
    RETURNED = "RETURNED"
    DAMAGED = "DAMAGED"
    COUNTED = "COUNTED"
    TRANSFERRED = "TRANSFERRED"


@value
class Adjustment:
    """Units of a variant that come into a warehouse or, negative, leave it."""

    variant_id: VariantId
    warehouse_id: WarehouseId
    delta: int
    reason: MovementReason
    reference: str | None = None


@value
class Movement:
    """An adjustment that happened; ``actor`` is the user pool's id of who asked for it."""

    id: MovementId
    variant_id: VariantId
    warehouse_id: WarehouseId
    delta: int
    reason: MovementReason
    reference: str | None
    actor: str
    at: datetime


@value
class Bounds:
    """What staff set of a variant in a warehouse; None leaves it as it is."""

    variant_id: VariantId
    warehouse_id: WarehouseId
    safety_stock: int | None = None
    backorder_limit: int | None = None


type Refused = tuple[UserError, ...]
type Stocks = Mapping[VariantId, Stock]
type Path = tuple[str, ...]


def adjusted(
    stocks: Stocks, asked: Sequence[Adjustment], warehouses: Iterable[WarehouseId], now: datetime
) -> tuple[Stock, ...] | Refused:
    """The next version of each stock that is asked for: all lines or none, those of one place summed first.

    ``stocks`` are those there are of the variants. The errors name the first line of the place that cannot be.
    """
    if refused := _malformed(asked, frozenset(warehouses)):
        return refused
    refusals: list[UserError] = []
    levels: dict[VariantId, list[Level]] = {}
    for (variant, warehouse), delta in summed(asked).items():
        stock = stocks.get(variant)
        old = stock.level(warehouse) if stock else Level(warehouse_id=warehouse)
        new = replace(old, on_hand=old.on_hand + delta)
        if not new.sound:
            line = next(n for n, one in enumerate(asked) if (one.variant_id, one.warehouse_id) == (variant, warehouse))
            refusals.append(_unsound(variant, old, delta, line))
        levels.setdefault(variant, []).append(new)
    if refusals:
        return tuple(refusals)
    return tuple(following(stocks.get(variant), variant, new, now) for variant, new in levels.items())


def summed(asked: Iterable[Adjustment]) -> dict[tuple[VariantId, WarehouseId], int]:
    """The lines of each place together."""
    sums: dict[tuple[VariantId, WarehouseId], int] = {}
    for one in asked:
        place = (one.variant_id, one.warehouse_id)
        sums[place] = sums.get(place, 0) + one.delta
    return sums


def transfer(
    variant: VariantId, origin: WarehouseId, target: WarehouseId, quantity: int
) -> tuple[Adjustment, ...] | Refused:
    """The two adjustments that move units from one warehouse to another."""
    if not 1 <= quantity <= MOST_UNITS:
        return (_invalid(f"a transfer moves 1 to {MOST_UNITS:,} units, not {quantity:,}", "quantity"),)
    if origin == target:
        return (_invalid("a transfer leads to another warehouse than it comes from", "toWarehouseId"),)
    return tuple(
        Adjustment(variant_id=variant, warehouse_id=place, delta=delta, reason=MovementReason.TRANSFERRED)
        for place, delta in ((origin, -quantity), (target, quantity))
    )


def bounded(stock: Stock | None, asked: Bounds, warehouses: Iterable[WarehouseId], now: datetime) -> Stock | Refused:
    """The stock with other bounds in a warehouse; equal bounds give ``stock`` itself back, if there is one."""
    if unknown := _place_errors(asked.variant_id, asked.warehouse_id, frozenset(warehouses), ()):
        return unknown
    old = stock.level(asked.warehouse_id) if stock else Level(warehouse_id=asked.warehouse_id)
    given = {"safetyStock": asked.safety_stock, "backorderLimit": asked.backorder_limit}
    errors = tuple(
        _invalid(f"it is from 0 to {MOST_UNITS:,}, not {count:,}", name)
        for name, count in given.items()
        if count is not None and not 0 <= count <= MOST_UNITS
    )
    if errors:
        return errors
    new = replace(
        old,
        safety_stock=old.safety_stock if asked.safety_stock is None else asked.safety_stock,
        backorder_limit=old.backorder_limit if asked.backorder_limit is None else asked.backorder_limit,
    )
    if not new.sound:
        least = old.reserved - old.on_hand
        return (
            _invalid(f"no less than {least:,} will do: so many are promised beyond those on hand", "backorderLimit"),
        )
    if stock is not None and new == old:
        return stock
    return following(stock, asked.variant_id, [new], now)


def following(
    stock: Stock | None,
    variant: VariantId,
    levels: Iterable[Level],
    now: datetime,
    promises: tuple[Promise, ...] | None = None,
) -> Stock:
    """The next version of a stock, with these levels in place of those of the same warehouses.

    ``promises`` take the place of those there are; None leaves them.
    """
    new = {level.warehouse_id: level for level in (*(stock.levels if stock else ()), *levels)}
    version = stock.version + 1 if stock else 1
    kept = promises if promises is not None else stock.promises if stock else ()
    bare = Stock(variant_id=variant, version=version, levels=tuple(new.values()), changes=(), promises=kept)
    change = Change(seq=version, at=now, availability=bare.availability)
    changes = (*(stock.changes if stock else ()), change)[-KEPT_CHANGES:]
    return replace(bare, changes=changes)


def _malformed(asked: Sequence[Adjustment], warehouses: frozenset[WarehouseId]) -> Refused:
    if not 1 <= len(asked) <= MOST_LINES:
        return (_invalid(f"1 to {MOST_LINES} changes go together, not {len(asked):,}", "changes"),)
    return tuple(error for number, one in enumerate(asked) for error in _line_errors(one, number, warehouses))


def _line_errors(one: Adjustment, number: int, warehouses: frozenset[WarehouseId]) -> Iterable[UserError]:
    path = ("changes", str(number))
    yield from _place_errors(one.variant_id, one.warehouse_id, warehouses, path)
    if one.delta == 0 or abs(one.delta) > MOST_UNITS:
        yield _invalid(f"a change is of 1 to {MOST_UNITS:,} units, in or out, not {one.delta:,}", *path, "delta")
    if len(one.reference or "") > LONGEST_REFERENCE:
        yield _invalid(f"a reference has at most {LONGEST_REFERENCE} characters", *path, "reference")


def _place_errors(
    variant: VariantId, warehouse: WarehouseId, warehouses: frozenset[WarehouseId], path: Path
) -> tuple[InputError, ...]:
    found: list[InputError] = []
    if product_of_variant(variant) is None:
        found.append(_missing("there is no such variant", *path, "variantId"))
    if warehouse not in warehouses:
        found.append(_missing("there is no such warehouse", *path, "warehouseId"))
    return tuple(found)


def _unsound(variant: VariantId, old: Level, delta: int, line: int) -> UserError:
    """Why a level cannot become what a change makes of it."""
    if delta > 0:
        return _invalid(f"a warehouse holds at most {MOST_UNITS:,} units of a variant", "changes", str(line), "delta")
    free = min(old.on_hand, old.on_hand + old.backorder_limit - old.reserved)
    return InsufficientStockError(
        message=f"only {free:,} can be taken away, not {-delta:,}",
        field=("changes", str(line), "delta"),
        variant_id=variant,
        requested=min(MOST_TOLD, -delta),
        available=free,
    )


def _invalid(message: str, *path: str) -> InputError:
    return InputError(code=ErrorCode.INVALID, message=message, field=path)


def _missing(message: str, *path: str) -> InputError:
    return InputError(code=ErrorCode.NOT_FOUND, message=message, field=path)
