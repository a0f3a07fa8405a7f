"""What staff may set of discounts, shipping zones and tax tables: an empty list of reasons why not, or all of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from domain.addresses import COUNTRY, NO_COUNTRY, plain_country, plain_postal_code, plain_region
from domain.cart.carts import MOST_QUANTITY, MOST_WORTH
from domain.cart.discounts import LONGEST_CODE, Discount, DiscountKind, canonical, is_code
from domain.cart.shipping import ShippingRate, ShippingZone
from domain.cart.taxes import TaxTable
from domain.errors import ErrorCode, InputError
from domain.money import Money
from domain.shares import MILLION

MOST_SCOPE: Final = 100
"""Products, collections and categories of one discount each."""
MOST_PLACES: Final = 500
MOST_RATES: Final = 20
MOST_BRACKETS: Final = 50
MOST_TAX_RATES: Final = 1000
"""Bounds that keep each document well inside one DynamoDB item (400 KB); the United States have some 50 regions."""
HEAVIEST: Final = 2**31 - 1
"""GraphQL's Int ends here (GraphQL specification, section 3.5.1)."""

type Found = Iterator[InputError]


def discount_errors(one: Discount) -> tuple[InputError, ...]:
    """Why a discount cannot be stored as it is."""
    return (*_kind(one), *_code(one), *_bounds(one), *_scope(one), *_amounts(one.min_subtotal, "minSubtotal"))


def zone_errors(zone: ShippingZone) -> tuple[InputError, ...]:
    """Why a shipping zone cannot be stored as it is."""
    return (*_places(zone), *_rates(zone))


def table_errors(table: TaxTable) -> tuple[InputError, ...]:
    """Why a tax table cannot be stored as it is."""
    return (*_country(table.country, "country"), *_tax_rates(table))


def _kind(one: Discount) -> Found:
    if one.kind is DiscountKind.PERCENT and not 1 <= one.rate <= MILLION:
        yield _error("a percentage is above 0 and at most 100", "rate")
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
    scopes = (("productIds", one.product_ids), ("collectionIds", one.collection_ids), ("categoryIds", one.category_ids))
    for name, ids in scopes:
        if len(ids) > MOST_SCOPE:
            yield _error(f"at most {MOST_SCOPE}, not {len(ids)}", name)


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
        if place.postal_prefix is not None and not plain_postal_code(place.postal_prefix):
            yield _error("must not be blank", "places", at, "postalPrefix")
        if place.region is not None and not plain_region(place.region, place.country or ""):
            yield _error("must not be blank", "places", at, "region")


def _rates(zone: ShippingZone) -> Found:
    if len(zone.rates) > MOST_RATES:
        yield _error(f"at most {MOST_RATES}, not {len(zone.rates)}", "rates")
    for at, rate in enumerate(zone.rates):
        yield from _rate(rate, at)


def _rate(rate: ShippingRate, at: int) -> Found:
    path = ("rates", at)
    if not 1 <= len(rate.brackets) <= MOST_BRACKETS:
        yield _error(f"a rate has 1 to {MOST_BRACKETS} brackets", *path, "brackets")
    told = {(one.price.currency, one.at_least) for one in rate.brackets}
    if len(told) < len(rate.brackets):
        yield _error("two brackets of one currency begin alike", *path, "brackets", code=ErrorCode.DUPLICATE)
    for number, one in enumerate(rate.brackets):
        if not (0 <= one.at_least <= MOST_WORTH and 0 <= one.price.minor <= MOST_WORTH):
            yield _error("neither the price nor where it begins is negative", *path, "brackets", number)
    if rate.min_days is not None and rate.max_days is not None and rate.min_days > rate.max_days:
        yield _error("is at least minDays", *path, "maxDays")
    yield from _amounts(rate.free_from, *path, "freeFrom")


def _tax_rates(table: TaxTable) -> Found:
    if len(table.rates) > MOST_TAX_RATES:
        yield _error(f"at most {MOST_TAX_RATES}, not {len(table.rates)}", "rates")
    told = set()
    for at, one in enumerate(table.rates):
        if not 0 <= one.rate < MILLION:
            yield _error("a tax is from 0 to less than 100 per cent", "rates", at, "rate")
        if not one.name.strip():
            yield _error("must not be blank", "rates", at, "name", code=ErrorCode.REQUIRED)
        row = (one.name, plain_region(one.region, table.country), one.category_id)
        if row in told:
            message = f"{one.name[:40]} is given twice for this region and category"
            yield _error(message, "rates", at, code=ErrorCode.DUPLICATE)
        told.add(row)


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
