"""Triggers of the user pool: who is asked may refuse, and who is told is never in the way."""

import json
from collections.abc import Mapping
from typing import Any, Final

import pytest

from resolvers._kit.faults import InternalFault
from resolvers._kit.telemetry import Telemetry
from resolvers._kit.triggering import Refused, triggering
from tests.resolvers.catalog.making import name
from tests.shop import Context

ADA: Final = {"sub": "1", "email": "ada@example.org"}


def telemetry() -> Telemetry:
    """One of a service of its own, whose log goes to where this test's output does."""
    return Telemetry(name("service"))


def event(source: str) -> dict[str, Any]:
    return {"triggerSource": source, "request": {"userAttributes": ADA}, "response": {}}


def refusing(_: Mapping[str, str]) -> None:
    raise Refused("we are closed")


def dying(_: Mapping[str, str]) -> None:
    raise RuntimeError("a table is gone")


def test_an_event_is_given_back_once_its_attributes_were_heard() -> None:
    heard: list[Mapping[str, str]] = []
    handler = triggering(telemetry(), asked={"PreSignUp": heard.append}, told={"PostConfirmation": heard.append})
    for source in ("PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp", "PostConfirmation_ConfirmForgotPassword"):
        assert handler(event(source), Context()) == event(source)
    assert heard == [ADA] * 3


def test_who_is_asked_refuses_in_words_that_cognito_shows_and_no_fault_is_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    handler = triggering(telemetry(), asked={"PreSignUp": refusing}, told={})
    with pytest.raises(Refused, match="we are closed"):
        handler(event("PreSignUp_SignUp"), Context())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["field"], "Refused" in line) for line in lines] == [("PreSignUp", True)]


def test_a_fault_is_masked_for_who_is_asked_and_kept_from_who_has_done_it(capsys: pytest.CaptureFixture[str]) -> None:
    handler = triggering(telemetry(), asked={"PreSignUp": dying}, told={"PostConfirmation": dying})
    with pytest.raises(InternalFault, match="Something went wrong on our side"):
        handler(event("PreSignUp_SignUp"), Context())
    assert handler(event("PostConfirmation_ConfirmSignUp"), Context()) == event("PostConfirmation_ConfirmSignUp")
    faults = [line for line in map(json.loads, capsys.readouterr().out.splitlines()) if "Faults" in line]
    assert [line["field"] for line in faults] == ["PreSignUp", "PostConfirmation"]
