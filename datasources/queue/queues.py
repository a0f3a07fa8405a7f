"""Queues of SQS: to put messages on one, and to have one that could not be handled come again."""

from functools import cache, cached_property
from typing import Any, Final

from datasources.aws import client, faults
from datasources.roundtrips import sent

STORE: Final = "SQS"


class Queue:
    """A queue to fill, by its URL."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _client(self) -> Any:
        return client("sqs")

    def put(self, message: str) -> None:
        """Returns when the message is kept; it is given at least once."""
        sent("sqs.SendMessage")
        with faults(STORE):
            self._client.send_message(QueueUrl=self._url, MessageBody=message)


class Takings:
    """What the function was given of its queues, which are known by their ARNs."""

    def __init__(self) -> None:
        self._url = cache(self._found)

    @cached_property
    def _client(self) -> Any:
        return client("sqs")

    def later(self, queue: str, receipt: str, seconds: int) -> None:
        """Have the message of this receipt come again after so many seconds."""
        sent("sqs.ChangeMessageVisibility")
        with faults(STORE):
            self._client.change_message_visibility(
                QueueUrl=self._url(queue), ReceiptHandle=receipt, VisibilityTimeout=seconds
            )

    def _found(self, queue: str) -> str:
        sent("sqs.GetQueueUrl")
        url: str = self._client.get_queue_url(QueueName=queue.rpartition(":")[2])["QueueUrl"]
        return url
