"""What this process itself has just read from the cache: a hot page costs no round trip while it is this young."""

from collections.abc import Callable
from typing import Any, Final

MOST: Final = 2048
"""Things held, a few KB each; when there are more, all are let go, for they are young and come again."""


class Near:
    """Values by key, each for ``seconds``; none at all when that is 0. Holds no "there is nothing"."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._held: dict[str, tuple[float, Any]] = {}

    def get(self, key: str) -> Any:
        """The value, or None."""
        until, value = self._held.get(key, (0.0, None))
        return value if self._clock() < until else None

    def put(self, key: str, value: object) -> None:
        """Hold a value."""
        if self._seconds <= 0:
            return
        if len(self._held) >= MOST:
            self._held.clear()
        self._held[key] = (self._clock() + self._seconds, value)

    def clear(self) -> None:
        """Let everything go."""
        self._held.clear()
