"""The commands ``python -m clients.csv import FILE`` and ``python -m clients.csv export FILE``."""

import argparse
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from clients.csv.exporting import export_file
from clients.csv.importing import import_file
from clients.csv.pictures import Job, fetch_pictures
from clients.csv.report import Outcome, Report
from clients.graph import Graph, GraphFault
from clients.outputs import OUTPUTS, NoShop, read_outputs
from clients.sign_in import Credentials, NotSignedIn
from domain.money import CurrencyCode


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 only if nothing failed."""
    asked = _parser().parse_args(arguments)
    console = Console()
    try:
        outputs = read_outputs(asked.outputs)
    except NoShop as fault:
        return _refuse(str(fault))
    return _import(asked, outputs, console) if asked.command == "import" else _export(asked, outputs, console)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m clients.csv", description="Product files in Shopify's CSV format.")
    commands = parser.add_subparsers(dest="command", required=True)
    reading = commands.add_parser("import", help="store the products of a file")
    writing = commands.add_parser("export", help="write every product to a file")
    for command in (reading, writing):
        command.add_argument("file", type=Path, metavar="FILE")
        command.add_argument("--outputs", type=Path, default=OUTPUTS, help=f"which shop; {OUTPUTS} when left out")
    reading.add_argument("--report", type=Path, help="write what became of each row here, as .csv or .json")
    reading.add_argument("--encoding", help="of a file that is neither UTF-8 nor UTF-16, such as windows-1252")
    reading.add_argument("--currency", type=CurrencyCode, help="of the prices; the shop's own when left out")
    reading.add_argument("--leave-pictures", action="store_true", help="leave pictures at their addresses")
    reading.add_argument("--pictures-base", help="what relative picture addresses start from")
    return parser


def _import(asked: argparse.Namespace, outputs: dict[str, Any], console: Console) -> int:
    with _watched(console) as watch:
        told = import_file(
            asked.file,
            outputs,
            pictures_base=asked.pictures_base,
            report=asked.report,
            progress=watch,
            currency=asked.currency,
            encoding=asked.encoding,
        )
    told.show(console)
    if told.pictured and not told.stopped and not asked.leave_pictures:
        _fetch(outputs, console, {line.handle for line in told.lines})
    return 1 if told.failed else 0


def _fetch(outputs: dict[str, Any], console: Console, handles: Collection[str]) -> None:
    """Have the shop fetch what lies elsewhere. What it cannot have is no failure of the import."""
    try:
        with Graph(outputs, Credentials.of_staff(outputs)) as graph, console.status("fetching pictures") as status:

            def watch(job: Job) -> None:
                if job["rows"]:
                    ended = job["done"] + job["failed"]
                    status.update(f"fetching pictures: {ended:,} of {job['rows']:,} products")

            fetched = fetch_pictures(graph, watch)
        fetched.show(console, handles)
    except (GraphFault, NotSignedIn, httpx.HTTPError) as fault:
        console.print(f"pictures stay where they are for now: {escape(str(fault))}", highlight=False, soft_wrap=True)


def _export(asked: argparse.Namespace, outputs: dict[str, Any], console: Console) -> int:
    try:
        with console.status("reading the catalogue") as status:
            count = export_file(asked.file, outputs, progress=lambda so_far: status.update(f"{so_far:,} products"))
    except (GraphFault, NotSignedIn, OSError, httpx.HTTPError) as fault:
        return _refuse(str(fault))
    console.print(f"{asked.file}: {count:,} products", highlight=False)
    return 0


@contextmanager
def _watched(console: Console) -> Iterator[Callable[[Report], None]]:
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("rows  {task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("")

        def watch(told: Report) -> None:
            rate = told.rows_done / (bar.tasks[task].elapsed or 1)
            counts = "  ".join(f"{told.products[outcome]:,} {outcome}" for outcome in Outcome)
            bar.update(task, total=told.rows, completed=told.rows_done, description=f"{rate:,.0f} rows/s  {counts}")

        yield watch


def _refuse(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
