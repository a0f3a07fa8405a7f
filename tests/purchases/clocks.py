"""One clock for all functions of a test's shop, that stands still until the test lets time pass."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import Any, Final

import msgspec
from msgspec import Struct

OURS: Final = ("resolvers.", "datasources.", "aws_lambda_powertools.")
"""Whose objects may hold a clock, or something that does."""

type Part = tuple[Any, Callable[[Any], None] | None]
"""What something holds, and how to have it hold something else."""


class Clock:
    """Starts at the hour of the machine, since tokens and what the test did before go by that."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.at

    def time(self) -> float:
        return self.at.timestamp()

    def passes(self, **parts: float) -> None:
        self.at += timedelta(**parts)


def wind(clock: Clock, *wired: ModuleType) -> int:
    """Have everything in wired modules that goes by the machine's clock go by this one; gives how many did."""
    found, waiting = 0, [(each, None) for module in wired for each in vars(module).values()]
    seen: dict[int, Any] = {}
    while waiting:
        for part, put in _parts(waiting.pop()[0]):
            new = _instead(clock, part)
            if new is not None and put is not None:
                put(new)
                found += 1
            elif id(part) not in seen:
                seen[id(part)] = part  # kept, so that its id stays its own
                waiting.append((part, None))
    return found


def _instead(clock: Clock, part: Any) -> Callable[[], Any] | None:
    if part is time.time or part is time.monotonic:
        return clock.time
    return clock.now if isinstance(part, partial) and part.func == datetime.now else None


def _parts(one: Any) -> Iterator[Part]:  # noqa: C901  # a row for each kind of thing, and no more
    match one:
        case FunctionType():
            for cell in one.__closure__ or ():
                yield cell.cell_contents, partial(setattr, cell, "cell_contents")
        case MethodType():
            yield one.__self__, None
        case partial():
            yield from ((part, None) for part in (one.func, *one.args, *one.keywords.values()))
        case Mapping():
            yield from ((part, None) for part in one.values())
        case list() | tuple():
            yield from ((part, None) for part in one)
        case Struct():
            for name in one.__struct_fields__:
                yield getattr(one, name), partial(msgspec.structs.force_setattr, one, name)
        case _ if type(one).__module__.startswith(OURS):
            for name, part in tuple(getattr(one, "__dict__", {}).items()):
                yield part, partial(object.__setattr__, one, name)
