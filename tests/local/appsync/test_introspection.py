"""The schema's answers about itself."""

import asyncio
from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query, print_type

from local.appsync import sdl
from local.appsync.sdl import UnsupportedApi
from tests.conformance.points import INFER, OBS, point
from tests.local.appsync.world import errors, world


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def test_a_tool_can_rebuild_the_schema_with_the_comments_as_descriptions() -> None:
    data = run(world().data(get_introspection_query()))
    rebuilt = build_client_schema(data)
    query = print_type(rebuilt.type_map["Query"])
    assert query.startswith(
        '"""Where it begins."""\ntype Query {\n  """\n  One animal,\n  by its id.\n  """'
        '\n  animal(\n    """Which one."""\n    id: ID!'
    )
    assert (
        print_type(rebuilt.type_map["Kind"]) == '"""Whatever lives."""\nenum Kind {\n  """It barks."""\n  DOG\n  CAT\n}'
    )
    assert {"aws_subscribe", "aws_cognito_user_pools", "skip"} <= {d.name for d in rebuilt.directives}
    assert {"AWSJSON", "AWSDateTime"} <= set(rebuilt.type_map)


def test_introspection_mixes_with_data_in_the_order_asked() -> None:
    there = world({"Query.text": lambda _event: "x"})
    query = "query($n: String!) { a: text t: __type(name: $n) { ...f } text } fragment f on __Type { name kind }"
    data = run(there.data(query, {"n": "Animal"}))
    assert list(data.items()) == [("a", "x"), ("t", {"name": "Animal", "kind": "OBJECT"}), ("text", "x")]
    assert run(there.data(query, {"n": "Kind"}))["t"] == {"name": "Kind", "kind": "ENUM"}
    assert run(there.data(query, {"n": "Nope"}))["t"] is None


@pytest.mark.parametrize("query", ["{ __schema { queryType { name } } }", '{ t: __type(name: "Query") { name } }'])
@point("1.4", INFER)
def test_disabled_introspection_is_a_field_that_does_not_exist_but_typename_stays(query: str) -> None:
    there = world(introspection=False)
    name = "__type" if "__type(" in query else "__schema"
    message = f"Validation error of type FieldUndefined: Field '{name}' in type 'Query' is undefined @ '{name}'"
    assert errors(run(there.ask(query))) == [(None, None, message)]
    assert run(there.data("{ __typename }")) == {"__typename": "Query"}


@point("4.2", OBS)
def test_a_comment_describes_what_stands_directly_below_it() -> None:
    schema = sdl.build(
        '''
        # far above

        # Near.
        # Nearer.
        type Query { a: Int # trails a
          b: Int
          """Own."""
          # beside its own
          c: Int
          # d is next
          d: Int  }
        '''
    )
    fields = schema.type_map["Query"].fields  # type: ignore[attr-defined]  # it is an object type
    assert schema.type_map["Query"].description == "Near.\nNearer."
    assert [field.description for field in fields.values()] == [None, None, "Own.", "d is next"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type Query { a: Int } scalar Mine", "AppSync takes no custom scalars: scalar Mine"),
        ("type Query { a: Int } extend type Query { b: Int }", "AppSync takes no type extensions: extend Query"),
        ("type Query { a: Int } directive @mine on OBJECT", "AppSync takes no directive definitions: @mine"),
        (
            "type Query { a: Int } interface A { a: Int } interface B implements A { a: Int }",
            "AppSync takes no interface that implements another: B",
        ),
        (
            "type Query { a: Int } type AWSThing { a: Int }",
            "AppSync keeps names that start with AWS to itself: AWSThing",
        ),
        (
            "type Query { a: Int } input One @oneOf { a: Int b: Int }",
            "AppSync takes no @oneOf on arguments and inputs: One",
        ),
        (
            "type Query { a(old: Int @deprecated): Int }",
            "AppSync takes no @deprecated on arguments and inputs: old",
        ),
        ("type Other { a: Int }", "the schema is not valid: Query root type must be provided."),
        ("type Query { a: Nope }", "the schema is not valid: Unknown type 'Nope'."),
        ("type Query {", "the schema document cannot be parsed: Syntax Error: Expected Name, found <EOF>."),
        ("", "the schema document cannot be parsed: Syntax Error: Unexpected <EOF>."),
    ],
)
@point("4.2", OBS)
def test_what_appsync_would_refuse_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnsupportedApi) as refused:
        world(sdl=text)
    assert str(refused.value).startswith(said)
