"""A buyer pays and is gone: payments tell, orders hear, and they have their order; or their money is let go."""

import json
from datetime import timedelta
from typing import Any

import boto3
import msgspec
import pytest

from datasources.dynamo.payment_stream import payment_change
from resolvers.orders.reactions import PaymentNews
from resolvers.orders.telling import CheckoutRefused, Event
from resolvers.payments.telling import PaymentTold, event_of
from tests.resolvers.cart.making import add, reserve
from tests.resolvers.cart.making import variant as on_sale
from tests.resolvers.cart.passing import forget
from tests.resolvers.orders.test_checkout import GUEST, complete, promised
from tests.resolvers.payments.hearing import record
from tests.resolvers.payments.making import capture, sending, start, void
from tests.shop import REGION, Context, Shop


@pytest.fixture(scope="module")
def goods(shop: Shop) -> str:
    sending(shop)
    found = on_sale(shop, "10.00 USD", units=1000)
    forget(shop)
    client: Any = boto3.client("sesv2", endpoint_url=shop.environ["AWS_ENDPOINT_URL"], region_name=REGION)
    client.create_email_identity(EmailIdentity=shop.environ["MAIL_SENDER"])
    return found


@pytest.fixture(autouse=True)
def told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What orders tell, of which only refusals matter here; nobody is given time."""
    found: list[Event] = []
    monkeypatch.setattr("resolvers.orders.reactions.GRACE", timedelta(0))
    monkeypatch.setattr(shop.reacting("orders").bus, "put", found.extend)
    list(shop.news("payments"))
    list(shop.news("orders"))
    return found


def heard(shop: Shop, kind: str, detail: Any) -> bool:
    """Whether orders dealt with an event."""
    body = json.dumps({"detail-type": kind, "detail": detail}, default=str)
    message = record({"MessageId": "m", "ReceiptHandle": "r", "Body": body})
    answer = shop.reacting("orders").react({"Records": [message]}, Context())
    return bool(answer == {"batchItemFailures": []})


def hear_payments(shop: Shop) -> list[str]:
    """Hand over all that is new of payments and is subscribed to; gives its kinds."""
    found = [one for some in shop.news("payments") for each in some if (one := event_of(payment_change, each))]
    for one in found:
        assert msgspec.convert(msgspec.to_builtins(one.detail), PaymentNews).payment_id == one.key
        assert heard(shop, one.kind, msgspec.to_builtins(one.detail))
    return [one.kind for one in found]


def test_a_buyer_who_is_gone_has_their_order_and_a_letter_by_which_they_see_it(
    shop: Shop, goods: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart, payment = promised(shop, goods)
    assert "payment.authorized" in hear_payments(shop)
    store, reactor = shop.handlers["orders"].store, shop.reacting("orders")
    order = store.get(reactor.order_of(payment["id"])).order
    assert (order.cart_id, order.token_digest is not None) == (cart["id"], True)
    letters: list[Any] = []
    monkeypatch.setattr(reactor.mail, "send", letters.append)
    assert heard(shop, "order.placed", {"orderId": order.id, "seq": 1})
    (letter,) = letters
    token = next(line.split()[1] for line in letter.text.splitlines() if line.startswith("Token "))
    found = shop.ask(GUEST, {"number": order.number, "email": letter.to, "token": token})["guestOrder"]
    assert found["id"] == order.id
    again = complete(shop, cart, payment)
    assert (again["order"]["id"], again["guestToken"]) == (order.id, token)


def test_what_is_captured_afterwards_is_known_to_the_order(shop: Shop, goods: str) -> None:
    cart, payment = promised(shop, goods)
    order = complete(shop, cart, payment)["order"]
    capture(shop, payment)
    assert "payment.captured" in hear_payments(shop)
    kept = shop.handlers["orders"].store.get(order["id"]).order
    (facts,) = kept.payments
    assert (facts.captured, kept.version) == (kept.totals.total, 2)


def test_a_payment_that_was_released_meanwhile_buys_nothing_and_is_told(
    shop: Shop, goods: str, told: list[Event]
) -> None:
    cart, payment = promised(shop, goods)
    news = [one for some in shop.news("payments") for each in some if (one := event_of(payment_change, each))]
    void(shop, payment)
    for one in news:
        assert heard(shop, one.kind, msgspec.to_builtins(one.detail))
    (refused,) = told
    assert (refused.id, refused.kind) == (f"{payment['id']}:refused", "checkout.refused")
    read = msgspec.convert(refused.detail, CheckoutRefused)
    assert (read.cart_id, read.payment_id) == (cart["id"], payment["id"])
    assert shop.reacting("orders").order_of(payment["id"]) is None


def test_no_key_of_a_buyers_keeps_their_other_payment_from_being_released(
    shop: Shop, goods: str, told: list[Event]
) -> None:
    cart, first = promised(shop, goods)
    assert add(shop, cart, (goods, 1))["userErrors"] == []
    larger = reserve(shop, cart)["cart"]
    second = start(shop, larger)["payment"]
    assert second["id"] != first["id"]
    bought = complete(shop, larger, second, key=f"paid by {first['id']}")
    assert bought["userErrors"] == []
    assert hear_payments(shop).count("payment.authorized") == 2
    (refused,) = told
    read = msgspec.convert(refused.detail, CheckoutRefused)
    assert (read.payment_id, [one.value for one in read.codes]) == (first["id"], ["CART_COMPLETED"])


def test_what_payments_tell_has_all_that_orders_read() -> None:
    wanted = {one.encode_name for one in msgspec.structs.fields(PaymentNews)}
    assert wanted <= {one.encode_name for one in msgspec.structs.fields(PaymentTold)}
