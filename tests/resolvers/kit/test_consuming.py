"""The front door for messages: what fails comes again by itself, and keeps no other from being dealt with."""

import json
from itertools import count
from typing import Any

import pytest

from infra.constructs.queues import TRIES
from resolvers._kit.consuming import LONGEST_PAUSE, Message, NotYet, by_source, consuming
from resolvers._kit.telemetry import Telemetry
from tests.shop import Context

NUMBERS = count()
QUEUE = "arn:aws:sqs:us-east-1:000000000000:till-inbox"


def telemetry() -> Telemetry:
    return Telemetry(f"consuming-{next(NUMBERS)}")  # a Logger of a known name keeps its first output


def record(number: int, tries: int = 1) -> dict[str, Any]:
    return {
        "messageId": f"m{number}", "receiptHandle": f"r{number}", "body": f"body {number}", "eventSource": "aws:sqs",
        "eventSourceARN": QUEUE, "attributes": {"ApproximateReceiveCount": str(tries), "SentTimestamp": "0"},
    }  # fmt: skip


def but(*bodies: str) -> Any:
    """Fails for these."""

    def consume(message: Message) -> None:
        if message.body in bodies:
            raise RuntimeError("no luck")

    return consume


def test_each_message_is_given_once_and_nothing_is_reported() -> None:
    given: list[Message] = []
    answer = consuming(telemetry(), given.append)({"Records": [record(1), record(2, tries=3)]}, Context())
    assert answer == {"batchItemFailures": []}
    assert given == [
        Message(id="m1", queue=QUEUE, receipt="r1", body="body 1", tries=1),
        Message(id="m2", queue=QUEUE, receipt="r2", body="body 2", tries=3),
    ]


def test_those_that_fail_are_named_and_logged_once_each(capsys: pytest.CaptureFixture[str]) -> None:
    records = [record(number) for number in range(5)]
    answer = consuming(telemetry(), but("body 1", "body 3"))({"Records": records}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m3"}]}
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["exception_name"] for line in lines if line.get("level") == "ERROR"] == ["RuntimeError"] * 2
    assert [line["Answers"] for line in lines if "Answers" in line] == [[5]]


@pytest.mark.parametrize(("tries", "seconds"), [(1, 2), (2, 4), (5, 32), (11, 2048), (40, LONGEST_PAUSE)])
def test_what_fails_comes_again_after_a_pause_that_doubles(tries: int, seconds: int) -> None:
    asked: list[tuple[str, int]] = []
    handler = consuming(telemetry(), but("body 1"), lambda message, pause: asked.append((message.receipt, pause)))
    handler({"Records": [record(0), record(1, tries)]}, Context())
    assert asked == [("r1", seconds)]


def test_what_is_not_ripe_comes_again_when_it_says_and_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[tuple[str, int]] = []

    def consume(message: Message) -> None:
        if message.body != "body 0":
            raise NotYet(30 if message.body == "body 1" else 0)

    handler = consuming(telemetry(), consume, lambda message, pause: asked.append((message.receipt, pause)))
    answer = handler({"Records": [record(0), record(1, tries=7), record(2)]}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]}
    assert asked == [("r1", 30), ("r2", 1)]
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["Answers"], line["failed"]) == ([3], False)
    assert "Faults" not in line


def test_a_pause_that_cannot_be_had_takes_nothing_from_the_others() -> None:
    def unable(message: Message, seconds: int) -> None:
        raise RuntimeError("the queue is out of reach")

    answer = consuming(telemetry(), but("body 0"), unable)({"Records": [record(0), record(1)]}, Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_the_pauses_of_all_tries_bridge_an_hour() -> None:
    assert 3600 < sum(2**tries for tries in range(1, TRIES)) < 2 * 3600


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"Records": [record(1)]}, "message"),
        ({"Records": [{"eventSource": "aws:dynamodb"}]}, "change"),
        ({"detail-type": "Scheduled Event"}, "change"),
        ({"Records": []}, "change"),
    ],
)
def test_a_function_tells_messages_from_changes(event: dict[str, Any], told: str) -> None:
    handler = by_source(messages=lambda *_: "message", otherwise=lambda *_: "change")
    assert handler(event, Context()) == told
