"""Several data planes of one system: what is published through one is heard on the sockets of all."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from local.graph import DROP_SOCKETS
from local.running import Running, running
from tests.local.appsync.realtime.live import Client, subprotocols
from tests.local.test_run import SMALL, alive, ask, family, sign_in

PLANES = 3
SOCKETS = 24
"""So many that no process is left without any, by all likelihood: the kernel spreads them."""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(*SMALL, "--planes", str(PLANES), data=tmp_path_factory.mktemp("planes")) as found:
        yield found


def on_sockets(system: Running, talk: Any) -> Any:
    """Run ``talk`` with clients that subscribe, each on a socket of its own."""

    async def run() -> Any:
        headers = {"host": "localhost", "x-api-key": system.outputs["custom"]["api_key"]}
        async with AsyncExitStack() as stack:
            clients = []
            for _ in range(SOCKETS):
                url = system.outputs["custom"]["realtime_url"]
                socket: ClientConnection = await stack.enter_async_context(
                    connect(url, subprotocols=subprotocols(headers), open_timeout=30)
                )
                client = Client(socket, headers)
                await client.init()
                assert (await client.start("subscription { announced { id text } }"))["type"] == "start_ack"
                clients.append(client)
            return await talk(clients)

    return asyncio.run(run())


def test_every_socket_hears_every_change_in_order_whichever_process_serves_it(system: Running) -> None:
    token = sign_in(system)

    async def talk(clients: list[Client]) -> list[list[Any]]:
        for number in range(9):
            text = f'mutation {{ announce(id: "{number}", text: "t") {{ id text }} }}'
            answer = await asyncio.to_thread(ask, system, text, token)  # a new connection each time
            assert "errors" not in answer, answer
        return [[(await client.hear())["payload"]["data"]["announced"]["id"] for _ in range(9)] for client in clients]

    assert on_sockets(system, talk) == [[str(number) for number in range(9)]] * SOCKETS


def test_all_of_them_end_their_sockets_when_they_are_told_to(system: Running) -> None:
    async def talk(clients: list[Client]) -> list[int | None]:
        os.kill(system.process.pid, DROP_SOCKETS)
        return [await client.closed() for client in clients]

    assert on_sockets(system, talk) == [1001] * SOCKETS


def test_each_tells_of_the_whole_systems_health(system: Running) -> None:
    for _ in range(SOCKETS):
        assert httpx.get(f"{system.url}/health", trust_env=False).json()["status"] == "ok"


def test_they_end_with_the_system(tmp_path: Path) -> None:
    with running(*SMALL, "--planes", "2", data=tmp_path) as found:
        processes = family(found.process.pid)
        assert (tmp_path / "logs" / "plane-2.log").exists()
        code, _ = found.stop(signal.SIGINT)
    assert (code, alive(processes)) == (0, set())
    assert json.loads((tmp_path / "amplify_outputs.json").read_bytes())
