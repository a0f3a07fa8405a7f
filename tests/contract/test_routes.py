"""Schema and answers cannot drift: every routed field has exactly one answer, and every answer is what it promises."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from functools import reduce
from operator import or_
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
)

import resolvers
from domain.errors import ThrottledError
from resolvers._kit.app import App
from resolvers._kit.callers import CALLERS, Anyone
from resolvers._kit.faults import BadRequest
from resolvers._kit.wire import camel, is_hidden, is_object, optional, parts_of, plain
from schema.api import ROOTS, build, object_types, routes, subscriptions
from schema.route import Access

GRAPH: Any = build()._schema
ROUTES = routes()
LISTENING = subscriptions()


def domains() -> list[str]:
    return [name for _, name, package in pkgutil.iter_modules(resolvers.__path__) if package and name != "_kit"]


def apps() -> dict[str, App[Any]]:
    return {name: importlib.import_module(f"resolvers.{name}.answers").app for name in domains()}


APPS = apps()


def hints_of(name: str) -> dict[str, Any]:
    return get_type_hints(APPS[ROUTES[name].domain].fields[name].function, include_extras=True)


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def promised(name: str) -> Any:
    kind, field = name.split(".")
    return object_types(GRAPH)[kind].fields[field]


def test_every_routed_field_has_exactly_one_answer_and_every_answer_a_field() -> None:
    answered = sorted((name, domain) for domain, app in APPS.items() for name in app.fields)
    assert answered == sorted((name, route.domain) for name, route in ROUTES.items())


def test_every_root_field_and_every_nested_field_with_arguments_is_routed_or_a_subscription() -> None:
    lost = [
        f"{kind}.{field}"
        for kind, definition in object_types(GRAPH).items()
        for field, declared in definition.fields.items()
        if (kind in ROOTS or declared.args) and f"{kind}.{field}" not in {*ROUTES, *LISTENING}
    ]
    assert lost == []


@pytest.mark.parametrize("name", ROUTES)
def test_an_answer_is_found_by_its_fields_name(name: str) -> None:
    kind, field = name.split(".")
    expected = snake(field) if kind in ROOTS else f"{snake(kind)}_{snake(field)}"
    assert APPS[ROUTES[name].domain].fields[name].function.__name__ == expected


@pytest.mark.parametrize("name", ROUTES)
def test_root_fields_choose_their_access_and_nested_fields_their_batch(name: str) -> None:
    root = name.split(".", maxsplit=1)[0] in ROOTS
    assert ROUTES[name].access is not None or not root
    assert (ROUTES[name].batch > 0) is not root
    assert APPS[ROUTES[name].domain].fields[name].batch is not root


def test_a_field_that_is_for_fewer_than_its_object_may_be_null() -> None:
    """Else whoever may not see it would lose the object too."""
    narrowed = [name for name, route in ROUTES.items() if route.access and name.split(".")[0] not in ROOTS]
    assert narrowed
    assert [name for name in narrowed if isinstance(promised(name).type, GraphQLNonNull)] == []


@pytest.mark.parametrize("name", ROUTES)
def test_the_callers_type_follows_the_access(name: str) -> None:
    access = ROUTES[name].access
    expected = CALLERS[access.name] if access else Anyone
    assert APPS[ROUTES[name].domain].fields[name].caller is expected


@pytest.mark.parametrize("name", [name for name in ROUTES if name.startswith("Mutation.")])
def test_every_mutation_that_people_may_ask_is_limited_and_can_say_so(name: str) -> None:
    answer = APPS[ROUTES[name].domain].fields[name]
    assert (answer.limit is None) is (ROUTES[name].access is Access.PUBLISHER)
    if answer.limit is not None:
        parts = {part.name: part for part in parts_of(answer.result)}
        assert ThrottledError in get_args(plain(get_args(plain(parts["user_errors"].hint))[0]))
        assert [part.name for part in parts.values() if part.required] == []


def test_nothing_but_mutations_is_limited() -> None:
    limited = [name for app in APPS.values() for name, answer in app.fields.items() if answer.limit]
    assert all(name.startswith("Mutation.") for name in limited)


@pytest.mark.parametrize("name", ROUTES)
def test_arguments_are_the_schemas_in_both_directions(name: str) -> None:
    answer = APPS[ROUTES[name].domain].fields[name]
    arguments = promised(name).args
    assert set(answer.arguments) == set(arguments)
    hints = hints_of(name)
    faults = [
        fault
        for wire, argument in arguments.items()
        for fault in input_faults(hints[answer.arguments[wire][0]], argument.type, f"{name}({wire}:)")
    ]
    assert faults == []


@pytest.mark.parametrize("name", ROUTES)
def test_return_types_are_the_schemas_in_both_directions(name: str) -> None:
    hint = hints_of(name)["return"]
    if APPS[ROUTES[name].domain].fields[name].batch:
        hint = get_args(plain(hint))[0]
    if name in LISTENING:
        assert hint is NoneType  # it says who may subscribe; what is told comes from the mutations
        return
    assert list(output_faults(hint, promised(name).type, name, set())) == []


SCALARS: dict[str, type] = {
    "ID": str, "String": str, "Int": int, "Boolean": bool, "AWSDateTime": datetime, "AWSJSON": object, "AWSURL": str,
    "AWSEmail": str, "AWSPhone": str,
}  # fmt: skip


def output_faults(hint: Any, kind: Any, path: str, seen: set[tuple[Any, str]]) -> Iterator[str]:
    """Every difference between a Python hint and a GraphQL output type, below ``path``."""
    hint = without_refusals(hint)
    bare, nullable = optional(hint)
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
        if nullable:
            yield f"{path} may be None, the schema says it is never null"
    if isinstance(kind, GraphQLList):
        if get_origin(bare) not in {tuple, list}:
            yield f"{path} is no list: {bare}"
            return
        yield from output_faults(get_args(bare)[0], kind.of_type, f"{path}[]", seen)
    elif isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        yield from abstract_faults(bare, kind, path, seen)
    elif isinstance(kind, GraphQLObjectType):
        yield from object_faults(bare, kind, path, seen)
    else:
        yield from leaf_faults(bare, kind, path)


def without_refusals(hint: Any) -> Any:
    """A batch answer may give a BadRequest in one parent's place: an error there, no value."""
    hint = plain(hint)
    if get_origin(hint) in {Union, UnionType} and BadRequest in get_args(hint):
        kept = [member for member in get_args(hint) if member is not BadRequest]
        return reduce(or_, kept)
    return hint


def abstract_faults(bare: Any, kind: Any, path: str, seen: set[tuple[Any, str]]) -> Iterator[str]:
    members = [plain(member) for member in get_args(bare)] if get_origin(bare) in {Union, UnionType} else [bare]
    possible = {one.name: one for one in GRAPH.get_possible_types(kind)}
    for member in members:
        if member.__name__ not in possible:
            yield f"{path} may be a {member.__name__}, which is no {kind.name}"
        else:
            yield from object_faults(member, possible[member.__name__], path, seen)
    for name in set(possible) - {member.__name__ for member in members}:
        yield f"{path} is never a {name}, which the schema promises"


def object_faults(bare: Any, kind: Any, path: str, seen: set[tuple[Any, str]]) -> Iterator[str]:
    if (bare, kind.name) in seen:
        return
    seen.add((bare, kind.name))
    if not is_object(bare) or getattr(bare, "__name__", "") != kind.name:
        yield f"{path} is a {bare}, the schema says {kind.name}"
        return
    given = {camel(part.name): part.hint for part in parts_of(bare) if not is_hidden(part.hint)}
    plain_fields = {name: field for name, field in kind.fields.items() if f"{kind.name}.{name}" not in ROUTES}
    for name in set(given) ^ set(plain_fields):
        yield f"{kind.name}.{name} is only in the {'answer' if name in given else 'schema'}"
    for name in set(given) & set(plain_fields):
        yield from output_faults(given[name], plain_fields[name].type, f"{kind.name}.{name}", seen)


def leaf_faults(bare: Any, kind: Any, path: str) -> Iterator[str]:
    if isinstance(kind, GraphQLEnumType):
        if not (isinstance(bare, type) and issubclass(bare, Enum) and set(bare.__members__) == set(kind.values)):
            yield f"{path} is {bare}, the schema says the enum {kind.name}"
    elif bare is not SCALARS[kind.name]:
        yield f"{path} is {bare}, the schema says {kind.name}"


def input_faults(hint: Any, kind: Any, path: str) -> Iterator[str]:
    """Every difference between a Python hint and a GraphQL input type, below ``path``."""
    bare, nullable = optional(hint)
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    elif not nullable:
        yield f"{path} may be null, the answer says it is never None"
    if isinstance(kind, GraphQLList):
        if get_origin(bare) is not tuple:
            yield f"{path} is {bare}, the schema says a list"
            return
        yield from input_faults(get_args(bare)[0], kind.of_type, f"{path}[]")
    elif isinstance(kind, GraphQLInputObjectType):
        yield from input_object_faults(bare, kind, path)
    else:
        yield from leaf_faults(bare, kind, path)


def input_object_faults(bare: Any, kind: Any, path: str) -> Iterator[str]:
    given = {camel(part.name): part for part in parts_of(bare)}
    for name in set(given) ^ set(kind.fields):
        yield f"{path}.{name} is only in the {'answer' if name in given else 'schema'}"
    for name in set(given) & set(kind.fields):
        if given[name].required and not isinstance(kind.fields[name].type, GraphQLNonNull):
            yield f"{path}.{name} may be left out, the answer requires it"
        yield from input_faults(given[name].hint, kind.fields[name].type, f"{path}.{name}")


@pytest.mark.parametrize(
    ("hint", "kind", "wrong"),
    [
        (str | None, GraphQLNonNull(GRAPH.type_map["String"]), "never null"),
        (int, GRAPH.type_map["String"], "the schema says String"),
        (str, GraphQLList(GRAPH.type_map["String"]), "is no list"),
        (tuple[int, ...], GRAPH.type_map["PageInfo"], "the schema says PageInfo"),
    ],
)
def test_the_comparison_itself_sees_each_kind_of_drift(hint: Any, kind: Any, wrong: str) -> None:
    assert any(wrong in fault for fault in output_faults(hint, kind, "X.y", set()))
