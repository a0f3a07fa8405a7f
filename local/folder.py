"""The data directory of a system: everything that survives a restart, used by one run at a time."""

import fcntl
import os
import shutil
from pathlib import Path
from typing import Final

from local import outputs, people
from local.faults import CannotRun

LOCK: Final = "lock"
STATE: Final = ("aws", "s3", "tmp", "logs", outputs.NAME, people.NAME)
"""What we put there; ``--reset`` removes this and nothing else, for the folder may be one of the user's own.

The certificate authority (local/authority.py) stays: people trust it in their browsers.
"""


class Folder:
    """A locked data directory."""

    def __init__(self, path: Path) -> None:
        """Make and lock it; ``CannotRun`` when it cannot be written or another run has it."""
        self.path: Final = path.absolute()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.lock: Final = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as fault:
            raise CannotRun(f"the data directory {self.path} cannot be written: {fault.strerror}") from fault
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self.lock)
            raise CannotRun(
                f"the data directory {self.path} is in use by another run: stop it, or name another with --data-dir"
            ) from None

    def reset(self) -> None:
        """Forget everything."""
        for name in STATE:
            found = self.path / name
            if found.is_dir():
                shutil.rmtree(found)
            else:
                found.unlink(missing_ok=True)

    def close(self) -> None:
        """Let another run have it; the embedded AWS holds the lock too, until it has written its state."""
        os.close(self.lock)
