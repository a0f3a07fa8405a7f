"""Runs the deployed functions on this machine: Lambda's Invoke, answered by worker processes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from local.appsync.invocation import Invocation
from local.functions.deployed import Deployed
from local.functions.frames import PAYLOAD_LIMIT, PING
from local.functions.job import Job
from local.functions.pool import Pool, Size


class UnknownFunction(LookupError):
    """No function of that name or ARN is deployed."""


class NoWorker(Exception):
    """No worker process can answer."""


class FunctionHost:
    """The functions and their workers; to be made, used and closed in one event loop, in the main thread."""

    def __init__(self, functions: Sequence[Deployed], *, log: Path, size: Size = Size()) -> None:  # noqa: B008 - frozen
        self.functions: Final = tuple(functions)
        self._numbers = {function.name: number for number, function in enumerate(functions)}
        self._pool = Pool(self.functions, log, size)

    async def start(self, seconds: float = 60.0) -> None:
        """Start the warm workers; returns when the first has imported every handler."""
        self._pool.warm_up()
        await self.ping(seconds)

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        """Call a function by name or ARN with JSON text, as Lambda's Invoke does; raises UnknownFunction.

        A failing function is an answer, not an exception: see ``Invocation.function_error``.
        """
        number = self._number(function)
        job = Job(number, payload, self.functions[number].timeout)
        if len(payload) > PAYLOAD_LIMIT:
            job.fail("RequestTooLargeException", f"Request must be smaller than {PAYLOAD_LIMIT} bytes")
        else:
            self._pool.submit(job)
        return await job.answer

    def _number(self, function: str) -> int:
        """The function of ``name``, ``arn:...:function:name`` or either with a qualifier."""
        name = function.rsplit(":function:", maxsplit=1)[-1].split(":", maxsplit=1)[0]
        try:
            return self._numbers[name]
        except KeyError:
            raise UnknownFunction(f"Function not found: {function}") from None

    async def ping(self, seconds: float = 1.0) -> None:
        """Have a worker answer; raises NoWorker when none does in time."""
        job = Job(PING, b"", seconds)
        self._pool.submit(job)
        try:
            async with asyncio.timeout(seconds):
                answer = await job.answer
        except TimeoutError:
            raise NoWorker(f"no worker answered within {seconds:g} s") from None
        if answer.function_error:
            raise NoWorker("the workers end as soon as they start")

    def reload(self) -> None:
        """Have every event from now on answered by freshly imported handlers."""
        self._pool.renew()

    @property
    def faults(self) -> dict[str, str]:
        """Why functions have no handler, by function; empty when all is well."""
        return self._pool.faults

    @property
    def pids(self) -> list[int]:
        return self._pool.pids

    async def close(self) -> None:
        """End every worker."""
        self._pool.close()
        await asyncio.sleep(0)  # lets the broken connections be noticed
