"""The front door for messages of queues: each by itself, those that fail named, so that they alone come again."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from resolvers._kit.app import Handler
from resolvers._kit.telemetry import Telemetry

FIELD: Final = "message"
LONGEST_PAUSE: Final = 3600
"""Seconds. The pauses double from two on, and twelve tries (``infra/constructs/queues.py``) bridge an hour."""


class Message(Struct, frozen=True, kw_only=True):
    """A message, given at least once and in any order; ``tries`` counts how often, this time included.

    ``queue`` is the ARN of its queue, and ``receipt`` stands for its being with us until it is hidden no longer.
    """

    id: str
    queue: str
    receipt: str
    body: str
    tries: int


class NotYet(Exception):
    """What a message is about is not ripe: it is to come again after so many seconds, and nothing is wrong.

    It counts as a try of the queue's all the same, of which there are twelve.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = max(1, seconds)
        super().__init__(f"not before {self.seconds} s have passed")


type Later = Callable[[Message, int], None]
"""Has a message come again after so many seconds, not when it would by itself."""


def consuming(telemetry: Telemetry, consume: Callable[[Message], None], later: Later | None = None) -> Handler:
    """The Lambda handler of a queue (Lambda guide, "Implementing partial batch responses").

    A message whose ``consume`` raises is logged once, and comes again: after two seconds, four, eight, and so on, by
    ``later``; without it when the queue hides it no longer. What is tried too often the queue sets aside. One that is
    NotYet to be consumed comes again when it says, and is no fault.
    """

    def consumed(message: Message, request_id: str) -> bool:
        try:
            consume(message)
        except NotYet as unripe:
            postpone(message, unripe.seconds, request_id)
            return False
        except Exception as error:  # noqa: BLE001  # the front door: the other messages are consumed all the same
            telemetry.fault(error, FIELD, request_id)
            postpone(message, min(2**message.tries, LONGEST_PAUSE), request_id)
            return False
        return True

    def postpone(message: Message, seconds: int, request_id: str) -> None:
        if later is None:
            return
        try:
            later(message, seconds)
        except Exception as error:  # noqa: BLE001  # it comes again by itself, only later
            telemetry.fault(error, FIELD, request_id)

    def handler(event: Any, context: Any) -> Mapping[str, Any]:
        records = event["Records"]
        with telemetry.invocation(FIELD, len(records), context.aws_request_id):
            failed = [record for record in records if not consumed(_message(record), context.aws_request_id)]
            return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}

    return handler


def _message(record: Mapping[str, Any]) -> Message:
    return Message(
        id=record["messageId"],
        queue=record["eventSourceARN"],
        receipt=record["receiptHandle"],
        body=record["body"],
        tries=int(record["attributes"]["ApproximateReceiveCount"]),
    )


def by_source(*, messages: Handler, otherwise: Handler) -> Handler:
    """The handler of a function that takes messages of queues, and hears of streams or schedules as well."""

    def handler(event: Any, context: Any) -> Any:
        first = (event.get("Records") or [{}])[0]
        return (messages if first.get("eventSource") == "aws:sqs" else otherwise)(event, context)

    return handler
