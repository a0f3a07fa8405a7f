"""A value behaves as a frozen dataclass with slots does, whose twin it is compared with."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import FrozenInstanceError, asdict, dataclass, fields, replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values import value


def twins() -> tuple[Any, Any]:
    """The same class made both ways, of one name."""

    def made(decorate: Callable[[type], type]) -> type:
        @decorate
        class Shelf:
            """A shelf."""

            name: str
            width: int = 80
            books: tuple[str, ...] = ()

        return Shelf

    return made(value), made(dataclass(frozen=True, slots=True, kw_only=True))


OURS, TWIN = twins()
PARTS = st.fixed_dictionaries(
    {"name": st.text()},
    optional={"width": st.integers(), "books": st.lists(st.text(), max_size=3).map(tuple)},
)


@given(PARTS)
def test_a_value_shows_itself_and_gives_its_parts_as_a_dataclass_does(parts: dict[str, Any]) -> None:
    ours, twin = OURS(**parts), TWIN(**parts)
    assert repr(ours) == repr(twin)
    assert asdict(ours) == asdict(twin)
    assert [field.name for field in fields(ours)] == [field.name for field in fields(twin)]


@given(PARTS, PARTS)
def test_values_are_equal_and_hash_alike_exactly_when_dataclasses_do(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert (OURS(**one) == OURS(**other)) is (TWIN(**one) == TWIN(**other))
    assert hash(OURS(**one)) == hash(OURS(**dict(one)))
    assert OURS(**one) != TWIN(**one)


@given(PARTS, st.integers())
def test_a_replaced_part_is_the_only_difference(parts: dict[str, Any], width: int) -> None:
    assert asdict(replace(OURS(**parts), width=width)) == asdict(TWIN(**parts)) | {"width": width}


@given(PARTS)
def test_a_stored_document_is_read_back_as_the_value(parts: dict[str, Any]) -> None:
    ours = OURS(**parts)
    assert msgspec.json.decode(msgspec.json.encode(ours), type=OURS) == ours


@given(PARTS)
def test_a_copy_is_equal(parts: dict[str, Any]) -> None:
    assert deepcopy(OURS(**parts)) == OURS(**parts)


@pytest.mark.parametrize("parts", [{}, {"width": 1}, {"name": "a", "depth": 3}, {"depth": 3}])
def test_a_part_too_few_or_too_many_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="Shelf takes name, width, books"):
        OURS(**parts)


def test_parts_are_given_by_name_only() -> None:
    with pytest.raises(TypeError):
        OURS("a")


def test_a_value_never_changes() -> None:
    shelf = OURS(name="a")
    with pytest.raises(FrozenInstanceError):
        shelf.name = "b"
    with pytest.raises(FrozenInstanceError):
        del shelf.name
    with pytest.raises(FrozenInstanceError):
        shelf.depth = 3
    assert not hasattr(shelf, "__dict__")
