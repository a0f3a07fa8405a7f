"""What a cold start costs: importing a handler and making its clients, against botocore with one DynamoDB client.

``python -m benchmarks.cold_start``: CPU time of fresh interpreters, taken in turn so that the machine's mood is shared.
The handler is what is deployed: the domain's zip, byte code and all, with this machine's wheels in place of Lambda's.
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

DOMAIN: Final = "catalog"
ROUNDS: Final = 15
ENVIRONMENT: Final = {
    "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1", "CATALOG_TABLE": "catalog", "CACHE_URL": "valkey://127.0.0.1:1",
    "SEARCH_BUCKET": "search", "SHOP_CURRENCY": "USD", "EDIT_RATE": "30000 in 60 s",
    "GRAPH_URL": "https://graph.example/graphql",
}  # fmt: skip
WORK: Final = {
    "botocore and one DynamoDB client": (
        "import botocore.session\n"
        "botocore.session.get_session().create_client('dynamodb', region_name='us-east-1')"
    ),
    "the catalog's handler, clients made": f"import resolvers.{DOMAIN}.handler",
    "the catalog's publisher": f"import resolvers.{DOMAIN}.publisher",
}  # fmt: skip


@contextmanager
def unpacked() -> Iterator[Path]:
    """The domain's zip as it lies in Lambda."""
    with TemporaryDirectory() as scratch:
        task = Path(scratch) / "task"
        built = zips.build(DOMAIN, into=Path(scratch), machine=f"{platform.machine()}-manylinux2014")
        with zipfile.ZipFile(built.path) as archive:
            archive.extractall(task)
        yield task


def seconds(work: str, task: Path) -> float:
    """CPU seconds of ``work`` in a new interpreter, which finds our modules and our wheels in ``task`` first."""
    source = f"import time\nstarted = time.process_time()\n{work}\nprint(time.process_time() - started)"
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=task,
        env=os.environ | ENVIRONMENT | {"PYTHONPATH": str(task)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _ratio(column: Sequence[float], rounds: Sequence[Sequence[float]]) -> float:
    """Against what was measured first in the same round."""
    return statistics.median(ours / each[0] for ours, each in zip(column, rounds, strict=True))


def run() -> Table:
    """Medians in milliseconds, the median of the pairwise ratios, and the size of what is deployed."""
    with unpacked() as task:
        rounds = [[seconds(work, task) for work in WORK.values()] for _ in range(ROUNDS)]
    rows = [
        [name, f"{statistics.median(column) * 1000:.0f} ms", f"{_ratio(column, rounds):.2f} x (at most 1.5)"]
        for name, column in zip(WORK, zip(*rounds, strict=True), strict=True)
    ]
    rows[0][2] = ""
    with TemporaryDirectory() as scratch:
        rows.append(["its zip for Lambda", zips.report([zips.build(DOMAIN, into=Path(scratch))]).strip(), ""])
    return Table("Cold start (CPU time, medians)", ("what", "cost", "ratio"), rows)
