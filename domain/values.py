"""What every value of the domain is: named parts that never change, equal when all of its parts are.

``@value`` says what ``@dataclass(frozen=True, slots=True, kw_only=True)`` says, to people, to mypy and to all who ask
``dataclasses.fields``. But dataclass writes and compiles source text for each class, half a millisecond in which a
shopper waits (docs/decisions/0005); here all classes share the functions below. Making a value takes 0.4 microseconds
longer than it would, so what calculations make by the thousand stays a dataclass: Money.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, Final, NamedTuple, NoReturn, dataclass_transform


class _Form(NamedTuple):
    """What a class's values are made and compared by."""

    setters: Mapping[str, Callable[[Any, Any], None]]
    defaults: Mapping[str, Any]
    parts: Callable[[Any], Any]


_FORMS: Final[dict[type, _Form]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value[T](kind: type[T]) -> type[T]:
    """Make a class of annotated fields one of values. A default is a value too, never a factory."""
    for name, function in _SHARED.items():
        setattr(kind, name, function)
    made = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(kind)
    known = fields(made)  # type: ignore[arg-type]  # it has just become a dataclass
    _FORMS[made] = _Form(
        setters={each.name: getattr(made, each.name).__set__ for each in known},
        defaults={each.name: each.default for each in known if each.default is not MISSING},
        parts=attrgetter("__class__", *(each.name for each in known)),
    )
    return made


def _init(self: object, **given: Any) -> None:
    form = _FORMS[type(self)]
    parts = form.defaults | given  # type: ignore[operator]  # both are dictionaries
    if parts.keys() != form.setters.keys():
        raise TypeError(f"{type(self).__qualname__} takes {', '.join(form.setters)}; given were {', '.join(given)}")
    for name, put in form.setters.items():
        put(self, parts[name])


def _repr(self: object) -> str:
    parts = (f"{name}={getattr(self, name)!r}" for name in _FORMS[type(self)].setters)
    return f"{type(self).__qualname__}({', '.join(parts)})"


def _eq(self: object, other: object) -> bool:
    parts = _FORMS[type(self)].parts
    return type(self) is type(other) and bool(parts(self) == parts(other))


def _hash(self: object) -> int:
    return hash(_FORMS[type(self)].parts(self))


def _reduce(self: object) -> tuple[Callable[..., object], tuple[object, ...]]:
    """For copies and pickles, which otherwise set each part of an empty value."""
    return _remade, (type(self), {name: getattr(self, name) for name in _FORMS[type(self)].setters})


def _remade(kind: type, parts: Mapping[str, Any]) -> object:
    return kind(**parts)


def _frozen(self: object, name: str, *_: object) -> NoReturn:
    raise FrozenInstanceError(f"{type(self).__qualname__}.{name} does not change; make another value")


_SHARED: Final = {
    "__init__": _init,
    "__repr__": _repr,
    "__eq__": _eq,
    "__hash__": _hash,
    "__reduce__": _reduce,
    "__setattr__": _frozen,
    "__delattr__": _frozen,
}
