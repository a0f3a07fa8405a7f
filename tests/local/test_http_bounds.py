"""Connections that are opened to be in the way: half a request, no request, a head without end, garbage."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from local import http_bounds
from local.http_bounds import HEAD_BYTES
from local.ports import HOST, listen, port_of
from local.serving import Serving
from tests.local.appsync.world import KEY, world

SECONDS = 20.0
BODY = b'{"query":"{ text }"}'
ASKED = b"POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: %b\r\ncontent-length: %d\r\n\r\n%b" % (
    KEY.encode(),
    len(BODY),
    BODY,
)


@asynccontextmanager
async def served() -> AsyncIterator[int]:
    listener = listen(0, "--port")
    serving = Serving(world({"Query.text": lambda _event: "x"}).gateway, listener)
    await serving.start()
    try:
        yield port_of(listener)
    finally:
        await serving.stop()
        listener.close()


async def said(port: int, *parts: bytes) -> bytes:
    """All that the server says until it closes the connection; what it does not take is not sent."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(SECONDS):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def run(test: Callable[[int], Any]) -> Any:
    async def with_server() -> Any:
        async with served() as port:
            result = await test(port)
            assert await answered(port) == {"data": {"text": "x"}}, "others are answered as ever"
            return result

    return asyncio.run(with_server())


async def answered(port: int) -> Any:
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write(ASKED)
    head = await reader.readuntil(b"\r\n\r\n")
    size = next(line.split(b":")[1] for line in head.lower().splitlines() if line.startswith(b"content-length"))
    body = await reader.readexactly(int(size))
    writer.close()
    return json.loads(body)


@pytest.mark.parametrize(
    "begun", [b"", b"POST", b"POST /graphql HTTP/1.1\r\nhost: x\r\n", ASKED[:-1], ASKED + b"POST /gra"]
)
def test_a_request_that_does_not_arrive_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(http_bounds, "REQUEST_SECONDS", 0.3)
    assert run(lambda port: said(port, begun)).count(b"HTTP/1.1 200") == begun.count(BODY)


@pytest.mark.parametrize(
    "head",
    [
        [b"GET /" + b"x" * HEAD_BYTES, b" HTTP/1.1\r\n\r\n"],
        [b"GET / HTTP/1.1\r\nhost: x\r\n", *[b"a: b\r\n" * 1_000] * 30],
        [b"GET / HTTP/1.1\r\nhost: x\r\na: ", *[b"x" * 1_000] * 100],
        [b"GET / HTTP/1.1\r\nhost: x\r\n" + b"a" * HEAD_BYTES * 2, b": b\r\n\r\n"],
    ],
)
def test_a_head_without_end_is_not_kept(head: list[bytes]) -> None:
    assert run(lambda port: said(port, *head))[:12] in {b"HTTP/1.1 400", b""}


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00" * 1000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xff" * 500,
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n" * 99,
    ],
)
def test_what_is_no_http_is_refused_without_a_stack(
    garbage: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(http_bounds, "REQUEST_SECONDS", 0.3)
    with caplog.at_level(logging.WARNING):
        assert run(lambda port: said(port, garbage))[:12] in {b"HTTP/1.1 400", b""}
    assert [record for record in caplog.records if record.exc_info] == []


def test_requests_sent_ahead_are_answered_in_order() -> None:
    last = ASKED.replace(b"host: x", b"host: x\r\nconnection: close")
    assert run(lambda port: said(port, ASKED * 50 + last)).count(b'{"data":{"text":"x"}}') == 51
