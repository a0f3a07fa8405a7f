"""AppSync's limits, and documents made to keep a server busy."""

import asyncio
import json
import time
from typing import Any

import pytest

from local.appsync.invocation import Invocation
from local.appsync.limits import NESTING, TOKENS, Limits
from tests.conformance.points import DOC, point
from tests.local.appsync.world import errors, world

BUSY_SECONDS = 20.0
"""Far above what any of these takes on an idle machine (a second), far below what they take unbounded."""


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def nested(depth: int) -> str:
    return '{ animal(id: "1") { ' + "mother { " * depth + "id" + " }" * depth + " } }"


def test_a_field_below_the_depth_limit_is_null_and_the_rest_is_answered() -> None:
    animal = {"id": "1", "mother": {"id": "2", "mother": {"id": "3"}}}
    there = world({"Query.animal": lambda _event: animal}, depth_limit=3)
    body = run(there.ask('{ animal(id: "1") { name: kind mother { kind mother { kind } } } }'))
    assert body["data"] == {"animal": {"name": None, "mother": {"kind": None, "mother": {"kind": None}}}}
    assert errors(body) == [
        (["animal", "mother", "mother", "kind"], "QueryDepthLimitReached", "Query depth limit reached.")
    ]


def test_a_resolver_above_the_limit_is_not_run_and_its_field_is_null() -> None:
    animals = [{"id": str(n)} for n in range(4)]
    answers = {
        "Query.animals": lambda _event: animals,
        "Animal.keeper": lambda events: [{"data": {"id": "k"}} for _ in events],
    }
    there = world(answers, {"Animal.keeper": 10}, resolver_limit=3)
    body = run(there.ask("{ animals { keeper { id } } }"))
    assert [animal["keeper"] for animal in body["data"]["animals"]] == [{"id": "k"}, {"id": "k"}, None, None]
    assert [(e["path"], e["errorType"]) for e in body["errors"]] == [
        (["animals", n, "keeper"], "ResolverExecutionLimitReached") for n in (2, 3)
    ]
    assert [len(events) for events in there.functions.asked("Animal.keeper")] == [2]


@point("7", DOC)
def test_no_more_than_ten_thousand_resolvers_run_whatever_the_api_says() -> None:
    answers = {
        "Query.animals": lambda _event: [{"id": str(n)} for n in range(10_050)],
        "Animal.kind": lambda events: [{"data": "DOG"} for _ in events],
    }
    there = world(answers, {"Animal.kind": 2000}, resolver_limit=0)
    body = run(there.ask("{ animals { kind } }"))
    assert sum(animal["kind"] == "DOG" for animal in body["data"]["animals"]) == 9_999
    assert len(body["errors"]) == 51


@point("7", DOC)
def test_what_is_not_answered_in_time_is_null_and_nothing_more_is_asked() -> None:
    async def slow(_event: Any) -> Any:
        await asyncio.sleep(60)

    answers = {"Query.keeper": slow, "Query.text": lambda _event: "x", "Query.animals": lambda _event: [{"id": "1"}]}
    answers["Animal.mother"] = lambda _event: None
    there = world(answers, limits=Limits(request_seconds=0.05))
    body = run(there.ask("{ text keeper { id } animals { mother { id } } }"))
    assert body["data"] == {"text": "x", "keeper": None, "animals": [{"mother": None}]}
    assert errors(body) == [
        (path, "Lambda:ExecutionTimeoutException", "Execution timed out.")
        for path in (["keeper"], ["animals", 0, "mother"])
    ]


@pytest.mark.parametrize(
    ("size", "error_type"),
    [(900, None), (1_100, "ResponseTooLarge"), (2_100, "Function.ResponseSizeTooLarge")],
)
def test_an_answer_may_be_only_so_large(size: int, error_type: str | None) -> None:
    limits = Limits(resolver_bytes=1000, payload_bytes=2000)
    there = world({"Query.text": lambda _event: Invocation(b'"' + b"x" * size + b'"')}, limits=limits)
    body = run(there.ask("{ text }"))
    assert [e[1] for e in errors(body)] == ([error_type] if error_type else [])


@point("7", DOC)
def test_a_request_to_a_function_may_be_only_so_large() -> None:
    there = world({"Query.text": lambda _event: "x"}, limits=Limits(payload_bytes=2000))
    assert errors(run(there.ask("query($v: String) { text(value: $v) }", {"v": "x" * 2000}))) == [
        (
            ["text"],
            "Lambda:RequestTooLargeException",
            "Request payload is larger than the 2000 bytes that a function takes.",
        )
    ]
    assert there.functions.calls == []


def refusal(query: str, **more: Any) -> tuple[int, Any, float]:
    there = world({"Query.text": lambda _event: "x", "Query.animal": lambda _event: {"id": "1"}})
    started = time.perf_counter()
    response = run(there.post(query, **more))
    took = time.perf_counter() - started
    assert "Traceback" not in response.text
    assert run(there.data("{ text }")) == {"text": "x"}
    return response.status_code, response.json(), took


def test_a_query_of_too_many_tokens_is_refused() -> None:
    fits = "{" + "text " * (TOKENS - 2) + "}"
    assert refusal(fits)[1] == {"data": {"text": "x"}}
    status, body, took = refusal("{" + "text " * (TOKENS - 1) + "}")
    assert (status, body["errors"][0]["message"]) == (400, "Maximum char length exceeded")
    assert took < BUSY_SECONDS


def test_commas_comments_and_text_are_no_tokens_and_brackets_in_them_do_not_nest() -> None:
    noise = "," * 20_000 + "#" + "{" * 20_000 + "\n"
    text = '"' + "{[(" * 500 + '\\""'
    block = '"""' + '{[( \\""" ' * 500 + '"""'
    query = f"{{ {noise} text(value: {text}) b: text(value: {block}) }}"
    assert refusal(query)[1] == {"data": {"text": "x", "b": "x"}}


@pytest.mark.parametrize("depth", [NESTING - 3, NESTING + 1, 5_000])
def test_a_query_may_nest_only_so_deep(depth: int) -> None:
    status, body, took = refusal(nested(depth))
    if depth < NESTING:
        assert body == {"data": {"animal": {"mother": None}}}
    else:
        assert (status, body["errors"][0]["message"]) == (
            400,
            f"The query is nested more than {NESTING} levels deep.",
        )
    assert took < BUSY_SECONDS


def test_a_large_document_does_not_hold_up_the_others() -> None:
    there = world({"Query.text": lambda _event: "x"})
    large = "{" + " ".join(f"a{n}: text" for n in range(1_500)) + "}"

    async def both() -> tuple[float, float]:
        busy = asyncio.create_task(there.post(large))
        await asyncio.sleep(0.01)
        started = time.perf_counter()
        await there.data("{ quick: text }")
        quick = time.perf_counter() - started
        assert not busy.done()
        await busy
        return quick, time.perf_counter() - started

    quick, slow = run(both())
    assert quick < slow


@pytest.mark.parametrize("depth", [200, 900, 2_000])
def test_deep_variables_are_refused(depth: int) -> None:
    where: Any = {"must": True}
    for _ in range(depth):
        where = {"must": True, "inner": where}
    raw = json.JSONEncoder(check_circular=False)
    there = world({"Query.animals": lambda _event: []})
    try:
        body = raw.encode({"query": "query($w: Where) { animals(where: $w) { id } }", "variables": {"w": where}})
    except RecursionError:
        pytest.skip("this depth cannot be written")
    response = run(there.send(content=body.encode(), headers=there.headers))
    assert response.status_code in {200, 400}
    assert response.json()["errors"]
    assert there.functions.calls == []


@pytest.mark.parametrize("depth", [200, 300, 900])
def test_deep_json_in_and_out_is_an_error_of_its_field_alone(depth: int) -> None:
    deep = "[" * depth + "]" * depth
    there = world(
        {
            "Query.echo": lambda _event: {"json": "1"},
            "Query.scalars": lambda _event: Invocation(b'{"json": ' + deep.encode() + b', "id": "1"}'),
        }
    )
    for query, variables in (
        ("query($j: AWSJSON) { echo(json: $j) { json } }", {"j": deep}),
        ("{ scalars { json id } }", None),
    ):
        response = run(there.post(query, variables))
        assert response.status_code == 200, response.text


def test_introspection_made_to_grow_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.appsync.introspection._MOST_FIELDS", 5_000)
    inner = " ".join(f"a{n}: types {{ fields {{ name }} }}" for n in range(100))
    there = world({"Query.text": lambda _event: "x"})
    body = run(there.ask(f"{{ text __schema {{ {inner} }} }}"))
    assert body["data"] is None
    assert errors(body) == [(["__schema"], "ResponseTooLarge", "The answer has more than 5000 fields.")]
