"""Queues against the embedded AWS."""

import time
import uuid

import boto3
import pytest

from datasources.faults import StoreRefused, StoreUnavailable
from datasources.queue.queues import Queue, Takings


@pytest.fixture
def url(emulator: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    made = boto3.client("sqs").create_queue(QueueName=uuid.uuid4().hex, Attributes={"VisibilityTimeout": "300"})
    return str(made["QueueUrl"])


def test_what_was_put_is_taken(url: str) -> None:
    Queue(url).put("{}")
    (taken,) = boto3.client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert taken["Body"] == "{}"


def test_what_is_taken_comes_again_as_soon_as_it_is_wanted(url: str) -> None:
    sqs = boto3.client("sqs")
    Queue(url).put("{}")
    (taken,) = sqs.receive_message(QueueUrl=url)["Messages"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    before = time.monotonic()
    Takings().later(arn, taken["ReceiptHandle"], 1)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    (again,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"]
    assert again["MessageId"] == taken["MessageId"]
    assert time.monotonic() - before > 0.9


def test_a_queue_that_is_not_there_refuses_and_one_out_of_reach_is_unavailable(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreRefused, match="SQS"):
        Queue(f"{url}-gone").put("{}")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(StoreUnavailable, match="SQS"):
        Queue(url).put("{}")
