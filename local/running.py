"""A whole running system for tests and benchmarks: ``make run``'s own process, on free ports, with its outputs."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from local.children import clean_environ
from local.outputs import NAME

ROOT: Final = Path(__file__).parent.parent
STOP_SECONDS: Final = 60.0
_READY: Final = re.compile(r"ready\s+(?P<url>http://\S+)")


class NotReady(Exception):
    """The system ended before it was ready; the message is what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A system that is up; ``said`` is what it had printed by then, ``outputs`` its ``amplify_outputs.json``."""

    url: str
    data: Path
    said: str
    outputs: Mapping[str, Any]
    process: "subprocess.Popen[str]"

    def stop(self, told: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Tell it to stop; its exit code and what it said meanwhile."""
        self.process.send_signal(told)
        said, _ = self.process.communicate(timeout=STOP_SECONDS)
        return self.process.returncode, said


@contextmanager
def running(*arguments: str, data: Path | None = None, pictures: bool = False) -> Iterator[Running]:
    """Start a system with ``arguments`` of ``make run``, in a new data directory unless ``data`` names one.

    Without ``pictures`` nothing goes on by itself once it is ready.
    """
    if data is None:
        with (
            tempfile.TemporaryDirectory(prefix="souk-") as folder,
            running(*arguments, data=Path(folder), pictures=pictures) as found,
        ):
            yield found
        return
    command = [sys.executable, "-m", "local.run", "--port", "0", "--tls-port", "0", "--data-dir", str(data), *arguments]
    command += [] if pictures else ["--no-pictures"]
    environment = clean_environ(PYTHONPATH=str(ROOT), PYTHONUNBUFFERED="1")
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        try:
            url, said = _until_ready(process.stdout)
            outputs = json.loads((data / NAME).read_bytes())
            yield Running(url=url, data=data, said=said, outputs=outputs, process=process)
        finally:
            _end(process)


def _until_ready(lines: IO[str]) -> tuple[str, str]:
    said = ""
    for line in lines:
        said += line
        if ready := _READY.match(line):
            return ready["url"], said
    raise NotReady(said.strip())


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
