"""Values to and from AppSync's JSON: camelCase outside, snake_case and typed objects inside.

An object is a msgspec Struct, as the shapes of ``resolvers/`` are, or a value of the domain.

Both directions are compiled once a type. An object's GraphQL type is its class's name, sent as ``__typename``, which
AppSync needs for interfaces and unions. A Hidden field travels to the resolvers of child fields (as ``source``) and is
no part of the schema.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    NamedTuple,
    NewType,
    TypeAliasType,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from msgspec import NODEFAULT, Struct

from resolvers._kit.faults import BadRequest

HIDDEN: Final = "souk.hidden"
type Hidden[T] = Annotated[T, HIDDEN]

type Convert = Callable[[Any], Any]


def camel(name: str) -> str:
    """``price_range`` as the wire writes it: ``priceRange``."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def is_hidden(hint: Any) -> bool:
    """Whether a field's hint is ``Hidden[...]``."""
    return get_origin(hint) is Hidden


def plain(hint: Any) -> Any:
    """The hint without aliases, ``Hidden``, ``Annotated`` and ``NewType``."""
    while True:
        if get_origin(hint) is Hidden or get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif isinstance(hint, TypeAliasType):
            hint = hint.__value__
        elif isinstance(hint, NewType):
            hint = hint.__supertype__
        else:
            return hint


def optional(hint: Any) -> tuple[Any, bool]:
    """The hint without its None, and whether it had one."""
    hint = plain(hint)
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    members = [member for member in get_args(hint) if member is not NoneType]
    bare = members[0] if len(members) == 1 else Union[tuple(members)]  # noqa: UP007  # members are known at run time
    return plain(bare), len(members) < len(get_args(hint))


def as_datetime(text: str) -> datetime:
    """An AWSDateTime as a datetime in UTC; raises BadRequest for those of AppSync's that Python has no datetime for."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        example = "2026-11-23T10:15:30Z"
        raise BadRequest(f'"{text[:40]}" is no moment of the years 1 to 9999; write it like "{example}"') from None


def iso(moment: datetime) -> str:
    """An instant as AWSDateTime, in UTC with milliseconds: ``2026-11-23T10:15:30.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _same(value: Any) -> Any:
    return value


class Part(NamedTuple):
    """A field of an object: its name inside, its hint, and whether it must be given."""

    name: str
    hint: Any
    required: bool


def is_object(bare: Any) -> bool:
    """Whether a plain hint is a class of objects."""
    return isinstance(bare, type) and (issubclass(bare, Struct) or is_dataclass(bare))


def parts_of(kind: type) -> tuple[Part, ...]:
    """The fields of a class of objects, in its order."""
    hints, required = get_type_hints(kind, include_extras=True), _required(kind)
    return tuple(Part(name, hints[name], required=needed) for name, needed in required.items())


def _required(kind: Any) -> Mapping[str, bool]:
    # msgspec.structs.fields says it too, but reads all hints for it, which the first request would wait for.
    if issubclass(kind, Struct):
        names, defaults = kind.__struct_fields__, kind.__struct_defaults__
        unset = (NODEFAULT,) * (len(names) - len(defaults))
        return {name: default is NODEFAULT for name, default in zip(names, (*unset, *defaults), strict=True)}
    return {field.name: field.default is MISSING and field.default_factory is MISSING for field in fields(kind)}


@cache
def reader(hint: Any) -> Convert:
    """How JSON that AppSync has already checked against the schema becomes a value of ``hint``."""
    bare, nullable = optional(hint)
    read = _reader(bare)
    if not nullable or read is _same:
        return read
    return lambda value: None if value is None else read(value)


def _reader(bare: Any) -> Convert:
    if get_origin(bare) in (tuple, list, Sequence):
        item = reader(get_args(bare)[0])
        return lambda values: tuple(map(item, values))
    if get_origin(bare) is frozenset:
        item = reader(get_args(bare)[0])
        return lambda values: frozenset(map(item, values))
    if isinstance(bare, type) and issubclass(bare, Enum):
        return bare
    if bare is datetime:
        return as_datetime
    return _object_reader(bare) if is_object(bare) else _same


def _object_reader(kind: Any) -> Convert:
    parts = [(camel(part.name), part.name, reader(part.hint)) for part in parts_of(kind)]

    def read(value: Mapping[str, Any]) -> Any:
        return kind(**{name: convert(value[wire]) for wire, name, convert in parts if wire in value})

    return read


def to_wire(value: Any) -> Any:
    """The JSON of an answer's value. Raises TypeError for what the wire has no form for."""
    kind = type(value)
    write = _WRITERS.get(kind)
    if write is None:
        write = _WRITERS[kind] = _writer(kind)
    return write(value)


_WRITERS: Final[dict[type, Convert]] = {}


def _writer(kind: type) -> Convert:
    if kind in (str, int, bool, float, NoneType, dict):
        return _same
    if issubclass(kind, Enum):
        return lambda value: value.value
    if kind is datetime:
        return iso
    if issubclass(kind, tuple | list):
        return lambda values: [to_wire(value) for value in values]
    if issubclass(kind, frozenset):
        return lambda values: sorted(to_wire(value) for value in values)
    if is_object(kind):
        return _object_writer(kind)
    raise TypeError(f"{kind.__qualname__} has no form on the wire")


def _object_writer(kind: type) -> Convert:
    """Made from the class's field names and hints as one dict display: a page of cards has thousands of values, and
    asking each for its type costs three times as much as all the rest of writing it.
    """
    known: dict[str, Any] = {"iso": iso, "to_wire": to_wire}
    parts = [f"{camel(part.name)!r}: {_expression(part.hint, f'value.{part.name}', known)}" for part in parts_of(kind)]
    source = f"lambda value: {{'__typename': {kind.__name__!r}, {', '.join(parts)}}}"
    made: Convert = eval(source, known)  # noqa: S307  # made of our own classes' field names alone
    return made


def _expression(hint: Any, value: str, known: dict[str, Any]) -> str:
    bare, nullable = optional(hint)
    written = _written(bare, value, known)
    return f"None if {value} is None else {written}" if nullable and written != value else written


def _written(bare: Any, value: str, known: dict[str, Any]) -> str:
    if bare in (str, int, bool):
        return value
    if bare is datetime:
        return f"iso({value})"
    if get_origin(bare) is tuple:
        item = _expression(get_args(bare)[0], "item", known)
        return f"list({value})" if item == "item" else f"[{item} for item in {value}]"
    if isinstance(bare, type) and issubclass(bare, Enum):
        return f"{value}.value"
    if is_object(bare):
        name = f"write_{len(known)}"
        known[name] = _object_writer(bare)
        return f"{name}({value})"
    return f"to_wire({value})"
