"""The worker processes: a few kept warm, more while jobs wait, fewer again after a quiet while.

A job waits in one queue for whichever worker is free first. Growing is for workers that are held up (a slow provider, a
reaction that asks the graph itself), not for load: more processes than cores answer nothing faster.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.functions.deployed import Deployed
from local.functions.job import Job
from local.functions.link import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many workers there are, and the seconds after which that changes."""

    warm: int = 4
    most: int = 8
    grow_after: float = 0.1
    shrink_after: float = 30.0


RETRY_SECONDS: Final = 1.0
"""Between attempts to start a worker when one ended before it was ready."""


class Pool:
    """Workers that all host the same functions."""

    def __init__(self, functions: Sequence[Deployed], log: Path, size: Size) -> None:
        self._functions, self._log, self._size = functions, log, size
        self._links: set[Link] = set()
        self._idle: list[Link] = []  # the last one used is used next: its caches are warm
        self._jobs: deque[Job] = deque()
        self._generation = 0
        self._open = True
        self._starting: set[asyncio.Task[None]] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [link.pid for link in self._links]

    @property
    def faults(self) -> dict[str, str]:
        """Why functions have no handler, by function, in the code that is met now."""
        current = (link.faults for link in self._links if link.generation == self._generation)
        return {name: why for faults in current for name, why in faults.items()}

    def warm_up(self) -> None:
        """Start what is missing of the warm workers."""
        for _ in range(self._size.warm - len(self._links)):
            self._start()

    def submit(self, job: Job) -> None:
        """Give the job to a free worker, or let it wait for one."""
        if self._idle:
            self._idle.pop().give(job)
            return
        self._jobs.append(job)
        self._watch()

    def renew(self) -> None:
        """Replace every worker: jobs given from now on meet freshly imported code."""
        self._generation += 1
        idle, self._idle = self._idle, []
        for link in idle:
            link.end()
        for _ in range(self._size.warm):
            self._start()

    def close(self) -> None:
        """End every worker; jobs in hand end with an error."""
        self._open = False
        for timer in self._timers.values():
            timer.cancel()
        for task in self._starting:
            task.cancel()
        for link in list(self._links):
            link.end()
        self._fail_waiting()

    def _start(self) -> None:
        link = Link(self._freed, self._gone, generation=self._generation)
        self._links.add(link)
        task = asyncio.get_running_loop().create_task(link.start(self._functions, self._log))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    def _freed(self, link: Link) -> None:
        if link.generation != self._generation:
            link.end()
            return
        while self._jobs:
            job = self._jobs.popleft()
            if not job.answer.cancelled():
                link.give(job)
                return
        self._idle.append(link)
        self._later("shrink", self._size.shrink_after, self._shrink)

    def _gone(self, link: Link) -> None:
        self._links.discard(link)
        if link in self._idle:
            self._idle.remove(link)
        if not self._open:
            return
        if link.ready:
            self.warm_up()
        else:
            self._unstartable()

    def _unstartable(self) -> None:
        if not any(link.ready for link in self._links):
            self._fail_waiting()
        self._later("retry", RETRY_SECONDS, self.warm_up)

    def _fail_waiting(self) -> None:
        while self._jobs:
            self._jobs.popleft().lose_worker()

    def _watch(self) -> None:
        self._later("grow", self._size.grow_after, self._grow)

    def _grow(self) -> None:
        """Start one more worker if jobs wait and every worker has been at its own for long."""
        if not self._jobs:
            return
        held_up = all(link.ready and link.at_work() >= self._size.grow_after for link in self._links)
        if held_up and len(self._links) < self._size.most:
            self._start()
        self._watch()

    def _shrink(self) -> None:
        """End the worker that has been idle longest, if it was long and it is one too many."""
        if len(self._links) > self._size.warm and self._idle:
            oldest = self._idle[0]
            if time.monotonic() - oldest.idle_since >= self._size.shrink_after:
                self._idle.remove(oldest)
                oldest.end()
            self._later("shrink", self._size.shrink_after, self._shrink)

    def _later(self, what: str, seconds: float, call: Callable[[], None]) -> None:
        """Call after a while, unless the same is already to come."""
        if self._open and what not in self._timers:
            self._timers[what] = asyncio.get_running_loop().call_later(seconds, self._run, what, call)

    def _run(self, what: str, call: Callable[[], None]) -> None:
        del self._timers[what]
        call()
