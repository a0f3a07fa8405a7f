"""What a cart costs, computed another way: unit by unit, in fractions, rounded only where the law says so."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import floor
from typing import NamedTuple

from domain.addresses import Destination
from domain.cart.discounts import Discount, DiscountKind
from domain.cart.offers import Offer
from domain.cart.taxes import ShippingTax, TaxRate, TaxTable
from domain.ids import CategoryId
from domain.money import CurrencyCode

MILLION = 1_000_000


class Line(NamedTuple):
    offer: Offer
    quantity: int
    price: int


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def largest_remainder(amount: int, weights: Sequence[Fraction | int]) -> list[int]:
    """Hands out one unit after the other, each to whom the most of an exact share is missing."""
    if not weights:
        return []
    scale = weights if any(weights) else [1] * len(weights)
    exact = [Fraction(amount) * weight / sum(scale) for weight in scale]
    parts = [floor(share) for share in exact]
    for _ in range(amount - sum(parts)):
        missing = [share - part for share, part in zip(exact, parts, strict=True)]
        parts[missing.index(max(missing))] += 1
    return parts


def matches(discount: Discount, offer: Offer) -> bool:
    wanted = {*discount.product_ids, *discount.collection_ids, *discount.category_ids}
    return not wanted or bool(wanted & {offer.product_id, *offer.collection_ids, *offer.category_ids})


def after_discounts(lines: Sequence[Line], discounts: Iterable[Discount], currency: CurrencyCode) -> list[int]:
    """What is left of each line after these discounts, given in the order of kinds that the rule states."""
    left = [line.price * line.quantity for line in lines]
    units = [(line.price, place) for place, line in enumerate(lines) for _ in range(line.quantity)]
    kinds = [DiscountKind.BUY_X_GET_Y, DiscountKind.PERCENT, DiscountKind.FIXED]
    ordered = [one for kind in kinds for one in sorted(discounts, key=lambda one: one.id) if one.kind is kind]
    for one in ordered:
        scope = [place for place, line in enumerate(lines) if matches(one, line.offer)]
        if one.kind is DiscountKind.BUY_X_GET_Y:
            pool = sorted(unit for unit in units if unit[1] in scope)
            groups = len(pool) // (one.buy + one.get)
            free, bought = pool[: groups * one.get], pool[len(pool) - groups * one.buy :]
            for price, place in free:
                left[place] -= price
            for unit in [*free, *bought]:
                units.remove(unit)
            continue
        costs = sum(left[place] for place in scope)
        off = half_up(Fraction(costs) * one.rate / MILLION)
        if one.kind is DiscountKind.FIXED:
            off = min(costs, sum(amount.minor for amount in one.amounts if amount.currency is currency))
        for place, part in zip(scope, largest_remainder(off, [left[place] for place in scope]), strict=True):
            left[place] -= part
    return left


def rates(table: TaxTable, region: str | None, categories: Sequence[CategoryId]) -> dict[str, int]:
    """By name: the last word of the rows read from the least to the most specific."""

    def rank(row: TaxRate) -> tuple[bool, int]:
        near = len(categories) - categories.index(row.category_id) if row.category_id else 0
        return (row.region is not None, near)

    rows = [
        row
        for row in reversed(table.rates)
        if row.region in {None, region} and (row.category_id is None or row.category_id in categories)
    ]
    return {row.name: row.rate for row in sorted(rows, key=rank)}


def tax(lines: Sequence[Line], costs: Sequence[int], shipping: int, table: TaxTable, to: Destination) -> int:
    """All taxes together: each rate, or each combination that prices include, rounded once."""
    region = (to.region or "").removeprefix("DE-") or None
    bases: dict[frozenset[tuple[str, int]], Fraction] = {}

    def carries(amount: Fraction | int, row: dict[str, int]) -> None:
        for key in [frozenset(row.items())] if table.included else [frozenset([item]) for item in row.items()]:
            bases[key] = bases.get(key, Fraction(0)) + amount

    own = [rates(table, region, line.offer.category_ids) if line.offer.taxable else {} for line in lines]
    for cost, row in zip(costs, own, strict=True):
        carries(cost, row)
    if table.shipping is ShippingTax.STANDARD:
        carries(shipping, rates(table, region, ()))
    if table.shipping is ShippingTax.AS_GOODS:
        sent = [place for place, line in enumerate(lines) if line.offer.ships]
        for place, share in zip(sent, largest_remainder(shipping, [costs[place] for place in sent]), strict=True):
            carries(share, own[place])
    total = 0
    for key, amount in bases.items():
        rate = Fraction(sum(rate for _, rate in key), MILLION)
        total += half_up(amount * rate / (1 + rate) if table.included else amount * rate)
    return total
