"""What is parted is whole again when put together, and nobody gets a unit more than is fair."""

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.shares import half_up, shared

WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=60)
AMOUNTS = st.integers(0, 10**15)


@given(AMOUNTS, WEIGHTS)
def test_the_parts_sum_to_what_was_parted(amount: int, weights: list[int]) -> None:
    assert sum(shared(amount, weights)) == amount


@given(AMOUNTS, WEIGHTS.filter(any))
def test_each_part_is_its_exact_share_rounded_down_or_up(amount: int, weights: list[int]) -> None:
    for part, weight in zip(shared(amount, weights), weights, strict=True):
        exact = Fraction(amount * weight, sum(weights))
        assert floor(exact) <= part <= ceil(exact)


@given(st.data(), WEIGHTS)
def test_no_part_exceeds_what_it_is_taken_from(data: st.DataObject, weights: list[int]) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    assert all(part <= weight for part, weight in zip(shared(amount, weights), weights, strict=True))


@given(AMOUNTS, WEIGHTS)
def test_who_weighs_more_gets_no_less(amount: int, weights: list[int]) -> None:
    parts = [part for _, part in sorted(zip(weights, shared(amount, weights), strict=True))]
    assert parts == sorted(parts)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (2, [5, 5, 5, 5], (1, 1, 0, 0)),
        (10, [0, 3, 0], (0, 10, 0)),
        (5, [0, 0], (3, 2)),
        (1, [1, 2], (0, 1)),
        (7, [1, 2, 3], (1, 2, 4)),
        (0, [], ()),
    ],
)
def test_the_first_of_equals_gets_what_is_left(amount: int, weights: list[int], parts: tuple[int, ...]) -> None:
    assert shared(amount, weights) == parts


def test_nothing_can_be_parted_among_nobody() -> None:
    with pytest.raises(ValueError, match="nobody"):
        shared(1, [])


@given(st.integers(0, 10**18), st.integers(1, 10**9))
def test_halves_go_up(numerator: int, denominator: int) -> None:
    assert half_up(numerator, denominator) == floor(Fraction(numerator, denominator) + Fraction(1, 2))
