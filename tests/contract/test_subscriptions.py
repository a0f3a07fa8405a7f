"""What AppSync asks of a subscription and does not check itself: mistakes here would be silence, or too much said."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    get_nullable_type,
)

from schema.api import routes, sdl, subscriptions
from schema.route import Access
from schema.sdl import PRELUDE


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    return build_schema(PRELUDE + sdl())


def directive(field: GraphQLField, name: str) -> Any:
    assert field.ast_node
    return next((one for one in field.ast_node.directives if one.name.value == name), None)


def listened_to(field: GraphQLField) -> Sequence[str]:
    """The mutations that a field of Subscription names in the SDL."""
    found = directive(field, "aws_subscribe")
    return [name.value for name in found.arguments[0].value.values] if found else []


def bare(kind: Any) -> str:
    """A type but for whether it may be null, in which AppSync lets them differ."""
    return str(get_nullable_type(kind))


def faults(graph: GraphQLSchema, name: str) -> Iterator[str]:
    """Why nobody would ever be told anything by the subscription, or somebody too much."""
    field = graph.subscription_type.fields[name] if graph.subscription_type else None
    assert field
    if not listened_to(field):
        yield "listens to no mutation"
    for mutation in listened_to(field):
        declared = graph.mutation_type.fields.get(mutation) if graph.mutation_type else None
        if declared is None or bare(declared.type) != bare(field.type):
            yield f"{mutation} does not give a {field.type}"
    payload = get_nullable_type(field.type)
    if isinstance(field.type, GraphQLNonNull):
        yield "is never null: clients drop what cannot be told"
    if not isinstance(payload, GraphQLObjectType):
        yield "is no object, which alone can be told in part and filtered"
        return
    for argument, given in field.args.items():
        there = payload.fields.get(argument)
        if there is None or bare(there.type) != bare(given.type):
            yield f"{argument} is no filter: {payload.name} has no such field"
    yield from (f"{path} has rights of its own" for path in told_apart(payload))


def told_apart(payload: GraphQLObjectType) -> Iterator[str]:
    """Fields below a payload with directives of their own: it is told to all with the rights of who published it.

    Those that a route gives an access are never asked for when something is published, and so are told to nobody.
    """
    seen: set[str] = set()
    waiting: list[Any] = [payload]
    while waiting:
        kind = waiting.pop()
        if not isinstance(kind, GraphQLObjectType) or kind.name in seen:
            continue
        seen.add(kind.name)
        for name, field in kind.fields.items():
            path = f"{kind.name}.{name}"
            if path in routes() and routes()[path].access:
                continue
            if field.ast_node and field.ast_node.directives:
                yield path
            waiting.append(get_named_type(field.type))


@pytest.mark.parametrize("name", subscriptions())
def test_a_subscription_can_be_told_and_filtered(graph: GraphQLSchema, name: str) -> None:
    assert list(faults(graph, name.split(".")[1])) == []


@pytest.mark.parametrize(("name", "declared"), subscriptions().items())
def test_the_sdl_names_the_mutations_that_were_declared(graph: GraphQLSchema, name: str, declared: Any) -> None:
    assert graph.subscription_type
    assert tuple(listened_to(graph.subscription_type.fields[name.split(".")[1]])) == declared.mutations


@pytest.mark.parametrize(("name", "declared"), subscriptions().items())
def test_only_functions_publish(name: str, declared: Any) -> None:
    assert {routes()[f"Mutation.{mutation}"].access for mutation in declared.mutations} == {Access.PUBLISHER}


def test_every_publishing_mutation_is_listened_to() -> None:
    published = {name.split(".")[1] for name, route in routes().items() if route.access is Access.PUBLISHER}
    assert published == {mutation for declared in subscriptions().values() for mutation in declared.mutations}


PLANTED = """
type Query { thing: Thing }
type Thing { id: ID! size: Int part: Part secret: String %s }
type Part { name: String %s }
type Mutation { publish: Thing other: Part many: [Thing] }
type Subscription { changed%s: %s %s }
"""
GOOD = ('@aws_subscribe(mutations: ["publish"])',)


@pytest.mark.parametrize(
    ("parts", "seen"),
    [
        (("", "", "(id: ID!, size: Int)", "Thing", *GOOD), []),
        (("", "", "", "Thing", ""), ["listens to no mutation"]),
        (("", "", "", "Thing", '@aws_subscribe(mutations: ["none"])'), ["none does not give a Thing"]),
        (("", "", "", "Thing", '@aws_subscribe(mutations: ["publish", "other"])'), ["other does not give a Thing"]),
        (("", "", "", "Thing!", *GOOD), ["is never null: clients drop what cannot be told"]),
        (("", "", "", "[Thing]", '@aws_subscribe(mutations: ["many"])'), ["is no object"]),
        (("", "", "(colour: ID)", "Thing", *GOOD), ["colour is no filter: Thing has no such field"]),
        (("", "", "(id: String)", "Thing", *GOOD), ["id is no filter: Thing has no such field"]),
        (("", "", "(size: [Int])", "Thing", *GOOD), ["size is no filter: Thing has no such field"]),
        (("@aws_iam", "", "", "Thing", *GOOD), ["Thing.secret has rights of its own"]),
        (("", "@aws_iam", "", "Thing", *GOOD), ["Part.name has rights of its own"]),
    ],
)
def test_each_mistake_is_seen(parts: tuple[str, ...], seen: list[str]) -> None:
    found = list(faults(build_schema(PRELUDE + PLANTED % parts), "changed"))
    assert len(found) == len(seen)
    assert all(fault.startswith(expected) for fault, expected in zip(found, seen, strict=True))
