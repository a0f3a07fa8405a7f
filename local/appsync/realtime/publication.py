"""What mutations publish: which subscriptions a mutation fires, and how its result travels to every process."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from graphql import (
    DirectiveNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    ListValueNode,
    StringValueNode,
    ValueNode,
)

from local.appsync.execution import Result
from local.appsync.plan import Plan
from local.appsync.sdl import UnsupportedApi

type Listeners = Mapping[str, tuple[str, ...]]
"""Mutation field to the subscription fields that it fires."""

_DIRECTIVE: Final = "aws_subscribe"


def listeners(schema: GraphQLSchema) -> Listeners:
    """Which mutation fires which subscriptions; ``UnsupportedApi`` for a pair that AppSync would refuse."""
    found: dict[str, tuple[str, ...]] = {}
    for name, field in (schema.subscription_type.fields if schema.subscription_type else {}).items():
        for mutation in _mutations(field):
            _check(schema, name, field, mutation)
            found[mutation] = (*found.get(mutation, ()), name)
    return found


def _mutations(field: GraphQLField) -> list[str]:
    directives: tuple[DirectiveNode, ...] = field.ast_node.directives if field.ast_node else ()
    given = [
        argument.value
        for directive in directives
        if directive.name.value == _DIRECTIVE
        for argument in directive.arguments
        if argument.name.value == "mutations"
    ]
    return [name for value in given for name in _texts(value)]


def _texts(value: ValueNode) -> Iterator[str]:
    for item in value.values if isinstance(value, ListValueNode) else (value,):
        if isinstance(item, StringValueNode):
            yield item.value


def _check(schema: GraphQLSchema, name: str, field: GraphQLField, mutation: str) -> None:
    fired = schema.mutation_type.fields.get(mutation) if schema.mutation_type else None
    if fired is None:
        raise UnsupportedApi(f"Subscription.{name} listens to Mutation.{mutation}, which there is not")
    ours, theirs = _bare(field.type), _bare(fired.type)
    if isinstance(ours, GraphQLList):
        raise UnsupportedApi(f"Subscription.{name} gives a list, which AppSync does not support")
    if ours is not theirs:
        raise UnsupportedApi(f"Subscription.{name} gives {ours}, but Mutation.{mutation}, which fires it, {theirs}")


def _bare(type_: GraphQLOutputType) -> GraphQLOutputType:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def published(plan: Plan, result: Result, fired: Listeners) -> Iterator[bytes]:
    """A message for each of a mutation's results that somebody may listen to; one that is null tells nothing."""
    for key, name, *_ in plan.entries:
        value = (result.data or {}).get(key)
        if value is not None and name in fired:
            yield orjson.dumps([name, value])


def read(message: bytes) -> tuple[str, Any]:
    """The mutation and its result, as another process published them."""
    mutation, value = orjson.loads(message)
    return mutation, value
