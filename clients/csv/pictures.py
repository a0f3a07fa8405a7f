"""After an import: the shop fetches the pictures that its products show from elsewhere, and one waits for it."""

import csv
import io
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from clients.csv import documents
from clients.graph import Graph, Refused
from domain.operations.jobs import JobStatus

PAUSE: Final = 1.0
"""Seconds between two looks at the job."""
UNDER_WAY: Final = frozenset({JobStatus.QUEUED.value, JobStatus.RUNNING.value})
MOST_SHOWN: Final = 20
"""Lines of the table on a terminal; the job's report has all of them."""

type Job = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What has become of the pictures: of so many products of the shop, ``done`` show their own now.

    ``left`` has handle, address and reason of each picture that stays where it is.
    """

    rows: int
    done: int
    left: tuple[tuple[str, str, str], ...] = ()

    def show(self, console: Console, handles: Collection[str]) -> None:
        """What stays of these products, and one line about all; nothing when there was nothing to fetch."""
        if not self.rows:
            return
        own = [line for line in self.left if line[0] in handles]
        if own:
            console.print(_table(own[:MOST_SHOWN]))
        if len(own) > MOST_SHOWN:
            console.print(f"… and {len(own) - MOST_SHOWN:,} more")
        console.print(self._summary(handles), highlight=False)

    def _summary(self, handles: Collection[str]) -> str:
        keeping = {line[0] for line in self.left}
        own = len(keeping.intersection(handles))
        told = [f"pictures: fetched for {self.done:,} of {self.rows:,} products"]
        if own:
            told.append(f"{own:,} of this file keep some where they are")
        if others := len(keeping) - own:
            told.append(f"{others:,} of the shop's others do")
        return "; ".join(told)


def fetch_pictures(graph: Graph, progress: Callable[[Job], None] | None = None) -> Fetched:
    """Begin the job, or join the one that is under way, and wait for its end. Raises what ``Graph.ask`` does."""
    begun = graph.ask(documents.FETCH, {"key": f"csv-{uuid.uuid4()}"})["jobStart"]
    if begun["userErrors"]:
        raise Refused("; ".join(str(one["message"]) for one in begun["userErrors"]))
    job: Job = begun["job"]
    while job["status"] in UNDER_WAY:
        time.sleep(PAUSE)
        job = graph.ask(documents.JOB, {"id": job["id"]})["job"]
        if progress is not None:
            progress(job)
    return Fetched(rows=job["rows"] or 0, done=job["done"], left=_left(job["reportUrl"]))


def _left(url: str | None) -> tuple[tuple[str, str, str], ...]:
    """The lines of the job's report, which lies in the shop's bucket and is read by whoever has the link."""
    if url is None:
        return ()
    answer = httpx.get(url, trust_env=False).raise_for_status()
    lines = list(csv.reader(io.StringIO(answer.text, newline="")))[1:]
    return tuple((handle, picture, reason) for handle, picture, reason in lines)


def _table(lines: Iterable[tuple[str, str, str]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("handle", "picture stays at", "reason"):
        table.add_column(name, overflow="fold")
    for line in lines:
        table.add_row(*map(escape, line))
    return table
