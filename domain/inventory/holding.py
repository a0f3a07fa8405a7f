"""How stock is held for a buyer: all lines or none, from the warehouses in their order, until a moment.

What is held stands in the stock itself, as promises. So a hold that has run out is seen by whoever reads the stock, and
the next buyer who needs the units takes them, whether or not anybody has swept up behind it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from domain.errors import ErrorCode, InputError, InsufficientStockError, UserError
from domain.ids import VariantId, WarehouseId, product_of_variant
from domain.inventory.moving import following
from domain.inventory.stock import MOST_TOLD, MOST_UNITS, Level, Promise, Stock
from domain.values import value

HOLD_LIFE: Final = timedelta(minutes=15)
"""Long enough to pay in, short enough that an abandoned cart keeps the last unit from nobody for long."""
MOST_LINES: Final = 90
"""Variants of a hold: each is one write of the 100 that a transaction of the store takes; the rest is for the cart."""
MOST_PROMISES: Final = 2_000
"""Of one variant at a time: some 250 KB of the 400 KB that an item of the store takes."""


@value
class Wish:
    """Units of a variant that a buyer wants."""

    variant_id: VariantId
    quantity: int


@value
class Part:
    """Units of a hold that come from one warehouse."""

    variant_id: VariantId
    warehouse_id: WarehouseId
    quantity: int


@value
class Hold:
    """What is held for ``owner``, in the order of variants as they were wished; nobody's any more after ``until``."""

    owner: str
    parts: tuple[Part, ...]
    until: datetime

    @property
    def variants(self) -> tuple[VariantId, ...]:
        """Which stocks it stands in."""
        return tuple(dict.fromkeys(part.variant_id for part in self.parts))


@value
class Holding:
    """The next versions of the stocks that a hold changes, and the hold itself."""

    stocks: tuple[Stock, ...]
    hold: Hold


type Stocks = Mapping[VariantId, Stock]
type Refused = tuple[UserError, ...]


def hold(
    stocks: Stocks, owner: str, wishes: Sequence[Wish], warehouses: Sequence[WarehouseId], now: datetime
) -> Holding | Refused:
    """Hold exactly what is wished for the owner, in place of all that was held for it, or say what is missing.

    ``stocks`` are those there are of the variants wished and of those held for the owner so far. ``warehouses`` are in
    the order in which they are asked; units at once come before units that are still to arrive.
    """
    if errors := _malformed(wishes):
        return errors
    until, refusals = now + HOLD_LIFE, list[UserError]()
    parts: dict[VariantId, tuple[Part, ...]] = {}
    for variant, quantity in summed(wishes).items():
        free = without(stocks.get(variant) or _unknown(variant), (owner,), now)
        taken = _taken(free, quantity, warehouses)
        if isinstance(taken, int):
            refusals.append(_short(variant, quantity, taken, _line(wishes, variant)))
        elif len(free.promises) + len(taken) > MOST_PROMISES:
            refusals.append(_crowded(_line(wishes, variant)))
        else:
            parts[variant] = taken
    if refusals:
        return tuple(refusals)
    found = Hold(owner=owner, parts=tuple(part for of_one in parts.values() for part in of_one), until=until)
    return Holding(stocks=passed_on(stocks.values(), (owner,), found, now), hold=found)


def release(stocks: Iterable[Stock], owner: str, now: datetime) -> tuple[Stock, ...]:
    """Give back what is held for an owner; stocks in which nothing is, or has been sold already, stay as they are."""
    return passed_on(stocks, (owner,), None, now)


def kept(
    stocks: Stocks, holds: Iterable[Hold], owner: str, wanted: Mapping[VariantId, int], now: datetime
) -> Hold | None:
    """What of several holds an owner keeps: no more units than ``wanted``, those of the first holds first.

    It lasts until the first of those runs out that something is kept of. ``stocks`` are all that they stand in.
    """
    left, units, ends = dict(wanted), dict[tuple[VariantId, WarehouseId], int](), set[datetime]()
    for one in holds:
        for part in _standing(one, stocks, now):
            taken, place = min(part.quantity, left.get(part.variant_id, 0)), (part.variant_id, part.warehouse_id)
            if taken:
                left[part.variant_id] -= taken
                units[place] = units.get(place, 0) + taken
                ends.add(one.until)
    parts = (Part(variant_id=variant, warehouse_id=place, quantity=taken) for (variant, place), taken in units.items())
    return Hold(owner=owner, parts=tuple(parts), until=min(ends)) if units else None


def passed_on(stocks: Iterable[Stock], owners: Collection[str], after: Hold | None, now: datetime) -> tuple[Stock, ...]:
    """The next versions of the stocks in which what is held for the owners gives way to ``after``, or to nothing."""
    parts: dict[VariantId, list[Part]] = {}
    for part in after.parts if after else ():
        parts.setdefault(part.variant_id, []).append(part)
    changed = (_promised(stock, owners, after, parts.get(stock.variant_id, ()), now) for stock in stocks)
    return tuple(one for one in changed if one)


def summed(wishes: Iterable[Wish]) -> dict[VariantId, int]:
    """The lines of each variant together, in the order of their first."""
    sums: dict[VariantId, int] = {}
    for wish in wishes:
        sums[wish.variant_id] = sums.get(wish.variant_id, 0) + wish.quantity
    return sums


def within_reach(stock: Stock, owner: str, now: datetime) -> int:
    """How many units the owner could have, at once or later: with those held for it, and those held for nobody now."""
    found = without(stock, (owner,), now).availability
    return found.quantity + found.backorderable


def without(stock: Stock, owners: Collection[str], now: datetime) -> Stock:
    """The stock as it would be without what is held for the owners and without what has run out."""
    kept: list[Promise] = []
    freed: dict[WarehouseId, int] = {}
    for promise in stock.promises:
        if promise.stands(now) and (promise.owner not in owners or promise.until is None):
            kept.append(promise)
        else:
            freed[promise.warehouse_id] = freed.get(promise.warehouse_id, 0) + promise.quantity
    levels = tuple(replace(level, reserved=level.reserved - freed.get(level.warehouse_id, 0)) for level in stock.levels)
    return replace(stock, levels=levels, promises=tuple(kept))


def _standing(one: Hold, stocks: Stocks, now: datetime) -> Iterable[Part]:
    """What of a hold stands in the stocks still: who has a faster clock may have taken the rest, for it had run out."""
    for part in one.parts if one.until > now else ():
        own = Promise(owner=one.owner, warehouse_id=part.warehouse_id, quantity=part.quantity, until=one.until)
        if part.variant_id in stocks and own in stocks[part.variant_id].promises:
            yield part


def _promised(
    stock: Stock, owners: Collection[str], after: Hold | None, parts: Iterable[Part], now: datetime
) -> Stock | None:
    """The next version of a stock of which ``after`` has these parts; None when that changes nothing."""
    free = without(stock, owners, now)
    new = tuple(
        Promise(owner=after.owner, warehouse_id=part.warehouse_id, quantity=part.quantity, until=after.until)
        for part in parts
        if after
    )
    if Counter((*free.promises, *new)) == Counter(stock.promises):
        return None
    more = {one.warehouse_id: one.quantity for one in new}
    levels = [replace(level, reserved=level.reserved + more.get(level.warehouse_id, 0)) for level in free.levels]
    return following(stock, stock.variant_id, levels, now, free.promises + new)


def _taken(free: Stock, quantity: int, warehouses: Sequence[WarehouseId]) -> tuple[Part, ...] | int:
    """From where so many units come; how many there are when that is fewer."""
    taken: dict[WarehouseId, int] = {}
    left = quantity
    levels = [free.level(one) for one in warehouses]
    for at_once in (True, False):
        for level in levels:
            units = min(left, level.available if at_once else level.backorderable)
            if units:
                taken[level.warehouse_id] = taken.get(level.warehouse_id, 0) + units
                left -= units
    if left:
        return quantity - left
    return tuple(Part(variant_id=free.variant_id, warehouse_id=place, quantity=units) for place, units in taken.items())


def _unknown(variant: VariantId) -> Stock:
    """What nobody has counted is not sold."""
    return Stock(variant_id=variant, version=0, levels=tuple[Level, ...](), changes=())


def _malformed(wishes: Sequence[Wish]) -> Refused:
    if not 1 <= len(summed(wishes)) <= MOST_LINES:
        return (InputError(code=ErrorCode.INVALID, message=f"1 to {MOST_LINES} variants are held together"),)
    return tuple(error for number, wish in enumerate(wishes) for error in _line_errors(wish, number))


def _line_errors(wish: Wish, number: int) -> Iterable[UserError]:
    path = ("lines", str(number))
    if product_of_variant(wish.variant_id) is None:
        yield InputError(code=ErrorCode.NOT_FOUND, message="there is no such variant", field=(*path, "variantId"))
    if not 1 <= wish.quantity <= MOST_UNITS:
        message = f"1 to {MOST_UNITS:,} units are held, not {wish.quantity:,}"
        yield InputError(code=ErrorCode.INVALID, message=message, field=(*path, "quantity"))


def _line(wishes: Sequence[Wish], variant: VariantId) -> tuple[str, ...]:
    """The first line of a variant."""
    return "lines", str(next(number for number, wish in enumerate(wishes) if wish.variant_id == variant))


def _short(variant: VariantId, requested: int, available: int, path: tuple[str, ...]) -> InsufficientStockError:
    return InsufficientStockError(
        message=f"{available:,} of {requested:,} can be had" if available else "it is sold out",
        field=(*path, "quantity"),
        variant_id=variant,
        requested=min(MOST_TOLD, requested),
        available=min(MOST_TOLD, available),
    )


def _crowded(path: tuple[str, ...]) -> InputError:
    message = f"{MOST_PROMISES:,} buyers hold it at the moment; try again in a minute"
    return InputError(code=ErrorCode.CONFLICT, message=message, field=(*path, "variantId"))
