"""Descriptions come from docstrings: the text, then one ``name: sentence`` line for each part.

The parts are the arguments of a field, the fields of a type or input, or the values of an enum. A part without a line,
or a line without a part, is refused when the schema is built, so that the schema is always fully described.
"""

import inspect
import re
import textwrap
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Annotated, Any, Final

import strawberry
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.enum import StrawberryEnumDefinition

_PART: Final = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*): (?P<text>\S.*)")


class Undescribed(TypeError):
    """A part of the schema that its docstring does not describe, or a description of no part."""

    def __init__(self, owner: str, missing: Iterable[str], unknown: Iterable[str]) -> None:
        self.owner, self.missing, self.unknown = owner, tuple(missing), tuple(unknown)
        lacks = f" lacks a line for {', '.join(self.missing)}" if self.missing else ""
        strays = f" describes {', '.join(self.unknown)}, which it has not" if self.unknown else ""
        super().__init__(f"the docstring of {owner}{lacks}{' and' if lacks and strays else ''}{strays}")


def read_prose(owner: str, text: str | None, parts: Iterable[str]) -> tuple[str, dict[str, str]]:
    """The description and each part's sentence; raises Undescribed when they do not match ``parts``."""
    if not text:
        raise Undescribed(owner, ["everything: it has no docstring"], [])
    head, tail = [], {}
    name = ""
    for line in inspect.cleandoc(text).splitlines():
        match = _PART.fullmatch(line)
        if match:
            name = match["name"]
            tail[name] = match["text"]
        elif name and line.startswith("  "):
            tail[name] += " " + line.strip()
        else:
            name = ""
            head.append(line)
    wanted = list(parts)
    missing, unknown = [part for part in wanted if part not in tail], [part for part in tail if part not in wanted]
    if missing or unknown:
        raise Undescribed(owner, missing, unknown)
    paragraphs = textwrap.dedent("\n".join(head)).strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs), tail


def documented(promise: Callable[..., Any], **options: Any) -> Any:
    """A Strawberry field whose description, and those of its arguments, come from the docstring of ``promise``."""
    arguments = [name for name in inspect.signature(promise).parameters if name != "self"]
    description, parts = read_prose(promise.__qualname__, promise.__doc__, arguments)
    for name in arguments:
        hint = promise.__annotations__[name]
        promise.__annotations__[name] = Annotated[hint, strawberry.argument(description=parts[name])]
    return strawberry.field(promise, description=description, **options)


def entity[T](promise: type[T]) -> type[T]:
    """An object type of the graph, described by its docstring."""
    return _described(strawberry.type(promise))


def abstract[T](promise: type[T]) -> type[T]:
    """An interface of the graph, described by its docstring."""
    return _described(strawberry.interface(promise))


def wanted[T](promise: type[T]) -> type[T]:
    """An input type of the graph, described by its docstring."""
    return _described(strawberry.input(promise))


def choice[E: Enum](values: type[E]) -> type[E]:
    """An enum of the graph; a value without a line of its own is described by its own name, if it is a code."""
    described = strawberry.enum(values)
    definition: StrawberryEnumDefinition = described.__strawberry_definition__  # type: ignore[attr-defined]  # set by strawberry
    text = inspect.getdoc(values) or ""
    codes = bool(text) and not any(_PART.fullmatch(line) for line in text.splitlines())
    names = [value.name for value in definition.values]
    definition.description, parts = read_prose(values.__qualname__, text, [] if codes else names)
    for value in definition.values:
        value.description = parts.get(value.name, f"The code {value.name}.")
    return described


def _described[T](promise: type[T]) -> type[T]:
    definition: StrawberryObjectDefinition = get_object_definition(promise, strict=True)
    own = [field for field in definition.fields if field.python_name in inspect.get_annotations(promise)]
    plain = [field for field in own if field.base_resolver is None]
    definition.description, parts = read_prose(
        promise.__qualname__, promise.__doc__, [field.python_name for field in plain]
    )
    for field in plain:
        field.description = parts[field.python_name]
    for field in definition.fields:
        if field not in own:
            field.description = _inherited(promise, field.python_name)
    return promise


def _inherited(promise: type, name: str) -> str | None:
    for parent in promise.__mro__[1:]:
        found = get_object_definition(parent)
        for field in found.fields if found else ():
            if field.python_name == name:
                return field.description
    return None
