"""From a resolver's result to what the client gets: one closure a field, made once when a document is planned.

A value is completed in one pass without awaiting; fields that a function answers are left open and noted as pending.
Positions are linked tuples, so that an error's path, and the nearest position that may be null, cost nothing until they
are needed. Messages are graphql-java's, as AppSync shows them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLLeafType,
    GraphQLOutputType,
    GraphQLScalarType,
)

from local.appsync.failures import Failure, Location, Path, field_error, slashes, value_error
from local.appsync.scalars import BY_NAME, WrongValue

type Position = tuple["Position | None", Any, str | int, bool]
"""Where a value goes: the position around it, the map or list it is put in, under what, and whether it may be null."""
type Completer = Callable[[Any, Position, "Progress"], Any]
"""Completes a value that is not null; None when it cannot be, its error noted."""
type Step = Callable[[Any, Any, dict[str, Any], Position, "Progress"], bool]
"""Answers one field from (its value in the parent, the parent); True when the object around it must be null."""
type Entry = tuple[str, str, type, Step]
"""A field of a selection: response key, name, the class of values that go out as they are, the step for others."""


class _NeverAsItIs:
    """The class of no value."""


NEVER_AS_IT_IS: Final = _NeverAsItIs
_AS_THEY_ARE: Final[Mapping[str, type]] = {"String": str, "ID": str, "Boolean": bool}


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a selection, as errors speak of it."""

    key: str
    name: str
    parent: str
    locations: list[Location]


@dataclass(frozen=True, slots=True, eq=False)
class Pending:
    """A field that is answered by a function: of which parent, and where its value goes."""

    question: Any
    source: Any
    position: Position
    out: dict[str, Any]


@dataclass(slots=True)
class Progress:
    """What one request has come to so far."""

    errors: list[dict[str, Any]] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)


def path(position: Position | None) -> Path:
    steps: Path = []
    while position is not None and position[0] is not None:
        steps.append(position[2])
        position = position[0]
    return steps[::-1]


def nullify(position: Position | None) -> None:
    """The value at a position became null: make null the nearest position around it that may be."""
    while position is not None:
        around, holder, key, may_be_null = position
        if may_be_null:
            holder[key] = None
            return
        position = around


def note_null(place: Place, type_: GraphQLOutputType, position: Position, progress: Progress) -> None:
    where = path(position)
    message = f"Cannot return null for non-nullable type: '{type_}' within parent '{place.parent}' ({slashes(where)})"
    progress.errors.append(value_error(message, where))


def note_failure(place: Place, failure: Failure, position: Position, progress: Progress) -> None:
    progress.errors.append(field_error(failure, path(position), place.locations))


# Completers ---------------------------------------------------------------------------------------------------------


def leaf(type_: GraphQLLeafType) -> Completer:
    write = writer(type_)

    def complete(value: Any, position: Position, progress: Progress) -> Any:
        try:
            return write(value)
        except WrongValue as wrong:
            where = path(position)
            progress.errors.append(value_error(f"Can't serialize value ({slashes(where)}) : {wrong}", where))
            return None

    return complete


def writer(type_: GraphQLLeafType) -> Callable[[Any], Any]:
    if isinstance(type_, GraphQLScalarType):
        return BY_NAME[type_.name].write
    return _enum_writer(type_)


def _enum_writer(type_: GraphQLEnumType) -> Callable[[Any], str]:
    names = frozenset(type_.values)

    def write(value: Any) -> str:
        if value.__class__ is str and value in names:
            return str(value)
        raise WrongValue(f"Invalid input for Enum '{type_.name}'. Unknown value '{value}'")

    return write


def items(place: Place, type_: GraphQLOutputType, complete_item: Completer, *, may_be_null: bool) -> Completer:
    """Completes a list; ``type_`` is the items' type without its non-null."""

    def complete(value: Any, position: Position, progress: Progress) -> Any:
        if value.__class__ is not list:
            return _mismatch("LIST", value, position, progress)
        out: list[Any] = [None] * len(value)
        for index, item in enumerate(value):
            if item is None:
                if not may_be_null:
                    note_null(place, type_, (position, out, index, may_be_null), progress)
                    return None
                continue
            done = complete_item(item, (position, out, index, may_be_null), progress)
            if done is None and not may_be_null:
                return None
            out[index] = done
        return out

    return complete


def fields(entries: Sequence[Entry]) -> Completer:
    """Completes a map by the entries of its selection."""

    def complete(value: Any, position: Position, progress: Progress) -> Any:
        if value.__class__ is not dict:
            return _mismatch("OBJECT", value, position, progress)
        out: dict[str, Any] = {}
        get = value.get
        for key, name, as_it_is, step in entries:
            found = get(name)
            if found.__class__ is as_it_is:
                out[key] = found
            elif step(found, value, out, position, progress):
                return None
        return out

    return complete


def concrete(place: Place, abstract: str, possible: Mapping[str, Callable[[], Completer]]) -> Completer:
    """Completes a map of an interface or union by its ``__typename``; a type is planned when it is first met."""
    planned: dict[str, Completer] = {}

    def complete(value: Any, position: Position, progress: Progress) -> Any:
        if value.__class__ is not dict:
            return _mismatch("OBJECT", value, position, progress)
        name = value.get("__typename")
        by_type = planned.get(name) if isinstance(name, str) else None
        if by_type is None:
            if not isinstance(name, str) or name not in possible:
                return _unresolved(place, abstract, position, progress)
            by_type = planned[name] = possible[name]()
        return by_type(value, position, progress)

    return complete


def _unresolved(place: Place, abstract: str, position: Position, progress: Progress) -> None:
    where = path(position)
    message = (
        f"Can't resolve '{slashes(where)}'. Abstract type '{abstract}' must resolve to an Object type at runtime for "
        f"field '{place.parent}.{place.name}'. Could not determine the exact type of '{abstract}'"
    )
    progress.errors.append(value_error(message, where))


def _mismatch(expected: str, value: Any, position: Position, progress: Progress) -> None:
    got = "LIST" if isinstance(value, list) else "OBJECT" if isinstance(value, dict) else "SCALAR"
    where = path(position)
    message = f"Can't resolve value ({slashes(where)}) : type mismatch error, expected type {expected}, got {got}"
    progress.errors.append(value_error(message, where))


def as_given(value: Any, _position: Position, _progress: Progress) -> Any:
    """For what is complete already: the schema's answers about itself."""
    return value


# Entries ------------------------------------------------------------------------------------------------------------


def read(place: Place, type_: GraphQLOutputType, complete: Completer, *, may_be_null: bool) -> Entry:
    """A field read from its parent's map; ``type_`` is its type without its non-null."""
    key = place.key

    def step(value: Any, _source: Any, out: dict[str, Any], position: Position, progress: Progress) -> bool:
        if value is None:
            out[key] = None
            if not may_be_null:
                note_null(place, type_, (position, out, key, may_be_null), progress)
            return not may_be_null
        done = out[key] = complete(value, (position, out, key, may_be_null), progress)
        return done is None and not may_be_null

    return key, place.name, NEVER_AS_IT_IS, step


def read_leaf(place: Place, type_: GraphQLLeafType, *, may_be_null: bool) -> Entry:
    """A scalar or enum read from its parent's map; what is right takes the shortest way."""
    key, write = place.key, writer(type_)
    _, _, _, slow = read(place, type_, leaf(type_), may_be_null=may_be_null)

    def step(value: Any, source: Any, out: dict[str, Any], position: Position, progress: Progress) -> bool:
        if value is None:
            return slow(value, source, out, position, progress)
        try:
            out[key] = write(value)
        except WrongValue:
            return slow(value, source, out, position, progress)
        return False

    return key, place.name, _AS_THEY_ARE.get(type_.name, NEVER_AS_IT_IS), step


def asked(place: Place, question: Any) -> Entry:
    """A field that a function answers: noted for the next round of invocations."""
    key = place.key

    def step(_value: Any, source: Any, out: dict[str, Any], position: Position, progress: Progress) -> bool:
        out[key] = None
        progress.pending.append(Pending(question, source, position, out))
        return False

    return key, place.name, NEVER_AS_IT_IS, step


def refused(place: Place, failure: Failure, *, may_be_null: bool) -> Entry:
    """A field that this caller may not have, or not this deep: its error, and null."""
    key = place.key

    def step(_value: Any, _source: Any, out: dict[str, Any], position: Position, progress: Progress) -> bool:
        out[key] = None
        note_failure(place, failure, (position, out, key, may_be_null), progress)
        return not may_be_null

    return key, place.name, NEVER_AS_IT_IS, step


def constant(place: Place, value: str) -> Entry:
    """``__typename``, which is known beforehand."""
    key = place.key

    def step(_value: Any, _source: Any, out: dict[str, Any], _position: Position, _progress: Progress) -> bool:
        out[key] = value
        return False

    return key, place.name, NEVER_AS_IT_IS, step
