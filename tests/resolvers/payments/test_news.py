"""What providers tell is believed from them alone, and changes payments without anybody asking: once, in any order."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.resolvers.payments.hearing import Heard
from tests.resolvers.payments.making import capture, paid, payable, read, sending, start, told, usd
from tests.shop import Context, Shop, environment, load_handler, opened


@pytest.fixture(scope="module")
def shop(emulator: str, valkey_url: str) -> Iterator[Shop]:
    with opened(emulator, valkey_url) as one:
        sending(one)
        yield one


@pytest.fixture(scope="module")
def heard(shop: Shop) -> Heard:
    return Heard(shop)


def test_what_a_provider_tells_changes_the_payment_though_nobody_asks_for_it(shop: Shop, heard: Heard) -> None:
    payment = start(shop, payable(shop), "action")["payment"]
    assert heard.post(heard.promised(payment)) == 200
    assert read(shop, payment)["status"] == "ACTION_REQUIRED"
    assert heard.take() == (1, 0)
    found = read(shop, payment)
    assert (found["status"], found["nextActionUrl"]) == ("AUTHORIZED", None)


def test_news_that_come_twice_late_and_backwards_say_the_same(shop: Shop, heard: Heard) -> None:
    payment = start(shop, payable(shop), "action")["payment"]
    old, new = heard.event(payment), heard.promised(payment)
    for body in (new, old, new):
        assert heard.post(body) == 200
        heard.take()
    before = heard.stored(payment).version
    assert heard.post(new) == 200
    assert heard.take() == (1, 0)
    assert (read(shop, payment)["status"], heard.stored(payment).version) == ("AUTHORIZED", before)


def test_news_of_what_is_not_ours_are_taken_and_forgotten(shop: Shop, heard: Heard) -> None:
    payment = paid(shop)
    told_of = json.loads(heard.promised(payment)) | {"payment": "pay_" + "0" * 26, "reference": "sim_other"}
    assert heard.post(json.dumps(told_of).encode()) == 200
    assert heard.take() == (1, 0)
    assert read(shop, payment) == payment


@pytest.mark.parametrize("header", ["", "t=1,v1=00", "garbage", "t=1" * 4000])
def test_what_is_forged_is_refused_and_nothing_is_kept(shop: Shop, heard: Heard, header: str) -> None:
    payment = start(shop, payable(shop), "action")["payment"]
    body = heard.promised(payment)
    assert heard.post(body, header=header) == 400
    assert heard.post(body, signs=False) == 400
    assert heard.take() == (0, 0)
    assert read(shop, payment) == payment


def test_what_is_old_huge_or_unreadable_is_refused_though_it_is_signed(shop: Shop, heard: Heard) -> None:
    body = heard.promised(start(shop, payable(shop), "action")["payment"])
    assert heard.post(body, ago=301) == 400
    assert heard.post(body, ago=-301) == 400
    assert heard.post(b"x" * 5 * 2**20) == 413
    assert heard.post(b"{}") == 400
    assert heard.post(b"[" * 1000) == 400
    assert heard.take() == (0, 0)


def test_a_signature_of_the_simulator_opens_no_other_providers_door(heard: Heard) -> None:
    """Without its keys nothing of Stripe's can be believed yet, and that is no fault; its sender comes again."""
    assert heard.post(b"{}", provider="stripe") == 400
    assert heard.take() == (0, 0)


def test_what_is_pending_is_asked_for_again_by_the_clock(
    shop: Shop, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    cart = payable(shop)
    start(shop, cart, "lost", key="one-and-the-same")
    payment = start(shop, cart, "lost", key="one-and-the-same")["payment"]
    assert told(capture(shop, payment)) == [("PROVIDER_UNAVAILABLE", None)]
    swept = {"resources": ["arn:aws:events:us-east-1:000000000000:rule/souk-payments-resume"]}
    heard.reactor.react(swept, Context())
    assert read(shop, payment)["status"] == "AUTHORIZED", "who asked may still be waiting for the answer"
    monkeypatch.setattr("resolvers.payments.reactions.PATIENCE", timedelta(0))
    heard.reactor.react(swept, Context())
    found = read(shop, payment)
    assert (found["status"], found["captured"]) == ("CAPTURED", usd("24.90"))


def test_the_simulator_is_closed_where_it_is_given_no_address(shop: Shop, heard: Heard, emulator: str) -> None:
    """As in every shop that sells: the templates give it none."""
    environ = environment(emulator, "valkey://127.0.0.1:1") | {"SIMULATOR_URL": ""}
    closed = Shop(environ, {"payments": load_handler(environ, "payments")})
    payload = start(closed, {"id": "cart_" + "0" * 26})
    assert told(payload) == [("INVALID", ["provider"])]
    assert payload["userErrors"][0]["message"] == "this shop takes payments by stripe"
    there = Heard(closed)
    there.secret = heard.secret
    assert there.post(heard.promised(paid(shop))) == 404
