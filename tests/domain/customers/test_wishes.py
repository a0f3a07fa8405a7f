"""Wishes: each once, the newest first, and no more than can be looked through."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customers.wishes import MOST_WISHES, Wishlist, page_of, unwished, wished
from domain.ids import VariantId
from domain.pages import BadPage, Window
from tests.domain.customers.making import NOON


def variant(number: int) -> VariantId:
    return VariantId(f"var_{number:026}-1")


def wishing(*numbers: int) -> Wishlist:
    found = Wishlist()
    for minutes, number in enumerate(numbers):
        outcome = wished(found, variant(number), NOON + timedelta(minutes=minutes))
        assert isinstance(outcome, Wishlist)
        found = outcome
    return found


def test_a_wish_is_there_once_where_it_was_made_first() -> None:
    assert [one.variant_id for one in wishing(1, 2, 3, 2, 1).wishes] == [variant(3), variant(2), variant(1)]
    known = wishing(1, 2)
    assert wished(known, variant(1), NOON) is known
    assert unwished(known, variant(3)) is known
    assert [one.variant_id for one in unwished(known, variant(2)).wishes] == [variant(1)]


def test_a_wish_of_a_clock_that_is_behind_stands_where_its_moment_is() -> None:
    known = wished(wishing(1, 2), variant(3), NOON - timedelta(seconds=1))
    assert isinstance(known, Wishlist)
    assert [one.variant_id for one in known.wishes] == [variant(2), variant(1), variant(3)]


def test_a_list_takes_so_many_wishes_and_no_more() -> None:
    known = wishing(*range(MOST_WISHES))
    assert isinstance(wished(known, variant(MOST_WISHES), NOON), tuple)
    assert wished(known, variant(0), NOON) is known


@given(st.lists(st.integers(0, 40), max_size=60), st.integers(1, 9), st.booleans())
def test_pages_make_up_the_list_both_ways(numbers: list[int], size: int, backward: bool) -> None:
    known, found, window = wishing(*numbers), list[Any](), Window(size, None, backward)
    while True:
        page = page_of(known, window)
        found = [*page.items, *found] if backward else [*found, *page.items]
        if not (page.has_previous if backward else page.has_next):
            break
        window = Window(size, page.places[0 if backward else -1], backward)
    assert tuple(found) == known.wishes


@pytest.mark.parametrize("place", [(), (1,), ("x", "y"), ("2026-01-01", "y"), ("2026-01-01T00:00:00+00:00",), ("", 1)])
def test_a_forged_place_is_refused(place: Any) -> None:
    with pytest.raises(BadPage):
        page_of(wishing(1), Window(10, place))
