"""What is known of AppSync and how surely: every test of the suite is about one point, and says so with ``@point``."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any, Final, Self

import pytest


class Sure(StrEnum):
    """Where a statement about AppSync comes from."""

    DOC = "DOC"
    """AWS's own text."""
    TEAM = "TEAM"
    """A member of the AppSync team wrote it."""
    OBS = "OBS"
    """A response of the service that somebody published."""
    CLIENT = "CLIENT"
    """Read in the source of a client: what clients rely on."""
    INFER = "INFER"
    """Deduced from the others."""
    UNKNOWN = "UNKNOWN"
    """Nothing says; what we do is our choice."""

    @property
    def settled(self) -> bool:
        """Whether an endpoint that does otherwise is wrong, rather than instructive."""
        return self not in {Sure.INFER, Sure.UNKNOWN}


DOC, TEAM, OBS, CLIENT, INFER, UNKNOWN = Sure
MARK: Final = "point"
PACKAGES: Final = ("tests.conformance", "tests.local.appsync", "tests.local.appsync.realtime")
"""Where tests state points: over the network against any endpoint, and inside the data plane."""
NAMES: Final = {
    word.lower(): word for word in ("API", "AppSync", "AWS", "GraphQL", "HTTP", "IAM", "JSON", "KB", "Lambda", "MB")
}
"""Names that are not written as the other words of a test's name are."""


def point(section: str, sure: Sure) -> pytest.MarkDecorator:
    """The test is about a section of docs/appsync-fidelity.md, and we are so sure of what it expects."""
    return getattr(pytest.mark, MARK)(section, sure)  # type: ignore[no-any-return]  # marks are made on demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A statement about AppSync: the name of its test, read as a sentence."""

    section: str
    sure: Sure
    statement: str
    module: str
    test: str

    @classmethod
    def of(cls, module: str, test: str, mark: pytest.Mark) -> Self:
        """The point that a marked test is about."""
        section, sure = mark.args
        words = test.removeprefix("test_").split("_")
        statement = " ".join(NAMES.get(word, word) for word in words)
        return cls(section=section, sure=sure, statement=statement, module=module, test=test)

    @property
    def over_the_network(self) -> bool:
        """Whether its test can be run against any endpoint."""
        return self.module.startswith(PACKAGES[0])

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(map(int, self.section.split(".")))


def known() -> list[Point]:
    """Every point that a test states, by section."""
    found = [one for package in PACKAGES for module in _modules(package) for one in _of_module(module)]
    return sorted(found, key=lambda one: (one.order, not one.over_the_network))


def _modules(package: str) -> Iterator[ModuleType]:
    around = importlib.import_module(package)
    for module in sorted(pkgutil.iter_modules(around.__path__), key=lambda module: module.name):
        if module.name.startswith("test_"):
            yield importlib.import_module(f"{package}.{module.name}")


def _of_module(module: ModuleType) -> Iterator[Point]:
    for name, test in vars(module).items():
        if name.startswith("test_") and inspect.isfunction(test):
            marks: list[Any] = getattr(test, "pytestmark", [])
            yield from (Point.of(module.__name__, name, mark) for mark in marks if mark.name == MARK)
