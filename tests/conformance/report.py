"""The table at the end of a run: every point, what we do, what the endpoint did."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from tests.conformance.record import Row, Verdict

GRAVEST: Final = (Verdict.DIFFERENT, Verdict.SETTLED, Verdict.SAME, Verdict.SKIPPED)
"""Of the cases of a point the first of these is shown."""
_STYLES: Final = {Verdict.DIFFERENT: "red", Verdict.SETTLED: "yellow", Verdict.SAME: "green", Verdict.SKIPPED: "dim"}
_SHORT: Final = 100
_MOST: Final = 400
"""Characters of a value that are shown; more of them where there is something to compare."""


def points(rows: Iterable[Row]) -> list[Row]:
    """One row a point, in the order of sections: the gravest of its cases."""
    ordered = sorted(rows, key=lambda row: (row.point.order, row.point.module, row.point.test))
    cases = groupby(ordered, key=lambda row: row.point)
    return [min(group, key=lambda row: GRAVEST.index(row.verdict)) for _, group in cases]


def counted(rows: Iterable[Row]) -> str:
    """How many points came out how."""
    verdicts = Counter(row.verdict for row in rows)
    return ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in GRAVEST if verdicts[verdict])


def show(rows: Iterable[Row], console: Console | None = None) -> None:
    """Print the table, and how many are what."""
    found = points(rows)
    table = Table("§", "point", "sure", "here", "there", "", box=box.SIMPLE, show_lines=False)
    for row in found:
        table.add_row(
            row.point.section,
            row.point.statement,
            row.point.sure,
            row.ours[: _SHORT if row.verdict is Verdict.SAME else _MOST],
            row.theirs[:_MOST] if row.verdict is not Verdict.SAME else "",
            f"[{_STYLES[row.verdict]}]{row.verdict}",
        )
    console = console or Console()
    console.print(table)
    console.print(f"  {counted(found)}", highlight=False)
