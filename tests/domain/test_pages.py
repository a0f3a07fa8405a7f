"""A cursor is read back by its own list alone, and a page is asked for in one way only."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pages import LARGEST_PAGE, USUAL_PAGE, BadPage, Window, cursor, place_of, window

WORDS = st.text(st.characters(codec="utf-8"))
PLACES = st.lists(WORDS | st.integers(-(2**63), 2**63 - 1), max_size=4).map(tuple)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MARK = cursor("products", 5, "x")


def coded(value: Any) -> str:
    return base64.urlsafe_b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).decode()


@given(WORDS, PLACES)
def test_a_cursor_leads_back_to_its_place(listing: str, place: tuple[str | int, ...]) -> None:
    assert place_of(cursor(listing, *place), listing) == place


@given(WORDS, PLACES)
def test_a_cursor_is_safe_in_addresses(listing: str, place: tuple[str | int, ...]) -> None:
    assert not set(cursor(listing, *place)) & set("+/=&?# ")


@given(WORDS, WORDS, PLACES)
def test_a_cursor_of_another_list_is_refused(one: str, other: str, place: tuple[str | int, ...]) -> None:
    if one != other:
        with pytest.raises(BadPage):
            place_of(cursor(one, *place), other)


@given(WORDS, PLACES, st.data())
def test_a_cursor_with_one_letter_changed_is_refused_or_another_place(
    listing: str, place: tuple[str | int, ...], data: st.DataObject
) -> None:
    mark = cursor(listing, *place)
    at = data.draw(st.integers(0, len(mark) - 1))
    other = mark[:at] + data.draw(st.characters()) + mark[at + 1 :]
    try:
        found = place_of(other, listing)
    except BadPage:
        return
    assert (found == place) is (other == mark)


@given(st.text() | st.binary().map(coded) | JSON.map(coded) | JSON.map(lambda value: coded([1, "products", value])))
def test_whatever_is_sent_as_a_cursor_is_read_or_refused(text: str) -> None:
    try:
        place = place_of(text, "products")
    except BadPage:
        return
    assert text == cursor("products", *place)


GARBAGE = {
    "nothing": "",
    "no base64": "***",
    "another alphabet": MARK[:-1] + "\u0661",
    "half of one": MARK[: len(MARK) // 2],
    "padded": MARK + "==",
    "with a line end": MARK + "\n",
    "surrogates": "\ud800",
    "no text": coded(b"\xff\xfe"),
    "no JSON": coded(b"{"),
    "no list": coded({"1": "products"}),
    "a text": coded("1products"),
    "no place": coded(1),
    "another version": coded([2, "products", 5, "x"]),
    "a version that is only equal": coded(b'[true,"products",5,"x"]'),
    "another layout": coded(b'[1, "products", 5, "x"]'),
    "a float": coded([1, "products", 5.5]),
    "a truth value": coded(b'[1,"products",true]'),
    "null": coded([1, "products", None]),
    "a list inside": coded([1, "products", [5]]),
    "not a number": coded(b'[1,"products",NaN]'),
    "a surrogate inside": coded(b'[1,"products","\\ud800"]'),
    "a number beyond 64 bits": cursor("products", 2**63),
    "a number of many digits": coded(b'[1,"products",' + b"9" * 100_000 + b"]"),
    "deep": coded(b"[" * 200_000),
    "deep and closed": coded(b'[1,"products",' + b"[" * 50_000 + b"]" * 50_000 + b"]"),
    "huge": "A" * 2_000_000,
}


@pytest.mark.parametrize("text", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_is_refused_in_one_sentence_that_says_what_to_do(text: str) -> None:
    with pytest.raises(BadPage, match="pass a cursor from its own pages, or none"):
        place_of(text, "products")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, Window(USUAL_PAGE, None, backward=False)),
        ({"first": 1}, Window(1, None, backward=False)),
        ({"first": LARGEST_PAGE}, Window(LARGEST_PAGE, None, backward=False)),
        ({"after": MARK}, Window(USUAL_PAGE, (5, "x"), backward=False)),
        ({"first": 5, "after": MARK}, Window(5, (5, "x"), backward=False)),
        ({"last": 1}, Window(1, None, backward=True)),
        ({"last": LARGEST_PAGE}, Window(LARGEST_PAGE, None, backward=True)),
        ({"before": MARK}, Window(USUAL_PAGE, (5, "x"), backward=True)),
        ({"last": 5, "before": MARK}, Window(5, (5, "x"), backward=True)),
    ],
)
def test_relays_arguments_give_a_window(asked: dict[str, Any], expected: Window) -> None:
    assert window("products", **asked) == expected


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"first": 1, "last": 1}, "either first or last"),
        ({"after": MARK, "before": MARK}, "either after or before"),
        ({"first": 1, "before": MARK}, "first goes with after"),
        ({"last": 1, "after": MARK}, "first goes with after"),
        ({"first": 0}, "first is from 1 to 100, not 0"),
        ({"first": -1}, "first is from 1 to 100, not -1"),
        ({"first": 101}, "first is from 1 to 100, not 101"),
        ({"last": 0}, "last is from 1 to 100, not 0"),
        ({"last": 2**31 - 1}, "last is from 1 to 100, not"),
        ({"after": ""}, "pass a cursor from its own pages"),
        ({"before": "x"}, "pass a cursor from its own pages"),
        ({"after": cursor("collections", 5, "x")}, "pass a cursor from its own pages"),
    ],
)
def test_contradictions_and_sizes_out_of_bounds_are_refused(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadPage, match=sentence):
        window("products", **asked)
