"""Processes that die at a step of our choosing: before what it does, or after it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Died(BaseException):
    """The process ends here. No Exception, so that nothing of ours deals with it."""


@dataclass
class Fate:
    """The process dies at its ``at``-th step: before it by turns, and after it; once."""

    at: int
    steps: int = 0
    died: bool = False

    def of(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """This, as a step of the process."""

        def done(*given: Any, **named: Any) -> Any:
            self._strikes(after=False)
            found = step(*given, **named)
            self._strikes(after=True)
            self.steps += 1
            return found

        return done

    def _strikes(self, *, after: bool) -> None:
        if not self.died and (self.steps, after) == divmod(self.at, 2):
            self.died = True
            raise Died


class Doomed:
    """A store, a bucket or the like, each of whose answers is a step."""

    def __init__(self, real: Any, fate: Fate) -> None:
        self._real = real
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        return self._fate.of(getattr(self._real, name))
