"""A shop's payments as providers see them: the door, and the queue behind it, which a test takes from by hand."""

import importlib
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import msgspec

from datasources.psp import simulated
from datasources.psp.signatures import signed
from domain.ids import PaymentId
from tests.resolvers.catalog.making import name
from tests.shop import REGION, Context, Shop


class Heard:
    """``post`` webhooks, then ``take`` what was believed of them."""

    def __init__(self, shop: Shop) -> None:
        self.handler = shop.handlers["payments"]
        self.reactor = shop.reacting("payments")
        sys.modules.pop("resolvers.payments.webhooks", None)
        os.environ.update(shop.environ)
        self.door: Any = importlib.import_module("resolvers.payments.webhooks")
        self.secret = self.door.keys["simulator"]
        self._url = shop.environ["PAYMENTS_INBOX"]
        self._queue = boto3.client("sqs", endpoint_url=shop.environ["AWS_ENDPOINT_URL"], region_name=REGION)

    def stored(self, payment: Any) -> Any:
        return self.handler.store.get(PaymentId(payment["id"])).payment

    def event(self, payment: Any, **changes: Any) -> bytes:
        """News as the simulator words them: all that is known of the payment now, but for ``changes``."""
        stored = self.stored(payment)
        seen = replace(stored.seen, at=stored.seen.at + timedelta(seconds=1), **changes)
        event = simulated.Event(id=name("evt"), reference=stored.reference, payment=stored.id, seen=seen)
        return msgspec.json.encode(event)

    def promised(self, payment: Any) -> bytes:
        """News that the whole amount is promised."""
        return self.event(payment, authorized=self.stored(payment).amount, next_action_url=None)

    def post(
        self, body: bytes, *, provider: str = "simulator", header: str | None = None, ago: int = 0, signs: bool = True
    ) -> int:
        """The status that a webhook is answered with, whose body must be empty."""
        at = datetime.now(UTC) - timedelta(seconds=ago)
        value = signed(self.secret, body, at) if header is None else header
        headers = {"content-type": "application/json"} | ({simulated.HEADER: value} if signs else {})
        answer = self.door.receive(delivered(provider, body, headers), Context())
        assert answer["body"] == ""
        return int(answer["statusCode"])

    def take(self) -> tuple[int, int]:
        """Have the reactions take what is in the queue: how many messages there were, and how many of them failed."""
        found = self._queue.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
        ).get("Messages", [])
        for one in found:
            self._queue.delete_message(QueueUrl=self._url, ReceiptHandle=one["ReceiptHandle"])
        answer = self.reactor.react({"Records": [record(one) for one in found]}, Context()) if found else None
        return len(found), len(answer["batchItemFailures"]) if answer else 0


def delivered(provider: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    """As API Gateway gives a webhook to the function, payload format 2.0."""
    path = f"/webhooks/{provider}"
    return {
        "version": "2.0", "routeKey": f"POST {path}", "rawPath": path, "rawQueryString": "", "headers": headers,
        "body": body.decode(), "isBase64Encoded": False, "requestContext": {"http": {"method": "POST"}},
    }  # fmt: skip


def record(message: Any, queue: str = "arn:aws:sqs:us-east-1:000000000000:none") -> dict[str, Any]:
    """As Lambda hands over a message of SQS; ``queue`` is the ARN of the one that it is from."""
    return {
        "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
        "eventSource": "aws:sqs", "eventSourceARN": queue,
        "attributes": {"ApproximateReceiveCount": "1"},
    }  # fmt: skip
