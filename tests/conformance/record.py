"""What a run finds of each point: what we do, what the endpoint did, and whether that is the same."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.points import MARK, Point

type Compare = Callable[[Any, Any], None]

ENDPOINT: Final = pytest.StashKey[Endpoint]()
"""The endpoint that a run is about; without it, our own."""


@dataclass(slots=True)
class Found:
    """What one test found: each pair of what was observed and what we do."""

    pairs: list[tuple[Any, Any]] = field(default_factory=list)
    fault: str = ""

    def note(self, observed: Any, expected: Any) -> None:
        self.pairs.append((observed, expected))

    def otherwise(self, fault: Exception) -> None:
        """The test ended by this; it says more when the comparison itself was not reached."""
        if all(observed == expected for observed, expected in self.pairs):
            self.fault = f"{type(fault).__name__}: {fault}".splitlines()[0]

    @property
    def ours(self) -> str:
        """What we do, as far as it tells: where the two differ, that alone."""
        return "; ".join(repr(expected) for _, expected in self._telling())

    @property
    def theirs(self) -> str:
        return self.fault or "; ".join(repr(observed) for observed, _ in self._telling())

    def _telling(self) -> list[tuple[Any, Any]]:
        return [pair for pair in self.pairs if pair[0] != pair[1]] or self.pairs


FOUND: Final = pytest.StashKey[Found]()


class Verdict(StrEnum):
    """What became of a point at an endpoint."""

    SAME = "same"
    DIFFERENT = "different"
    SETTLED = "to be settled"
    """It does otherwise than we do, where nobody knew."""
    SKIPPED = "not asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the report."""

    point: Point
    verdict: Verdict
    ours: str
    theirs: str


class Record:
    """A pytest plugin that makes a run about ``endpoint`` and keeps a row for each test of a point."""

    def __init__(self, endpoint: Endpoint | None) -> None:
        self._endpoint = endpoint
        self.rows: list[Row] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        if self._endpoint:
            config.stash[ENDPOINT] = self._endpoint

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report: pytest.TestReport = yield
        mark = item.get_closest_marker(MARK)
        if mark and (call.when == "call" or report.skipped):
            assert isinstance(item, pytest.Function)
            found = item.stash.get(FOUND, Found())
            row = Row(
                point=Point.of(item.module.__name__, item.originalname, mark),
                verdict=_verdict(report),
                ours=found.ours,
                theirs=found.theirs or (str(call.excinfo.value) if report.skipped and call.excinfo else ""),
            )
            self.rows.append(row)
        return report


def _verdict(report: pytest.TestReport) -> Verdict:
    if report.skipped:
        return Verdict.SETTLED if hasattr(report, "wasxfail") else Verdict.SKIPPED
    return Verdict.SAME if report.passed else Verdict.DIFFERENT
