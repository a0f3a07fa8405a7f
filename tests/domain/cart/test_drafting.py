"""A draft becomes what may be stored, or all that is wrong with it, each at its place."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cart.discounts import Discount, DiscountKind
from domain.cart.drafting import discount_of, shipping_zone_of, tax_table_of
from domain.cart.drafts import (
    BracketDraft,
    DiscountDraft,
    PlaceDraft,
    ShippingRateDraft,
    ShippingZoneDraft,
    TaxRateDraft,
    TaxTableDraft,
)
from domain.cart.percents import BadPercent, parse_percent
from domain.cart.settings import MOST_AUTOMATIC, MOST_PARTS, room_errors
from domain.cart.shipping import Bracket, ShippingBasis, ShippingZone
from domain.cart.taxes import ShippingTax, TaxRate, TaxTable
from domain.cart.totals import Terms
from domain.ids import CategoryId, DiscountId, ShippingRateId, ShippingZoneId
from domain.money import CurrencyCode, Money, MoneyDraft
from domain.shares import MILLION, percent
from tests.domain.cart.strategies import CATEGORIES, DAY, EUR, JPY, NOW, USD, discount, flat_rate, product, vat, zone

ID = DiscountId("disc_" + "0" * 26)
ZONE = ShippingZoneId("zone_" + "0" * 26)


def money(amount: str, currency: CurrencyCode = USD) -> MoneyDraft:
    return MoneyDraft(amount=amount, currency=currency)


TEN = DiscountDraft(title=" Ten ", kind=DiscountKind.PERCENT, percent="12.5", code=" TEN ")
OFF = DiscountDraft(title="Off", kind=DiscountKind.FIXED, amounts=(money("5"), money("500", JPY)))
UNITS = DiscountDraft(title="3 for 2", kind=DiscountKind.BUY_X_GET_Y, buy=2, get=1)
BRACKET = BracketDraft(price=money("5"))
RATE = ShippingRateDraft(method=" Standard ", brackets=(BRACKET,))
PLACES = (PlaceDraft(country="de"),)
GERMANY = TaxTableDraft(country="de", included=True, rates=(TaxRateDraft(name=" VAT ", percent="19.0"),))


def of(draft: DiscountDraft, current: Discount | None = None) -> Discount:
    found = discount_of(draft, current, new_id=ID)
    assert isinstance(found, Discount), found
    return found


def zone_from(*rates: ShippingRateDraft, current: ShippingZone | None = None) -> ShippingZone:
    draft = ShippingZoneDraft(name="Home", places=PLACES, rates=rates)
    found = shipping_zone_of(draft, current, new_id=ZONE)
    assert isinstance(found, ShippingZone), found
    return found


def wrong(found: Any) -> list[tuple[str, str]]:
    assert isinstance(found, tuple), found
    return [(error.code.value, ".".join(error.field[1:])) for error in found]


@given(st.integers(0, MILLION))
def test_a_rate_is_read_as_it_was_written(rate: int) -> None:
    assert parse_percent(percent(rate)) == rate


@pytest.mark.parametrize(
    ("text", "rate"), [("0", 0), ("100", MILLION), (" 8.875 ", 88_750), ("5.98750", 59_875), ("0.0001", 1)]
)
def test_a_rate_has_up_to_four_decimals(text: str, rate: int) -> None:
    assert parse_percent(text) == rate


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1.00001", "1e1", "\u0661", "1000", ".5", "5.", "5 %", "x" * 999])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(BadPercent):
        parse_percent(text)


def test_a_draft_becomes_a_discount() -> None:
    assert of(TEN) == Discount(id=ID, version=1, title="Ten", kind=DiscountKind.PERCENT, code="TEN", rate=125_000)
    assert of(OFF).amounts == (Money(500, USD), Money(500, JPY))
    assert (of(UNITS).buy, of(UNITS).get) == (2, 1)
    zoned = replace(TEN, starts_at=datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    assert of(zoned).starts_at == datetime(2025, 12, 31, 22, tzinfo=UTC)
    assert of(replace(TEN, product_ids=(product(1), product(2), product(1)))).product_ids == (product(1), product(2))


def test_equal_content_is_no_new_version_and_other_content_is_the_next() -> None:
    current = of(TEN)
    assert of(TEN, current) is current
    assert of(replace(TEN, percent="12.50"), current) is current
    renamed = of(replace(TEN, title="Eleven"), current)
    assert (renamed.id, renamed.version, renamed.title) == (ID, 2, "Eleven")
    home = zone_from(RATE)
    assert zone_from(replace(RATE, id=home.rates[0].id), current=home) is home
    table = tax_table_of(GERMANY, None)
    assert isinstance(table, TaxTable)
    assert tax_table_of(GERMANY, table) is table


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        (replace(TEN, percent="12.55555"), [("INVALID", "percent")]),
        (replace(TEN, percent=None), [("INVALID", "percent")]),
        (replace(TEN, percent="100.1", title=" "), [("REQUIRED", "title"), ("INVALID", "percent")]),
        (replace(TEN, title="x" * 256), [("INVALID", "title")]),
        (replace(TEN, title="a\nb"), [("INVALID", "title")]),
        (replace(TEN, code=" "), [("INVALID", "code")]),
        (replace(TEN, amounts=(money("5"),)), [("INVALID", "amounts")]),
        (replace(TEN, buy=1, get=1), [("INVALID", "buy"), ("INVALID", "get")]),
        (replace(OFF, amounts=(money("5"), money("5.001", EUR))), [("INVALID", "amounts.1.amount")]),
        (replace(OFF, amounts=(money("-5"),)), [("INVALID", "amounts")]),
        (replace(OFF, amounts=(money("x"), money("5"))), [("INVALID", "amounts.0.amount"), ("DUPLICATE", "amounts")]),
        (replace(TEN, min_subtotal=(money("ten"),)), [("INVALID", "minSubtotal.0.amount")]),
        (replace(TEN, category_ids=(CategoryId("shoes"),)), [("INVALID", "categoryIds")]),
        (
            replace(TEN, starts_at=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9)))),
            [("INVALID", "startsAt")],
        ),
        (replace(UNITS, percent="5", buy=None), [("INVALID", "percent"), ("INVALID", "buy")]),
    ],
)
def test_all_that_is_wrong_with_a_discount_is_told(draft: DiscountDraft, expected: list[tuple[str, str]]) -> None:
    assert wrong(discount_of(draft, None, new_id=ID)) == expected


def test_a_draft_becomes_a_zone_and_its_brackets_begin_at_amounts_or_weights() -> None:
    by_amount = replace(RATE, brackets=(BRACKET, BracketDraft(price=money("3"), from_amount="50")))
    heavy = BracketDraft(price=money("9.90", EUR), from_grams=2000)
    by_weight = replace(RATE, basis=ShippingBasis.WEIGHT, brackets=(heavy,), free_from=(money("75", EUR),))
    found = zone_from(by_amount, by_weight)
    assert [place.country for place in found.places] == ["DE"]
    assert [rate.method for rate in found.rates] == ["Standard"] * 2
    assert found.rates[0].brackets == (
        Bracket(price=Money(500, USD)),
        Bracket(price=Money(300, USD), at_least=5000),
    )
    assert found.rates[1].brackets == (Bracket(price=Money(990, EUR), at_least=2000),)
    assert found.rates[1].free_from == (Money(7500, EUR),)


def test_a_rate_keeps_its_id_and_another_has_its_own() -> None:
    first = zone_from(RATE, RATE)
    ids = [rate.id for rate in first.rates]
    second = zone_from(RATE, replace(RATE, id=ids[1]), current=first)
    assert second.rates[1].id == ids[1]
    assert len({*ids, *(rate.id for rate in second.rates)}) == 3
    assert zone_from(RATE, RATE) == first


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (replace(RATE, method=" "), [("REQUIRED", "method")]),
        (replace(RATE, carrier=""), []),
        (replace(RATE, carrier="x" * 256), [("INVALID", "carrier")]),
        (replace(RATE, id=ShippingRateId("rate_x")), [("NOT_FOUND", "id")]),
        (replace(RATE, brackets=(replace(BRACKET, from_grams=1),)), [("INVALID", "brackets.0.fromGrams")]),
        (replace(RATE, brackets=(replace(BRACKET, from_amount="1.001"),)), [("INVALID", "brackets.0.fromAmount")]),
        (replace(RATE, brackets=(BracketDraft(price=money("?")),)), [("INVALID", "brackets.0.price.amount")]),
        (
            replace(RATE, basis=ShippingBasis.WEIGHT, brackets=(replace(BRACKET, from_amount="1"),)),
            [("INVALID", "brackets.0.fromAmount")],
        ),
        (replace(RATE, min_days=-1, most_grams=-1), [("INVALID", "mostGrams"), ("INVALID", "minDays")]),
    ],
)
def test_all_that_is_wrong_with_a_rate_is_told(rate: ShippingRateDraft, expected: list[tuple[str, str]]) -> None:
    draft = ShippingZoneDraft(name="Home", places=PLACES, rates=(RATE, rate))
    found = shipping_zone_of(draft, None, new_id=ZONE)
    assert ([] if isinstance(found, ShippingZone) else wrong(found)) == [
        (code, f"rates.1.{place}") for code, place in expected
    ]


def test_a_rate_given_twice_is_refused() -> None:
    home = zone_from(RATE)
    twice = (replace(RATE, id=home.rates[0].id),) * 2
    found = shipping_zone_of(ShippingZoneDraft(name=" ", places=PLACES, rates=twice), home, new_id=ZONE)
    assert wrong(found) == [("NOT_FOUND", "rates.1.id"), ("REQUIRED", "name")]


def test_a_draft_becomes_a_tax_table() -> None:
    food = TaxRateDraft(name="VAT", percent="7", category_id=CATEGORIES[0], region=" ")
    table = tax_table_of(replace(GERMANY, rates=(*GERMANY.rates, food), shipping=ShippingTax.EXEMPT), None)
    assert table == TaxTable(
        country="DE",
        version=1,
        included=True,
        shipping=ShippingTax.EXEMPT,
        rates=(
            TaxRate(name="VAT", rate=190_000),
            TaxRate(name="VAT", rate=70_000, category_id=CATEGORIES[0]),
        ),
    )


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (TaxRateDraft(name="VAT", percent="nineteen"), [("INVALID", "percent")]),
        (TaxRateDraft(name="VAT", percent="100"), [("INVALID", "percent")]),
        (TaxRateDraft(name="x" * 41, percent="1"), [("INVALID", "name")]),
        (TaxRateDraft(name="VAT", percent="1", region="x" * 11), [("INVALID", "region")]),
        (
            TaxRateDraft(name="VAT", percent="1", category_id=CategoryId("prod_" + "1" * 26)),
            [("INVALID", "categoryId")],
        ),
    ],
)
def test_all_that_is_wrong_with_a_tax_is_told(rate: TaxRateDraft, expected: list[tuple[str, str]]) -> None:
    found = tax_table_of(replace(GERMANY, rates=(rate,)), None)
    assert wrong(found) == [(code, f"rates.0.{place}") for code, place in expected]


def test_so_many_automatic_discounts_hold_at_once_and_no_more() -> None:
    full = [discount(number, DiscountKind.FREE_SHIPPING) for number in range(MOST_AUTOMATIC)]
    one = discount(99, DiscountKind.FREE_SHIPPING)
    assert wrong(room_errors(Terms(discounts=tuple(full)), one, NOW)) == [("INVALID", "code")]
    assert room_errors(Terms(discounts=tuple(full)), replace(one, code="a"), NOW) == ()
    assert room_errors(Terms(discounts=tuple(full)), replace(one, ends_at=NOW), NOW) == ()
    assert room_errors(Terms(discounts=tuple(full)), replace(full[0], version=2), NOW) == ()
    ended = [replace(full[0], ends_at=NOW), *full[1:]]
    assert room_errors(Terms(discounts=tuple(ended)), one, NOW) == ()
    assert room_errors(Terms(discounts=tuple(ended)), one, NOW - DAY) != ()


def test_zones_and_tables_have_so_many_parts_together_and_no_more() -> None:
    tables = [vat(*[TaxRate(name="VAT", rate=1)] * 999, country=country) for country in ("AT", "BE", "CH", "DE")]
    home = zone(1, *[flat_rate(1, 1)] * 20)
    assert room_errors(Terms(taxes=tuple(tables)), home, NOW) == ()
    terms = Terms(taxes=tuple(tables), zones=(home,))
    left = MOST_PARTS - 4 * 1000 - 42
    assert room_errors(terms, vat(*[TaxRate(name="VAT", rate=1)] * (left - 1), country="fr"), NOW) == ()
    assert wrong(room_errors(terms, vat(*[TaxRate(name="VAT", rate=1)] * left, country="fr"), NOW)) == [("INVALID", "")]
    assert room_errors(terms, vat(*[TaxRate(name="VAT", rate=1)] * 999, country="de"), NOW) == ()
    assert room_errors(terms, replace(home, version=2), NOW) == ()
