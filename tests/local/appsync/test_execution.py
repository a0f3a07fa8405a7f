"""What a query and a mutation come to: completion, nulls, abstract types, order."""

import asyncio
from typing import Any

import pytest

from tests.conformance.points import INFER, point
from tests.local.appsync.world import Raised, errors, world

ANIMAL = {"id": "a1", "name": "Rex", "kind": "DOG", "weight": 7.5, "tags": ["good", "loud"], "unknown": 1}


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def test_answers_come_in_the_order_and_under_the_names_that_are_asked() -> None:
    there = world({"Query.animal": lambda _event: ANIMAL})
    body = run(there.ask('{ __typename b: animal(id: "1") { tags name kind n: name weight } }'))
    assert list(body["data"]) == ["__typename", "b"]
    assert body == {
        "data": {
            "__typename": "Query",
            "b": {"tags": ["good", "loud"], "name": "Rex", "kind": "DOG", "n": "Rex", "weight": 7.5},
        }
    }
    assert list(body["data"]["b"]) == ["tags", "name", "kind", "n", "weight"]


def test_a_missing_key_and_a_root_field_without_resolver_are_silently_null() -> None:
    there = world({"Query.animal": lambda _event: ANIMAL})
    assert run(there.data('{ unresolved animal(id: "1") { keeper { name } nickname } }')) == {
        "unresolved": None,
        "animal": {"keeper": None, "nickname": None},
    }


def test_fragments_of_interfaces_and_unions_choose_by_typename() -> None:
    pets = [{"__typename": "Animal", **ANIMAL}, {"__typename": "Keeper", "id": "k", "name": "Ann", "salary": 3}, None]
    there = world({"Query.pets": lambda _event: pets})
    query = """
      query { pets { __typename ... on Named { name } ...animal ... on Keeper @include(if: true) { salary } } }
      fragment animal on Animal { weight ... on Animal { kind } ... @skip(if: true) { id } }
    """
    assert run(there.data(query)) == {
        "pets": [
            {"__typename": "Animal", "name": "Rex", "weight": 7.5, "kind": "DOG"},
            {"__typename": "Keeper", "name": "Ann", "salary": 3},
            None,
        ]
    }


def test_fields_asked_twice_are_merged() -> None:
    there = world({"Query.animal": lambda _event: ANIMAL})
    query = '{ animal(id: "1") { name } ...more } fragment more on Query { animal(id: "1") { name kind } }'
    assert run(there.data(query)) == {"animal": {"name": "Rex", "kind": "DOG"}}
    assert len(there.functions.calls) == 1


@pytest.mark.parametrize("given", [True, False])
def test_skip_and_include_follow_their_variables_every_time(given: bool) -> None:
    there = world({"Query.animal": lambda _event: ANIMAL})
    query = 'query($x: Boolean!) { animal(id: "1") { id name @skip(if: $x) kind @include(if: $x) } }'
    for one in (given, not given):
        expected = {"id": "a1", "kind": "DOG"} if one else {"id": "a1", "name": "Rex"}
        assert run(there.data(query, {"x": one})) == {"animal": expected}


def test_root_mutations_run_one_after_the_other_and_root_queries_together() -> None:
    running: list[str] = []
    most: list[int] = []

    async def slow(event: Any) -> int:
        running.append(event["info"]["fieldName"])
        await asyncio.sleep(0.01)
        most.append(len(running))
        running.pop()
        return 1

    there = world({"Mutation.first": slow, "Mutation.second": slow})
    query = "mutation { a: first(value: 1) b: second(value: 1) c: first(value: 2) }"
    assert run(there.data(query)) == {"a": 1, "b": 1, "c": 1}
    assert most == [1, 1, 1]
    assert [event["arguments"]["value"] for name, event in there.functions.calls] == [1, 1, 2]

    most.clear()
    together = world({"Query.text": slow, "Query.keeper": slow})
    run(together.ask('{ text a: text(value: "1") }'))
    assert max(most) == 2


@point("1.5", INFER)
def test_no_further_mutation_runs_once_the_answer_is_null() -> None:
    there = world({"Mutation.strictly": lambda _event: None, "Mutation.first": lambda _event: 1})
    assert run(there.ask("mutation { strictly(value: 1) first(value: 1) }"))["data"] is None
    assert len(there.functions.calls) == 1


# Nulls --------------------------------------------------------------------------------------------------------------


def test_a_null_for_a_non_null_field_makes_its_parent_null_and_says_where() -> None:
    animals = [ANIMAL, {**ANIMAL, "name": None}]
    there = world({"Query.keeper": lambda _event: {"id": "k", "animals": animals}})
    assert run(there.ask("{ keeper { id animals { name } } }")) == {
        "data": {"keeper": {"id": "k", "animals": [{"name": "Rex"}, None]}},
        "errors": [
            {
                "path": ["keeper", "animals", 1, "name"],
                "locations": None,
                "message": "Cannot return null for non-nullable type: 'String' within parent 'Animal' "
                "(/keeper/animals[1]/name)",
            }
        ],
    }


def test_a_null_item_of_a_list_of_non_null_makes_the_list_null() -> None:
    there = world({"Query.animal": lambda _event: {**ANIMAL, "friends": [ANIMAL, None], "tags": ["x", None]}})
    body = run(there.ask('{ animal(id: "1") { id friends { id } } other: animal(id: "1") { tags } }'))
    assert body["data"] == {"animal": {"id": "a1", "friends": None}, "other": None}
    assert [e["path"] for e in body["errors"]] == [["animal", "friends", 1], ["other", "tags", 1]]


def test_a_null_of_a_resolver_bubbles_out_of_what_was_already_answered() -> None:
    there = world(
        {"Query.animals": lambda _event: [{**ANIMAL, "id": str(n)} for n in range(3)], "Animal.weight": weigh},
        {"Animal.weight": 2},
    )
    body = run(there.ask("{ animals { id weight } text }"))
    assert body["data"] is None
    assert errors(body) == [(["animals", 1, "weight"], "Broken", "the scales broke")]

    kept = world(
        {"Query.keeper": lambda _event: {"animals": [{"id": str(n)} for n in range(3)]}, "Animal.weight": weigh},
        {"Animal.weight": 2},
    )
    assert run(kept.ask("{ keeper { animals { id weight } } }"))["data"] == {
        "keeper": {"animals": [{"id": "0", "weight": 1.0}, None, {"id": "2", "weight": 1.0}]}
    }


def weigh(events: list[dict[str, Any]]) -> list[Any]:
    broken = {"data": None, "errorMessage": "the scales broke", "errorType": "Broken"}
    return [broken if event["source"]["id"] == "1" else {"data": 1} for event in events]


def test_a_failed_non_null_root_field_makes_data_null_with_one_error() -> None:
    def fail(_event: Any) -> None:
        raise Raised("Broken", "no")

    there = world({"Query.strict": fail, "Query.text": lambda _event: "x"})
    body = run(there.ask("{ text strict { id } }"))
    assert body["data"] is None
    assert errors(body) == [(["strict"], "Broken", "no")]
    there = world()
    assert errors(run(there.ask("{ unresolvedStrict }"))) == [
        (
            ["unresolvedStrict"],
            None,
            "Cannot return null for non-nullable type: 'String' within parent 'Query' (/unresolvedStrict)",
        )
    ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        (
            "animals { id }",
            {"a": 1},
            "Can't resolve value (/scalars/animals) : type mismatch error, expected type LIST, got OBJECT",
        ),
        ("list", 5, "Can't resolve value (/scalars/list) : type mismatch error, expected type LIST, got SCALAR"),
        (
            "keeper { id }",
            [1],
            "Can't resolve value (/scalars/keeper) : type mismatch error, expected type OBJECT, got LIST",
        ),
        (
            "keeper { id }",
            "x",
            "Can't resolve value (/scalars/keeper) : type mismatch error, expected type OBJECT, got SCALAR",
        ),
        ("int", 3_000_000_000, "Can't serialize value (/scalars/int) : Expected type 'Int' but was 'Long'."),
        ("int", "abc", "Can't serialize value (/scalars/int) : Expected type 'Int' but was 'String'."),
        ("int", 1.5, "Can't serialize value (/scalars/int) : Expected type 'Int' but was 'Double'."),
        ("float", "x", "Can't serialize value (/scalars/float) : Expected type 'Float' but was 'String'."),
        ("boolean", {}, "Can't serialize value (/scalars/boolean) : Expected type 'Boolean' but was 'LinkedHashMap'."),
        (
            "at",
            "2020-05-23T06:4:37.000Z",
            (
                "Can't serialize value (/scalars/at) : Unable to serialize `2020-05-23T06:4:37.000Z` as "
                "a valid DateTime Object."
            ),
        ),
        ("kind", "COW", "Can't serialize value (/scalars/kind) : Invalid input for Enum 'Kind'. Unknown value 'COW'"),
        (
            "pet { __typename }",
            {"id": 1},
            (
                "Can't resolve '/scalars/pet'. Abstract type 'Pet' must resolve to an Object type at runtime for field "
                "'Scalars.pet'. Could not determine the exact type of 'Pet'"
            ),
        ),
        (
            "pet { __typename }",
            {"__typename": "Scalars"},
            (
                "Can't resolve '/scalars/pet'. Abstract type 'Pet' must resolve to an Object type at runtime for field "
                "'Scalars.pet'. Could not determine the exact type of 'Pet'"
            ),
        ),
    ],
)
def test_a_result_of_the_wrong_shape_is_null_with_the_words_of_appsync(field: str, value: Any, message: str) -> None:
    name = field.split(maxsplit=1)[0]
    there = world({"Query.scalars": lambda _event: {name: value, "string": "kept"}})
    body = run(there.ask(f"{{ scalars {{ {field} string }} }}"))
    assert body["data"] == {"scalars": {name: None, "string": "kept"}}
    assert body["errors"] == [{"path": ["scalars", name], "locations": None, "message": message}]


def test_a_wrong_item_is_named_by_its_index() -> None:
    there = world({"Query.scalars": lambda _event: {"strictList": [1, "x"], "list": [1, None, "y"]}})
    body = run(there.ask("{ scalars { strictList list } }"))
    assert body["data"] == {"scalars": {"strictList": None, "list": [1, None, None]}}
    assert [e["message"].partition(" : ")[0] for e in body["errors"]] == [
        "Can't serialize value (/scalars/strictList[1])",
        "Can't serialize value (/scalars/list[2])",
    ]


# Failures -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raised", "error_type", "message"),
    [
        (Raised("CustomException", "Custom Message"), "CustomException", "Custom Message"),
        (
            Raised("UnauthorizedException", "a secret reason"),
            "UnauthorizedException",
            "You are not authorized to make this call.",
        ),
        (
            Raised("Sandbox.Timedout", "Task timed out after 3.00 seconds"),
            "Sandbox.Timedout",
            "Task timed out after 3.00 seconds",
        ),
    ],
)
def test_what_a_function_raises_is_the_fields_error_and_its_stack_is_not_shown(
    raised: Raised, error_type: str, message: str
) -> None:
    def fail(_event: Any) -> None:
        raise raised

    there = world({"Query.text": fail, "Query.keeper": lambda _event: {"id": "k"}})
    assert run(there.ask("{\n  text\n  keeper { id } }")) == {
        "data": {"text": None, "keeper": {"id": "k"}},
        "errors": [
            {
                "path": ["text"],
                "data": None,
                "errorType": error_type,
                "errorInfo": None,
                "locations": [{"line": 2, "column": 3, "sourceName": None}],
                "message": message,
            }
        ],
    }


def test_a_returned_map_with_an_error_message_is_no_error_outside_batches() -> None:
    there = world({"Query.keeper": lambda _event: {"errorMessage": "no", "errorType": "X", "id": "k"}})
    assert run(there.data("{ keeper { id } }")) == {"keeper": {"id": "k"}}


@point("1.5", INFER)
def test_a_function_that_cannot_be_invoked_fails_its_field_alone_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def crash(_event: Any) -> None:
        raise OSError("the worker at 10.0.0.1 is gone")

    there = world({"Query.text": crash, "Query.keeper": lambda _event: {"id": "k"}})
    body = run(there.ask("{ text keeper { id } }"))
    assert body["data"] == {"text": None, "keeper": {"id": "k"}}
    assert errors(body) == [(["text"], "Lambda:ServiceException", "The function could not be invoked.")]
    assert [record.message for record in caplog.records] == ["Query.text: its function could not be invoked"]
