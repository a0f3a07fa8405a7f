"""What a direct Lambda resolver is called with."""

import json
from typing import Any

import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.points import DOC, INFER, OBS, UNKNOWN, point
from tests.conformance.record import Compare


def event(api: Endpoint, arguments: str = "", variables: Any = None, declared: str = "", **more: Any) -> Any:
    """The event of ``Query.event``."""
    return json.loads(api.ask(f"query{declared} {{ event{arguments} }}", variables, **more)["data"]["event"])


def alone(api: Endpoint, selection: str, value: Any, path: str) -> Any:
    """The event of ``Node.alone`` at a place below ``Query.node``."""
    found = api.given(f"node {selection}", value)["data"]["node"]
    for step in path.split("."):
        found = found[step]
    return json.loads(found)


@point("3.1", DOC)
def test_the_event_is_the_whole_context(api: Endpoint, same: Compare) -> None:
    shown = event(api)
    same(sorted(shown), ["arguments", "identity", "info", "prev", "request", "source", "stash"])
    same((shown["source"], shown["prev"], shown["stash"]), (None, None, {}))
    same(sorted(shown["request"]), ["domainName", "headers"])


@point("3.1", DOC)
def test_info_tells_the_field_and_the_variables(api: Endpoint, same: Compare) -> None:
    info = event(api, "(int: $i)", {"i": 5}, "($i: Int)")["info"]
    names = ["fieldName", "parentTypeName", "selectionSetGraphQL", "selectionSetList", "variables"]
    same(sorted(info), names)
    same((info["parentTypeName"], info["fieldName"], info["variables"]), ("Query", "event", {"i": 5}))


@point("3.1", DOC)
def test_header_names_are_lower_case_and_cookies_are_withheld(api: Endpoint, same: Compare) -> None:
    headers = {"X-Shop-Locale": "de", "Cookie": "a=b"}
    shown = json.loads(api.post("{ event }", headers=headers).json()["data"]["event"])["request"]["headers"]
    same((shown.get("x-shop-locale"), "cookie" in shown), ("de", False))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", {"preset": 7}),
        ("(int: 1)", {"preset": 7, "int": 1}),
        ("(int: null)", {"preset": 7, "int": None}),
        ("(preset: null)", {"preset": None}),
        ("(kind: SQUARE)", {"preset": 7, "kind": "SQUARE"}),
        ("(shape: {must: true})", {"preset": 7, "shape": {"kind": "ROUND", "must": True}}),
        ("(numbers: 4)", {"preset": 7, "numbers": [4]}),
        ('(id: 4, json: "{\\"a\\": [1]}", timestamp: 5)', {"preset": 7, "id": "4", "json": {"a": [1]}, "timestamp": 5}),
    ],
)
@point("3.1", INFER)
def test_arguments_are_those_given_and_those_preset(
    api: Endpoint, same: Compare, given: str, expected: dict[str, Any]
) -> None:
    same(event(api, given)["arguments"], expected)


@pytest.mark.parametrize(("variables", "expected"), [({}, {"preset": 7}), ({"i": None}, {"preset": 7, "int": None})])
@point("3.1", INFER)
def test_a_variable_left_out_leaves_out_its_argument_and_a_null_does_not(
    api: Endpoint, same: Compare, variables: Any, expected: dict[str, Any]
) -> None:
    same(event(api, "(int: $i)", variables, "($i: Int)")["arguments"], expected)


@point("3.1", INFER)
def test_the_source_is_all_that_the_parent_answered(api: Endpoint, same: Compare) -> None:
    value = {"name": "n", "beyond": {"the": ["schema"]}}
    same(alone(api, "{ alone }", value, "alone")["source"], value)


@point("3.1", DOC)
def test_the_selection_is_a_list_of_paths_by_alias(api: Endpoint, same: Compare) -> None:
    found = api.ask('query { e: node(given: "{}") { n: name ...f } } fragment f on Node { child { c: alone } }')
    same(found["data"], {"e": {"n": None, "child": None}})
    selection = "{ children { must } alone }"
    same(alone(api, selection, {"children": []}, "alone")["info"]["selectionSetList"], [])


@point("3.1", OBS)
def test_a_field_without_a_selection_has_an_empty_text_of_it(api: Endpoint, same: Compare) -> None:
    info = event(api)["info"]
    same((info["selectionSetList"], info["selectionSetGraphQL"]), ([], ""))


@point("3.1", UNKNOWN)
def test_arguments_of_a_nested_field_are_its_own(api: Endpoint, same: Compare) -> None:
    same(alone(api, '{ alone(tag: "t") }', {}, "alone")["arguments"], {"tag": "t"})
