"""The Valkey server: asked within a budget, left alone while it is down, never trusted to be there."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Final

from valkey import Valkey
from valkey.exceptions import ValkeyError

from datasources.roundtrips import sent

BUDGET_SECONDS: Final = 0.05
"""For connecting and for an answer. Valkey answers within 1 ms; beyond 50 ms the store itself would be quicker."""
MOST_FAILURES: Final = 3
"""One failure may be a lost packet or a node that is replaced; three in a row are an outage."""
REST_SECONDS: Final = 5.0
"""How long a server that failed is left alone: one read in this time pays the budget to see whether it is back."""

HIT: Final = "CacheHit"
MISS: Final = "CacheMiss"
FAILURE: Final = "CacheFailure"
CIRCUIT_OPEN: Final = "CacheCircuitOpen"


def ignored(_event: str) -> None:
    """For those who count nothing."""


type Command = tuple[str | bytes | int, ...]


class OutOfReach(Exception):
    """The cache did not answer, or is left alone. Never leaves this package: whoever reads goes to the store."""


class Circuit:
    """Counts failures in a row; at MOST_FAILURES it opens for REST_SECONDS, then lets a single try through."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._closed_at = 0.0
        self._lock = Lock()

    def admits(self) -> bool:
        """Whether to ask the server; when half open, the first to ask has the try."""
        with self._lock:
            if self._failures < MOST_FAILURES:
                return True
            if self._clock() < self._closed_at:
                return False
            self._closed_at = self._clock() + REST_SECONDS
            return True

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> bool:
        """Note a failure; whether it opened the circuit."""
        with self._lock:
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                self._closed_at = self._clock() + REST_SECONDS
            return self._failures == MOST_FAILURES


class Server:
    """One client a process, its connections kept, whatever it is asked for.

    ``on_event`` is told FAILURE for each request that failed, CIRCUIT_OPEN each time the server begins to be left
    alone; those who ask tell it what that meant to them.
    """

    def __init__(
        self,
        url: str,
        *,
        budget_seconds: float = BUDGET_SECONDS,
        on_event: Callable[[str], None] = ignored,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client: Final[Any] = Valkey.from_url(  # Any: its methods are untyped
            url,
            socket_connect_timeout=budget_seconds,
            socket_timeout=budget_seconds,
            lib_name=None,  # telling it the client's name costs two round trips a connection
            lib_version=None,
        )
        self._circuit: Final = Circuit(clock)
        self.on_event: Final = on_event

    def ask(self, *commands: Command) -> list[Any]:
        """The answers to commands, all in one round trip. Raises OutOfReach.

        Each command names one key: ElastiCache Serverless is a cluster, which refuses keys of several slots in one.
        """
        if not self._circuit.admits():
            raise OutOfReach
        sent(f"valkey.{commands[0][0]!s}")
        try:
            answers = self._asked(commands)
        except (ValkeyError, OSError, ValueError, IndexError) as error:
            # The last two come out of the client when what answers does not speak Valkey's protocol.
            self.on_event(FAILURE)
            if self._circuit.failed():
                self.on_event(CIRCUIT_OPEN)
            raise OutOfReach from error
        self._circuit.succeeded()
        return answers

    def _asked(self, commands: tuple[Command, ...]) -> list[Any]:
        if len(commands) == 1:
            return [self._client.execute_command(*commands[0])]
        pipeline = self._client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        answers: list[Any] = pipeline.execute()
        return answers

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()
