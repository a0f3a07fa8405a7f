"""The suite's endpoint, and what it records of each point."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conformance.endpoint import Endpoint
from tests.conformance.laptop import served
from tests.conformance.points import MARK, Point
from tests.conformance.record import ENDPOINT, FOUND, Compare, Found


@pytest.fixture(scope="session")
def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """The endpoint given to ``python -m tests.conformance``, else our data plane on this machine."""
    given = request.config.stash.get(ENDPOINT, None)
    if given is not None:
        yield given
        return
    with served(tmp_path_factory.mktemp("conformance")) as ours:
        yield ours


@pytest.fixture
def same(request: pytest.FixtureRequest) -> Compare:
    """``same(observed, expected)``: noted for the report, and asserted."""
    found = request.node.stash.setdefault(FOUND, Found())

    def compare(observed: Any, expected: Any) -> None:
        found.note(observed, expected)
        assert observed == expected

    return compare


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Against another endpoint, a point that nobody is sure of is settled by the run, not failed by it."""
    mark = item.get_closest_marker(MARK)
    given = item.config.stash.get(ENDPOINT, None)
    try:
        return (yield)
    except Exception as otherwise:
        if mark is None or given is None or given.ours or isinstance(otherwise, httpx.TransportError):
            raise
        item.stash.setdefault(FOUND, Found()).otherwise(otherwise)
        if Point.of(item.module.__name__, item.originalname, mark).sure.settled:  # type: ignore[attr-defined]  # a Function
            raise
        pytest.xfail("it does otherwise: to be settled")
