"""A rate is what it says, and nothing else is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rates import Rate, rate_of


@given(st.integers(1, 10**9 - 1), st.integers(1, 10**6 - 1))
def test_a_rate_is_read_as_it_is_written(most: int, seconds: int) -> None:
    assert rate_of(f"{most} in {seconds} s") == Rate(most=most, seconds=seconds)


@given(st.integers(1, 10**9 - 1), st.integers(1, 10**6 - 1))
def test_all_is_given_back_within_the_time_stated(most: int, seconds: int) -> None:
    interval = Rate(most=most, seconds=seconds).interval
    assert interval == 1 or 0 < most * interval <= seconds * 10**6 < most * (interval + 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "60",
        "0 in 60 s",
        "60 in 0 s",
        "-1 in 60 s",
        "60 in 60",
        "60 in 60 s ",
        "6.5 in 1 s",
        "\u0661 in 1 s",
        "9" * 99,
    ],
)
def test_what_is_no_rate_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match='write it like "60 in 30 s"'):
        rate_of(text)
