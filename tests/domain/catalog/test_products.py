"""Bounds stay what the store was measured for, and what is named in stored documents keeps its name."""

import pytest

from domain.catalog import products
from domain.catalog.products import (
    MOST_COLLECTIONS,
    MOST_CURRENCIES,
    MOST_DEPTH,
    MOST_VARIANTS,
    ProductKind,
    ProductStatus,
)


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
