"""What becomes of held goods that are bought: promised to the order until they leave the house, or stay in it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.errors import ErrorCode, InputError, InsufficientStockError, UserError
from domain.ids import VariantId, WarehouseId
from domain.inventory.moving import following
from domain.inventory.stock import MOST_TOLD, Level, Promise, Stock
from domain.values import value

HELD_NO_MORE: Final = InputError(code=ErrorCode.RESERVATION_EXPIRED, message="what was held is held no more")

type Units = Mapping[VariantId, int]
type Stocks = Mapping[VariantId, Stock]
type Refused = tuple[UserError, ...]


@value
class Leaving:
    """Units that leave a warehouse for a buyer, of one variant each."""

    buyer: str
    warehouse_id: WarehouseId
    units: Units


def sell(stocks: Stocks, owner: str, buyer: str, wanted: Units, now: datetime) -> tuple[Stock, ...] | Refused:
    """Turn what is held for ``owner`` into what was sold to ``buyer``, an order say, and is kept until it leaves.

    Exactly what is ``wanted`` must be held. A hold that has run out is refused, even where the units are still there:
    the buyer holds them anew.
    """
    sold = []
    for variant, units in wanted.items():
        stock = stocks.get(variant)
        own = [one for one in stock.promises if one.owner == owner and one.until is not None] if stock else []
        if stock is None or not all(one.stands(now) for one in own) or sum(one.quantity for one in own) != units:
            return (HELD_NO_MORE,)
        kept = tuple(replace(one, owner=buyer, until=None) if one in own else one for one in stock.promises)
        sold.append(following(stock, variant, (), now, kept))
    return tuple(sold)


def unsold(stocks: Iterable[Stock], buyer: str, now: datetime) -> tuple[Stock, ...]:
    """The next versions of those stocks in which units are promised to a buyer who takes none: they are free again."""
    found = []
    for stock in stocks:
        own = _promised(stock, buyer)
        if own:
            levels = [_less_reserved(stock.level(place), _at(own, place)) for place in _places(own)]
            kept = tuple(one for one in stock.promises if one not in own)
            found.append(following(stock, stock.variant_id, levels, now, kept))
    return tuple(found)


def leave(stocks: Stocks, asked: Leaving, now: datetime) -> tuple[Stock, ...] | Refused:
    """Units that were sold leave a warehouse, and what was promised of them is kept.

    What was promised of this warehouse's goes first; for more, another's promise is kept from here, if that leaves
    this one what it has promised to others. Errors lie at ``("lines", place, "quantity")``, by the order of units.
    """
    changed, errors = [], list[UserError]()
    for place, (variant, units) in enumerate(asked.units.items()):
        stock = stocks.get(variant)
        most = _most(stock, asked) if stock else 0
        if stock is None or units > most:
            errors.append(_short(variant, units, most, place))
        else:
            changed.append(_left(stock, asked, units, now))
    return tuple(errors) or tuple(changed)


def _left(stock: Stock, asked: Leaving, units: int, now: datetime) -> Stock:
    own, taken = _promised(stock, asked.buyer), dict[WarehouseId, int]()
    kept, left = [one for one in stock.promises if one not in own], units
    for one in sorted(own, key=lambda one: one.warehouse_id != asked.warehouse_id):
        part = min(left, one.quantity)
        taken[one.warehouse_id] = taken.get(one.warehouse_id, 0) + part
        left -= part
        if part < one.quantity:
            kept.append(replace(one, quantity=one.quantity - part))
    levels = {place: _less_reserved(stock.level(place), part) for place, part in taken.items()}
    here = levels.get(asked.warehouse_id) or stock.level(asked.warehouse_id)
    levels[asked.warehouse_id] = replace(here, on_hand=here.on_hand - units)
    return following(stock, stock.variant_id, levels.values(), now, tuple(kept))


def _most(stock: Stock, asked: Leaving) -> int:
    """How many units can leave the warehouse for the buyer, so that its level stays sound.

    Of each unit that was promised from here, on hand and reserved grow less together; others take from what is free.
    """
    own, here = _promised(stock, asked.buyer), stock.level(asked.warehouse_id)
    free = here.on_hand + here.backorder_limit - here.reserved
    return min(sum(one.quantity for one in own), here.on_hand, _at(own, asked.warehouse_id) + free)


def _promised(stock: Stock, buyer: str) -> list[Promise]:
    return [one for one in stock.promises if one.owner == buyer and one.until is None]


def _places(promises: Iterable[Promise]) -> tuple[WarehouseId, ...]:
    return tuple(dict.fromkeys(one.warehouse_id for one in promises))


def _at(promises: Iterable[Promise], place: WarehouseId) -> int:
    return sum(one.quantity for one in promises if one.warehouse_id == place)


def _less_reserved(level: Level, units: int) -> Level:
    return replace(level, reserved=level.reserved - units)


def _short(variant: VariantId, units: int, most: int, place: int) -> InsufficientStockError:
    return InsufficientStockError(
        message=f"only {most:,} can leave this warehouse, not {units:,}",
        field=("lines", str(place), "quantity"),
        variant_id=variant,
        requested=min(MOST_TOLD, units),
        available=min(MOST_TOLD, most),
    )
