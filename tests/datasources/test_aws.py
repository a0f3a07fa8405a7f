"""What botocore sends does not depend on how it came about."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import botocore.auth
import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials
from botocore.session import Session

from datasources.aws import SIGNED, Signer, lean

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TARGET = {"X-Amz-Target": "DynamoDB_20120810.GetItem", "Content-Type": "application/x-amz-json-1.0"}
PLAIN = ReadOnlyCredentials("AKID", "secret", None)
REGIONS = ("eu-central-1", "us-east-1", "cn-north-1", "us-gov-west-1")
ASKED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "dynamodb": ("get_item", {"TableName": "goods", "Key": {"pk": {"S": "1"}}}),
    "events": ("put_events", {"Entries": [{"Source": "souk", "DetailType": "told", "Detail": "{}"}]}),
    "sqs": ("send_message", {"QueueUrl": "https://sqs.eu-central-1.amazonaws.com/1/mail", "MessageBody": "hello"}),
}


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: NOON)


@pytest.mark.parametrize(
    ("url", "headers", "body", "credentials"),
    [
        ("https://dynamodb.eu-central-1.amazonaws.com/", TARGET, b"{}", PLAIN),
        ("https://DynamoDB.eu-central-1.amazonaws.com:443/", TARGET, b"", PLAIN),
        ("http://127.0.0.1:4566/", TARGET, b'{"a":1}', PLAIN._replace(token="of a role")),
        ("http://[::1]:4566/", TARGET | {"User-Agent": "souk", "X-Amzn-Trace-Id": "Root=1"}, b"{}", PLAIN),
        ("http://localhost:80/", TARGET | {"X-Amz-Meta": "  two   words ", "Host": "elsewhere"}, b"{}", PLAIN),
        ("https://email.eu-central-1.amazonaws.com/v2/a b/%7Ec?z=1&a=2", TARGET, '{"ü":1}', PLAIN),
    ],
)
def test_a_signature_is_the_one_that_botocore_would_give(
    url: str, headers: Mapping[str, str], body: bytes | str, credentials: ReadOnlyCredentials
) -> None:
    def signed(signer: type[SigV4Auth]) -> Mapping[str, str]:
        request = AWSRequest("POST", url, dict(headers), body)
        signer(credentials, "dynamodb", "eu-central-1").add_auth(request)
        return dict(request.headers.items())

    expected = signed(SigV4Auth)

    assert signed(Signer) == expected
    assert "Signature=" in expected["Authorization"]


def test_a_key_is_of_its_day_its_region_and_its_service() -> None:
    requests = [AWSRequest("POST", "https://example.org/", TARGET, b"{}") for _ in range(3)]
    scopes = [("dynamodb", "eu-central-1"), ("sqs", "eu-central-1"), ("sqs", "us-east-1")]
    for request, (service, region) in zip(requests, scopes, strict=True):
        Signer(PLAIN, service, region).add_auth(request)

    assert len({request.headers["Authorization"].rpartition("=")[2] for request in requests}) == len(scopes)


@pytest.mark.parametrize("service", ASKED)
def test_a_request_goes_to_the_endpoint_that_the_rules_of_its_service_give(service: str) -> None:
    for region in REGIONS:
        assert _sent(lean(Session()), SIGNED, service, region) == _sent(Session(), Config(), service, region)


def _sent(session: Session, config: Config, service: str, region: str) -> Any:
    """Where a request would go, with its signature."""
    session.set_credentials("AKID", "secret")
    client: Any = session.create_client(service, region, config=config)
    seen, none = list[Any](), dict[Any, Any]()

    def look(request: Any, **_: object) -> AWSResponse:
        seen.append((request.url, request.body, request.headers["Authorization"]))
        return _Empty(request.url, 200, none, None)  # type: ignore[arg-type]  # any mapping does

    client.meta.events.register("before-send", look)
    action, asked = ASKED[service]
    getattr(client, action)(**asked)
    return seen


class _Empty(AWSResponse):
    content = b"{}"
