"""Ties a process to its parent, so that it is told to end when the parent ends, however that ends.

As a script (``leash.py PARENT-PID COMMAND...``) it ties itself and becomes the command: a program that is not ours is
started this way. Where the system is not Linux nothing is tied, and a killed parent leaves its children running.
"""

import ctypes
import os
import signal
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h; it is kept across exec


def tie(parent: int) -> None:
    """Have SIGTERM sent to this process when ``parent`` (the thread that forked it) ends; exit if it has already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    tie(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - the command is ours; no shell is wanted
