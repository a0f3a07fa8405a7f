"""Which taxes a cart carries, and how much: from the table of the country it goes to, exact to the minor unit.

Each tax is computed once per rate over the whole cart and rounded half up there, then parted among the lines, so that
what the lines carry is exactly what is paid. (docs/decisions/0012)
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from domain.addresses import Destination, plain_country, plain_region
from domain.cart.offers import Item
from domain.ids import CategoryId
from domain.shares import MILLION, half_up, shared
from domain.values import value


class ShippingTax(Enum):
    """How shipping is taxed.

    AS_GOODS: As the goods that are sent, each in proportion to what it costs.
    STANDARD: By the rates that hold without a category.
    EXEMPT: Not at all.
    """

    AS_GOODS = "AS_GOODS"
    STANDARD = "STANDARD"
    EXEMPT = "EXEMPT"


@value
class TaxRate:
    """A rate in parts per million, for a region of the table's country and a category with those below it, if given.

    Rates of one ``name`` replace each other: a region's own come before its country's, then the nearest category's
    before all others. Rates of different names add up, each on the price before tax.
    """

    name: str
    rate: int
    region: str | None = None
    category_id: CategoryId | None = None


@value
class TaxTable:
    """A country's rates. ``included``: prices hold the tax already; otherwise it comes on top of them."""

    country: str
    version: int
    included: bool
    rates: tuple[TaxRate, ...] = ()
    shipping: ShippingTax = ShippingTax.AS_GOODS


@value
class TaxPart:
    """What one rate comes to: ``amount`` of tax on ``net`` before tax, both in minor units of the cart's currency."""

    name: str
    rate: int
    net: int
    amount: int


@value
class Taxed:
    """A cart's taxes, in minor units: of each line, of shipping, and of each rate; all sum to ``total``."""

    included: bool
    lines: tuple[int, ...]
    shipping: int
    parts: tuple[TaxPart, ...]

    @property
    def total(self) -> int:
        """All taxes together."""
        return sum(part.amount for part in self.parts)


class _Portion(NamedTuple):
    """Minor units that carry the same rates; ``line`` is the place of the line they tax, None: shipping."""

    line: int | None
    amount: int
    rates: tuple[tuple[str, int], ...]


def table_of(tables: Iterable[TaxTable], to: Destination | None) -> TaxTable | None:
    """The table of the country that the cart goes to."""
    return table_in(tables, to.country) if to else None


def table_in(tables: Iterable[TaxTable], country: str) -> TaxTable | None:
    """The table of a country."""
    return next((table for table in tables if plain_country(table.country) == plain_country(country)), None)


def rates_of(table: TaxTable, to: Destination, categories: Sequence[CategoryId]) -> tuple[tuple[str, int], ...]:
    """Name and rate of all taxes on something in these ``categories``, which are nearest first.

    In the order of their names, so that what carries the same taxes is known to.
    """
    region = plain_region(to.region, to.country)
    best: dict[str, tuple[tuple[bool, int], int]] = {}
    for one in table.rates:
        if one.region is not None and plain_region(one.region, table.country) != region:
            continue
        if one.category_id is not None and one.category_id not in categories:
            continue
        near = -categories.index(one.category_id) if one.category_id is not None else -len(categories)
        rank = (one.region is not None, near)
        if one.name not in best or rank > best[one.name][0]:
            best[one.name] = (rank, one.rate)
    return tuple((name, rate) for name, (_, rate) in sorted(best.items()))


def taxed(
    items: Sequence[Item], costs: Sequence[int], shipping: int, table: TaxTable | None, to: Destination | None
) -> Taxed:
    """The taxes on lines that cost ``costs`` after discounts, and on ``shipping``; none without a table."""
    lines, freight, parts = [0] * len(items), 0, dict[tuple[str, int], tuple[int, int]]()
    portions = _portions(items, costs, shipping, table, to) if table and to else []
    included = table is not None and table.included
    for rates, sharing in _grouped(portions, together=included):
        amounts = [portion.amount for portion in sharing]
        rate = sum(rate for _, rate in rates)
        tax = half_up(sum(amounts) * rate, MILLION + (rate if included else 0))
        for portion, share in zip(sharing, shared(tax, amounts), strict=True):
            if portion.line is None:
                freight += share
            else:
                lines[portion.line] += share
        net = sum(amounts) - (tax if included else 0)
        for key, share in zip(rates, shared(tax, [rate for _, rate in rates]), strict=True):
            before = parts.get(key, (0, 0))
            parts[key] = (before[0] + net, before[1] + share)
    return Taxed(
        included=included,
        lines=tuple(lines),
        shipping=freight,
        parts=tuple(TaxPart(name=name, rate=rate, net=net, amount=sum_) for (name, rate), (net, sum_) in parts.items()),
    )


def _grouped(
    portions: Iterable[_Portion], *, together: bool
) -> Iterable[tuple[tuple[tuple[str, int], ...], list[_Portion]]]:
    """What is rounded at once: the portions of each rate, or (``together``) of each combination of rates.

    Taxes that prices hold are taken out of them together, lest several rounded up take more than there is.
    """
    groups: dict[tuple[tuple[str, int], ...], list[_Portion]] = {}
    for portion in portions:
        for rates in [portion.rates] if together else [(rate,) for rate in portion.rates]:
            groups.setdefault(rates, []).append(portion)
    return [(rates, sharing) for rates, sharing in groups.items() if rates]


def _portions(
    items: Sequence[Item], costs: Sequence[int], shipping: int, table: TaxTable, to: Destination
) -> list[_Portion]:
    rates = [
        rates_of(table, to, item.offer.category_ids) if item.offer and item.offer.taxable else () for item in items
    ]
    goods = [_Portion(line, costs[line], rates[line]) for line in range(len(items))]
    if table.shipping is ShippingTax.STANDARD:
        return [*goods, _Portion(None, shipping, rates_of(table, to, ()))]
    sent = [line for line, item in enumerate(items) if item.ships]
    if table.shipping is ShippingTax.EXEMPT or not sent:
        return goods
    shares = shared(shipping, [costs[line] for line in sent])
    return [*goods, *(_Portion(None, share, rates[line]) for line, share in zip(sent, shares, strict=True))]
