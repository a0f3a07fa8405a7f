"""How a purchase looks on a terminal: steps on the left with their times, what is told live indented below them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDEST: Final = 96
"""Beyond this the times are too far from their steps to be read with them."""
TIMES: Final = 10
"""Columns for ``+1,234 ms`` and a space."""
STYLES: Final = {"cart": "cyan", "stock": "yellow", "order": "magenta"}


class Screen:
    """Prints line by line, so that it can also be read in a file; a terminal sees what is waited for as well."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(console.width, WIDEST)
        self._held: list[Table] | None = None

    def title(self, text: str, below: str) -> None:
        self._console.print()
        self._console.print(Text(f"  {text}", style="bold"), soft_wrap=True)
        self._console.print(Text(f"  {below}", style="dim"), soft_wrap=True)

    def actor(self, who: str) -> None:
        """Whose steps follow."""
        self._console.print()
        self._console.print(Text(f"  {who}", style="bold"))

    @contextmanager
    def step(self) -> Iterator[Callable[[str, str, float], None]]:
        """While a request is under way, what is heard waits for its line, which the function given prints.

        Some changes are told before the request that made them is answered.
        """
        self._held = []

        def show(mark: str, text: str, seconds: float) -> None:
            self._console.print(self._row(4, (mark, "bold green"), Text(text), f"{seconds * 1000:,.0f} ms"))

        try:
            yield show
        finally:
            held, self._held = self._held, None
            for row in held:
                self._console.print(row)

    def event(self, kind: str, seq: int, what: str, facts: str, seconds: float) -> None:
        """What was heard, and how long after it happened."""
        text = Text.assemble((f"{kind:<5} {seq:>3}  ", STYLES[kind]), f"{what:<9}  ", (facts, "dim"))
        row = self._row(8, ("◆", STYLES[kind]), text, f"+{seconds * 1000:,.0f} ms")
        if self._held is None:
            self._console.print(row)
        else:
            self._held.append(row)

    def note(self, text: str, style: str = "dim") -> None:
        self._console.print(Text(f"     {text}", style=style), soft_wrap=True)

    def last(self, text: str, *, good: bool) -> None:
        """The one line that says how it went."""
        mark = ("✓", "bold green") if good else ("✗", "bold red")
        self._console.print()
        self._console.print(Text.assemble("  ", mark, (f" {text}", "bold")), soft_wrap=True)

    def where(self, name: str, address: str) -> None:
        self._console.print(Text.assemble((f"     {name:<10}", "dim"), address), soft_wrap=True)

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Show what is waited for, on a terminal only."""
        with self._console.status(text, spinner="dots"):
            yield

    def _row(self, indent: int, mark: tuple[str, str], text: Text, right: str) -> Table:
        """One line; a text that is too long goes on below its beginning."""
        row = Table.grid()
        row.add_column(width=indent, justify="right", no_wrap=True)
        row.add_column(width=1)
        row.add_column(width=self._width - indent - 1 - TIMES, overflow="fold")
        row.add_column(width=TIMES, justify="right", no_wrap=True)
        row.add_row(Text(*mark), "", text, Text(right, style="dim"))
        return row
