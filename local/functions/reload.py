"""Notices changed source files of the functions, so that workers can be replaced while the system runs."""

import asyncio
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

LOOK_SECONDS: Final = 0.5
"""Between looks; a look at four hundred files takes a millisecond."""


class Sources:
    """The Python files below some folders, by path and time of change."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._seen = self._look()

    def _look(self) -> dict[str, int]:
        seen: dict[str, int] = {}
        folders = [str(folder) for folder in self._folders]
        while folders:
            for entry in _entries(folders.pop()):
                if entry.is_dir():
                    folders.append(entry.path)
                elif entry.name.endswith(".py"):
                    with suppress(FileNotFoundError):  # it was removed since it was listed
                        seen[entry.path] = entry.stat().st_mtime_ns
        return seen

    def changed(self) -> bool:
        """Whether a file was written, added or removed since the last look."""
        before, self._seen = self._seen, self._look()
        return before != self._seen


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


async def watch(sources: Sources, reload: Callable[[], None]) -> None:
    """Call ``reload`` after each change, until cancelled."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if sources.changed():
            reload()
