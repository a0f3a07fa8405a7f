"""The front door for events: what is measured, and what becomes of a failure."""

import json
from itertools import count
from typing import Any

import pytest

from resolvers._kit.faults import InternalFault
from resolvers._kit.reacting import reacting
from resolvers._kit.telemetry import Telemetry
from tests.shop import Context

NUMBERS = count()
CHANGES: dict[str, Any] = {"Records": [{"eventID": "1"}, {"eventID": "2"}]}
TICK: dict[str, Any] = {
    "version": "0", "id": "1", "detail-type": "Scheduled Event", "source": "aws.events", "detail": {},
    "resources": ["arn:aws:events:us-east-1:000000000000:rule/souk-paper-sweep"],
}  # fmt: skip
CAME: dict[str, Any] = {"detail-type": "Object Created", "source": "aws.s3", "detail": {"object": {"key": "x"}}}


def telemetry() -> Telemetry:
    return Telemetry(f"reacting-{next(NUMBERS)}")  # a Logger of a known name keeps its first output


@pytest.mark.parametrize(
    ("event", "field", "size"), [(CHANGES, "reaction", 2), (TICK, "schedule", 0), (CAME, "arrival", 0)]
)
def test_a_reaction_is_given_the_event_and_measured_by_what_set_it_off(
    event: dict[str, Any], field: str, size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    given: list[Any] = []
    reacting(telemetry(), given.append)(event, Context())
    assert given == [event]
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["field"], line["Answers"], line["failed"]) == (field, [size], False)


@pytest.mark.parametrize(("event", "field"), [(CHANGES, "reaction"), (TICK, "schedule")])
def test_a_failure_is_logged_once_and_given_back(
    event: dict[str, Any], field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(event: object) -> None:
        raise RuntimeError("no luck")

    with pytest.raises(InternalFault):
        reacting(telemetry(), fail)(event, Context())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (fault,) = [line for line in lines if line.get("level") == "ERROR"]
    assert (fault["field"], fault["exception_name"]) == (field, "RuntimeError")
