"""Events reach a queue by way of the bus, in requests that it takes, and none is overtaken by its successor."""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasources.bus.events import LARGEST, MOST, TRIES, Bus, Event
from datasources.faults import StoreRefused, StoreUnavailable

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def event(key: str, seq: int = 1, *, kind: str = "order.paid", weight: int = 0) -> Event:
    return Event(id=f"{key}:{seq}", key=key, kind=kind, at=NOON, detail={"seq": seq, "note": "x" * weight})


class Scripted:
    """A bus whose answers are scripted: how often it refuses the entry of an id."""

    def __init__(self, **refusals: int) -> None:
        self.refusals = refusals
        self.requests: list[list[str]] = []
        self.taken: list[str] = []

    def put_events(self, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803  # botocore's name
        ids = [json.loads(entry["Detail"])["id"] for entry in Entries]
        self.requests.append(ids)
        return {"Entries": [self._answer(each) for each in ids]}

    def _answer(self, each: str) -> dict[str, str]:
        name = each.replace(":", "_")
        if self.refusals.get(name, 0) > 0:
            self.refusals[name] -= 1
            return {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
        self.taken.append(each)
        return {"EventId": "1"}


def scripted(bus: Scripted, monkeypatch: pytest.MonkeyPatch | None = None) -> Bus:
    found = Bus("souk", "souk.orders")
    found.__dict__["_client"] = bus
    if monkeypatch:
        monkeypatch.setattr("time.sleep", lambda _: None)
    return found


def test_what_is_put_reaches_a_queue_that_a_rule_fills(emulator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    name = uuid.uuid4().hex
    events, sqs = boto3.client("events"), boto3.client("sqs")
    events.create_event_bus(Name=name)
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=name, EventBusName=name, EventPattern=json.dumps({"detail-type": ["order.paid"]}))
    events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "Queue", "Arn": arn}])
    Bus(name, "souk.orders").put([event("a"), event("b", kind="order.late"), event("a", 2)])
    told: list[Any] = []
    while len(told) < 2:
        told += sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=5)["Messages"]
    bodies = [json.loads(each["Body"]) for each in told]
    assert [each["detail"] for each in bodies] == [
        {"id": "a:1", "seq": 1, "note": ""}, {"id": "a:2", "seq": 2, "note": ""},
    ]  # fmt: skip
    assert {(each["source"], each["detail-type"]) for each in bodies} == {("souk.orders", "order.paid")}


@given(keys=st.lists(st.sampled_from("abcdefghijklmno"), max_size=60))
def test_all_are_put_in_order_of_their_keys_in_requests_that_the_bus_takes(keys: list[str]) -> None:
    bus, events = Scripted(), [event(key, seq) for seq, key in enumerate(keys)]
    scripted(bus).put(events)
    assert bus.taken == [each.id for each in events]
    for request in bus.requests:
        of = [each.split(":")[0] for each in request]
        assert 0 < len(request) <= MOST
        assert len(set(of)) == len(of)


def test_a_request_holds_no_more_than_the_bus_takes() -> None:
    bus = Scripted()
    scripted(bus).put([event(key, weight=LARGEST // 3) for key in "abcd"])
    assert bus.requests == [["a:1", "b:1"], ["c:1", "d:1"]]


def test_an_event_that_no_request_holds_is_refused_after_those_before_it() -> None:
    bus = Scripted()
    with pytest.raises(StoreRefused, match="of b is more than the bus takes"):
        scripted(bus).put([event("a"), event("b", weight=LARGEST), event("c")])
    assert bus.taken == ["a:1"]


def test_what_was_not_taken_is_put_again_before_its_successor(monkeypatch: pytest.MonkeyPatch) -> None:
    bus = Scripted(a_1=1, c_1=2)
    scripted(bus, monkeypatch).put([event("a"), event("b"), event("c"), event("a", 2)])
    assert bus.requests == [["a:1", "b:1", "c:1"], ["a:1", "c:1"], ["c:1"], ["a:2"]]


def test_what_is_never_taken_is_told_and_its_successor_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    bus = Scripted(a_1=TRIES)
    with pytest.raises(StoreUnavailable, match="1 events were not taken: ThrottlingException slow down"):
        scripted(bus, monkeypatch).put([event("a"), event("b"), event("a", 2)])
    assert bus.taken == ["b:1"]


def test_nothing_is_put_of_nothing() -> None:
    bus = Scripted()
    scripted(bus).put([])
    assert bus.requests == []
