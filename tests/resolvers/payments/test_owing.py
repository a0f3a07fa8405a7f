"""What orders tell by the bus is done with their payments: once, however often it comes, and that alone."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from datasources.faults import ProviderAway, StoreUnavailable
from tests.resolvers.payments.hearing import Heard
from tests.resolvers.payments.making import capture, paid, payable, read, sending, start, usd
from tests.resolvers.payments.told import Ear, change, hand, handed, owed, put, subscription
from tests.shop import Context, Shop, opened

NOBODYS = {"id": "pay_" + "0" * 26}


@pytest.fixture(scope="module")
def shop(emulator: str, valkey_url: str) -> Iterator[Shop]:
    with opened(emulator, valkey_url) as one:
        sending(one)
        yield one


@pytest.fixture(scope="module")
def heard(shop: Shop) -> Heard:
    return Heard(shop)


def states(heard: Heard, payment: Any) -> dict[str, str]:
    """How far each operation has come."""
    stored = heard.stored(payment)
    return {one.id: stored.state(one).value for one in stored.operations}


@pytest.mark.parametrize("kind", ["order.placed", "order.payment"])
def test_what_an_order_owes_goes_over_the_bus_and_is_done_once(shop: Shop, heard: Heard, kind: str) -> None:
    payment, ear = paid(shop), Ear(shop, {"detail-type": list(subscription().events)})
    intention = owed(payment, "CAPTURE", "24.90")
    put(shop, kind, change(intention))
    put(shop, "order.delivered", change(owed(payment, "REFUND", "1.00")))
    [message] = ear.messages(1)
    assert handed(shop, message["Body"], message["Body"]) == []
    assert states(heard, payment) == {intention["id"]: "DONE"}
    assert read(shop, payment, "staff")["captured"] == usd("24.90")
    before = heard.stored(payment)
    assert handed(shop, message["Body"]) == []
    assert heard.stored(payment) == before


def test_all_that_one_event_brings_is_done(shop: Shop, heard: Heard) -> None:
    one, other = paid(shop), paid(shop)
    assert capture(shop, one)["userErrors"] == []
    back, release = owed(one, "REFUND", "24.90"), owed(other, "VOID")
    assert hand(shop, "order.cancelled", change(back, release))
    assert (states(heard, one)[back["id"]], states(heard, other)) == ("DONE", {release["id"]: "DONE"})


def test_what_cannot_be_is_stored_as_failed_and_comes_no_more(shop: Shop, heard: Heard) -> None:
    payment = paid(shop)
    intention = owed(payment, "REFUND", "1.00")
    assert hand(shop, "order.return_resolved", change(intention))
    assert states(heard, payment) == {intention["id"]: "FAILED"}


def test_a_payment_of_a_refused_checkout_is_released(shop: Shop) -> None:
    payment = paid(shop)
    detail = {"schema": 1, "cartId": "cart_" + "0" * 26, "paymentId": payment["id"], "codes": ["PRICE_CHANGED"]}
    for _ in range(2):
        assert hand(shop, "checkout.refused", detail)
    assert read(shop, payment)["status"] == "VOIDED"


def test_what_is_of_no_concern_to_payments_is_taken_and_forgotten(shop: Shop) -> None:
    assert hand(shop, "order.delivered", {"orderId": "order_1"})
    assert hand(shop, "cart.abandoned", {"cartId": "cart_1"})


@pytest.mark.parametrize(
    "detail",
    [
        change(owed(NOBODYS, "CAPTURE", "1.00")),
        change(owed(NOBODYS, "STEAL", "1.00")),
        change(owed(NOBODYS, "REFUND", "one dollar")),
        {"owed": "everything"},
    ],
)
def test_what_cannot_be_understood_or_was_lost_is_set_aside_for_people(shop: Shop, detail: Any) -> None:
    assert not hand(shop, "order.placed", detail)
    assert not hand(shop, "checkout.refused", {"paymentId": NOBODYS["id"]})
    assert handed(shop, "{}") == ["0"]


def test_one_intention_that_cannot_be_stored_keeps_no_other_from_it(shop: Shop, heard: Heard) -> None:
    payment = paid(shop)
    intention = owed(payment, "VOID")
    assert not hand(shop, "order.cancelled", change(owed(NOBODYS, "VOID"), intention))
    assert states(heard, payment) == {intention["id"]: "DONE"}


def away(*_: object) -> None:
    raise ProviderAway("bank", "nobody answers")


def test_a_provider_that_is_away_is_left_to_the_sweep(
    shop: Shop, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = paid(shop)
    intention = owed(payment, "CAPTURE", "24.90")
    with monkeypatch.context() as broken:
        broken.setattr("datasources.psp.simulator.Simulator.capture", away)
        assert hand(shop, "order.placed", change(intention))
        assert states(heard, payment) == {intention["id"]: "PENDING"}
    monkeypatch.setattr("resolvers.payments.reactions.PATIENCE", timedelta(0))
    heard.reactor.react({"resources": ["arn:aws:events:us-east-1:000000000000:rule/souk-payments-resume"]}, Context())
    assert states(heard, payment) == {intention["id"]: "DONE"}


def test_while_something_else_is_under_way_the_message_comes_again(shop: Shop, heard: Heard) -> None:
    cart = payable(shop)
    start(shop, cart, "lost", key="begun-and-lost")
    payment = start(shop, cart, "lost", key="begun-and-lost")["payment"]
    release = change(owed(payment, "VOID"))
    assert capture(shop, payment)["userErrors"][0]["code"] == "PROVIDER_UNAVAILABLE"
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("datasources.psp.simulator.Simulator.capture", away)
        assert not hand(shop, "order.cancelled", release)
    assert hand(shop, "order.cancelled", release), "the capture is finished first, and then the release is too late"
    assert sorted(states(heard, payment).values()) == ["DONE", "FAILED"]


def test_what_the_store_does_not_take_comes_again(shop: Shop, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    payment = paid(shop)
    message = change(owed(payment, "VOID"))

    def gone(*_: object, **__: object) -> None:
        raise StoreUnavailable("DynamoDB", "out of reach")

    with monkeypatch.context() as broken:
        broken.setattr("datasources.dynamo.payments.PaymentTable.change", gone)
        assert not hand(shop, "order.cancelled", message)
    assert states(heard, payment) == {}
    assert hand(shop, "order.cancelled", message)
    assert list(states(heard, payment).values()) == ["DONE"]


def test_what_is_on_the_queue_is_read_as_the_bus_writes_it(shop: Shop) -> None:
    """EventBridge's own envelope, with all that it has."""
    payment, ear = paid(shop), Ear(shop, {"detail-type": ["checkout.refused"]})
    put(shop, "checkout.refused", {"paymentId": payment["id"], "codes": []})
    [event] = ear.events(1)
    assert {"id", "time", "account", "region", "resources", "version"} <= set(event)
    assert handed(shop, json.dumps(event)) == []
    assert read(shop, payment)["status"] == "VOIDED"
