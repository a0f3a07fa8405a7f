"""HTTP: statuses, headers, and the answers to requests that are none."""

import asyncio
import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.appsync.limits import BODY_BYTES
from tests.conformance.points import UNKNOWN, point
from tests.local.appsync.world import KEY, world

MALFORMED = {"errors": [{"errorType": "MalformedHttpRequestException", "message": "Unable to parse GraphQL query."}]}
EMPTY = {"errors": [{"errorType": "MalformedHttpRequestException", "message": "Request body is empty."}]}


def run(coroutine: Any) -> Any:
    return asyncio.run(coroutine)


def test_a_success_has_the_headers_of_appsync_and_no_errors() -> None:
    there = world({"Query.text": lambda _event: "x"})
    response = run(there.post("{ text }"))
    assert response.status_code == 200
    assert response.json() == {"data": {"text": "x"}}
    assert response.headers["content-type"] == "application/json;charset=UTF-8"
    assert response.headers["x-amzn-appsync-tokensconsumed"] == "1"
    assert len(response.headers["x-amzn-requestid"]) == 36
    assert response.headers["access-control-allow-origin"] == "*"
    assert "x-amzn-ErrorType" in response.headers["access-control-expose-headers"]
    assert "x-amzn-errortype" not in response.headers


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"", 400, EMPTY),
        (b"meow", 400, MALFORMED),
        (b"{}", 400, MALFORMED),
        (b"[]", 400, MALFORMED),
        (b"null", 400, MALFORMED),
        (b'"query"', 400, MALFORMED),
        (b'{"query": ""}', 400, MALFORMED),
        (b'{"query": null}', 400, MALFORMED),
        (b'{"query": 5}', 400, MALFORMED),
        (b'{"query": ["{ text }"]}', 400, MALFORMED),
        (b'{"query": "{ text", "variables": {}}', 400, MALFORMED),
        (b'{"query": "{}}"}', 400, MALFORMED),
        (b'{"query": "# nothing"}', 400, MALFORMED),
        (b'{"query": "fragment f on Query { text }"}', 400, MALFORMED),
        (b'{"query": "type Query { a: Int } { text }"}', 400, MALFORMED),
        (b'{"query": "{ text }", "variables": []}', 400, MALFORMED),
        (b'{"query": "{ text }", "variables": "{}"}', 400, MALFORMED),
        (b'{"query": "{ text }", "variables": 1}', 400, MALFORMED),
        (b'{"query": "{ text }", "operationName": 1}', 400, MALFORMED),
        (b'{"query": "{ text }", "operationName": {}}', 400, MALFORMED),
        (b'{"query": "{ text }"', 400, MALFORMED),
        (b'\xff\xfe{"query": "{ text }"}', 400, MALFORMED),
        (b'{"query": "{ t\xe9xt }"}', 400, MALFORMED),
        (b'{"query": "{ text }", "variables": {"a": NaN}}', 400, MALFORMED),
        (b"[" * 100_000, 400, MALFORMED),
        (b'{"a":' * 50_000, 400, MALFORMED),
        (
            b'{"query": "query A { text } query B { text }"}',
            400,
            {"errors": [{"errorType": "BadRequestException", "message": "Missing operation name."}]},
        ),
        (
            b'{"query": "query A { text }", "operationName": "X"}',
            400,
            {
                "errors": [
                    {
                        "errorType": "BadRequestException",
                        "message": "No operation matches the provided operation name X.",
                    }
                ]
            },
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_the_words_of_appsync(body: bytes, status: int, expected: Any) -> None:
    there = world({"Query.text": lambda _event: "x"})
    response = run(there.send(content=body, headers={"x-api-key": KEY}))
    assert (response.status_code, response.json()) == (status, expected)
    assert response.headers["x-amzn-errortype"] == expected["errors"][0]["errorType"]
    assert there.functions.calls == []


@point("1.3", UNKNOWN)
def test_a_body_too_large_is_refused_and_never_read_whole() -> None:
    there = world({"Query.text": lambda _event: "x"})
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 1024 * 1024

    async def ask() -> tuple[int, Any]:
        messages: list[Any] = []
        stream = endless()

        async def receive() -> Any:
            return {"type": "http.request", "body": await anext(stream), "more_body": True}

        async def send(message: Any) -> None:
            messages.append(message)

        headers = [(b"x-api-key", KEY.encode())]
        await there.gateway({"type": "http", "method": "POST", "path": "/graphql", "headers": headers}, receive, send)
        return messages[0]["status"], orjson.loads(messages[1]["body"])

    status, body = run(ask())
    assert status == 413
    assert body["errors"][0]["message"] == f"The request body is larger than {BODY_BYTES} bytes."
    assert sent <= 7


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "application/graphql", "text/plain", ""])
@pytest.mark.parametrize("accept", ["*/*", "application/graphql-response+json,application/json;q=0.9"])
def test_content_type_and_accept_change_nothing(content_type: str, accept: str) -> None:
    there = world({"Query.text": lambda _event: "x"})
    body = b'{"query":"query A { text } query B { n: text }","operationName":"B","extensions":{"a":1},"more":2}'
    headers = {"x-api-key": KEY, "content-type": content_type, "accept": accept}
    response = run(there.send(content=body, headers=headers))
    assert response.json() == {"data": {"n": "x"}}
    assert response.headers["content-type"] == "application/json;charset=UTF-8"


def test_get_takes_query_and_variables_from_the_url() -> None:
    there = world({"Query.text": lambda event: event["arguments"]["value"]})
    query = {"query": "query($v: String) { text(value: $v) }", "variables": '{"v": "é"}'}
    response = run(there.send("GET", params=query, headers={"x-api-key": KEY}))
    assert response.json() == {"data": {"text": "é"}}
    for broken in ({"query": "{ text }", "variables": "{"}, {"query": "{ text }", "variables": "[]"}, {}):
        assert run(there.send("GET", params=broken, headers={"x-api-key": KEY})).json() == MALFORMED


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(method: str) -> None:
    there = world()
    response = run(there.send(method, headers={"x-api-key": KEY}))
    assert (response.status_code, response.json()["errors"][0]["errorType"]) == (405, "MethodNotAllowedException")


def test_a_browser_may_ask_beforehand() -> None:
    there = world()
    asked = {"origin": "https://shop.test", "access-control-request-headers": "authorization,x-api-key"}
    response = run(there.send("OPTIONS", headers=asked))
    assert response.status_code == 200
    assert response.headers["access-control-allow-headers"] == "authorization,x-api-key"
    assert response.headers["access-control-allow-methods"] == "POST"
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_subscription_over_http_is_not_supported() -> None:
    there = world()
    body = run(there.ask("subscription { renamed { id } }"))
    assert body["errors"][0]["errorType"] == "OperationNotSupported"


def test_a_fault_of_ours_is_logged_once_and_shown_masked(caplog: pytest.LogCaptureFixture) -> None:
    there = world()
    there.gateway._introspection = None  # type: ignore[assignment]  # something no request should be able to bring about
    response = run(there.post("{ text }"))
    assert response.status_code == 500
    assert response.json() == {"errors": [{"errorType": "InternalFailure", "message": "An internal failure occurred."}]}
    assert len(caplog.records) == 1


ANY = world({"Query.text": lambda _event: "x", "Query.animals": lambda _event: [{"id": 1}]})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
WORDS = """
{ } ( ) [ ] text animal animals echo id : $v ... on query ! @ fragment Animal Query "a" " 1 1.5e9 - null true #
@skip(if: \\u mutation subscription __schema __typename name where kinds DOG = | & \ufeff
"""
GRAPHQL = st.lists(st.sampled_from([*WORDS.split(), '"""', "\n"]), max_size=40).map(" ".join)


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_body_brings_the_server_down_or_shows_a_stack(body: bytes) -> None:
    response = run(ANY.send(content=body, headers={"x-api-key": KEY}))
    assert response.status_code in {200, 400}
    assert "Traceback" not in response.text
    assert response.json()["errors"]


@settings(deadline=None, max_examples=300)
@given(GRAPHQL, st.none() | st.dictionaries(st.sampled_from(["v", "w"]), JSON, max_size=2) | JSON)
def test_no_query_brings_the_server_down_or_shows_a_stack(query: str, variables: Any) -> None:
    body = json.dumps({"query": query, "variables": variables}).encode()
    response = run(ANY.send(content=body, headers={"x-api-key": KEY}))
    assert response.status_code in {200, 400}
    assert "Traceback" not in response.text
    told = response.json()
    assert "data" in told or told["errors"]
