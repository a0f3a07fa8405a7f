"""How parents are asked for together, and what the functions see and say."""

import asyncio
from typing import Any

import pytest

from local.appsync.invocation import Invocation
from tests.local.appsync.world import Raised, errors, world

ANIMALS = [{"id": str(n), "name": f"n{n}", "extra": {"deep": n}} for n in range(7)]


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def keepers(events: list[dict[str, Any]]) -> list[Any]:
    return [{"data": {"id": f"k{event['source']['id']}", "name": "Ann"}} for event in events]


@pytest.mark.parametrize(("size", "sizes"), [(1, [1] * 7), (3, [3, 3, 1]), (7, [7]), (2000, [7])])
def test_a_batch_holds_at_most_its_size_and_is_a_list_even_of_one(size: int, sizes: list[int]) -> None:
    there = world({"Query.animals": lambda _event: ANIMALS, "Animal.keeper": keepers}, {"Animal.keeper": size})
    data = run(there.data("{ animals { keeper { id } } }"))
    assert [animal["keeper"]["id"] for animal in data["animals"]] == [f"k{n}" for n in range(7)]
    assert [len(events) for events in there.functions.asked("Animal.keeper")] == sizes


def test_without_batching_each_parent_is_asked_for_by_itself_at_the_same_time() -> None:
    running: list[int] = []
    most: list[int] = []

    async def keeper(event: dict[str, Any]) -> Any:
        running.append(1)
        await asyncio.sleep(0.01)
        most.append(len(running))
        running.pop()
        return {"id": f"k{event['source']['id']}"}

    there = world({"Query.animals": lambda _event: ANIMALS, "Animal.keeper": keeper})
    data = run(there.data("{ animals { keeper { id } } }"))
    assert [animal["keeper"]["id"] for animal in data["animals"]] == [f"k{n}" for n in range(7)]
    assert len(there.functions.asked("Animal.keeper")) == max(most) == 7


def test_each_level_takes_one_invocation_however_many_parents_it_has() -> None:
    def friends(events: list[Any]) -> list[Any]:
        return [{"data": ANIMALS} for _ in events]

    answers = {"Query.animals": lambda _event: ANIMALS, "Animal.friends": friends, "Animal.keeper": keepers}
    there = world(answers, {"Animal.friends": 2000, "Animal.keeper": 2000})
    run(there.data("{ animals { friends { keeper { name } } keeper { id } } }"))
    assert [(name, len(event)) for name, event in there.functions.calls[1:]] == [
        ("Animal.friends", 7),
        ("Animal.keeper", 7),
        ("Animal.keeper", 49),
    ]


def test_aliases_with_different_arguments_share_a_batch_and_keep_their_answers() -> None:
    def nicknames(events: list[Any]) -> list[Any]:
        return [{"data": event["source"]["name"] + event["arguments"]["suffix"]} for event in events]

    there = world({"Query.animals": lambda _event: ANIMALS[:2], "Animal.nickname": nicknames}, {"Animal.nickname": 10})
    query = '{ animals { a: nickname(suffix: "!") b: nickname(suffix: "?") } }'
    assert run(there.data(query)) == {"animals": [{"a": "n0!", "b": "n0?"}, {"a": "n1!", "b": "n1?"}]}
    assert len(there.functions.asked("Animal.nickname")) == 1


def test_the_source_of_a_child_is_the_whole_map_its_parent_was_answered_with() -> None:
    there = world({"Query.animals": lambda _event: ANIMALS, "Animal.keeper": keepers}, {"Animal.keeper": 10})
    run(there.data("{ animals { a: name keeper { id } } }"))
    assert [event["source"] for event in there.functions.asked("Animal.keeper")[0]] == ANIMALS
    assert there.functions.asked("Query.animals")[0]["source"] is None


def test_items_may_fail_by_themselves() -> None:
    items = [{"data": {"id": "1"}}, {"data": None, "errorMessage": "not found", "errorType": "NotFound"}, None]
    there = world(
        {"Query.animals": lambda _event: ANIMALS[:3], "Animal.keeper": lambda _events: items}, {"Animal.keeper": 10}
    )
    assert run(there.ask("{ animals { keeper { id } } }")) == {
        "data": {"animals": [{"keeper": {"id": "1"}}, {"keeper": None}, {"keeper": None}]},
        "errors": [
            {
                "path": ["animals", 1, "keeper"],
                "data": None,
                "errorType": "NotFound",
                "errorInfo": None,
                "locations": [{"line": 1, "column": 13, "sourceName": None}],
                "message": "not found",
            }
        ],
    }


def test_an_item_with_a_message_fails_and_its_data_goes_into_the_error() -> None:
    items = [{"data": {"id": "1"}, "errorMessage": "half"}]
    there = world(
        {"Query.animals": lambda _event: ANIMALS[:1], "Animal.keeper": lambda _events: items}, {"Animal.keeper": 10}
    )
    body = run(there.ask("{ animals { keeper { id } } }"))
    assert body["data"] == {"animals": [{"keeper": None}]}
    assert (body["errors"][0]["data"], body["errors"][0]["errorType"]) == ({"id": "1"}, None)


def test_a_bare_map_in_a_batch_is_null_without_an_error_as_in_the_cloud() -> None:
    there = world(
        {"Query.animals": lambda _event: ANIMALS[:1], "Animal.keeper": lambda _events: [{"id": "1"}]},
        {"Animal.keeper": 10},
    )
    assert run(there.data("{ animals { keeper { id } } }")) == {"animals": [{"keeper": None}]}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([{"data": None}], "a list of 1"),
        ([{"data": None}] * 3, "a list of 3"),
        ({"data": None}, "no list"),
        (None, "no list"),
    ],
)
def test_a_batch_answered_by_another_length_fails_every_item(answer: Any, said: str) -> None:
    there = world(
        {"Query.animals": lambda _event: ANIMALS[:2], "Animal.keeper": lambda _events: answer}, {"Animal.keeper": 10}
    )
    body = run(there.ask("{ animals { keeper { id } } }"))
    assert body["data"] == {"animals": [{"keeper": None}, {"keeper": None}]}
    message = f"The function was asked for a batch of 2 and answered {said}."
    assert errors(body) == [(["animals", n, "keeper"], "BatchSizeMismatch", message) for n in range(2)]


def test_an_item_that_is_no_map_fails() -> None:
    there = world(
        {"Query.animals": lambda _event: ANIMALS[:2], "Animal.keeper": lambda _events: ["x", None]},
        {"Animal.keeper": 10},
    )
    body = run(there.ask("{ animals { keeper { id } } }"))
    assert [e["errorType"] for e in body["errors"]] == ["BatchItemMismatch"]


def test_raising_fails_every_item_of_that_batch_only() -> None:
    def some(events: list[Any]) -> list[Any]:
        if events[0]["source"]["id"] == "0":
            raise Raised("Broken", "no")
        return keepers(events)

    there = world({"Query.animals": lambda _event: ANIMALS[:4], "Animal.keeper": some}, {"Animal.keeper": 2})
    body = run(there.ask("{ animals { keeper { id } } }"))
    assert [animal["keeper"] for animal in body["data"]["animals"]] == [None, None, {"id": "k2"}, {"id": "k3"}]
    assert errors(body) == [(["animals", n, "keeper"], "Broken", "no") for n in range(2)]


@pytest.mark.parametrize(
    ("payload", "error", "expected"),
    [
        (b"not json", None, "Lambda:Unhandled"),
        (b"NaN", None, "Lambda:Unhandled"),
        (b"not json", "Unhandled", "Lambda:Unhandled"),
        (b'{"errorMessage": "no type"}', "Unhandled", "Lambda:Unhandled"),
        (b"[1]", "Unhandled", "Lambda:Unhandled"),
    ],
)
def test_an_answer_that_cannot_be_read_is_an_error_of_the_field(
    payload: bytes, error: str | None, expected: str
) -> None:
    there = world({"Query.text": lambda _event: Invocation(payload, error)})
    body = run(there.ask("{ text }"))
    assert body["data"] == {"text": None}
    assert body["errors"][0]["errorType"] == expected


def test_an_empty_answer_is_null() -> None:
    there = world({"Query.text": lambda _event: Invocation(b"")})
    assert run(there.data("{ text }")) == {"text": None}
