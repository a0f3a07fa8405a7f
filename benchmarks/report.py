"""How measurements are shown and kept: a table on the terminal, JSON in ``benchmarks/results/``."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table as Drawn

RESULTS: Final = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Table:
    """One measurement's figures, as they are shown."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def show(name: str, table: Table) -> None:
    """Print the table and write it to ``results/<name>.json``."""
    drawn = Drawn(*table.columns, title=table.title, title_justify="left", box=box.SIMPLE)
    for row in table.rows:
        drawn.add_row(*row)
    Console().print(drawn)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(asdict(table), indent=1))
