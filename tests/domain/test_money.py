"""Money is exact: what is printed is read back, and what is not exact is refused."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import LARGEST_MINOR, BadAmount, CurrencyCode, MixedCurrencies, Money, price_in, price_of

CURRENCIES = st.sampled_from(CurrencyCode)
MINORS = st.integers(-LARGEST_MINOR, LARGEST_MINOR)
LISTS = st.lists(st.builds(Money, st.integers(0, 100), CURRENCIES), unique_by=lambda price: price.currency).map(tuple)
ONE_OF_EACH = [CurrencyCode.JPY, CurrencyCode.USD, CurrencyCode.KWD]


def test_currencies_have_iso_4217s_minor_units() -> None:
    unusual = {currency.value: currency.decimals for currency in CurrencyCode if currency.decimals != 2}
    assert unusual == {"JPY": 0, "KWD": 3, "TND": 3}


@given(MINORS, CURRENCIES)
def test_what_is_printed_is_read_back(minor: int, currency: CurrencyCode) -> None:
    money = Money(minor, currency)
    assert Money.parse(money.amount, currency) == money


@given(MINORS, CURRENCIES)
def test_an_amount_is_printed_with_exactly_the_currencys_decimals(minor: int, currency: CurrencyCode) -> None:
    amount = Money(minor, currency).amount
    assert len(amount.partition(".")[2]) == currency.decimals
    assert Decimal(amount).scaleb(currency.decimals) == minor


@given(st.decimals(-(10**10), 10**10, places=4), CURRENCIES)
def test_an_amount_is_read_exactly_or_refused(value: Decimal, currency: CurrencyCode) -> None:
    exact = value.scaleb(currency.decimals)
    if exact == exact.to_integral_value():
        assert Money.parse(f"{value:f}", currency).minor == exact
    else:
        with pytest.raises(BadAmount):
            Money.parse(f"{value:f}", currency)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.5", CurrencyCode.USD, 1250),
        (" 12 ", CurrencyCode.USD, 1200),
        ("12.500", CurrencyCode.USD, 1250),
        ("-0.01", CurrencyCode.EUR, -1),
        ("-0", CurrencyCode.EUR, 0),
        ("007", CurrencyCode.GBP, 700),
        ("1200.00", CurrencyCode.JPY, 1200),
        ("0.005", CurrencyCode.KWD, 5),
        (str(LARGEST_MINOR), CurrencyCode.JPY, LARGEST_MINOR),
    ],
)
def test_missing_decimals_are_zeros_and_superfluous_zeros_are_dropped(
    text: str, currency: CurrencyCode, minor: int
) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


BAD = [
    "", " ", "-", ".", ".5", "5.", "1e5", "1E5", "1,50", "1.000,00", "1 000", "1_000", "+1", "--1", "0x10", "$1",
    "1 USD", "1\n2", "1\x00", "NaN", "Infinity", "12.505", "\u0661\u0662", "\uff11\uff12", "1\u00b2", "\u22121",
    "9" * 17, "0." + "0" * 30 + "1", "9" * 1_000_000,
]  # fmt: skip


@pytest.mark.parametrize("currency", [CurrencyCode.JPY, CurrencyCode.USD])
@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_what_is_no_amount_is_refused_in_one_short_sentence(text: str, currency: CurrencyCode) -> None:
    with pytest.raises(BadAmount, match="is not an amount in") as refused:
        Money.parse(text, currency)
    assert len(str(refused.value)) < 120


@given(st.text(), CURRENCIES)
def test_any_text_is_read_or_refused(text: str, currency: CurrencyCode) -> None:
    try:
        money = Money.parse(text, currency)
    except BadAmount:
        return
    assert Decimal(text.strip()).scaleb(currency.decimals) == money.minor


@pytest.mark.parametrize("currency", CurrencyCode)
def test_an_amount_beyond_the_bound_is_refused(currency: CurrencyCode) -> None:
    for minor in (LARGEST_MINOR + 1, -LARGEST_MINOR - 1):
        with pytest.raises(BadAmount):
            Money.parse(Money(minor, currency).amount, currency)


@pytest.mark.parametrize("currency", ONE_OF_EACH)
def test_the_example_in_a_refusal_is_itself_an_amount(currency: CurrencyCode) -> None:
    with pytest.raises(BadAmount) as refused:
        Money.parse("?", currency)
    example = str(refused.value).rsplit('"', 2)[1]
    assert Money.parse(example, currency).amount == example


@pytest.mark.parametrize("minor", [-1, 0, 1])
def test_money_has_no_truth_value(minor: int) -> None:
    with pytest.raises(TypeError, match="no truth value"):
        bool(Money(minor, CurrencyCode.USD))


@given(MINORS, MINORS, st.integers(-1000, 1000), CURRENCIES)
def test_arithmetic_is_that_of_the_minor_units(one: int, other: int, count: int, currency: CurrencyCode) -> None:
    left, right = Money(one, currency), Money(other, currency)
    assert (left + right).minor == one + other
    assert (left - right).minor == one - other
    assert (left * count).minor == one * count
    assert (left < right) is (one < other)
    assert (left > right) is (one > other)
    assert {(left + right).currency, (left - right).currency, (left * count).currency} == {currency}


@pytest.mark.parametrize("combine", [operator.add, operator.sub, operator.lt, operator.gt])
def test_mixing_currencies_is_refused(combine: Callable[[Any, Any], Any]) -> None:
    with pytest.raises(MixedCurrencies, match="cannot combine"):
        combine(Money(1, CurrencyCode.USD), Money(1, CurrencyCode.EUR))


def test_equal_amounts_of_different_currencies_differ() -> None:
    assert Money(1, CurrencyCode.USD) != Money(1, CurrencyCode.EUR)


@given(LISTS, CURRENCIES)
def test_a_price_is_the_one_in_that_currency_or_none(prices: tuple[Money, ...], currency: CurrencyCode) -> None:
    expected = {price.currency: price for price in prices}.get(currency)
    assert price_in(prices, currency) == expected


@given(LISTS.filter(bool), st.lists(CURRENCIES, unique=True))
def test_a_price_falls_back_along_the_currencies_then_to_the_first(
    prices: tuple[Money, ...], currencies: list[CurrencyCode]
) -> None:
    ranked = [price for wished in currencies for price in prices if price.currency is wished]
    assert price_of(prices, *currencies) == [*ranked, prices[0]][0]


def test_a_price_of_zero_is_a_price() -> None:
    free, dear = Money(0, CurrencyCode.EUR), Money(900, CurrencyCode.USD)
    assert price_of((dear, free), CurrencyCode.EUR, CurrencyCode.USD) == free
