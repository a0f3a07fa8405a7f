"""Where a process may die: before each request to a store, a provider, the bus, a queue or the post, and at the end.

Between two requests nothing is changed but memory, which dies too; so these are all the places that there are.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from datasources import roundtrips
from datasources.faults import StoreUnavailable

CALLS: Final = frozenset({"start", "fetch", "capture", "void", "refund"})
"""What is asked of a provider."""


class Died(BaseException):
    """The process is gone. No Exception, so that nothing of ours deals with it."""


class Deaths:
    """``passed`` counts the places to die at, of functions that run; it happens ``at`` some of them.

    Where a process only ``fails``, the request is not made, and the process learns that it was in vain.
    """

    def __init__(self) -> None:
        self.passed = 0
        self.fails = False
        self.happened = 0
        self.at: frozenset[int] = frozenset()
        self.last = ""
        self.before: list[str] = []
        """Of each death, what was the last thing done."""
        self._mortal = False

    def begin(self, *at: int, fails: bool = False) -> None:
        """Count anew, and have processes die at these places, or fail there."""
        self.passed, self.at, self.fails = 0, frozenset(at), fails

    def place(self, what: str) -> None:
        """One place, before ``what`` is done."""
        if not self._mortal:
            return
        self.passed += 1
        if self.passed in self.at:
            self.happened += 1
            self.before.append(self.last)
            raise StoreUnavailable("any store", f"out of reach at {what}") if self.fails else Died(what)
        self.last = what

    @contextmanager
    def mortal(self, *, mortal: bool = True) -> Iterator[None]:
        """While the block runs, it is a process that may die; or another's, that does not die with us."""
        was, self._mortal = self._mortal, mortal
        try:
            yield
        finally:
            self._mortal = was

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """Have each request that the shop counts be such a place."""
        deaths = self

        class Places(Counter[str]):
            def __setitem__(self, request: str, count: int) -> None:
                deaths.place(request)

        roundtrips._counting.append(places := Places())
        try:
            yield
        finally:
            roundtrips._counting[:] = [one for one in roundtrips._counting if one is not places]


class House:
    """A provider, which does not die with those who ask it."""

    def __init__(self, provider: Any, deaths: Deaths) -> None:
        self.provider, self._deaths = provider, deaths

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.provider, name)
        if name not in CALLS:
            return found

        def called(*given: Any, **named: Any) -> Any:
            self._deaths.place(f"provider.{name}")
            with self._deaths.mortal(mortal=False):
                answer = found(*given, **named)
            self._deaths.place(f"provider.{name} has answered")
            return answer

        return called
