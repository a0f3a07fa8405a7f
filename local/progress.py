"""What a start shows: each step with the time it took, then the one line that says it is ready."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


class Progress:
    """Steps on standard output; a terminal sees the running one as well."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._began = time.perf_counter()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Show ``what`` while it runs, and its time when it is done."""
        began = time.perf_counter()
        with self._console.status(f"{what} ...", spinner="dots"):
            yield
        self.done(what, time.perf_counter() - began)

    def done(self, what: str, seconds: float) -> None:
        self._console.print(f"  [green]✓[/] {what:<58} [dim]{seconds:5.1f} s[/]", soft_wrap=True)

    def note(self, text: str) -> None:
        self._console.print(f"    {text}", style="dim", soft_wrap=True)

    def ready(self, url: str) -> None:
        """The line that scripts wait for."""
        seconds = time.perf_counter() - self._began
        self._console.print(f"ready  {url}  [dim](in {seconds:.1f} s; Ctrl-C stops)[/]", soft_wrap=True)
