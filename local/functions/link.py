"""The host's end of one worker process: hands it a job, takes the reply, ends it when it is late."""

import asyncio
import json
import socket
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, cast

from local.children import Child, clean_environ
from local.functions import worker
from local.functions.deployed import Deployed
from local.functions.frames import REPLY, SETUP, request
from local.functions.job import Job

ROOT: Final = Path(__file__).parent.parent.parent


class Link(asyncio.Protocol):
    """A worker process; ``freed`` is called when it can take a job, ``gone`` when it has ended, each with itself.

    ``faults`` says of each function whose handler could not be imported why.
    """

    def __init__(self, freed: Callable[["Link"], None], gone: Callable[["Link"], None], *, generation: int) -> None:
        self._freed, self._gone = freed, gone
        self.generation = generation
        self.idle_since = 0.0
        self.faults: dict[str, str] = {}
        self._job: Job | None = None
        self._given = 0.0
        self._ready = False
        self._timer: asyncio.TimerHandle | None = None
        self._received = bytearray()
        self._transport: asyncio.Transport | None = None
        self._child: Child | None = None

    @property
    def ready(self) -> bool:
        """Whether it has imported the handlers."""
        return self._ready

    @property
    def pid(self) -> int:
        assert self._child
        return self._child.pid

    def at_work(self) -> float:
        """Seconds since it was given the job it has; 0 when it has none."""
        return time.monotonic() - self._given if self._job else 0.0

    async def start(self, functions: Sequence[Deployed], log: Path) -> None:
        """Start the process and give it the functions; ``freed`` tells when it has imported them."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = Child(
                [sys.executable, "-P", "-m", worker.__name__, str(theirs.fileno())],
                env=clean_environ(PYTHONPATH=str(ROOT)),
                log=log,
                keep=[theirs.fileno()],
            )
        ours.setblocking(False)
        await asyncio.get_running_loop().create_connection(lambda: self, sock=ours)
        self._write(request(SETUP, json.dumps([function.described() for function in functions]).encode()))

    def give(self, job: Job) -> None:
        """Have the worker do ``job``; it must be idle."""
        self._job, self._given = job, time.monotonic()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(job.timeout, self._late)
        deadline = time.time() + job.timeout
        self._write(request(job.function, job.payload, deadline=deadline, request_id=job.request_id))

    def _write(self, frame: bytes) -> None:
        if self._transport:
            self._transport.write(frame)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if len(self._received) < REPLY.size:
            return
        size, failed = REPLY.unpack_from(self._received)
        if len(self._received) < REPLY.size + size:
            return
        payload = bytes(memoryview(self._received)[REPLY.size : REPLY.size + size])
        self._received.clear()  # a worker has one request at a time, so nothing follows a reply
        self._done(payload, failed=failed)

    def _done(self, payload: bytes, *, failed: bool) -> None:
        job = self._release()
        if job:
            job.end(payload, failed=failed)
        if not self._ready:
            self._ready, self.faults = True, json.loads(payload)
        self.idle_since = time.monotonic()
        self._freed(self)

    def _release(self) -> Job | None:
        if self._timer:
            self._timer.cancel()
        job, self._job, self._timer = self._job, None, None
        return job

    def _late(self) -> None:
        job = self._release()
        if job:
            job.time_out()
        self.end()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        self._transport = None
        job = self._release()
        if job:
            job.lose_worker()
        self.end()
        self._gone(self)

    def end(self) -> None:
        """End the process at once; nothing of an environment that is done with is worth keeping."""
        if self._transport:
            self._transport.abort()
        if self._child:
            self._child.kill()
