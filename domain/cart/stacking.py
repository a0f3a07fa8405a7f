"""Which discounts a cart gets, and what each takes off each line.

Every automatic discount that can be given is given, and of the codes for goods the one that saves the buyer most; they
lower a price in the order buy-x-get-y, percent, fixed, each what the one before has left; free shipping is given once,
beside them. (docs/decisions/0012)
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from domain.cart.discounts import Basket, Discount, DiscountKind, Hindered, Obstacle, canonical, hindered, in_scope
from domain.money import price_in
from domain.shares import MILLION, half_up, shared
from domain.values import value

_ORDER: Final = {kind: place for place, kind in enumerate(DiscountKind)}


@value
class Taken:
    """What a discount takes off each line, in minor units, in the order of the lines; free shipping takes nothing."""

    discount: Discount
    off: tuple[int, ...]


@value
class Refusal:
    """A code that gives nothing, as the buyer wrote it."""

    code: str
    why: Hindered


@value
class Stack:
    """The discounts that are given, in their order, and the codes that are not."""

    taken: tuple[Taken, ...]
    refused: tuple[Refusal, ...]

    @property
    def frees_shipping(self) -> Discount | None:
        """The discount by which shipping costs nothing."""
        return next((one.discount for one in self.taken if one.discount.kind is DiscountKind.FREE_SHIPPING), None)

    def off(self, lines: int) -> tuple[int, ...]:
        """What all discounts together take off each line."""
        return tuple(sum(one.off[line] for one in self.taken) for line in range(lines))


class _Left(NamedTuple):
    """What earlier discounts have left of each line: minor units to lower, units that no offer of units has counted."""

    minor: list[int]
    units: list[int]


def stacked(basket: Basket, discounts: Iterable[Discount], codes: Sequence[str]) -> Stack:
    """The discounts that the cart gets. ``discounts`` are all automatic ones and at least those of ``codes``."""
    known = sorted(discounts, key=lambda one: (_ORDER[one.kind], one.id))
    usable = [one for one in known if one.code is None and hindered(one, basket) is None]
    asked = {canonical(code): code for code in reversed(codes)}
    by_code = {canonical(one.code): one for one in known if one.code is not None}
    refused: dict[str, Hindered] = {}
    for plain in asked:
        why = hindered(by_code[plain], basket) if plain in by_code else _UNKNOWN
        if why:
            refused[plain] = why
    tried = [by_code[plain] for plain in dict.fromkeys(map(canonical, codes)) if plain not in refused]
    goods = [one for one in usable if one.kind is not DiscountKind.FREE_SHIPPING]
    taken = _given(basket, [*goods, *_best(basket, goods, tried), *_freeing(usable, tried)])
    given = {one.discount.id for one in taken}
    refused |= {canonical(one.code or ""): _OUTDONE for one in tried if one.id not in given}
    order = (plain for plain in dict.fromkeys(map(canonical, codes)) if plain in refused)
    return Stack(taken=taken, refused=tuple(Refusal(code=asked[plain], why=refused[plain]) for plain in order))


_UNKNOWN: Final = Hindered(obstacle=Obstacle.UNKNOWN, message="there is no such code")
_OUTDONE: Final = Hindered(obstacle=Obstacle.OUTDONE, message="the cart has a discount that gives as much or more")


def _best(basket: Basket, automatic: Sequence[Discount], tried: Sequence[Discount]) -> list[Discount]:
    """Of the codes for goods the one that saves most together with the automatic discounts; the first of equals.

    None of them when the buyer saves as much without: an offer of units can take units from another that gives more.
    """
    choices = [[], *([one] for one in tried if one.kind is not DiscountKind.FREE_SHIPPING)]
    return max(choices, key=lambda code: sum(sum(one.off) for one in _given(basket, [*automatic, *code])))


def _freeing(usable: Sequence[Discount], tried: Sequence[Discount]) -> list[Discount]:
    """What makes shipping free: an automatic discount before a code, so that no code is used for nothing."""
    return [one for one in (*usable, *tried) if one.kind is DiscountKind.FREE_SHIPPING][:1]


def _given(basket: Basket, discounts: Iterable[Discount]) -> tuple[Taken, ...]:
    """What each discount takes; one for goods that finds nothing left to take is not given, and so not used."""
    left = _Left([item.gross for item in basket.items], [item.quantity for item in basket.items])
    taken = []
    for discount in sorted(discounts, key=lambda one: (_ORDER[one.kind], one.id)):
        found = _Left([*left.minor], [*left.units])
        off = _off(discount, basket, found)
        if any(off) or discount.kind is DiscountKind.FREE_SHIPPING:
            left = _Left([minor - less for minor, less in zip(left.minor, off, strict=True)], found.units)
            taken.append(Taken(discount=discount, off=off))
    return tuple(taken)


def _off(discount: Discount, basket: Basket, left: _Left) -> tuple[int, ...]:
    scope = [in_scope(discount, item) for item in basket.items]
    if discount.kind is DiscountKind.BUY_X_GET_Y:
        return _freed(discount, basket, left, scope)
    costs = [minor if within else 0 for minor, within in zip(left.minor, scope, strict=True)]
    return shared(min(_wanted(discount, basket, sum(costs)), sum(costs)), costs)


def _wanted(discount: Discount, basket: Basket, costs: int) -> int:
    if discount.kind is DiscountKind.PERCENT:
        return half_up(costs * discount.rate, MILLION)
    amount = price_in(discount.amounts, basket.currency) if discount.kind is DiscountKind.FIXED else None
    return amount.minor if amount is not None else 0


def _freed(discount: Discount, basket: Basket, left: _Left, scope: Sequence[bool]) -> tuple[int, ...]:
    """As many groups of ``buy`` and ``get`` units as there are; of all units in scope the cheapest are free.

    A unit counts for one discount of this kind only, be it as bought (the dearest) or as free.
    """
    cheapest = sorted((place for place, within in enumerate(scope) if within), key=lambda place: _price(basket, place))
    groups = sum(left.units[place] for place in cheapest) // max(discount.buy + discount.get, 1)
    free = _counted(left, cheapest, groups * discount.get)
    _counted(left, cheapest[::-1], groups * discount.buy)
    return tuple(free.get(place, 0) * _price(basket, place) for place in range(len(scope)))


def _price(basket: Basket, place: int) -> int:
    return basket.items[place].unit_price.minor


def _counted(left: _Left, places: Iterable[int], units: int) -> dict[int, int]:
    """Take ``units`` from lines in this order; gives how many from each."""
    counts = {}
    for place in places:
        counts[place] = min(units, left.units[place])
        left.units[place] -= counts[place]
        units -= counts[place]
    return counts
