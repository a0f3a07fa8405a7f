"""The smallest valid operation for a field, made from the schema: for tests that go through every field there is."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
)

from schema.api import build

SAMPLES = {
    "ID": "x",
    "String": "a-sample",
    "Int": 1,
    "Float": 1.0,
    "Boolean": True,
    "AWSEmail": "a@example.com",
    "AWSURL": "https://a.example/",
    "AWSJSON": "{}",
}


def sample(kind: Any) -> Any:
    """A value that passes the schema's check, with required parts only."""
    if isinstance(kind, GraphQLNonNull):
        return sample(kind.of_type)
    if isinstance(kind, GraphQLList):
        return [sample(kind.of_type)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        return {name: sample(one.type) for name, one in kind.fields.items() if isinstance(one.type, GraphQLNonNull)}
    return SAMPLES[kind.name]


def operation(path: str) -> tuple[str, dict[str, Any]]:
    """A document and its variables that ask the root field ``path``, such as ``Query.product``, with samples."""
    root, name = path.split(".")
    graph: Any = build()._schema
    field = graph.type_map[root].fields[name]
    needed = {arg: one for arg, one in field.args.items() if isinstance(one.type, GraphQLNonNull)}
    declared = ", ".join(f"${arg}: {one.type}" for arg, one in needed.items())
    passed = ", ".join(f"{arg}: ${arg}" for arg in needed)
    selection = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    head = f"{root.lower()} Sample" + (f"({declared})" if declared else "")
    call = name + (f"({passed})" if passed else "") + selection
    return f"{head} {{ {call} }}", {arg: sample(one.type) for arg, one in needed.items()}
