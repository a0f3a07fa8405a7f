"""What a guest hears of one thing: each change once, in its order, and whether any was missing."""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from clients.live import Live

LOOK_SECONDS: Final = 0.1
"""How often it is seen whether the connection is still there, while something is waited for."""


class Hearing:
    """The changes of one cart, order or variant; ``show`` is called with each, and the seconds since it happened.

    ``known`` is the version that an answer has shown already: what came before it was not missed. Without one that is
    the first that is heard. One that is ``behind`` shows nothing until it has caught up.
    """

    def __init__(
        self, live: Live, show: Callable[[Any, float], None], known: int | None = None, *, behind: bool = False
    ) -> None:
        self._live, self._show, self._known = live, show, known
        self._held: list[Any] | None = [] if behind else None
        self._latest: Any = None
        self._news = asyncio.Event()
        self.heard, self.missing = 0, 0

    def hear(self, change: Any) -> None:
        """Take what is told live."""
        if self._held is None:
            self._take(change)
        else:
            self._held.append(change)

    def catch_up(self, missed: Iterable[Any]) -> None:
        """Take what was asked for after the listening began, and what was told live meanwhile.

        What is both is taken as it was told: an answer may say how things stand now.
        """
        held, self._held = self._held or [], None
        each = {change["seq"]: change for change in (*missed, *held)}
        for seq in sorted(each):
            self._take(each[seq])

    async def until(self, enough: Callable[[Any], bool], seconds: float) -> bool:
        """Whether the latest change is enough, within so many seconds."""
        ends = time.monotonic() + seconds
        while self._latest is None or not enough(self._latest):
            left = ends - time.monotonic()
            if left <= 0 or self._live.lost:
                return False
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(left, LOOK_SECONDS))
        return True

    async def version(self, number: int, seconds: float) -> bool:
        """Whether the change that made this version is heard within so many seconds."""
        return await self.until(lambda change: change["seq"] >= number, seconds)

    def _take(self, change: Any) -> None:
        seq = change["seq"]
        last = self._latest["seq"] if self._latest else 0
        if seq <= last:
            return  # told twice, as changes may be
        known = max(last, seq - 1 if self._known is None else self._known)
        self._known = known
        self.missing += max(seq - known - 1, 0)
        self.heard += 1
        self._latest = change
        late = (datetime.now(UTC) - datetime.fromisoformat(change["at"])).total_seconds()
        self._show(change, max(late, 0.0))  # the clocks of two machines may differ
        self._news.set()
