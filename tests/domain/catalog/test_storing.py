"""What can become of a change: plain values, told apart by type."""

from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import Any

import pytest

from domain.catalog import drafts, listing, products, storing
from domain.catalog.storing import Created, Replaced, SlugTaken, Stale, TooLarge
from domain.keys import Key, KeyReused
from tests.domain.catalog.strategies import stored
from tests.domain.catalog.test_rules import PLAIN

VALUES = [
    value
    for module in (drafts, listing, products, storing)
    for value in vars(module).values()
    if is_dataclass(value) and isinstance(value, type) and value.__module__ == module.__name__
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__qualname__)
def test_a_value_cannot_be_changed_and_takes_no_other_attributes(value: Any) -> None:
    blank = object.__new__(value)
    assert "__dict__" not in dir(blank)
    for name in [*(field.name for field in fields(value)), "another"]:
        with pytest.raises((FrozenInstanceError, TypeError, AttributeError)):
            setattr(blank, name, None)


def test_outcomes_are_told_apart() -> None:
    product = stored(PLAIN)
    outcomes = [
        Created(product=product), Created(product=product, replayed=True), Replaced(product=product),
        Stale(current_version=1), Stale(current_version=None), SlugTaken(slug="x"), KeyReused(),
        TooLarge(size=2, most=1),
    ]  # fmt: skip
    assert [outcomes.index(one) for one in outcomes] == list(range(len(outcomes)))


def test_a_key_is_told_apart_by_caller_key_and_content() -> None:
    key = Key(caller="a", key="k", fingerprint="f")
    others = [Key(caller="b", key="k", fingerprint="f"), Key(caller="a", key="l", fingerprint="f")]
    assert key not in [*others, Key(caller="a", key="k", fingerprint="g")]
    assert key == Key(caller="a", key="k", fingerprint="f")
