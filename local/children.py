"""Child processes that never outlive us, with a log file each."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from local import leash

LARGEST_LOG: Final = 16 * 2**20
"""A log that has outgrown this many bytes is set aside (``.1``) when the next start opens it."""

_LOOK_SECONDS: Final = 0.01  # between looks at a child that was told to end


def clean_environ(**more: str) -> dict[str, str]:
    """Our environment without the user's AWS account and proxies, neither of which must be met on the laptop."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and not name.lower().endswith("_proxy")
    }
    return kept | more


def open_log(path: Path) -> BinaryIO:
    """``path`` for appending; a large one begins anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_name(f"{path.name}.1"))
    return path.open("ab")


class Child:
    """A running program in a process group of its own, so that a Ctrl-C meant for us does not reach it."""

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str], log: Path, keep: Iterable[int] = ()) -> None:
        """Start ``command``; ``keep`` are file descriptors it inherits. To be called in the main thread (see leash)."""
        tied = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *command]
        self.log = log
        with open_log(log) as output:
            self._process = subprocess.Popen(
                tied,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=tuple(keep),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended. One that has is kept unburied, so that its group's number stays its own."""
        if self._process.returncode is not None:
            return False
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None

    async def stop(self, grace: float) -> None:
        """Ask it to end; kill its whole group when it has not within ``grace`` seconds."""
        if self.running:
            os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while self.running and time.monotonic() < deadline:  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(_LOOK_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it and its whole group at once."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()

    def last_words(self) -> str:
        """The last line of its log, for a message about its failure."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else "it said nothing"
