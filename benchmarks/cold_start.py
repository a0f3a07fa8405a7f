"""What a cold start costs: importing a handler and making its clients, against botocore with one DynamoDB client.

``python -m benchmarks.cold_start``: CPU time of fresh interpreters, taken in turn so that the machine's mood is shared.
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.report import Table

ROOT: Final = Path(__file__).resolve().parent.parent
ROUNDS: Final = 15
ENVIRONMENT: Final = {
    "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1", "CATALOG_TABLE": "catalog", "CACHE_URL": "valkey://127.0.0.1:1",
    "SEARCH_BUCKET": "search", "SHOP_CURRENCY": "USD", "PYTHONPATH": str(ROOT),
}  # fmt: skip
WORK: Final = {
    "botocore and one DynamoDB client": (
        "import botocore.session\n"
        "botocore.session.get_session().create_client('dynamodb', region_name='us-east-1')"
    ),
    "the catalog's handler, clients made": "import resolvers.catalog.handler",
}  # fmt: skip


def seconds(work: str) -> float:
    """CPU seconds of ``work`` in a new interpreter."""
    source = f"import time\nstarted = time.process_time()\n{work}\nprint(time.process_time() - started)"
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, env=os.environ | ENVIRONMENT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def run() -> Table:
    """Medians in milliseconds, and the median of the pairwise ratios."""
    rounds = [[seconds(work) for work in WORK.values()] for _ in range(ROUNDS)]
    ratio = statistics.median(ours / base for base, ours in rounds)
    medians = [statistics.median(column) * 1000 for column in zip(*rounds, strict=True)]
    rows = [[name, f"{median:.0f} ms", ""] for name, median in zip(WORK, medians, strict=True)]
    rows[1][2] = f"{ratio:.2f} x (at most 1.5)"
    return Table("Cold start (CPU time, medians)", ("what", "cost", "ratio"), rows)
