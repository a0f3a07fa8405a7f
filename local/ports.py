"""Loopback ports: which are free, whether a wanted one can be had, and which one was had the last time."""

import errno
import socket
from pathlib import Path
from typing import Final

from local.faults import CannotRun

HOST: Final = "127.0.0.1"


def listen(port: int, option: str = "--port") -> socket.socket:
    """A socket listening on the loopback ``port`` (0: any free one), which the user chooses with ``option``."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError as fault:
        listener.close()
        raise CannotRun(_why(port, option, fault)) from fault
    listener.setblocking(False)
    return listener


def free() -> int:
    """A port that was free a moment ago, for a program that must be told its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def kept(file: Path) -> int:
    """The port that the file remembers, or a free one, remembered from now on, when that is taken or there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of the last start may linger
        try:
            probe.bind((HOST, int(file.read_text())))
        except (OSError, ValueError, OverflowError):
            probe.bind((HOST, 0))
        port = port_of(probe)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{port}\n")
    return port


def port_of(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def _why(port: int, option: str, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"port {port} is in use: stop what listens there, or choose another port with {option}"
    if fault.errno == errno.EACCES:
        return f"port {port} may not be opened by this user: choose one above 1023 with {option}"
    return f"port {port} cannot be opened: {fault.strerror}"
