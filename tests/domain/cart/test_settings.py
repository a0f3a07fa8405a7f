"""What staff may set: accepted at its bounds, refused beyond them at the right place, and stored as it was set."""

from dataclasses import replace
from enum import Enum

import msgspec
import pytest
from hypothesis import given, settings

from domain.cart.carts import Cart
from domain.cart.discounts import Discount, DiscountKind, Obstacle
from domain.cart.offers import Offers
from domain.cart.settings import discount_errors, table_errors, zone_errors
from domain.cart.shipping import Bracket, Place, ShippingBasis, ShippingZone
from domain.cart.taxes import ShippingTax, TaxRate, TaxTable
from domain.cart.totals import Terms
from domain.errors import ErrorCode, InputError
from domain.money import Money
from domain.shares import MILLION
from tests.domain.cart.strategies import (
    CATEGORIES,
    DAY,
    EUR,
    NOW,
    USD,
    discount,
    flat_rate,
    percent,
    product,
    shops,
    vat,
    zone,
)

AMOUNT = (Money(100, USD), Money(90, EUR))
FIXED = discount(1, DiscountKind.FIXED, amounts=AMOUNT, code="a", starts_at=NOW, ends_at=NOW + DAY, usage_limit=1)
UNITS = discount(1, DiscountKind.BUY_X_GET_Y, buy=1, get=999)
VAT = TaxRate(name="VAT", rate=190_000)
ZONE = zone(1, flat_rate(1, 0), places=(Place(country="de", region="BE", postal_prefix="1"), Place()))


def places(errors: tuple[InputError, ...]) -> list[tuple[str, str]]:
    return [(error.code.value, ".".join((error.field or ())[1:])) for error in errors]


@settings(max_examples=50)
@given(shops())
def test_what_is_stored_is_read_back(shop: tuple[Cart, Offers, Terms]) -> None:
    bought, _, terms = shop
    for one in (bought, *terms.discounts, *terms.zones, *terms.taxes):
        assert msgspec.json.decode(msgspec.json.encode(one), type=type(one)) == one


@pytest.mark.parametrize("one", [FIXED, UNITS, percent(1, 100), discount(1, DiscountKind.FREE_SHIPPING)])
def test_a_discount_is_accepted_at_its_bounds(one: Discount) -> None:
    assert discount_errors(one) == ()


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (percent(1, 0), ("INVALID", "percent")),
        (replace(percent(1, 1), rate=MILLION + 1), ("INVALID", "percent")),
        (replace(FIXED, amounts=()), ("REQUIRED", "amounts")),
        (replace(FIXED, amounts=(Money(-1, USD),)), ("INVALID", "amounts")),
        (replace(FIXED, amounts=AMOUNT * 2), ("DUPLICATE", "amounts")),
        (replace(FIXED, code=" \t"), ("INVALID", "code")),
        (replace(FIXED, code="x" * 51), ("INVALID", "code")),
        (replace(FIXED, code="a\ud800"), ("INVALID", "code")),
        (replace(FIXED, ends_at=NOW), ("INVALID", "endsAt")),
        (replace(FIXED, usage_limit=0), ("INVALID", "usageLimit")),
        (replace(FIXED, per_customer_limit=-1), ("INVALID", "perCustomerLimit")),
        (replace(FIXED, min_subtotal=(Money(-1, USD),)), ("INVALID", "minSubtotal")),
        (replace(FIXED, product_ids=tuple(map(product, range(101)))), ("INVALID", "productIds")),
        (replace(UNITS, buy=0), ("INVALID", "buy")),
        (replace(UNITS, get=1000), ("INVALID", "get")),
    ],
)
def test_a_discount_that_makes_no_sense_is_refused(one: Discount, expected: tuple[str, str]) -> None:
    assert places(discount_errors(one)) == [expected]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (replace(ZONE, places=()), ("REQUIRED", "places")),
        (replace(ZONE, places=(Place(),) * 501), ("INVALID", "places")),
        (replace(ZONE, places=(Place(), Place(region="BE"))), ("REQUIRED", "places.1.country")),
        (replace(ZONE, places=(Place(country="Germany"),)), ("INVALID", "places.0.country")),
        (replace(ZONE, places=(Place(country="\u0434\u0435"),)), ("INVALID", "places.0.country")),
        (replace(ZONE, places=(Place(country="DE", postal_prefix=" - "),)), ("REQUIRED", "places.0.postalPrefix")),
        (replace(ZONE, places=(Place(country="DE", region="DE-"),)), ("REQUIRED", "places.0.region")),
        (replace(ZONE, rates=(flat_rate(1, 0),) * 21), ("INVALID", "rates")),
        (replace(ZONE, rates=(flat_rate(1, 0, brackets=()),)), ("INVALID", "rates.0.brackets")),
        (replace(ZONE, rates=(flat_rate(1, -1),)), ("INVALID", "rates.0.brackets.0")),
        (
            replace(ZONE, rates=(flat_rate(1, 0, brackets=(Bracket(price=Money(1, USD)),) * 2),)),
            ("DUPLICATE", "rates.0.brackets"),
        ),
        (replace(ZONE, rates=(flat_rate(1, 0, min_days=3, max_days=2),)), ("INVALID", "rates.0.maxDays")),
        (replace(ZONE, rates=(flat_rate(1, 0, free_from=AMOUNT * 2),)), ("DUPLICATE", "rates.0.freeFrom")),
    ],
)
def test_a_zone_that_makes_no_sense_is_refused(one: ShippingZone, expected: tuple[str, str]) -> None:
    assert zone_errors(ZONE) == ()
    assert places(zone_errors(one)) == [expected]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (vat(VAT, country="DEU"), ("INVALID", "country")),
        (vat(replace(VAT, rate=MILLION)), ("INVALID", "rates.0.percent")),
        (vat(replace(VAT, rate=-1)), ("INVALID", "rates.0.percent")),
        (vat(VAT, replace(VAT, name=" ")), ("REQUIRED", "rates.1.name")),
        (vat(replace(VAT, region="BE"), replace(VAT, region="DE-BE")), ("DUPLICATE", "rates.1")),
        (vat(*(replace(VAT, name=str(number)) for number in range(1001))), ("INVALID", "rates")),
    ],
)
def test_a_tax_table_that_makes_no_sense_is_refused(one: TaxTable, expected: tuple[str, str]) -> None:
    assert table_errors(vat(VAT, replace(VAT, category_id=CATEGORIES[0]), replace(VAT, region="BE"))) == ()
    assert places(table_errors(one)) == [expected]


@pytest.mark.parametrize("values", [DiscountKind, Obstacle, ShippingBasis, ShippingTax])
def test_an_enums_values_are_sent_by_their_own_names(values: type[Enum]) -> None:
    assert all(value.name == value.value for value in values)


def test_a_setting_without_what_came_later_is_still_read() -> None:
    old = b'{"id":"disc_1","version":1,"title":"Old","kind":"PERCENT","rate":100000}'
    assert msgspec.json.decode(old, type=Discount).usage_limit is None
    assert ErrorCode.DISCOUNT_EXHAUSTED.value == "DISCOUNT_EXHAUSTED"
