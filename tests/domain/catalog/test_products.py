"""A price list is read in the buyer's currency, and bounds stay what the store was measured for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog import products
from domain.catalog.products import (
    MOST_COLLECTIONS,
    MOST_CURRENCIES,
    MOST_DEPTH,
    MOST_VARIANTS,
    ProductKind,
    ProductStatus,
)
from domain.money import CurrencyCode, Money, price_in, price_of
from tests.domain.catalog.strategies import distinct

CURRENCIES = st.sampled_from(CurrencyCode)
LISTS = st.lists(st.builds(Money, st.integers(0, 100), CURRENCIES), unique_by=lambda price: price.currency).map(tuple)


@given(LISTS, CURRENCIES)
def test_a_price_is_the_one_in_that_currency_or_none(prices: tuple[Money, ...], currency: CurrencyCode) -> None:
    expected = {price.currency: price for price in prices}.get(currency)
    assert price_in(prices, currency) == expected


@given(LISTS.filter(bool), distinct(CURRENCIES))
def test_a_price_falls_back_along_the_currencies_then_to_the_first(
    prices: tuple[Money, ...], currencies: tuple[CurrencyCode, ...]
) -> None:
    ranked = [price for wished in currencies for price in prices if price.currency is wished]
    assert price_of(prices, *currencies) == [*ranked, prices[0]][0]


def test_a_price_of_zero_is_a_price() -> None:
    free, dear = Money(0, CurrencyCode.EUR), Money(900, CurrencyCode.USD)
    assert price_of((dear, free), CurrencyCode.EUR, CurrencyCode.USD) == free


def test_a_products_listing_entries_fit_one_transaction() -> None:
    everywhere_and_per_status, transaction = 2, 100
    lists = everywhere_and_per_status + MOST_DEPTH + MOST_COLLECTIONS
    assert lists * MOST_CURRENCIES <= transaction


@pytest.mark.parametrize("bound", [name for name in vars(products) if name.startswith("MOST_")])
def test_every_bound_admits_something(bound: str) -> None:
    assert getattr(products, bound) >= 1


@pytest.mark.parametrize("values", [ProductKind, ProductStatus])
def test_an_enums_values_are_sent_by_their_own_names(values: type[ProductKind | ProductStatus]) -> None:
    assert all(value.name == value.value for value in values)
    assert MOST_VARIANTS == 100
