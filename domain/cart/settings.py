"""What staff may set of discounts, shipping zones and tax tables: an empty list of reasons why not, or all of them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from domain.addresses import COUNTRY, NO_COUNTRY, UNPRINTABLE, plain_country, plain_postal_code, plain_region
from domain.cart.carts import MOST_QUANTITY, MOST_WORTH
from domain.cart.discounts import LONGEST_CODE, Discount, DiscountKind, canonical, is_code
from domain.cart.shipping import ShippingRate, ShippingZone
from domain.cart.taxes import TaxTable
from domain.cart.totals import Terms
from domain.errors import ErrorCode, InputError
from domain.ids import noun_of
from domain.money import Money
from domain.shares import MILLION

MOST_SCOPE: Final = 100
"""Products, collections and categories of one discount each."""
MOST_PLACES: Final = 500
MOST_RATES: Final = 20
MOST_BRACKETS: Final = 50
MOST_TAX_RATES: Final = 1000
"""Bounds that keep each document well inside one DynamoDB item (400 KB); the United States have some 50 regions."""
MOST_PARTS: Final = 5000
"""Places, brackets and rates of all zones and tables together. Every cart reads them all: with some 100 bytes each as a
rule, half of what one query answers (1 MB, DynamoDB's developer guide)."""
MOST_AUTOMATIC: Final = 15
"""Automatic discounts that have not ended. Using one is up to two writes: with two codes 34 of the 100 of an order's
transaction (DynamoDB quotas), where the goods of 50 lines take 53."""
LONGEST_NAME: Final = 255
LONGEST_TAX_NAME: Final = 40
"""Of 1,000 rates it leaves room in an item; "VAT" and "Sales tax" are short."""
LONGEST_REGION: Final = 10
LONGEST_POSTAL_PREFIX: Final = 16
"""Characters: codes of ISO 3166-2 have at most 6, and postal codes at most 10 (Universal Postal Union)."""
HEAVIEST: Final = 2**31 - 1
"""GraphQL's Int ends here (GraphQL specification, section 3.5.1)."""

type Found = Iterator[InputError]


def discount_errors(one: Discount) -> tuple[InputError, ...]:
    """Why a discount cannot be stored as it is."""
    return (
        *_name(one.title, LONGEST_NAME, "title"),
        *_kind(one),
        *_code(one),
        *_bounds(one),
        *_scope(one),
        *_amounts(one.min_subtotal, "minSubtotal"),
    )


def zone_errors(zone: ShippingZone) -> tuple[InputError, ...]:
    """Why a shipping zone cannot be stored as it is."""
    return (*_name(zone.name, LONGEST_NAME, "name"), *_places(zone), *_rates(zone))


def table_errors(table: TaxTable) -> tuple[InputError, ...]:
    """Why a tax table cannot be stored as it is."""
    return (*_country(table.country, "country"), *_tax_rates(table))


def room_errors(terms: Terms, new: Discount | ShippingZone | TaxTable, now: datetime) -> tuple[InputError, ...]:
    """Why ``new`` cannot be stored beside, or in place of its older version among, what every cart is asked for."""
    if isinstance(new, Discount):
        others = [one for one in terms.discounts if one.id != new.id and not _ended(one, now)]
        if new.code is not None or _ended(new, now) or len(others) < MOST_AUTOMATIC:
            return ()
        message = f"a shop has at most {MOST_AUTOMATIC} automatic discounts that have not ended; give it a code"
        return (_error(message, "code"),)
    zones = {one.id: one for one in terms.zones}
    tables = {plain_country(one.country): one for one in terms.taxes}
    if isinstance(new, ShippingZone):
        zones[new.id] = new
    else:
        tables[plain_country(new.country)] = new
    parts = sum(map(_zone_parts, zones.values())) + sum(1 + len(one.rates) for one in tables.values())
    if parts <= MOST_PARTS:
        return ()
    message = f"zones and tax tables have at most {MOST_PARTS:,} places, brackets and rates together, not {parts:,}"
    return (InputError(code=ErrorCode.INVALID, message=message, field=("input",)),)


def _ended(one: Discount, now: datetime) -> bool:
    return one.ends_at is not None and one.ends_at <= now


def _zone_parts(zone: ShippingZone) -> int:
    return 1 + len(zone.places) + sum(1 + len(rate.brackets) + len(rate.free_from) for rate in zone.rates)


def _kind(one: Discount) -> Found:
    if one.kind is DiscountKind.PERCENT and not 1 <= one.rate <= MILLION:
        yield _error("a percentage is above 0 and at most 100", "percent")
    if one.kind is DiscountKind.FIXED:
        if not one.amounts:
            yield _error("needs an amount", "amounts", code=ErrorCode.REQUIRED)
        yield from _amounts(one.amounts, "amounts")
    if one.kind is DiscountKind.BUY_X_GET_Y:
        for name, units in (("buy", one.buy), ("get", one.get)):
            if not 1 <= units <= MOST_QUANTITY:
                yield _error(f"is from 1 to {MOST_QUANTITY} units", name)


def _code(one: Discount) -> Found:
    if one.code is not None and not (canonical(one.code) and is_code(one.code)):
        message = f"a code has 1 to {LONGEST_CODE} printable characters; without one the discount is automatic"
        yield _error(message, "code")


def _bounds(one: Discount) -> Found:
    if one.starts_at is not None and one.ends_at is not None and one.starts_at >= one.ends_at:
        yield _error("must be after it starts", "endsAt")
    for name, limit in (("usageLimit", one.usage_limit), ("perCustomerLimit", one.per_customer_limit)):
        if limit is not None and not 1 <= limit <= HEAVIEST:
            yield _error(f"a limit is from 1 to {HEAVIEST:,} uses; without one there is none", name)


def _scope(one: Discount) -> Found:
    scopes: tuple[tuple[str, Sequence[str]], ...] = (
        ("product", one.product_ids),
        ("collection", one.collection_ids),
        ("category", one.category_ids),
    )
    for noun, ids in scopes:
        if len(ids) > MOST_SCOPE:
            yield _error(f"at most {MOST_SCOPE}, not {len(ids)}", f"{noun}Ids")
        for wrong in (id_ for id_ in ids if noun_of(id_) != noun.capitalize()):
            yield _error(f'"{wrong[:40]}" is no id of a {noun}', f"{noun}Ids")


def _places(zone: ShippingZone) -> Found:
    if not zone.places:
        yield _error("a zone has at least one place", "places", code=ErrorCode.REQUIRED)
    if len(zone.places) > MOST_PLACES:
        yield _error(f"at most {MOST_PLACES}, not {len(zone.places)}", "places")
    for at, place in enumerate(zone.places):
        if place.country is not None:
            yield from _country(place.country, "places", at, "country")
        elif place.region is not None or place.postal_prefix is not None:
            yield _error("is of which country?", "places", at, "country", code=ErrorCode.REQUIRED)
        if place.postal_prefix is not None:
            prefix = plain_postal_code(place.postal_prefix)
            yield from _name(prefix, LONGEST_POSTAL_PREFIX, "places", at, "postalPrefix")
        if place.region is not None:
            region = plain_region(place.region, place.country or "")
            yield from _name(region, LONGEST_REGION, "places", at, "region")


def _rates(zone: ShippingZone) -> Found:
    if len(zone.rates) > MOST_RATES:
        yield _error(f"at most {MOST_RATES}, not {len(zone.rates)}", "rates")
    for at, rate in enumerate(zone.rates):
        yield from _rate(rate, at)


def _rate(rate: ShippingRate, at: int) -> Found:
    path = ("rates", at)
    yield from _name(rate.method, LONGEST_NAME, *path, "method")
    if rate.carrier is not None:
        yield from _name(rate.carrier, LONGEST_NAME, *path, "carrier")
    yield from _brackets(rate, *path)
    yield from _numbers(rate, *path)
    yield from _amounts(rate.free_from, *path, "freeFrom")


def _brackets(rate: ShippingRate, *path: str | int) -> Found:
    if not 1 <= len(rate.brackets) <= MOST_BRACKETS:
        yield _error(f"a rate has 1 to {MOST_BRACKETS} brackets", *path, "brackets")
    told = {(one.price.currency, one.at_least) for one in rate.brackets}
    if len(told) < len(rate.brackets):
        yield _error("two brackets of one currency begin alike", *path, "brackets", code=ErrorCode.DUPLICATE)
    for number, one in enumerate(rate.brackets):
        if not (0 <= one.at_least <= MOST_WORTH and 0 <= one.price.minor <= MOST_WORTH):
            yield _error("neither the price nor where it begins is negative", *path, "brackets", number)


def _numbers(rate: ShippingRate, *path: str | int) -> Found:
    for name, number in (("mostGrams", rate.most_grams), ("minDays", rate.min_days), ("maxDays", rate.max_days)):
        if number is not None and number < 0:
            yield _error("is not negative", *path, name)
    if rate.min_days is not None and rate.max_days is not None and rate.min_days > rate.max_days:
        yield _error("is at least minDays", *path, "maxDays")


def _tax_rates(table: TaxTable) -> Found:
    if len(table.rates) > MOST_TAX_RATES:
        yield _error(f"at most {MOST_TAX_RATES}, not {len(table.rates)}", "rates")
    told = set()
    for at, one in enumerate(table.rates):
        if not 0 <= one.rate < MILLION:
            yield _error("a tax is from 0 to less than 100 per cent", "rates", at, "percent")
        yield from _name(one.name, LONGEST_TAX_NAME, "rates", at, "name")
        if one.region is not None:
            yield from _name(plain_region(one.region, table.country), LONGEST_REGION, "rates", at, "region")
        if one.category_id is not None and noun_of(one.category_id) != "Category":
            yield _error("is no id of a category", "rates", at, "categoryId")
        row = (one.name, plain_region(one.region, table.country), one.category_id)
        if row in told:
            message = f"{one.name[:40]} is given twice for this region and category"
            yield _error(message, "rates", at, code=ErrorCode.DUPLICATE)
        told.add(row)


def _name(text: str, longest: int, *path: str | int) -> Found:
    if not text.strip():
        yield _error("must not be blank", *path, code=ErrorCode.REQUIRED)
    elif len(text) > longest or UNPRINTABLE.search(text):
        yield _error(f"is one line of at most {longest} characters", *path)


def _country(code: str, *path: str | int) -> Found:
    if not COUNTRY.fullmatch(plain_country(code)):
        yield _error(NO_COUNTRY, *path)


def _amounts(amounts: Sequence[Money], *path: str | int) -> Found:
    if any(not 0 <= amount.minor <= MOST_WORTH for amount in amounts):
        yield _error("an amount is not negative", *path)
    if len(_currencies(amounts)) < len(amounts):
        yield _error("has one amount a currency", *path, code=ErrorCode.DUPLICATE)


def _currencies(amounts: Iterable[Money]) -> set[str]:
    return {amount.currency.value for amount in amounts}


def _error(message: str, *path: str | int, code: ErrorCode = ErrorCode.INVALID) -> InputError:
    return InputError(code=code, message=message, field=("input", *map(str, path)))
