"""Fields that fail while a request runs: status 200, the error beside the data of the others."""

import json
from typing import Any

import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.errors import brief, failed, unfit
from tests.conformance.points import DOC, INFER, OBS, UNKNOWN, point
from tests.conformance.record import Compare


@point("1.5", DOC)
def test_what_a_function_raises_is_its_class_and_its_text(api: Endpoint, same: Compare) -> None:
    body = api.ask('{ fail(type: "CustomException", message: "Custom Message") }')
    error = failed(["fail"], "CustomException", "Custom Message", 3)
    same(body, {"data": {"fail": None}, "errors": [error]})


@point("1.5", DOC)
def test_of_an_unauthorized_exception_the_message_is_replaced(api: Endpoint, same: Compare) -> None:
    body = api.ask('{ fail(type: "UnauthorizedException", message: "who are you") }')
    same(brief(body), [("UnauthorizedException", "You are not authorized to make this call.")])


@point("1.5", UNKNOWN)
def test_the_timeout_of_lambda_itself_keeps_the_type_of_the_runtime(api: Endpoint, same: Compare) -> None:
    body = api.ask("{ sleep(seconds: 3) }")
    same(body["errors"][0]["errorType"], "Sandbox.Timedout")
    same(body["errors"][0]["message"].split("Error: ")[-1], "Task timed out after 1.00 seconds")


@point("1.5", UNKNOWN)
def test_a_runtime_that_ends_is_a_runtime_exit_error(api: Endpoint, same: Compare) -> None:
    body = api.ask("{ quit keyed }")
    same(body["data"], {"quit": None, "keyed": "reached"})
    same(body["errors"][0]["errorType"], "Runtime.ExitError")


@point("1.5", OBS)
def test_null_for_non_null_says_within_which_parent(api: Endpoint, same: Compare) -> None:
    message = "Cannot return null for non-nullable type: 'String' within parent 'Node' (/node/must)"
    same(api.given("node { must }", {}), {"data": {"node": None}, "errors": [unfit(["node", "must"], message)]})


@point("1.5", OBS)
def test_an_item_is_named_by_its_index(api: Endpoint, same: Compare) -> None:
    body = api.given("node { maybes { must } }", {"maybes": [{"must": "x"}, {}]})
    message = "Cannot return null for non-nullable type: 'String' within parent 'Node' (/node/maybes[1]/must)"
    same(body["data"], {"node": {"maybes": [{"must": "x"}, None]}})
    same(body["errors"], [unfit(["node", "maybes", 1, "must"], message)])


@point("1.5", DOC)
def test_nulls_bubble_to_the_nearest_place_that_may_be_null(api: Endpoint, same: Compare) -> None:
    same(
        api.given("node { children { must } }", {"children": [{"must": "x"}, {}]})["data"], {"node": {"children": None}}
    )
    same(api.given("strict { must }", {})["data"], None)


@pytest.mark.parametrize(
    ("value", "path", "expected"),
    [
        ({"children": {}}, ["node", "children"], "LIST, got OBJECT"),
        ({"child": []}, ["node", "child"], "OBJECT, got LIST"),
    ],
)
@point("1.5", OBS)
def test_a_wrong_shape_is_a_type_mismatch(
    api: Endpoint, same: Compare, value: Any, path: list[str | int], expected: str
) -> None:
    body = api.given("node { children { name } child { name } }", value)
    message = f"Can't resolve value (/node/{path[1]}) : type mismatch error, expected type {expected}"
    same(body["errors"], [unfit(path, message)])


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"int": "many"}, "(/scalars/int) : Expected type 'Int' but was 'String'."),
        ({"int": 2**31}, "(/scalars/int) : Expected type 'Int' but was 'Long'."),
        (
            {"moment": "2020-05-23T06:4:37.000Z"},
            "(/scalars/moment) : Unable to serialize `2020-05-23T06:4:37.000Z` as a valid DateTime Object.",
        ),
    ],
)
@point("1.5", OBS)
def test_a_wrong_scalar_cannot_be_serialized(api: Endpoint, same: Compare, value: Any, why: str) -> None:
    body = api.given("scalars { int moment }", value)
    same(body["data"], {"scalars": {"int": None, "moment": None}})
    same([(error["message"], error["locations"]) for error in body["errors"]], [(f"Can't serialize value {why}", None)])


@point("1.5", INFER)
def test_a_wrong_enum_value_cannot_be_serialized(api: Endpoint, same: Compare) -> None:
    body = api.given("scalars { kind }", {"kind": "OVAL"})
    message = "Can't serialize value (/scalars/kind) : Invalid input for Enum 'Kind'. Unknown value 'OVAL'"
    same(brief(body), [(None, message)])


@point("1.5", OBS)
def test_a_root_field_without_resolver_and_a_missing_key_are_silently_null(api: Endpoint, same: Compare) -> None:
    same(api.ask("{ unresolved }"), {"data": {"unresolved": None}})
    same(api.given("node { name }", {}), {"data": {"node": {"name": None}}})


@point("1.5", UNKNOWN)
def test_an_abstract_result_without_typename_cannot_be_resolved(api: Endpoint, same: Compare) -> None:
    message = (
        "Can't resolve '/named'. Abstract type 'Named' must resolve to an Object type at runtime for field "
        "'Query.named'. Could not determine the exact type of 'Named'"
    )
    same(brief(api.given("named { name }", {"name": "x"})), [(None, message)])


@point("1.5", DOC)
def test_abstract_results_choose_by_typename(api: Endpoint, same: Compare) -> None:
    selection = "{ ... on Node { name } ... on Leaf { leaf } }"
    same(api.given(f"either {selection}", {"__typename": "Leaf", "leaf": "l"})["data"], {"either": {"leaf": "l"}})
    same(api.given(f"named {selection}", {"__typename": "Node", "name": "n"})["data"], {"named": {"name": "n"}})


@point("1.5", DOC)
def test_root_mutations_run_one_after_the_other(api: Endpoint, same: Compare) -> None:
    body = api.ask("mutation { a: pause(milliseconds: 300) b: pause(milliseconds: 300) }")["data"]
    first, second = (json.loads(body[name]) for name in "ab")
    same(second["begun"] > first["done"] - 0.1, True)
