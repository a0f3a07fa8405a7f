"""AppSync's scalars, as arguments and as results."""

import json
from typing import Any

import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.points import DOC, OBS, UNKNOWN, point
from tests.conformance.record import Compare

GOOD: dict[str, list[Any]] = {
    "id": ["a", "4"],
    "int": [0, -(2**31), 2**31 - 1],
    "float": [1.5, 1e300, 3],
    "boolean": [True, False],
    "string": ["", "ü\n\u2028"],
    "date": ["2026-02-28", "2026-02-28Z", "2026-02-28-08:00"],
    "time": ["12:00Z", "12:00:34.123", "12:00:34+05:30"],
    "moment": ["2026-02-28T12:00:00Z", "2026-02-28T12:00:00.123456789+08:00:30"],
    "timestamp": [0, -1, 1_700_000_000],
    "email": ["ann@example.com"],
    "url": ["https://www.amazon.com/dp/B000NZW3KC/", "http://localhost:1234/"],
    "phone": ["+44 20 7946 0958", "206-266-1000"],
    "ip": ["127.0.0.1", "::1", "127.0.0.1/24"],
    "kind": ["SQUARE"],
}
BAD: dict[str, list[Any]] = {
    "int": [2**31, 1.5, "1"],
    "boolean": ["true", 1],
    "date": ["2026-02-30", "2026-02-28T12:00:00Z", "28.02.2026"],
    "time": ["25:00", "12"],
    "moment": ["2026-02-28", "2026-02-28T12:00:00", "2026-02-28T12:00:00+0800"],
    "timestamp": ["now", 1.5],
    "email": ["ann", "ann@"],
    "url": ["www.example.com", "no"],
    "phone": ["12", "call me"],
    "ip": ["127.0.0", "1::2::3"],
    "kind": ["OVAL", 1],
}
TYPES = {
    "id": "ID", "int": "Int", "float": "Float", "boolean": "Boolean", "string": "String", "date": "AWSDate",
    "time": "AWSTime", "moment": "AWSDateTime", "timestamp": "AWSTimestamp", "email": "AWSEmail", "url": "AWSURL",
    "phone": "AWSPhone", "ip": "AWSIPAddress", "kind": "Kind", "json": "AWSJSON",
}  # fmt: skip


def taken(api: Endpoint, name: str, value: Any) -> Any:
    """The argument as a resolver is shown it, or ``...`` when the request is not valid."""
    body = api.ask(f"query($v: {TYPES[name]}) {{ event({name}: $v) }}", {"v": value})
    return json.loads(body["data"]["event"])["arguments"][name] if body["data"] else ...


@pytest.mark.parametrize("name", GOOD)
@point("4.1", DOC)
def test_a_good_value_is_taken_and_echoed(api: Endpoint, same: Compare, name: str) -> None:
    for value in GOOD[name]:
        same(taken(api, name, value), value)
        same(api.given(f"scalars {{ {name} }}", {name: value}), {"data": {"scalars": {name: value}}})


@pytest.mark.parametrize("name", BAD)
@point("4.1", DOC)
def test_a_bad_value_is_refused_as_a_variable(api: Endpoint, same: Compare, name: str) -> None:
    for value in BAD[name]:
        same((value, taken(api, name, value)), (value, ...))


@pytest.mark.parametrize("name", ["date", "time", "moment", "email", "url", "phone", "ip", "kind"])
@point("4.1", OBS)
def test_a_bad_value_is_null_with_an_error_as_a_result(api: Endpoint, same: Compare, name: str) -> None:
    for value in BAD[name]:
        body = api.given(f"scalars {{ {name} }}", {name: value})
        same((value, body["data"], len(body.get("errors", []))), (value, {"scalars": {name: None}}, 1))


@pytest.mark.parametrize(
    ("value", "text"), [({"a": [1, None]}, '{"a":[1,null]}'), ([1], "[1]"), (5, "5"), (True, "true")]
)
@point("4.1", DOC)
def test_json_comes_out_as_text(api: Endpoint, same: Compare, value: Any, text: str) -> None:
    same(api.given("scalars { json }", {"json": value}), {"data": {"scalars": {"json": text}}})


@point("4.1", DOC)
def test_json_that_is_text_already_is_not_written_twice(api: Endpoint, same: Compare) -> None:
    same(api.given("scalars { json }", {"json": '{"a": 1}'}), {"data": {"scalars": {"json": '{"a": 1}'}}})


@point("4.1", DOC)
def test_json_is_given_as_text_and_parsed_for_resolvers(api: Endpoint, same: Compare) -> None:
    same(taken(api, "json", '{"a": [1]}'), {"a": [1]})
    same(taken(api, "json", "{"), ...)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("int", 4.0, 4),
        ("int", "4", 4),
        ("string", 4, "4"),
        ("string", True, "true"),
        ("id", 4, "4"),
        ("float", "1.5", 1.5),
        ("boolean", "true", True),
        ("boolean", 1, True),
    ],
)
@point("4.1", UNKNOWN)
def test_a_result_of_a_kindred_type_is_turned_into_that_of_the_field(
    api: Endpoint, same: Compare, name: str, value: Any, shown: Any
) -> None:
    same(api.given(f"scalars {{ {name} }}", {name: value}), {"data": {"scalars": {name: shown}}})
