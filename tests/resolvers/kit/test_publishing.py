"""The front door of publishers: order within a key, keys side by side, failures given back, too much said shortly."""

import json
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers._kit.publishing import AT_ONCE, Publication, Publisher, Record
from resolvers._kit.telemetry import Telemetry
from tests.shop import Context

WAIT_SECONDS = 20
NUMBERS = count()


def record(number: int, key: str, **more: Any) -> Record:
    return {"dynamodb": {"SequenceNumber": f"{number:05}"}, "key": key, "number": number, **more}


def translated(one: Record) -> Publication | None:
    """What the records of these tests say; one may say nothing, or nothing that can be read."""
    if one["key"] == "nothing":
        return None
    if one["key"] == "garbage":
        raise ValueError("this is no record of ours")
    variables = {"number": one["number"], "large": one.get("large", False), "fails": one.get("fails", False)}
    return Publication(key=one["key"], mutation="tell", variables=variables, shorter={"number": one["number"]})


class Graph:
    """Remembers what it was told, by key of the order."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, Any]] = []
        self.lock = threading.Lock()

    def call(self, mutation: str, variables: Mapping[str, Any]) -> bool:
        assert mutation == "tell"
        if variables.get("fails"):
            raise TimeoutError("out of reach")
        with self.lock:
            self.told.append(variables)
        return not variables.get("large")

    @property
    def numbers(self) -> list[int]:
        return [variables["number"] for variables in self.told]


def publish(records: Sequence[Record], graph: Graph) -> list[str]:
    """The sequence numbers that are given back."""
    telemetry = Telemetry(f"publishing-{next(NUMBERS)}")  # a Logger of a known name keeps its first output
    answer = Publisher(telemetry, translated, graph.call)({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_each_key_is_told_in_the_order_of_the_stream_and_nothing_is_left_out(keys: list[str]) -> None:
    graph = Graph()
    records = [record(number, key) for number, key in enumerate(keys)]
    assert publish(records, graph) == []
    by_key: dict[str, list[int]] = defaultdict(list)
    for number in graph.numbers:
        by_key[keys[number]].append(number)
    assert sorted(graph.numbers) == list(range(len(keys)))
    assert all(numbers == sorted(numbers) for numbers in by_key.values())


def test_different_keys_are_told_at_the_same_time() -> None:
    together = threading.Barrier(AT_ONCE)

    class Slow(Graph):
        def call(self, mutation: str, variables: Mapping[str, Any]) -> bool:
            together.wait(WAIT_SECONDS)
            return super().call(mutation, variables)

    graph = Slow()
    assert publish([record(number, str(number)) for number in range(AT_ONCE)], graph) == []
    assert len(graph.told) == AT_ONCE


def test_after_a_failure_its_key_waits_the_others_go_on_and_the_first_is_given_back() -> None:
    graph = Graph()
    records = [
        record(0, "a"), record(1, "b", fails=True), record(2, "a"), record(3, "b"), record(4, "c", fails=True),
        record(5, "a"),
    ]  # fmt: skip
    assert publish(records, graph) == ["00001"]
    assert graph.numbers == [0, 2, 5]


def test_a_record_that_cannot_be_read_is_given_back_and_stops_no_other() -> None:
    graph = Graph()
    assert publish([record(0, "a"), record(1, "garbage"), record(2, "nothing"), record(3, "a")], graph) == ["00001"]
    assert graph.numbers == [0, 3]


def test_what_is_too_large_is_told_shortly_in_its_place() -> None:
    graph = Graph()
    assert publish([record(0, "a"), record(1, "a", large=True), record(2, "a")], graph) == []
    assert graph.numbers == [0, 1, 1, 2]
    assert graph.told[2] == {"number": 1}


def test_each_failure_is_logged_once_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    publish([record(0, "a", fails=True), record(1, "b"), record(2, "garbage")], Graph())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    faults = [line for line in lines if line.get("level") == "ERROR"]
    assert sorted(fault["exception_name"] for fault in faults) == ["TimeoutError", "ValueError"]
    assert sum(line.get("Faults", 0) for line in lines) == 2
    (measured,) = [line for line in lines if "Answers" in line]
    assert (measured["field"], measured["Answers"]) == ("publication", [3.0])
