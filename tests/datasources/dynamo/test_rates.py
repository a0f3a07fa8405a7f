"""Callers are counted exactly in a table, stretch by stretch, whoever asks at once."""

from collections import Counter

import pytest

from datasources.dynamo.rates import UNCOUNTED, TableRates
from datasources.dynamo.table import Table
from datasources.roundtrips import counted
from domain.rates import Rate
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.psp.making import Settings

MINUTELY = Rate(most=5, seconds=60)
NOON = 1_800_000_000.5
"""Half a second into a stretch of a minute."""


class Counted:
    """A table's counts at a moment that a test sets."""

    def __init__(self, endpoint: str) -> None:
        self.now = NOON
        self.uncounted: list[str] = []
        table = Table(new_table(endpoint, Settings), {})
        self.rates = TableRates(table, on_event=self.uncounted.append, clock=lambda: self.now)

    def wait(self, caller: str | None = "ada", name: str = "start") -> int:
        return self.rates.wait(name, caller, MINUTELY)


@pytest.fixture
def counts(endpoint: str) -> Counted:
    return Counted(endpoint)


def test_so_many_pass_and_who_asks_more_is_told_when_the_next_stretch_begins(counts: Counted) -> None:
    assert [counts.wait() for _ in range(6)] == [0, 0, 0, 0, 0, 60]
    counts.now += 59
    assert counts.wait() == 1
    counts.now += 1
    assert [counts.wait() for _ in range(6)] == [0, 0, 0, 0, 0, 60]


def test_each_caller_and_each_thing_that_is_done_is_counted_by_itself(counts: Counted) -> None:
    for _ in range(5):
        counts.wait()
    assert (counts.wait(), counts.wait("grace"), counts.wait(name="refund")) == (60, 0, 0)


def test_of_many_at_once_exactly_as_many_pass_as_there_is_room_for(counts: Counted) -> None:
    found = Counter(at_once(20, lambda _: counts.wait()))
    assert found == {0: 5, 60: 15}


def test_it_is_one_request_also_for_who_is_refused(counts: Counted) -> None:
    for _ in range(6):
        with counted() as sent:
            counts.wait()
        assert dict(sent) == {"dynamodb.UpdateItem": 1}


def test_who_is_not_known_is_let_through_and_that_is_told(counts: Counted) -> None:
    assert [counts.wait(None) for _ in range(9)] == [0] * 9
    assert counts.uncounted == [UNCOUNTED] * 9
