"""Notices changed source files of the functions, so that workers can be replaced while the system runs."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

LOOK_SECONDS: Final = 0.5
"""Between looks; a look at a hundred files takes under a millisecond."""


class Sources:
    """The Python files below some folders, by path and time of change."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._seen = self._look()

    def _look(self) -> dict[Path, int]:
        seen: dict[Path, int] = {}
        for folder in self._folders:
            for file in folder.rglob("*.py"):
                try:
                    seen[file] = file.stat().st_mtime_ns
                except FileNotFoundError:  # it was removed since it was listed
                    continue
        return seen

    def changed(self) -> bool:
        """Whether a file was written, added or removed since the last look."""
        before, self._seen = self._seen, self._look()
        return before != self._seen


async def watch(sources: Sources, reload: Callable[[], None]) -> None:
    """Call ``reload`` after each change, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if sources.changed():
            reload()
