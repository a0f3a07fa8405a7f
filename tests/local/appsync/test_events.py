"""The event a function is asked with: the whole context, as a direct Lambda resolver gets it."""

import asyncio
from typing import Any

import pytest

from tests.conformance.points import DOC, INFER, point
from tests.local.appsync.world import KEY, errors, world

ANIMAL = {"id": "a1", "name": "Rex"}


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def event_of(query: str, variables: Any = None, **headers: str) -> dict[str, Any]:
    """The event of the one function that is asked."""
    names = [
        "Query.animal",
        "Query.animals",
        "Query.echo",
        "Query.pets",
        "Query.text",
        "Mutation.rename",
        "Query.strict",
    ]
    there = world(dict.fromkeys(names, lambda _event: None))
    there.headers |= headers
    body = run(there.ask(query, variables))
    assert there.functions.calls, body
    return dict(there.functions.calls[0][1])


def test_the_event_is_the_whole_context() -> None:
    query = "mutation($n: String!) {\n  r: rename(name: $n) {\n    id\n    k: keeper {\n      name\n    }\n  }\n}"
    there = world({"Mutation.rename": lambda _event: None})
    response = run(
        there.send(
            json={"query": query, "variables": {"n": "Max", "extra": 1}},
            headers={"x-api-key": KEY, "Cookie": "secret=1", "X-Forwarded-For": "1.1.1.1, 2.2.2.2"},
        )
    )
    assert response.json() == {"data": {"r": None}}
    event = there.functions.calls[0][1]
    headers = event["request"].pop("headers")
    assert event == {
        "arguments": {"name": "Max"},
        "identity": None,
        "source": None,
        "request": {"domainName": None},
        "prev": None,
        "info": {
            "selectionSetList": ["id", "k", "k/name"],
            "selectionSetGraphQL": "{\n  id\n  k: keeper {\n    name\n  }\n}",
            "parentTypeName": "Mutation",
            "fieldName": "rename",
            "variables": {"n": "Max", "extra": 1},
        },
        "stash": {},
    }
    assert headers["x-api-key"] == KEY
    assert headers["x-forwarded-for"] == "1.1.1.1, 2.2.2.2, 192.0.2.7, 127.0.0.1"
    assert headers["content-type"] == "application/json"
    assert headers["host"] == "api.test"
    assert headers["x-amzn-trace-id"].startswith("Root=1-")
    assert "cookie" not in headers
    assert all(name == name.lower() for name in headers)


@point("3.1", DOC)
def test_a_header_sent_twice_is_a_list() -> None:
    there = world({"Query.text": lambda _event: None})
    headers = [("x-api-key", KEY), ("X-Tenant", "a"), ("x-tenant", "b"), ("content-type", "application/json")]
    run(there.send(content=b'{"query":"{ text }"}', headers=headers))
    assert there.functions.calls[0][1]["request"]["headers"]["x-tenant"] == ["a", "b"]


@pytest.mark.parametrize(
    ("query", "variables", "arguments"),
    [
        ("{ text }", None, {}),
        ("{ text(value: null) }", None, {"value": None}),
        ("query($v: String) { text(value: $v) }", {}, {}),
        ("query($v: String) { text(value: $v) }", {"v": None}, {"value": None}),
        ('query($v: String = "d") { text(value: $v) }', {}, {"value": "d"}),
        ("{ animals { id } }", None, {"first": 3}),
        ("query($n: Int) { animals(first: $n) { id } }", {}, {"first": 3}),
        ("query($n: Int) { animals(first: $n, kinds: DOG) { id } }", {"n": 9}, {"first": 9, "kinds": ["DOG"]}),
        ("query($k: [Kind!]) { animals(kinds: $k) { id } }", {"k": "CAT"}, {"first": 3, "kinds": ["CAT"]}),
        (
            "{ animals(where: {must: true}) { id } }",
            None,
            {"first": 3, "where": {"must": True, "kind": "DOG"}},
        ),
        (
            "query($w: Where) { animals(where: $w) { id } }",
            {"w": {"must": False, "kind": None, "numbers": 1, "inner": {"must": True, "name": "x"}}},
            {
                "first": 3,
                "where": {
                    "kind": None,
                    "inner": {"name": "x", "kind": "DOG", "must": True},
                    "numbers": [1],
                    "must": False,
                },
            },
        ),
        (
            "query($b: Boolean!, $n: Int!) { animals(where: {must: $b, numbers: [1, $n]}) { id } }",
            {"b": True, "n": 2},
            {"first": 3, "where": {"must": True, "kind": "DOG", "numbers": [1, 2]}},
        ),
        (
            'query($j: AWSJSON) { echo(json: $j, id: 7, float: 1, timestamp: 5, string: "s", kind: CAT) { id } }',
            {"j": '{"a": [1]}'},
            {"id": "7", "float": 1.0, "string": "s", "timestamp": 5, "json": {"a": [1]}, "kind": "CAT"},
        ),
        ("{ echo(matrix: [1, [2], null]) { id } }", None, {"matrix": [[1], [2], None]}),
    ],
)
def test_arguments_are_those_given_and_those_with_a_default(
    query: str, variables: Any, arguments: dict[str, Any]
) -> None:
    assert event_of(query, variables)["arguments"] == arguments


@point("3.1", INFER)
def test_a_variable_sent_as_null_where_the_argument_may_not_be_is_an_error_of_the_field() -> None:
    sdl = 'type Query { text(value: String! = "d"): String }'
    there = world({"Query.text": lambda _event: "x"}, sdl=sdl)
    query = "query($v: String) { text(value: $v) }"
    assert run(there.data(query, {})) == {"text": "x"}
    assert there.functions.calls[0][1]["arguments"] == {"value": "d"}
    assert errors(run(there.ask(query, {"v": None}))) == [
        (["text"], "InvalidArgument", "Argument 'value' has coerced Null value for NonNull type 'String!'")
    ]


@pytest.mark.parametrize(
    ("query", "selected", "text"),
    [
        (
            """{ animal(id: "1") { __typename id n: name keeper { name } ...f ... on Animal { weight } } }
            fragment f on Animal { mother { id } keeper { id } }""",
            ["__typename", "id", "n", "keeper", "keeper/name", "keeper/id", "mother", "mother/id", "weight"],
            (
                "{\n  __typename\n  id\n  n: name\n  keeper {\n    name\n  }\n  ...f\n  ... on Animal "
                "{\n    weight\n  }\n}"
            ),
        ),
        (
            "{ pets { __typename ... on Animal { weight } ... on Named { id } } }",
            ["__typename"],
            "{\n  __typename\n  ... on Animal {\n    weight\n  }\n  ... on Named {\n    id\n  }\n}",
        ),
        ('{ animal(id: "1") { id } animal(id: "1") { name } }', ["id", "name"], "{\n  id\n  name\n}"),
        ('{ animal(id: "1") { id @skip(if: true) name } }', ["name"], "{\n  id @skip(if: true)\n  name\n}"),
        ("{ text }", [], ""),
    ],
)
@point("3.1", DOC)
def test_the_selection_is_told_as_a_list_and_as_text(query: str, selected: list[str], text: str) -> None:
    info = event_of(query)["info"]
    assert info["selectionSetList"] == selected
    assert info["selectionSetGraphQL"] == text


@point("3.1", DOC)
def test_of_an_interface_only_its_own_fields_are_listed() -> None:
    sdl = """
      type Query { named: Named }
      interface Named { name: String! }
      type A implements Named { name: String! a: Int }
    """
    there = world({"Query.named": lambda _event: None}, sdl=sdl)
    run(there.data("{ named { name ... on Named { n: name } ... on A { a } } }"))
    assert there.functions.calls[0][1]["info"]["selectionSetList"] == ["name", "n"]
