"""The shop's bus, as others hear it: a queue of a test's own that a rule fills, and events that a test puts itself."""

import json
import time
from datetime import UTC, datetime
from typing import Any, Final

import boto3

from datasources.bus.events import Bus, Event
from resolvers._kit.settings import Subscription, resources
from resolvers.payments.settings import Reacting
from tests.resolvers.catalog.making import name
from tests.resolvers.payments.hearing import record
from tests.shop import REGION, Context, Shop

SECONDS: Final = 10
"""What is put is in the queue at once; the rest is for a busy machine."""


def subscription() -> Subscription:
    """What payments subscribe to, as they declare it."""
    return next(found for found in resources(Reacting).values() if isinstance(found, Subscription))


class Ear:
    """A queue that is filled by the ``pattern`` of a rule of the shop's bus."""

    def __init__(self, shop: Shop, pattern: Any) -> None:
        self.shop = shop
        endpoint, bus = shop.environ["AWS_ENDPOINT_URL"], shop.environ["BUS_NAME"]
        events = boto3.client("events", endpoint_url=endpoint, region_name=REGION)
        self._queue = boto3.client("sqs", endpoint_url=endpoint, region_name=REGION)
        called = name("ear")
        self._url = self._queue.create_queue(QueueName=called)["QueueUrl"]
        told = self._queue.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        events.put_rule(Name=called, EventBusName=bus, EventPattern=json.dumps(pattern))
        events.put_targets(
            Rule=called, EventBusName=bus, Targets=[{"Id": "Queue", "Arn": told["Attributes"]["QueueArn"]}]
        )

    def messages(self, count: int) -> list[Any]:
        """So many messages, in the order in which the queue gives them, and no more."""
        found: list[Any] = []
        deadline = time.monotonic() + SECONDS
        while len(found) < count and time.monotonic() < deadline:
            found += self._taken(1)
        found += self._taken(0)
        assert len(found) == count, found
        return found

    def _taken(self, seconds: int) -> list[Any]:
        got: Any = self._queue.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds)
        for one in got.get("Messages", []):
            self._queue.delete_message(QueueUrl=self._url, ReceiptHandle=one["ReceiptHandle"])
        return list(got.get("Messages", []))

    def events(self, count: int) -> list[Any]:
        """So many events, whole as EventBridge gives them."""
        return [json.loads(one["Body"]) for one in self.messages(count)]


def owed(payment: Any, due: str, amount: str | None = None, *, id_: str = "") -> dict[str, Any]:
    """An intention as orders tell it."""
    money = None if amount is None else {"amount": amount, "currency": "USD"}
    id_ = id_ or f"op_{name('o')}"
    return {"id": id_, "due": due, "paymentId": payment["id"], "amount": money, "returnId": None}


def change(*intentions: Any) -> dict[str, Any]:
    """What an order tells, with more than payments read."""
    return {"schema": 1, "orderId": "order_" + "0" * 26, "seq": 1, "lines": [], "owed": list(intentions), "settled": []}


def tell(shop: Shop) -> None:
    """Hand what is new in the payments' stream to the reactions, as Lambda's event source does."""
    for records in shop.news("payments"):
        shop.reacting("payments").react({"Records": records}, Context())


def put(shop: Shop, kind: str, detail: Any) -> None:
    """On the shop's bus, as orders do."""
    id_ = name("event")
    Bus(shop.environ["BUS_NAME"], "souk.orders").put(
        [Event(id=id_, key=id_, kind=kind, at=datetime.now(UTC), detail=detail)]
    )


def handed(shop: Shop, *bodies: str) -> list[str]:
    """Messages of the subscription's queue to the reactions; gives those that failed."""
    records = [
        record({"MessageId": str(number), "ReceiptHandle": "none", "Body": body}, shop.environ["OWED"])
        for number, body in enumerate(bodies)
    ]
    answer = shop.reacting("payments").react({"Records": records}, Context())
    return [one["itemIdentifier"] for one in answer["batchItemFailures"]]


def hand(shop: Shop, kind: str, detail: Any) -> bool:
    """One event to the reactions, without the bus between; whether they dealt with it."""
    return not handed(shop, json.dumps({"detail-type": kind, "source": "souk.orders", "detail": {"id": "1"} | detail}))
