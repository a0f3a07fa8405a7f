"""What became of each row of a file: counted, listed, shown on a terminal, written as CSV or JSON."""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

MOST_SHOWN: Final = 60
"""Lines of the table on a terminal; the whole list is in the written report."""


class Outcome(StrEnum):
    """What became of a product."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One product at its first row; a failed one has a line for each problem, at the row it is in."""

    row: int | None
    handle: str
    outcome: Outcome
    column: str | None = None
    message: str = ""


@dataclass(slots=True, kw_only=True)
class Report:
    """Grows while the file is imported. ``stopped`` is why the import ended early; ``rows`` counts without the header.

    ``products`` counts each product once, however many lines it has. ``pictured``: some that are stored show pictures.
    """

    file: str
    rows: int = 0
    rows_done: int = 0
    pictured: bool = False
    currency: str | None = None
    seconds: float = 0.0
    stopped: str | None = None
    lines: list[Line] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    products: Counter[Outcome] = field(default_factory=Counter)

    def add(self, lines: Iterable[Line], rows: int) -> None:
        """Note what became of one product of so many rows."""
        found = list(lines)
        self.lines += found
        self.products[found[0].outcome] += 1
        self.rows_done += rows

    @property
    def failed(self) -> bool:
        """Whether any row failed, or the import ended before the last one."""
        return self.stopped is not None or self.products[Outcome.FAILED] > 0

    @property
    def summary(self) -> str:
        """One line: how many products of each outcome, and how fast."""
        told = ", ".join(f"{self.products[outcome]:,} {outcome}" for outcome in Outcome)
        count = self.products.total()
        rate = f" ({count / self.seconds:,.0f} products/s)" if self.seconds and count else ""
        prices = f", prices in {self.currency}" if self.currency else ""
        return f"{self.file}: {count:,} products in {self.rows:,} rows{prices}: {told}; {self.seconds:.1f} s{rate}"

    def finish(self, seconds: float, notes: tuple[str, ...] = ()) -> None:
        """Put the lines in the order of the file."""
        self.seconds, self.notes = seconds, notes
        self.lines.sort(key=lambda line: line.row or 0)

    def show(self, console: Console) -> None:
        """The table, the notes and the summary; of a long list only what failed."""
        shown = self.lines
        if len(shown) > MOST_SHOWN:
            shown = [line for line in shown if line.outcome is Outcome.FAILED]
        if shown:
            console.print(_table(shown[:MOST_SHOWN]))
        if len(shown) > MOST_SHOWN:
            console.print(f"… and {len(shown) - MOST_SHOWN:,} more; --report FILE has all of them")
        for note in self.notes:
            console.print(f"note: {escape(note)}", highlight=False, soft_wrap=True)
        if self.stopped:
            console.print(f"stopped: {escape(self.stopped)}", highlight=False, soft_wrap=True)
        console.print(escape(self.summary), highlight=False, soft_wrap=True)

    def write(self, file: Path) -> None:
        """The whole list, as JSON when the file's name ends so, else as CSV."""
        with file.open("w", encoding="utf-8", newline="") as out:
            if file.suffix.lower() == ".json":
                json.dump(self._facts(), out, indent=2, ensure_ascii=False)
                return
            writer = csv.writer(out)
            writer.writerow(["row", "handle", "outcome", "column", "message"])
            writer.writerows([line.row, line.handle, line.outcome, line.column, line.message] for line in self.lines)

    def _facts(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "currency": self.currency,
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "products": dict(self.products),
            "failed": self.failed,
            "stopped": self.stopped,
            "notes": self.notes,
            "lines": [asdict(line) for line in self.lines],
        }


def _table(lines: Iterable[Line]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("row", justify="right")
    for name in ("handle", "outcome", "column", "message"):
        table.add_column(name, overflow="fold")
    for line in lines:
        style = "red" if line.outcome is Outcome.FAILED else None
        row = "" if line.row is None else str(line.row)
        table.add_row(
            row, escape(line.handle), line.outcome, escape(line.column or ""), escape(line.message), style=style
        )
    return table
