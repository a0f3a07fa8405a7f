"""The reactions as they are wired: from the table's stream over a real bus and queue to a letter."""

import importlib
import json
import os
import sys
import time
import urllib.request
import uuid
from typing import Any

import boto3
import pytest

from datasources.faults import StoreUnavailable
from domain.orders.orders import PaymentFacts
from resolvers._kit.faults import InternalFault
from resolvers._kit.settings import Subscription, resources
from resolvers.orders.settings import Reacting
from tests.resolvers.orders.hearing import payment_news
from tests.resolvers.orders.making import CONFIRM, EMAIL, done, ordered, read, variant
from tests.resolvers.orders.test_announcing import news
from tests.resolvers.payments.hearing import record
from tests.shop import REGION, Context, Shop

SECONDS = 20
"""What is put on the bus is in the queue within some milliseconds; the rest is for a busy machine."""


class Wired:
    """``tell`` what is new in the stream; ``take`` what the bus put on the subscription's queue."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        sys.modules.pop("resolvers.orders.reactor", None)
        os.environ.update(shop.environ)
        self.reactor: Any = importlib.import_module("resolvers.orders.reactor")
        self._sqs = self._client("sqs")
        self._client("sesv2").create_email_identity(EmailIdentity=shop.environ["MAIL_SENDER"])
        self._queue = self._subscribed()

    def _client(self, service: Any) -> Any:
        return boto3.client(service, endpoint_url=self.shop.environ["AWS_ENDPOINT_URL"], region_name=REGION)

    def _subscribed(self) -> str:
        """A queue that is given what the settings ask for."""
        (wanted,) = (one for one in resources(Reacting).values() if isinstance(one, Subscription))
        bus, name = self.shop.environ["BUS_NAME"], f"test-{uuid.uuid4().hex[:8]}"
        url = str(self._sqs.create_queue(QueueName=name)["QueueUrl"])
        arn = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events = self._client("events")
        pattern = json.dumps({"detail-type": list(wanted.events)})
        events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)
        events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
        return url

    def react(self, records: list[Any]) -> Any:
        return self.reactor.react({"Records": records}, Context())

    def take(self, count: int) -> list[Any]:
        """So many messages, as Lambda hands them over."""
        found: list[Any] = []
        deadline = time.monotonic() + SECONDS
        while len(found) < count and time.monotonic() < deadline:
            some = self._sqs.receive_message(
                QueueUrl=self._queue, MaxNumberOfMessages=10, AttributeNames=["ApproximateReceiveCount"]
            ).get("Messages", [])
            found += map(record, some)
        assert len(found) == count
        return found

    def letters(self, number: str) -> list[Any]:
        url = f"{self.shop.environ['AWS_ENDPOINT_URL']}/_ministack/ses/messages"
        with urllib.request.urlopen(url) as answer:
            kept = [each for of in json.load(answer)["messages"].values() for each in of]
        return [each for each in kept if number in each["Subject"]]


@pytest.fixture(scope="module")
def made(shop: Shop) -> Wired:
    return Wired(shop)


@pytest.fixture
def wired(shop: Shop, made: Wired) -> Wired:
    """With nothing new in the stream."""
    news(shop)
    return made


def test_who_has_bought_is_written_to_by_bus_queue_and_post(shop: Shop, wired: Wired) -> None:
    order = ordered(shop, (variant(shop), 1))
    wired.react(news(shop))
    (message,) = wired.take(1)
    for _ in range(2):
        assert wired.react([message]) == {"batchItemFailures": []}
    (letter,) = wired.letters(order["number"])
    assert (letter["Source"], letter["To"]) == (shop.environ["MAIL_SENDER"], [EMAIL])
    assert f"Your order {order['number']}" in letter["BodyHtml"]


def test_what_the_bus_does_not_take_fails_the_batch_and_is_told_when_it_comes_again(
    shop: Shop, wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = ordered(shop, (variant(shop), 1))
    done(shop, CONFIRM, order["id"])
    records = news(shop)

    def away(events: Any) -> None:
        raise StoreUnavailable("EventBridge", f"{len(list(events))} were not taken")

    with monkeypatch.context() as patch:
        patch.setattr(wired.reactor.bus, "put", away)
        with pytest.raises(InternalFault):
            wired.react(records)
    wired.react(records)
    (message,) = wired.take(1)
    told = json.loads(message["body"])
    assert (told["source"], told["detail-type"], told["detail"]["id"]) == (
        "souk.orders", "order.placed", f"{order['id']}:1",
    )  # fmt: skip


def test_an_order_knows_what_a_message_tells_of_its_payment_and_tells_of_it_itself(shop: Shop, wired: Wired) -> None:
    order = ordered(shop, (variant(shop), 1))
    kept = shop.handlers["orders"].store.get(order["id"]).order
    (facts,) = kept.payments
    back = PaymentFacts(
        id=facts.id, version=9, authorized=facts.authorized, captured=facts.captured, refunded=facts.captured
    )
    detail = payment_news(back, kept.cart_id, "REFUNDED", "2026-03-01T12:00:00Z", kept.id)
    body = json.dumps({"detail-type": "payment.refunded", "detail": detail})
    message = {"MessageId": "m", "ReceiptHandle": "r", "Body": body}
    assert wired.react([record(message)]) == {"batchItemFailures": []}
    assert read(shop, order["id"])["paymentStatus"] == "REFUNDED"
    found = [one for each in news(shop) if (one := wired.reactor.reactor.read(each))]
    assert [new.last.type.value for _, new in found] == ["PLACED", "PAYMENT"]


def test_a_message_that_is_not_ripe_is_named_and_no_fault(
    shop: Shop, wired: Wired, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    order = ordered(shop, (variant(shop), 1))
    kept = shop.handlers["orders"].store.get(order["id"]).order
    now = wired.reactor.reactor.now().isoformat()
    detail = payment_news(kept.payments[0], kept.cart_id, "AUTHORIZED", now)
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(wired.reactor.takings, "later", lambda _, receipt, seconds: asked.append((receipt, seconds)))
    for handler in wired.reactor.telemetry.log.handlers:
        monkeypatch.setattr(handler, "stream", sys.stdout)  # as pytest has it now, not as it was at the import
    body = json.dumps({"detail-type": "payment.authorized", "detail": detail})
    answer = wired.react([record({"MessageId": "m", "ReceiptHandle": "r", "Body": body})])
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert [receipt for receipt, seconds in asked if 28 <= seconds <= 30] == ["r"]
    assert "ERROR" not in capsys.readouterr().out
    wired.react([record({"MessageId": "m", "ReceiptHandle": "r", "Body": body.replace("paymentId", "nobody")})])
    assert "ERROR" in capsys.readouterr().out, "where a fault would be seen"
