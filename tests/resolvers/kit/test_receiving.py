"""The front door for webhooks: every byte as it was sent, and answers that tell a stranger nothing."""

import base64
import json
from collections.abc import Callable
from http import HTTPStatus
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers._kit.receiving import LARGEST, Delivery, Unwelcome, opened, receiving
from resolvers._kit.telemetry import Telemetry
from tests.shop import Context

NUMBERS = count()


def event(body: bytes | None, *, encoded: bool = False, **more: Any) -> dict[str, Any]:
    """As API Gateway gives it, payload format 2.0."""
    found: dict[str, Any] = {
        "version": "2.0", "routeKey": "POST /webhooks/bank", "rawPath": "/webhooks/bank", "rawQueryString": "",
        "headers": {"Bank-Signature": "t=1,v1=ab", "content-length": "2"}, "isBase64Encoded": encoded,
        "requestContext": {"http": {"method": "POST", "sourceIp": "192.0.2.1"}},
    }  # fmt: skip
    if body is not None:
        found["body"] = base64.b64encode(body).decode() if encoded else body.decode()
    return found | more


def telemetry() -> Telemetry:
    return Telemetry(f"receiving-{next(NUMBERS)}")  # a Logger of a known name keeps its first output


def answered(accept: Callable[[Delivery], None], asked: dict[str, Any]) -> Any:
    return receiving(telemetry(), accept)(asked, Context())


@given(body=st.binary(max_size=200))
def test_a_body_arrives_and_passes_the_queue_byte_by_byte(body: bytes) -> None:
    taken: list[Delivery] = []
    assert answered(taken.append, event(body, encoded=True))["statusCode"] == HTTPStatus.OK
    (delivery,) = taken
    assert (delivery.provider, delivery.body) == ("bank", body)
    assert opened(delivery.sealed()) == Delivery(provider="bank", body=body)
    assert delivery.sealed().isascii()  # SQS takes no other control characters than tab and line ends


def test_a_body_that_is_text_is_its_utf8_and_headers_are_in_lower_case() -> None:
    taken: list[Delivery] = []
    answered(taken.append, event('{"name": "Müßig ☃"}'.encode()))
    assert taken[0].body == '{"name": "Müßig ☃"}'.encode()
    assert taken[0].headers["bank-signature"] == "t=1,v1=ab"


def test_no_body_is_an_empty_one() -> None:
    taken: list[Delivery] = []
    answered(taken.append, event(None))
    assert taken[0].body == b""


@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize(("size", "status"), [(LARGEST, 200), (LARGEST + 1, 413), (5 * 2**20, 413)])
def test_a_body_beyond_the_bound_is_not_looked_at(size: int, status: int, encoded: bool) -> None:
    taken: list[Delivery] = []
    assert answered(taken.append, event(b"x" * size, encoded=encoded))["statusCode"] == status
    assert len(taken) == (status == HTTPStatus.OK)


def test_the_largest_body_is_a_message_that_the_queue_takes() -> None:
    most = 1_048_576  # bytes: SQS guide, "Message quotas"
    assert len(Delivery(provider="bank", body=b"x" * LARGEST).sealed()) < most


@pytest.mark.parametrize("status", [HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED])
def test_an_unwelcome_one_is_told_a_status_and_not_why(status: HTTPStatus, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(_: Delivery) -> None:
        raise Unwelcome("the signature is not the bank's", status)

    answer = answered(refuse, event(b"{}"))
    assert answer == {"statusCode": status, "headers": {"content-type": "text/plain"}, "body": ""}
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["field"], line["Unwelcome"], line["failed"]) == ("webhook", [1], False)


@pytest.mark.parametrize("asked", [event(b"{}"), event(b"{}", encoded=True) | {"body": "no base64: é"}])
def test_a_fault_is_logged_once_and_answered_so_that_it_is_sent_again(
    asked: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Delivery) -> None:
        raise RuntimeError("no luck with key sk_live")

    answer = answered(fail, asked)
    assert (answer["statusCode"], answer["body"]) == (500, "")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["field"] for line in lines if line.get("level") == "ERROR"] == ["webhook"]
