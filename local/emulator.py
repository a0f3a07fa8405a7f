"""The embedded AWS: MiniStack as a child process, its state in the data directory.

It writes its state when it is stopped gracefully (DynamoDB, Cognito, CloudFormation and the rest as one JSON file a
service), S3 objects at once.
"""

import asyncio
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import httpx

from local.aws import REGION
from local.children import Child, clean_environ
from local.faults import CannotRun
from local.ports import HOST, kept

PYTHON: Final = Path(__file__).parent.parent / ".emulator" / "bin" / "python"

SERVER: Final = (
    "-m", "uvicorn", "--app-dir", str(Path(__file__).parent.parent), "local.embedded:app", "--http", "httptools",
    "--loop", "uvloop", "--timeout-keep-alive", "75", "--log-level", "warning", "--no-access-log",
    "--no-server-header", "--no-date-header", "--no-proxy-headers",
)  # fmt: skip
"""Its own server reads and writes HTTP in Python, which is half of what a request to DynamoDB costs it; and a part of
it is ours (embedded.py, user_pool.py)."""

START_SECONDS: Final = 30.0
"""It is up in 0.3 s with nothing to load; the rest is for state and a busy machine."""

STOP_SECONDS: Final = 30.0
"""Long enough to write a large state; it is killed after."""

_LOOK_SECONDS: Final = 0.03


class Emulator:
    """One MiniStack, at the address it had at the last start: programs that were told of it sign in there."""

    def __init__(self, data: Path, *, python: Path = PYTHON) -> None:
        self._data = data
        self._python = python
        self._child: Child | None = None
        self._http = httpx.AsyncClient(trust_env=False, timeout=1, verify=False)  # noqa: S501 - plain HTTP on loopback
        self.port = kept(data / "aws" / "port")
        self.url = f"http://{HOST}:{self.port}"

    async def start(self, *, function_host: str, keep: Iterable[int] = ()) -> None:
        """Start it and wait until it answers; the stubs of deployed functions will forward to ``function_host``."""
        if not self._python.exists():
            raise CannotRun(f"the embedded AWS has no interpreter at {self._python}: run `make setup`")
        scratch = self._data / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        self._child = Child(
            [str(self._python), *SERVER, "--host", HOST, "--port", str(self.port)],
            env=self._environ(scratch, function_host),
            log=self._data / "logs" / "emulator.log",
            keep=keep,
        )
        await self._until_ready()

    def _environ(self, scratch: Path, function_host: str) -> dict[str, str]:
        return clean_environ(
            BIND_HOST=HOST,
            GATEWAY_PORT=str(self.port),
            EDGE_PORT=str(self.port),
            MINISTACK_HOST=HOST,
            MINISTACK_REGION=REGION,
            PERSIST_STATE="1",
            STATE_DIR=str(self._data / "aws"),
            S3_PERSIST="1",
            S3_DATA_DIR=str(self._data / "s3"),
            TMPDIR=str(scratch),
            LAMBDA_EXECUTOR="local",
            SMTP_HOST="",  # letters are shown here (letters.py), and go nowhere
            IOT_MTLS_ENABLED="0",  # these two open ports of their own
            SFTP_ENABLED="0",
            LOG_LEVEL="WARNING",
            SOUK_FUNCTION_HOST=function_host,
        )

    async def _until_ready(self) -> None:
        assert self._child
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        while not await self.answers():
            if not self._child.running:
                raise CannotRun(f"the embedded AWS ended while starting: {self._child.last_words()}")
            if asyncio.get_running_loop().time() > deadline:
                raise CannotRun(f"the embedded AWS did not answer within {START_SECONDS:.0f} s: see {self._child.log}")
            await asyncio.sleep(_LOOK_SECONDS)

    async def answers(self) -> bool:
        """Whether it answers its own health check within a second."""
        try:
            return (await self._http.get(f"{self.url}/_ministack/health")).is_success
        except httpx.TransportError:
            return False

    async def stop(self) -> None:
        """Stop it; its state is on disk when this returns."""
        await self._http.aclose()
        if self._child:
            await self._child.stop(STOP_SECONDS)
