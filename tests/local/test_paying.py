"""A payment on a whole running system: begun by a buyer, told of by its provider, and seen without being asked for."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3
import httpx
import pytest

from datasources.psp import simulated
from datasources.psp.opened import SIMULATOR_KEY
from datasources.psp.signatures import signed
from local.aws import ACCESS_KEY, REGION, SECRET_KEY
from local.running import Running, running
from tests.local.test_live_cart import done, stocked
from tests.local.test_run import ask, sign_in, until
from tests.resolvers.cart.making import ADDRESS, CREATE, DETAILS, RESERVE, wanted
from tests.resolvers.catalog.making import name
from tests.resolvers.inventory.making import WAREHOUSE
from tests.resolvers.payments.making import CAPTURE, GIVE_BACK, READ, START, simulating

ZONE: Final = """
mutation($input: ShippingZoneInput!) { shippingZoneSave(input: $input) { shippingZone { id } userErrors { message } } }
"""
POST: Final = {"method": "Post", "brackets": [{"price": {"amount": "4.90", "currency": "USD"}}]}
GERMANY: Final = {"name": "Home", "places": [{"country": "DE"}], "rates": [POST]}


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    """An empty shop of this module's own."""
    with running("--no-sample") as found:
        yield found


@pytest.fixture(scope="module")
def cart(shop: Running) -> Any:
    """A guest's cart that lacks nothing."""
    return payable(shop, goods(shop))


def goods(shop: Running) -> str:
    """Something that an empty shop sends to Germany from now on, 100 of it."""
    staff, admin = sign_in(shop, "staff"), sign_in(shop, "admin")
    place = done(shop, WAREHOUSE, admin, input={"code": "MAIN", "name": "Main", "priority": 1})["warehouse"]["id"]
    done(shop, ZONE, admin, input=GERMANY)
    return str(stocked(shop, staff, place, 100)[1])


def payable(shop: Running, variant: str) -> Any:
    """A guest's cart of two of them, that lacks nothing."""
    made = done(shop, CREATE, lines=wanted((variant, 2)), key=name("key"))["cart"]
    details = {"email": "ada@example.org", "shippingAddress": ADDRESS}
    quoted = done(shop, DETAILS, id=made["id"], input=details)["cart"]
    done(shop, DETAILS, id=made["id"], input={"shippingQuoteId": quoted["shippingQuotes"][0]["id"]})
    held = done(shop, RESERVE, id=made["id"], key=name("key"))["cart"]
    assert held["requirements"] == []
    return held


def client(shop: Running, service: Any) -> Any:
    return boto3.client(
        service,
        endpoint_url=shop.outputs["custom"]["aws_endpoint_url"],
        region_name=REGION,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )


def secret(shop: Running) -> str:
    """What the simulator signs with: made by the deployment, and known to the functions alone."""
    secrets = client(shop, "secretsmanager")
    (kept,) = [one["ARN"] for one in secrets.list_secrets()["SecretList"] if "ayments" in one["Name"]]
    return str(json.loads(secrets.get_secret_value(SecretId=kept)["SecretString"])[SIMULATOR_KEY])


def post(shop: Running, body: bytes, header: str) -> httpx.Response:
    headers = {"content-type": "application/json", simulated.HEADER: header}
    return httpx.post(f"{shop.url}/webhooks/simulator", content=body, headers=headers, trust_env=False)


def status(shop: Running, payment: Any) -> str:
    return str(ask(shop, READ, id=payment["id"])["data"]["payment"]["status"])


def test_a_payment_begins_its_provider_tells_that_it_is_promised_and_it_is_taken_and_given_back(
    shop: Running, cart: Any
) -> None:
    """``later``: the answer to the start does not know that the amount is promised; only the webhook says so."""
    variables = {"cart": cart["id"], "provider": "simulator", "url": simulating("later"), "key": name("key")}
    payment = done(shop, START, **variables)["payment"]
    assert (payment["status"], payment["amount"]) == ("PENDING", cart["totals"]["total"])
    until(lambda: status(shop, payment) == "AUTHORIZED")
    taken = done(shop, CAPTURE, sign_in(shop, "staff"), id=payment["id"], key=name("key"))["payment"]
    assert (taken["status"], taken["captured"]) == ("CAPTURED", cart["totals"]["total"])
    back = {"id": payment["id"], "amount": {"amount": "5", "currency": "USD"}, "key": name("key")}
    assert done(shop, GIVE_BACK, sign_in(shop, "finance"), **back)["refund"]["status"] == "REFUNDED"
    assert status(shop, payment) == "PARTIALLY_REFUNDED"


def test_what_an_order_owes_comes_by_the_deployed_bus_and_what_became_of_it_goes_out_there(
    shop: Running, cart: Any
) -> None:
    variables = {"cart": cart["id"], "provider": "simulator", "url": simulating(""), "key": name("key")}
    payment = done(shop, START, **variables)["payment"]
    events, sqs, ear = client(shop, "events"), client(shop, "sqs"), name("ear")
    [bus] = [one["Name"] for one in events.list_event_buses()["EventBuses"] if one["Name"] != "default"]
    url = sqs.create_queue(QueueName=ear)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name=ear, EventBusName=bus, EventPattern=json.dumps({"detail-type": ["payment.captured"]}))
    events.put_targets(Rule=ear, EventBusName=bus, Targets=[{"Id": "Queue", "Arn": arn}])
    owed = {"id": "op_" + "0" * 26, "due": "CAPTURE", "paymentId": payment["id"], "amount": payment["amount"]}
    detail = json.dumps({"id": "order:1", "schema": 1, "owed": [owed]})
    entry = {"EventBusName": bus, "Source": "souk.orders", "DetailType": "order.placed", "Detail": detail}
    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0
    until(lambda: status(shop, payment) == "CAPTURED")
    told: list[Any] = []

    def heard() -> bool:
        found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10).get("Messages", [])
        told.extend(json.loads(one["Body"])["detail"] for one in found)
        return any(one["paymentId"] == payment["id"] for one in told)

    until(heard)
    [captured] = [one for one in told if one["paymentId"] == payment["id"]]
    assert (captured["done"], captured["captured"]) == ([owed["id"]], payment["amount"])


def test_what_is_forged_old_or_huge_is_told_a_status_alone_and_changes_nothing(shop: Running) -> None:
    body, now = b'{"id": "evt_1"}', datetime.now(UTC)
    key = secret(shop)
    answers = [
        post(shop, body, "t=1,v1=00"),
        post(shop, body, signed("another", body, now)),
        post(shop, body, signed(key, body, now - timedelta(hours=1))),
        post(shop, body, signed(key, body, now)),
        post(shop, b"x" * 5 * 2**20, signed(key, b"x" * 5 * 2**20, now)),
    ]
    assert [(answer.status_code, answer.content) for answer in answers] == [
        (400, b""), (400, b""), (400, b""), (400, b""), (413, b""),
    ]  # fmt: skip
