"""Requests made to keep a server busy or to make it grow: work is measured, which is the same on any machine."""

import asyncio
import gc
import json
import logging
import tracemalloc
from typing import Any

import pytest

from local.appsync import documents
from local.appsync.documents import _KEPT_CHARACTERS
from local.appsync.limits import CHARACTERS, INVOCATIONS, MEBIBYTE, SENT_BYTES, TOKENS
from tests.local.appsync.attacks import BODIES, CORPUS, DOCUMENTS, TOO_DEEP, UNPARSED, VARIABLES, victim
from tests.local.appsync.world import errors, world

MOST_ERRORS = 50
"""Of a document that is not valid."""
SPREAD = (
    "tokens: 15,000, each with an alias",
    "fragments: 500 of two fields",
    "variables: 2.9 MB, a thousand times",
)
"""Those that ask for many fields which functions answer, as they may."""


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


@pytest.mark.parametrize("name", CORPUS)
def test_an_attack_is_refused_or_answered_and_the_next_request_is_served(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    attack, there = CORPUS[name], victim()
    with caplog.at_level(logging.WARNING):
        response = run(there.send(content=attack.body, headers=there.headers))
        assert run(there.data("{ served: text }")) == {"served": "x"}
    said = [message for *_, message in errors(response.json())]
    assert (response.status_code, bool(said)) == (attack.status, bool(attack.said))
    assert all(message.startswith(attack.said) for message in said[:1])
    assert caplog.records == [], "whatever a caller sends is no fault of ours"
    assert "Traceback" not in response.text
    assert len(response.content) <= 4 * max(len(attack.body), MEBIBYTE)
    assert name in SPREAD or len(there.functions.calls) <= 3


@pytest.mark.parametrize("name", [name for name, attack in DOCUMENTS.items() if attack.said.startswith("Validation")])
def test_validation_ends_after_some_errors_and_runs_nothing(name: str) -> None:
    there = victim()
    body = run(there.send(content=DOCUMENTS[name].body, headers=there.headers)).json()
    assert len(body["errors"]) <= MOST_ERRORS
    assert there.functions.calls == []


@pytest.mark.parametrize(
    "name",
    [name for name, attack in CORPUS.items() if attack.said == TOO_DEEP]
    + [name for name, attack in BODIES.items() if attack.said == UNPARSED and name != "body: a NUL in the document"]
    + ["tokens: 15,001, one field", "text: a name of 4 MB", "text: a comment of 4 MB"],
)
def test_what_is_too_large_or_deep_never_reaches_the_parser(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: Any, **__: Any) -> None:
        pytest.fail("it was parsed")

    there = victim()
    monkeypatch.setattr(documents, "parse", parse)
    response = run(there.send(content=CORPUS[name].body, headers=there.headers))
    assert response.status_code == CORPUS[name].status


def test_a_large_variable_is_not_sent_a_thousand_times() -> None:
    attack, there = VARIABLES["variables: 2.9 MB, a thousand times"], victim()
    sent = 0
    invoke = there.gateway._invoke

    async def counting(arn: str, payload: bytes) -> Any:
        nonlocal sent
        sent += len(payload)
        return await invoke(arn, payload)

    there.gateway._invoke = counting
    run(there.send(content=attack.body, headers=there.headers))
    assert 0 < sent <= SENT_BYTES + 6 * MEBIBYTE


def test_a_batch_is_not_made_larger_than_a_function_takes() -> None:
    answers: Any = {"Query.animals": lambda _: [{"id": str(n)} for n in range(2_000)], "Animal.nickname": lambda _: []}
    there = world(answers, {"Animal.nickname": 2_000})
    query = "query($s: String) { animals { nickname(suffix: $s) } }"
    tracemalloc.start()
    try:
        body = run(there.ask(query, {"s": "x" * 200_000}))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert {kind for _, kind, _ in errors(body)} == {"Lambda:RequestTooLargeException"}
    assert peak < 100 * MEBIBYTE, "2,000 events of 400 kB would be 800 MB"


def test_so_many_functions_are_asked_at_once_and_no_more() -> None:
    at_once, most = 0, 0

    async def slow(_event: Any) -> str:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        return "x"

    there = world({"Query.text": slow})
    assert len(run(there.data("{" + " ".join(f"a{n}: text" for n in range(200)) + "}"))) == 200
    assert most == INVOCATIONS


def test_documents_are_kept_by_their_size() -> None:
    there = victim()
    kept = there.gateway.documents
    for number in range(30):
        padding = "#" + str(number) * (CHARACTERS // 4)
        assert run(there.data("{ text } " + padding[: CHARACTERS - 10])) == {"text": "x"}
        assert sum(map(len, kept._kept)) == kept._characters <= _KEPT_CHARACTERS
    assert 1 <= len(kept._kept) < 30


def test_the_same_attacks_over_and_over_do_not_make_the_process_grow() -> None:
    there = victim()
    names = [name for name, attack in CORPUS.items() if len(attack.body) < 30_000 and attack.said]

    def all_of_them(turn: int) -> None:
        for name in names:
            body = CORPUS[name].body + b" " * turn
            run(there.send(content=body, headers=there.headers))

    all_of_them(0)
    tracemalloc.start()
    try:
        all_of_them(1)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        all_of_them(2)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < MEBIBYTE


def test_a_document_of_all_its_tokens_is_refused_by_the_parsers_exact_count() -> None:
    there = victim()
    pairs = "...f " * (TOKENS // 2)
    body = json.dumps({"query": "{" + pairs + "} fragment f on Query { text }"}).encode()
    response = run(there.send(content=body, headers=there.headers))
    assert response.json()["errors"][0]["message"] == "Maximum char length exceeded"
