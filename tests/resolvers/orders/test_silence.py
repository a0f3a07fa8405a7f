"""Logs say what happened, not to whom, nor by what they are let in: of a whole purchase, of refusals and of faults."""

import json
import sys
from typing import Any

import boto3
import pytest

from datasources.faults import LetterRefused, StoreUnavailable
from tests.resolvers.cart.making import ADDRESS
from tests.resolvers.cart.making import variant as on_sale
from tests.resolvers.cart.passing import forget
from tests.resolvers.orders.making import READ
from tests.resolvers.orders.test_checkout import CHECKOUT, GUEST, complete, promised
from tests.resolvers.payments.hearing import record
from tests.resolvers.payments.making import capture, refund, sending, usd
from tests.shop import REGION, Context, Shop


def test_no_log_tells_who_bought_or_what_lets_them_in(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reactor = shop.reacting("orders")
    for module in (shop.handlers["orders"], shop.handlers["payments"], reactor):
        for one in module.telemetry.log.handlers:
            monkeypatch.setattr(one, "stream", sys.stdout)
    sending(shop)
    goods = on_sale(shop, "10.00 USD", units=100)
    forget(shop)
    cart, payment = promised(shop, goods)
    bought = complete(shop, cart, payment)
    order, token = bought["order"], bought["guestToken"]
    seen = {"number": order["number"], "email": order["email"], "token": token}
    assert shop.ask(GUEST, seen)["guestOrder"]
    assert shop.ask(GUEST, seen | {"token": token + "x"})["guestOrder"] is None
    capture(shop, payment)
    refund(shop, payment, usd("1.00"), reason="scratched at Ada's")

    def refuses(_: Any) -> None:
        raise LetterRefused("SES", "MessageRejected")

    with monkeypatch.context() as patch:
        patch.setattr(reactor.mail, "send", refuses)
        body = json.dumps({"detail-type": "order.placed", "detail": {"orderId": order["id"], "seq": 1}})
        message = record({"MessageId": "m", "ReceiptHandle": "r", "Body": body})
        assert reactor.react({"Records": [message]}, Context())["batchItemFailures"]

    def away(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("DynamoDB", "out of reach")

    with monkeypatch.context() as patch:
        for store in ("OrderTable.get", "OrderTable.by_number"):
            patch.setattr(f"datasources.dynamo.orders.{store}", away)
        patch.setattr("datasources.dynamo.carts.CartTable.get", away)
        total = cart["totals"]["total"]
        again = {"cart": cart["id"], "payment": payment["id"], "total": total, "key": "another key"}
        for document, variables in ((READ, {"id": order["id"]}), (GUEST, seen), (CHECKOUT, again)):
            assert "InternalFault" in str(shop.send(document, variables))
    said = capsys.readouterr()
    logged = said.out + said.err
    assert logged.count('"answer failed"') >= 4, "the letter and three questions"
    secrets = boto3.client("secretsmanager", endpoint_url=shop.environ["AWS_ENDPOINT_URL"], region_name=REGION)
    keys = [
        key
        for name in ("ORDERS_KEYS", "PAYMENTS_KEYS")
        for key in json.loads(secrets.get_secret_value(SecretId=shop.environ[name])["SecretString"]).values()
    ]
    private = [order["email"], token, payment["clientSecret"], ADDRESS["line1"], "scratched", "another key", *keys]
    assert [one for one in private if one in logged] == []
