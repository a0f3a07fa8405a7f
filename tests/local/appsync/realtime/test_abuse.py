"""Hostile sockets: refused or bounded, without a traceback, and without a growing process."""

import asyncio
import json
import logging
import resource
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from local.appsync.realtime import socket as sockets
from local.appsync.realtime.connection import Times
from tests.local.appsync.realtime.attacks import BOMBS, CHANGED
from tests.local.appsync.realtime.live import (
    HOST_HEADER,
    KEYED,
    SECONDS,
    Client,
    Live,
    frame,
    live,
    starting,
    subprotocols,
)


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a client does is no fault of ours."""
    with caplog.at_level(logging.WARNING):
        yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


async def still_serves(there: Live) -> None:
    async with there.client() as client:
        assert (await client.start(CHANGED))["type"] == "start_ack"
        await there.mutate('mutation { change(id: "1") { id } }')
        assert (await client.hear())["payload"] == {"data": {"changed": {"id": "1"}}}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_hostile_message_is_answered_and_harms_nothing(bomb: Any) -> None:
    async def run() -> str:
        async with live() as there:
            async with there.client() as client:
                await client.say(bomb)
                said = await client.hear()
                assert (await client.start(CHANGED, "after"))["type"] == "start_ack"
            await still_serves(there)
            return str(said["type"])

    assert asyncio.run(run()) in {"error", "start_ack"}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(b"\x00", opcode=2), 1003),
        (frame(b"\xff\xfe"), 1007),
        (b"\x81\x01x", 1002),  # not masked
        (frame(b"x", opcode=3), 1002),  # no such opcode
        (bytes([0xC1, 0x81]) + bytes(4) + b"x", 1002),  # a bit that no extension gave a meaning
        (bytes([0x80, 0x81]) + bytes(4) + b"x", 1002),  # goes on with what was never begun
        (bytes([0x09, 0x80]) + bytes(4), 1002),  # half a ping
        (bytes([0x81, 0xFF]) + (2**40).to_bytes(8) + bytes(4), 1009),
    ],
)
def test_bytes_that_are_no_message_end_the_socket_with_the_code_of_what_is_wrong(sent: bytes, code: int) -> None:
    async def run() -> bytes:
        async with live() as there:
            reader, writer, _ = await there.bare("graphql-ws")
            writer.write(frame(b'{"type":"connection_init"}'))
            await reader.readuntil(b'{"type":"ka"}')
            writer.write(sent)
            said = await asyncio.wait_for(reader.read(4), SECONDS)
            writer.close()
            await still_serves(there)
            return said

    said = asyncio.run(run())
    assert (said[0], int.from_bytes(said[2:4])) == (0x88, code)


def test_a_message_above_the_bound_ends_the_socket_though_it_comes_in_pieces() -> None:
    async def run() -> int | None:
        async with live() as there, there.client() as client:
            pieces = ["x" * 100_000] * (sockets.LARGEST_MESSAGE // 100_000 + 1)
            with suppress(ConnectionClosed):
                await client.socket.send(pieces)
            return await client.closed()

    assert asyncio.run(run()) == 1009


def test_sockets_that_say_nothing_are_let_go() -> None:
    async def run() -> None:
        async with live(times=Times(init=0.2)) as there:
            opened = [await there.bare("graphql-ws") for _ in range(200)]
            for reader, writer, _ in opened:
                assert await asyncio.wait_for(reader.read(1), SECONDS) == b"\x88"  # a close
                writer.close()
            await still_serves(there)

    asyncio.run(run())


def test_a_handshake_that_is_none_gets_a_status_and_no_socket() -> None:
    async def run() -> list[bytes]:
        async with live() as there:
            found = []
            for broken in (["Sec-WebSocket-Version: 12"], ["Sec-WebSocket-Key: short"], []):
                reader, writer = await asyncio.open_connection("127.0.0.1", there.port)
                lines = ["GET /graphql/realtime HTTP/1.1", f"Host: {HOST_HEADER}", "Upgrade: websocket"]
                writer.write("\r\n".join([*lines, "Connection: Upgrade", *broken, "", ""]).encode())
                found.append((await asyncio.wait_for(reader.read(-1), SECONDS))[:12])
                writer.close()
            await still_serves(there)
            return found

    assert {status[:9] + status[9:10] for status in asyncio.run(run())} == {b"HTTP/1.1 4"}


def test_starts_and_stops_by_the_thousand_leave_nothing_behind() -> None:
    async def flood(there: Live, client: Client) -> None:
        for number in range(300):
            await client.say(starting(CHANGED, f"s{number}", KEYED))
            await client.say({"type": "stop", "id": f"s{number}"})
            await client.say({"type": "stop", "id": "unknown"})
        heard = 0
        while heard < 300:
            heard += (await client.hear())["type"] == "complete"
        assert there.realtime._subscriptions._by_field.get("changed", {}) == {}

    async def run() -> int:
        async with live() as there, there.client() as client:
            await flood(there, client)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            for _ in range(4):
                await flood(there, client)
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert asyncio.run(run()) < 20_000, "kilobytes"


def test_a_client_that_asks_without_reading_the_answers_is_cut_off() -> None:
    async def run() -> None:
        async with live() as there:
            reader, writer, _ = await there.bare("graphql-ws")
            writer.write(frame(b'{"type":"connection_init"}'))
            await reader.readuntil(b'{"type":"ka"}')
            writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport that reads has it
            junk = frame(json.dumps({"type": "stop", "id": "x" * 90}).encode())
            for _ in range(2_000):
                writer.write(junk * 100)
                await asyncio.sleep(0)
                if not there.realtime._connections:
                    break
            while there.realtime._connections:  # noqa: ASYNC110 - it tells nobody when one goes
                await asyncio.sleep(0.01)
            writer.close()
            await still_serves(there)

    asyncio.run(asyncio.wait_for(run(), 60))


def test_a_socket_that_ends_in_the_middle_of_its_start_is_forgotten() -> None:
    async def run() -> None:
        release = asyncio.Event()

        async def guard() -> None:
            await release.wait()

        async with live({"Subscription.guarded": lambda _event: guard()}) as there:
            async with there.socket(subprotocols=subprotocols(KEYED)) as socket:
                client = Client(socket, KEYED)
                await client.init()
                await client.say(starting('subscription { guarded(id: "1") { id } }', "g", KEYED))
            while there.realtime._connections:  # noqa: ASYNC110 - it tells nobody when one goes
                await asyncio.sleep(0.01)
            release.set()
            await still_serves(there)
            assert there.realtime._subscriptions._by_field.get("guarded", {}) == {}

    asyncio.run(run())
