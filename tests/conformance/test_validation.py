"""Documents and variables that do not fit the schema: status 200, no data, the words of graphql-java."""

from typing import Any

import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.errors import brief, invalid
from tests.conformance.points import INFER, OBS, TEAM, point
from tests.conformance.record import Compare


def said(kind: str, description: str, where: str) -> str:
    return f"Validation error of type {kind}: {description} @ '{where}'"


@point("1.4", TEAM)
def test_an_undefined_field_is_told_with_its_place_and_without_a_type(api: Endpoint, same: Compare) -> None:
    message = said("FieldUndefined", "Field 'badfield' in type 'Query' is undefined", "badfield")
    same(api.ask("{badfield}"), invalid(message, 1, 2))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ required }", said("MissingFieldArgument", "Missing field argument text", "required")),
        (
            '{ node(given: "{}") { child { alone(x: 1) } } }',
            said("UnknownArgument", "Unknown field argument x", "node/child/alone"),
        ),
    ],
)
@point("1.4", OBS)
def test_a_missing_or_unknown_argument_is_told_by_the_path_of_fields(
    api: Endpoint, same: Compare, query: str, message: str
) -> None:
    same(brief(api.ask(query)), [(None, message)])


@point("1.4", OBS)
def test_a_literal_of_another_type_is_shown_as_java_shows_it(api: Endpoint, same: Compare) -> None:
    message = said(
        "WrongType", "argument 'json' with value 'ObjectValue{objectFields=[]}' is not a valid 'AWSJSON'", "event"
    )
    same(brief(api.ask("{ event(json: {}) }")), [(None, message)])


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ('{ node(given: "{}") }', "SubSelectionRequired"),
        ("{ keyed { x } }", "SubSelectionNotAllowed"),
        ("query($x: Nope) { keyed }", "UnknownType"),
        ("{ keyed } fragment f on Query { keyed }", "UnusedFragment"),
        ("{ ...nope }", "UndefinedFragment"),
        ("query($s: String) { event(int: $s) }", "VariableTypeMismatch"),
        ("{ required(text: $x) }", "UndefinedVariable"),
        ("query($x: Int) { keyed }", "UnusedVariable"),
        ("{ keyed @nope }", "UnknownDirective"),
        ("{ ...f } fragment f on Query { ...f }", "FragmentCycle"),
        ("{ a: keyed a: user }", "FieldsConflict"),
    ],
)
@point("1.4", INFER)
def test_what_is_wrong_with_a_document_is_named_as_in_graphql_java(
    api: Endpoint, same: Compare, query: str, kind: str
) -> None:
    same(brief(api.ask(query))[0][1].split(":")[0], f"Validation error of type {kind}")


@point("1.4", OBS)
def test_a_null_variable_where_none_may_be_names_the_variable(api: Endpoint, same: Compare) -> None:
    body = api.ask("query($text: String!) { required(text: $text) }", {"text": None})
    same(brief(body), [(None, "Variable 'text' has coerced Null value for NonNull type 'String!'")])
    same(body["data"], None)


@pytest.mark.parametrize(
    ("type_", "value", "why"),
    [
        ("AWSPhone", "12", "Unable to parse `12` as a valid phone number."),
        ("AWSDate", "2019-12-24T04:15:57.798Z", "Unable to parse `2019-12-24T04:15:57.798Z` as a valid date."),
        ("AWSDateTime", "2019-12-24", "Unable to parse `2019-12-24` as a valid DateTime Object."),
        ("AWSJSON", {"a": "b"}, "Unable to parse {a=b} as valid JSON."),
    ],
)
@point("1.4", OBS)
def test_a_variable_that_is_no_such_scalar_is_shown(
    api: Endpoint, same: Compare, type_: str, value: Any, why: str
) -> None:
    names = {"AWSPhone": "phone", "AWSDate": "date", "AWSDateTime": "moment", "AWSJSON": "json"}
    body = api.ask(f"query($v: {type_}) {{ event({names[type_]}: $v) }}", {"v": value})
    same(brief(body), [(None, f"Variable 'v' has an invalid value. {why}")])


@point("1.4", OBS)
def test_a_field_inside_a_variable_is_named_itself(api: Endpoint, same: Compare) -> None:
    body = api.ask("query($s: Shape) { event(shape: $s) }", {"s": {"must": True, "born": "x"}})
    same(brief(body), [(None, "Variable 'born' has an invalid value. Unable to parse `x` as a valid date.")])


@point("1.4", INFER)
def test_an_identified_caller_may_introspect(api: Endpoint, same: Compare) -> None:
    body = api.ask('{ __schema { queryType { name } } __type(name: "Kind") { kind } }')
    same(body, {"data": {"__schema": {"queryType": {"name": "Query"}}, "__type": {"kind": "ENUM"}}})
