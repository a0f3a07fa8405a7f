"""What hostile messages on an open socket cost the data plane: see ``benchmarks.abuse``.

``python -m benchmarks socket_abuse``: each message of ``tests/local/appsync/realtime/attacks.py`` is given to a new
connection of a new gateway, and then over and over to one.
"""

import asyncio
import json
from statistics import median
from typing import Any, Final

from benchmarks.abuse import GOAL_MS, OVER_AND_OVER, ROUNDS, Cost, measured, resident_kb
from benchmarks.report import Table
from local.appsync.realtime import handshake
from local.appsync.realtime.connection import Connection
from tests.local.appsync.realtime.attacks import BOMBS
from tests.local.appsync.realtime.live import gateway_of
from tests.local.appsync.world import KEY

OPENING: Final = '{"type":"connection_init"}'


class Line:
    """A socket that keeps what is sent."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.came = asyncio.Event()

    def send(self, text: bytes) -> None:
        self.said.append(json.loads(text))
        self.came.set()

    def close(self, code: int, reason: str = "") -> None:
        """Nothing is behind it."""

    def alive(self) -> bool:
        return True

    def abort(self) -> None:
        """As above."""


async def opened() -> tuple[Line, Connection]:
    """A connection that is acknowledged."""
    _, realtime, _, _ = gateway_of()
    line = Line()
    headers = [("host", "api.test"), ("x-api-key", KEY), ("sec-websocket-protocol", "graphql-ws")]
    connection = realtime.open(line, handshake.of("/graphql/realtime", headers, "127.0.0.1", "http"))
    connection.received(OPENING)
    await line.came.wait()
    return line, connection


async def answered(line: Line, connection: Connection, text: str) -> str:
    """What is said to a message."""
    line.came.clear()
    connection.received(text)
    await line.came.wait()
    return str(line.said[-1].get("payload", line.said[-1]))


async def one(text: str, times: int) -> tuple[Cost, str]:
    """The first of some times."""
    line, connection = await opened()
    found = await measured(answered(line, connection, text))
    for _ in range(times - 1):
        await answered(line, connection, text)
    connection.lost()
    return found


def row(name: str, bomb: Any) -> list[str]:
    """Medians, and by how much the process grew."""
    text = bomb if isinstance(bomb, str) else json.dumps(bomb)
    rounds = [asyncio.run(one(text, 1)) for _ in range(ROUNDS)]
    before = resident_kb()
    asyncio.run(one(text, OVER_AND_OVER))
    grown = resident_kb() - before
    spent, away = (median(getattr(cost, part) for cost, _ in rounds) for part in ("spent", "away"))
    late = "" if away <= GOAL_MS else f"above {GOAL_MS}"
    return [name, rounds[0][1][:60], f"{spent:.1f}", f"{away:.1f}", late, f"{grown:+d}"]


def run() -> Table:
    """A row a message."""
    columns = ("message", "answer", "CPU ms", "at a stretch ms", "", "growth KB")
    return Table("Hostile messages on a socket (medians)", columns, [row(*each) for each in BOMBS.items()])
