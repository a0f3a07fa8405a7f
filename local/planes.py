"""The further data planes of a system: processes that share its listeners, started and ended with it."""

import asyncio
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local import plane
from local.children import Child, clean_environ
from local.faults import CannotRun
from local.graph import DROP_SOCKETS

ROOT: Final = Path(__file__).parent.parent
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 5.0  # two more than requests in hand may take


class Planes:
    """``count`` further processes, each with a log of its own in the data directory."""

    def __init__(self, data: Path, count: int) -> None:
        self._data = data
        self._count = count
        self._children: list[Child] = []

    async def start(self, *, api_id: str, calls: str, cache: str, listeners: Sequence[socket.socket]) -> None:
        """Returns when all of them answer; ``CannotRun`` when one does not."""
        told = ["--data", str(self._data), "--api", api_id, "--calls", calls, "--cache", cache]
        plain, tls = (str(listener.fileno()) for listener in listeners)
        told += ["--plain", plain, "--tls", tls]
        await asyncio.gather(*(self._begin(number, told, listeners) for number in range(self._count)))

    async def _begin(self, number: int, told: Sequence[str], listeners: Sequence[socket.socket]) -> None:
        reading, writing = os.pipe()
        child = Child(
            [sys.executable, "-P", "-m", plane.__name__, *told, "--ready", str(writing)],
            env=clean_environ(PYTHONPATH=str(ROOT)),
            log=self._data / "logs" / f"plane-{number + 2}.log",
            keep=[writing, *(listener.fileno() for listener in listeners)],
        )
        self._children.append(child)
        os.close(writing)
        try:
            async with asyncio.timeout(START_SECONDS):
                said = await asyncio.to_thread(os.read, reading, 1)  # nothing when the process has ended
        except TimeoutError:
            child.kill()
            said = b""
        finally:
            os.close(reading)
        if not said:
            raise CannotRun(f"a further data plane did not start: {child.last_words()}")

    def drop(self) -> None:
        """Have them end every socket."""
        for child in self._children:
            os.kill(child.pid, DROP_SOCKETS)

    async def stop(self) -> None:
        await asyncio.gather(*(child.stop(STOP_SECONDS) for child in self._children))
