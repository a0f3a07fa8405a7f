"""What a cold start costs: importing a handler and making its clients, against botocore with one DynamoDB client.

``python -m benchmarks.cold_start``: CPU time of fresh interpreters, taken in turn so that the machine's mood is shared.
Each handler is what is deployed: its domain's zip, byte code and all, with this machine's wheels in place of Lambda's.
"""

import os
import platform
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.report import Table
from infra import zips
from infra.domains import Domain, discover
from tests.unconnected import unconnected

ROUNDS: Final = 15
MEASURE: Final = "botocore and one DynamoDB client"
BOTOCORE: Final = (
    "import botocore.session\nbotocore.session.get_session().create_client('dynamodb', region_name='us-east-1')"
)


@contextmanager
def unpacked(domain: str) -> Iterator[Path]:
    """The domain's zip as it lies in Lambda."""
    with TemporaryDirectory() as scratch:
        task = Path(scratch) / "task"
        built = zips.build(domain, into=Path(scratch), machine=f"{platform.machine()}-manylinux_2_28")
        with zipfile.ZipFile(built.path) as archive:
            archive.extractall(task)
        yield task


def seconds(work: str, task: Path) -> float:
    """CPU seconds of ``work`` in a new interpreter, which finds our modules and our wheels in ``task`` first."""
    source = f"import time\nstarted = time.process_time()\n{work}\nprint(time.process_time() - started)"
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=task,
        env=os.environ | unconnected() | {"PYTHONPATH": str(task)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _ratio(column: Sequence[float], rounds: Sequence[Sequence[float]]) -> float:
    """Against what was measured first in the same round."""
    return statistics.median(ours / each[0] for ours, each in zip(column, rounds, strict=True))


def _measured(domain: Domain) -> Iterator[tuple[str, str, str]]:
    work = {MEASURE: BOTOCORE, f"the {domain.name}'s handler, clients made": f"import resolvers.{domain.name}.handler"}
    if domain.publishing:
        work |= {f"the {domain.name}'s publisher": f"import resolvers.{domain.name}.publisher"}
    with unpacked(domain.name) as task:
        rounds = [[seconds(one, task) for one in work.values()] for _ in range(ROUNDS)]
    for name, column in zip(work, zip(*rounds, strict=True), strict=True):
        ratio = "" if name == MEASURE else f"{_ratio(column, rounds):.2f} x (at most 1.5)"
        yield name, f"{statistics.median(column) * 1000:.0f} ms", ratio
    with TemporaryDirectory() as scratch:
        yield "its zip for Lambda", zips.report([zips.build(domain.name, into=Path(scratch))]).strip(), ""


def run() -> Table:
    """Medians in milliseconds, the median of the pairwise ratios, and the size of what is deployed, by domain."""
    rows = [row for domain in discover() for row in _measured(domain)]
    return Table("Cold start (CPU time, medians)", ("what", "cost", "ratio"), rows)
