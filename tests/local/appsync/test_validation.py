"""Documents and variables that do not fit the schema, in the words of graphql-java."""

import asyncio
from typing import Any

import pytest

from tests.local.appsync.world import world


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("{badfield}", "FieldUndefined: Field 'badfield' in type 'Query' is undefined @ 'badfield'"),
        (
            '{ animal(id: "1") { keeper { nope } } }',
            "FieldUndefined: Field 'nope' in type 'Keeper' is undefined @ 'animal/keeper/nope'",
        ),
        (
            '{ animal(id: "1") { ...f } } fragment f on Animal { nope }',
            "FieldUndefined: Field 'nope' in type 'Animal' is undefined @ 'f/nope'",
        ),
        ("{ animal { id } }", "MissingFieldArgument: Missing field argument id @ 'animal'"),
        ('{ animal(id: "1", x: 2) { id } }', "UnknownArgument: Unknown field argument x @ 'animal'"),
        ("{ text @skip }", "MissingDirectiveArgument: Missing directive argument if @ 'text'"),
        ("{ text @skip(if: true, x: 1) }", "UnknownDirective: Unknown directive argument x @ 'text'"),
        ("{ text @nope }", "UnknownDirective: Unknown directive nope @ 'text'"),
        ("query @skip(if: true) { text }", "MisplacedDirective: Directive skip not allowed here"),
        (
            "{ text @skip(if: true) @skip(if: true) }",
            (
                "DuplicateDirectiveName: Directives must be uniquely named within a location. "
                "The directive 'skip' is not unique. @ 'text'"
            ),
        ),
        (
            '{ animal(id: "1") }',
            "SubSelectionRequired: Sub selection required for type Animal of field animal @ 'animal'",
        ),
        (
            "{ text { x } }",
            "SubSelectionNotAllowed: Sub selection not allowed on leaf type String of field text @ 'text'",
        ),
        ("query($v: Nope) { text(value: $v) }", "UnknownType: Unknown type Nope"),
        ("{ ... on Nope { text } }", "UnknownType: Unknown type Nope"),
        ("query { text(value: $v) }", "UndefinedVariable: Undefined variable v @ 'text'"),
        ("query($v: String) { text }", "UnusedVariable: Unused variable v"),
        (
            "query($v: Int) { text(value: $v) }",
            "VariableTypeMismatch: Variable type 'Int' doesn't match expected type 'String'",
        ),
        (
            "query($v: ID) { animal(id: $v) { id } }",
            "VariableTypeMismatch: Variable type 'ID' doesn't match expected type 'ID!'",
        ),
        ("query($v: Animal) { text(value: $v) }", "NonInputTypeOnVariable: Wrong type for a variable"),
        (
            "query($v: String, $v: String) { text(value: $v) }",
            "DuplicateVariableName: There can be only one variable named 'v'",
        ),
        (
            "query($v: Int = DOG) { animals(first: $v) { id } }",
            "BadValueForDefaultArg: Bad default value EnumValue{name='DOG'} for type Int",
        ),
        ("{ ...nope }", "UndefinedFragment: Undefined fragment nope"),
        ("{ text } fragment f on Animal { id }", "UnusedFragment: Unused fragment f"),
        ("{ ...f } fragment f on Query { ...f }", "FragmentCycle: Fragment cycles not allowed @ 'f'"),
        (
            "{ ...f } fragment f on Query { text } fragment f on Query { text }",
            "DuplicateFragmentName: There can be only one fragment named 'f' @ 'f'",
        ),
        (
            "{ ... on Kind { text } }",
            (
                "InlineFragmentTypeConditionInvalid: Inline fragment type condition is invalid, must be "
                "on Object/Interface/Union"
            ),
        ),
        (
            "{ ...f } fragment f on Where { text }",
            "FragmentTypeConditionInvalid: Fragment type condition is invalid, must be on Object/Interface/Union @ 'f'",
        ),
        (
            '{ animal(id: "1") { ... on Keeper { id } } }',
            (
                "InvalidFragmentType: Fragment cannot be spread here as objects of type Animal can never "
                "be of type Keeper @ 'animal'"
            ),
        ),
        (
            '{ animal(id: "1") { ...f } } fragment f on Keeper { id }',
            (
                "InvalidFragmentType: Fragment f cannot be spread here as objects of type Animal can "
                "never be of type Keeper "
                "@ 'animal'"
            ),
        ),
        ("{ text } query A { text }", "LoneAnonymousOperationViolation: Anonymous operation with other operations."),
        (
            "query A { text } query A { text }",
            "DuplicateOperationName: There can be only one operation named 'A'",
        ),
        (
            '{ text(value: "a", value: "b") }',
            "DuplicateArgumentNames: There can be only one argument named 'value' @ 'text'",
        ),
        (
            "{ animals(where: {must: true, must: false}) { id } }",
            "WrongType: There can be only one input field named 'must' @ 'animals'",
        ),
        ("{ a: text a: unresolved }", "FieldsConflict: a: text and unresolved are different fields @ 'unresolved'"),
        ('{ text(value: "a") text }', "FieldsConflict: text: they have differing arguments @ 'text'"),
        (
            "{ pets { ... on Animal { x: weight } ... on Keeper { x: salary } } }",
            "FieldsConflict: x: they return differing types Float! and Int @ 'pets/salary'",
        ),
        (
            "{ text(value: 1) }",
            "WrongType: argument 'value' with value 'IntValue{value=1}' is not a valid 'String' @ 'text'",
        ),
        (
            "{ text(value: true) }",
            "WrongType: argument 'value' with value 'BooleanValue{value=true}' is not a valid 'String' @ 'text'",
        ),
        (
            "{ text(value: X) }",
            "WrongType: argument 'value' with value 'EnumValue{name='X'}' is not a valid 'String' @ 'text'",
        ),
        (
            "{ text(value: [1]) }",
            (
                "WrongType: argument 'value' with value 'ArrayValue{values=[IntValue{value=1}]}' is not "
                "a valid 'String' @ 'text'"
            ),
        ),
        (
            "{ animal(id: null) { id } }",
            "WrongType: argument 'id' with value 'NullValue{}' must not be null @ 'animal'",
        ),
        (
            "{ animals(first: 1.5) { id } }",
            "WrongType: argument 'first' with value 'FloatValue{value=1.5}' is not a valid 'Int' @ 'animals'",
        ),
        (
            "{ animals(first: 3000000000) { id } }",
            "WrongType: argument 'first' with value 'IntValue{value=3000000000}' is not a valid 'Int' @ 'animals'",
        ),
        (
            "{ animals(kinds: [DOG, COW]) { id } }",
            "WrongType: argument 'kinds[1]' with value 'EnumValue{name='COW'}' is not a valid 'Kind' @ 'animals'",
        ),
        (
            '{ animals(kinds: "DOG") { id } }',
            "WrongType: argument 'kinds' with value 'StringValue{value='DOG'}' is not a valid 'Kind' @ 'animals'",
        ),
        (
            "{ animals(where: 5) { id } }",
            "WrongType: argument 'where' with value 'IntValue{value=5}' must be an object type @ 'animals'",
        ),
        (
            '{ animals(where: {name: "x"}) { id } }',
            (
                "WrongType: argument 'where' with value 'ObjectValue{objectFields=[ObjectField{name='name', "
                "value=StringValue{value='x'}}]}' is missing required fields '[must]' @ 'animals'"
            ),
        ),
        (
            "{ animals(where: {must: true, nope: 1}) { id } }",
            (
                "WrongType: argument 'where' with value "
                "'ObjectValue{objectFields=[ObjectField{name='must', value=BooleanValue{"
                "value=true}}, ObjectField{name='nope', value=IntValue{value=1}}]}' contains a field "
                "not in 'Where': 'nope' "
                "@ 'animals'"
            ),
        ),
        (
            '{ animals(where: {must: true, inner: {must: true, born: "2019-12-24T04:15:57.798Z"}}) { id } }',
            (
                "WrongType: argument 'where.inner.born' with value "
                "'StringValue{value='2019-12-24T04:15:57.798Z'}' is not a "
                "valid 'AWSDate' @ 'animals'"
            ),
        ),
        (
            "{ echo(json: {a: 1}) { id } }",
            (
                "WrongType: argument 'json' with value "
                "'ObjectValue{objectFields=[ObjectField{name='a', value=IntValue{value=1}}]}' "
                "is not a valid 'AWSJSON' @ 'echo'"
            ),
        ),
        (
            "subscription { a: renamed { id } b: renamed { id } }",
            "SubscriptionMultipleRootFields: Anonymous Subscription must select only one top level field. @ 'renamed'",
        ),
    ],
)
def test_a_document_that_does_not_fit_is_told_so_with_status_200(query: str, said: str) -> None:
    there = world(dict.fromkeys(["Query.text", "Query.animal", "Query.animals"], lambda _event: None))
    body = run(there.ask(query, operationName="A" if "query A" in query else None))
    assert body["data"] is None
    messages = [error["message"] for error in body["errors"]]
    assert f"Validation error of type {said}" in messages
    for error in body["errors"]:
        assert set(error) == {"path", "locations", "message"}
        assert error["path"] is None
        assert set(error["locations"][0]) == {"line", "column", "sourceName"}
    assert there.functions.calls == []


def test_the_location_is_that_of_the_place() -> None:
    body = run(world().ask("{badfield}"))
    assert body["errors"][0]["locations"] == [{"line": 1, "column": 2, "sourceName": None}]


def test_errors_end_after_fifty() -> None:
    body = run(world().ask("{" + " ".join(f"nope{n}" for n in range(500)) + "}"))
    assert len(body["errors"]) == 50


FITS = [
    "{ pets { ... on Animal { n: name } ... on Keeper { n: id } } }",
    "{ pets { ... on Animal { x: keeper { id } } ... on Keeper { x: animals { id } } } }",
    '{ animal(id: "1") { id } ...f } fragment f on Query { animal(id: "1") { name } }',
    '{ text(value: "a") ... { text(value: "a") } }',
]


@pytest.mark.parametrize(("query", "fits"), [(FITS[0], False), (FITS[1], False), (FITS[2], True), (FITS[3], True)])
def test_fields_that_never_meet_need_only_look_alike(query: str, fits: bool) -> None:
    body = run(world().ask(query))
    assert ("FieldsConflict" not in str(body.get("errors"))) == fits


# Variables ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (
            "query($input: ID!) { animal(id: $input) { id } }",
            {},
            "Variable 'input' has coerced Null value for NonNull type 'ID!'",
        ),
        (
            "query($input: ID!) { animal(id: $input) { id } }",
            {"input": None},
            "Variable 'input' has coerced Null value for NonNull type 'ID!'",
        ),
        (
            "query($w: Where) { animals(where: $w) { id } }",
            {"w": {"name": "x"}},
            "Variable 'w' has coerced Null value for NonNull type 'Boolean!'",
        ),
        (
            "query($w: Where) { animals(where: $w) { id } }",
            {"w": {"must": True, "numbers": [1, None]}},
            "Variable 'w' has coerced Null value for NonNull type 'Int!'",
        ),
        (
            "query($w: Where) { animals(where: $w) { id } }",
            {"w": {"must": True, "born": "2019-12-24T04:15:57.798Z"}},
            "Variable 'born' has an invalid value. Unable to parse `2019-12-24T04:15:57.798Z` as a valid date.",
        ),
        (
            "query($w: Where) { animals(where: $w) { id } }",
            {"w": {"must": True, "nope": 1}},
            "The variables input contains a field name 'nope' that is not defined for input object type 'Where' ",
        ),
        (
            "query($w: Where) { animals(where: $w) { id } }",
            {"w": "x"},
            (
                "Variable 'w' has an invalid value. Expected type 'Map' but was 'String'. Variables "
                "for input objects must be "
                "an instance of type 'Map'."
            ),
        ),
        (
            "query($n: Int) { animals(first: $n) { id } }",
            {"n": "7"},
            "Variable 'n' has an invalid value. Expected type 'Int' but was 'String'.",
        ),
        (
            "query($n: Int) { animals(first: $n) { id } }",
            {"n": 2**31},
            "Variable 'n' has an invalid value. Expected type 'Int' but was 'Long'.",
        ),
        (
            "query($k: [Kind!]) { animals(kinds: $k) { id } }",
            {"k": ["COW"]},
            "Variable 'k' has an invalid value. Invalid input for Enum 'Kind'. No value found for name 'COW'",
        ),
        (
            "query($p: AWSPhone) { echo(phone: $p) { id } }",
            {"p": "1110004444"},
            "Variable 'p' has an invalid value. Unable to parse `1110004444` as a valid phone number.",
        ),
        (
            "query($j: AWSJSON) { echo(json: $j) { id } }",
            {"j": {"a": "b"}},
            "Variable 'j' has an invalid value. Unable to parse {a=b} as valid JSON.",
        ),
    ],
)
def test_a_variable_that_does_not_fit_is_told_so_at_its_definition(query: str, variables: Any, message: str) -> None:
    there = world(dict.fromkeys(["Query.animal", "Query.animals", "Query.echo"], lambda _event: None))
    assert run(there.ask(query, variables)) == {
        "data": None,
        "errors": [{"path": None, "locations": [{"line": 1, "column": 7, "sourceName": None}], "message": message}],
    }
    assert there.functions.calls == []


def test_a_null_error_says_where_and_nothing_runs() -> None:
    there = world({"Mutation.first": lambda _event: 1})
    run(there.ask("mutation($v: Int!) { first(value: 1) second: first(value: $v) }"))
    assert there.functions.calls == []
