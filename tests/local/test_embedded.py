"""What goes straight to a service of the embedded AWS is answered as it is the usual way."""

import asyncio
import gzip
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.emulator import Emulator

TABLE = {
    "TableName": "goods",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}
DYNAMO, STREAMS, SQS, EVENTS = "DynamoDB_20120810", "DynamoDBStreams_20120810", "AmazonSQS", "AWSEvents"
BROWSER = {"origin": "http://localhost:4000"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with asyncio.Runner() as runner:
        emulator = Emulator(tmp_path_factory.mktemp("emulator"))
        runner.run(emulator.start(function_host="http://127.0.0.1:1"))
        try:
            assert ask(emulator.url, f"{DYNAMO}.CreateTable", TABLE).is_success
            assert ask(emulator.url, f"{DYNAMO}.PutItem", {"TableName": "goods", "Item": {"pk": {"S": "ü"}}}).is_success
            assert ask(emulator.url, f"{SQS}.CreateQueue", {"QueueName": "mail"}).is_success
            yield emulator.url
        finally:
            runner.run(emulator.stop())


def ask(url: str, target: str, asked: object, region: str = "us-east-1", **more: str) -> httpx.Response:
    scope = f"{'0' * 12}/20260301/{region}/dynamodb/aws4_request"
    headers = {"x-amz-target": target, "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, Signature=0"} | more
    headers["content-type"] = (
        "application/x-amz-json-1.1" if target.startswith(EVENTS) else "application/x-amz-json-1.0"
    )
    body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    return httpx.post(url, content=body, headers=headers, trust_env=False)


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        (f"{DYNAMO}.GetItem", {"TableName": "goods", "Key": {"pk": {"S": "ü"}}}),
        (f"{DYNAMO}.GetItem", {"TableName": "none", "Key": {"pk": {"S": "1"}}}),
        (f"{DYNAMO}.GetItem", b"{"),
        (f"{DYNAMO}.GetItem", []),
        (f"{DYNAMO}.Forget", {}),
        (f"{STREAMS}.ListStreams", {}),
        (f"{SQS}.GetQueueUrl", {"QueueName": "mail"}),
        (f"{SQS}.GetQueueUrl", {"QueueName": "none"}),
        (f"{EVENTS}.PutEvents", {"Entries": []}),
        (f"{EVENTS}.DescribeEventBus", {"Name": "default"}),
    ],
)
def test_an_answer_is_the_same_as_the_usual_way(url: str, target: str, asked: object) -> None:
    straight, usual = ask(url, target, asked), ask(url, target, asked, **BROWSER)

    assert _told(straight) == _told(usual)
    assert straight.headers["x-amzn-requestid"] != usual.headers.get("x-amzn-requestid")


def _told(answer: httpx.Response) -> Any:
    kind, crc = answer.headers["content-type"], answer.headers.get("x-amz-crc32")
    return answer.status_code, kind, crc, answer.json()


def test_only_browsers_are_told_that_they_may_read_it(url: str) -> None:
    asked = {"TableName": "goods"}

    assert "access-control-allow-origin" in ask(url, f"{DYNAMO}.DescribeTable", asked, **BROWSER).headers
    assert "access-control-allow-origin" not in ask(url, f"{DYNAMO}.DescribeTable", asked).headers


def test_regions_are_kept_apart(url: str) -> None:
    asked = {"TableName": "goods", "Key": {"pk": {"S": "ü"}}}

    assert ask(url, f"{DYNAMO}.GetItem", asked).json()["Item"] == {"pk": {"S": "ü"}}
    assert "ResourceNotFoundException" in ask(url, f"{DYNAMO}.GetItem", asked, "eu-central-1").text


def test_a_compressed_body_is_read(url: str) -> None:
    body = gzip.compress(json.dumps({"TableName": "goods", "Key": {"pk": {"S": "ü"}}}).encode())

    assert ask(url, f"{DYNAMO}.GetItem", body, **{"content-encoding": "gzip"}).json()["Item"] == {"pk": {"S": "ü"}}


def test_a_large_body_is_read_whole(url: str) -> None:
    item = {"pk": {"S": "large"}, "text": {"S": "x" * 300_000}}
    ask(url, f"{DYNAMO}.PutItem", {"TableName": "goods", "Item": item})

    found = ask(url, f"{DYNAMO}.GetItem", {"TableName": "goods", "Key": {"pk": {"S": "large"}}})

    assert found.json()["Item"] == item
