"""Buyers begin to pay through the graph: all that the cart costs, once, and only for a cart of theirs."""

from collections.abc import Iterator
from typing import Any

import pytest

from domain.ids import CartId
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.cart.making import begun, variant
from tests.resolvers.catalog.making import name
from tests.resolvers.payments.making import START, payable, read, sending, start, told
from tests.shop import Shop, opened


@pytest.fixture(scope="module")
def shop(emulator: str, valkey_url: str) -> Iterator[Shop]:
    with opened(emulator, valkey_url) as one:
        sending(one)
        yield one


def payments_of(shop: Shop, cart: Any) -> int:
    return len(shop.handlers["payments"].store.of_cart(CartId(cart["id"])))


def test_a_guest_begins_to_pay_all_that_the_cart_costs_now(shop: Shop) -> None:
    cart = payable(shop)
    payload = start(shop, cart)
    payment = payload["payment"]
    assert payload["userErrors"] == []
    assert (payment["provider"], payment["status"]) == ("simulator", "AUTHORIZED")
    assert payment["amount"] == cart["totals"]["total"] == {"amount": "24.90", "currency": "USD"}
    assert payment["captured"] == payment["refunded"] == {"amount": "0.00", "currency": "USD"}
    assert payment["clientSecret"]
    assert (payment["nextActionUrl"], payment["declineCode"], payment["refunds"]) == (None, None, [])
    assert read(shop, payment) == payment


def test_a_customers_payment_is_the_customers_alone_and_of_the_back_office_without_its_secret(shop: Shop) -> None:
    payment = start(shop, payable(shop, "shopper"), person="shopper")["payment"]
    assert read(shop, payment, "shopper") == payment
    assert read(shop, payment, "guest") is None
    assert read(shop, payment, "other") is None
    for person in ("staff", "finance", "admin"):
        assert read(shop, payment, person) == payment | {"clientSecret": None}


def test_whoever_has_to_confirm_it_is_told_where_and_nobody_else_is(shop: Shop) -> None:
    payload = start(shop, payable(shop), "action")
    payment = payload["payment"]
    assert (payload["userErrors"], payment["status"]) == ([], "ACTION_REQUIRED")
    assert payment["nextActionUrl"].startswith("http://127.0.0.1:1/simulator?payment=")
    assert read(shop, payment, "staff")["nextActionUrl"] is None


def test_a_bank_that_declines_is_told_with_its_word_for_it_and_another_try_is_a_payment_of_its_own(shop: Shop) -> None:
    cart = payable(shop)
    payload = start(shop, cart, "insufficient_funds")
    (error,) = payload["userErrors"]
    assert (error["code"], error["declineCode"], error["retryable"]) == (
        "PAYMENT_DECLINED",
        "insufficient_funds",
        False,
    )
    payment = payload["payment"]
    assert (payment["status"], payment["declineCode"]) == ("FAILED", "insufficient_funds")
    again = start(shop, cart)["payment"]
    assert (again["status"], again["id"] == payment["id"]) == ("AUTHORIZED", False)


def test_a_provider_that_refuses_to_begin_is_told_too(shop: Shop) -> None:
    payload = start(shop, payable(shop), "refused")
    assert [(one["code"], one["declineCode"]) for one in payload["userErrors"]] == [
        ("PAYMENT_DECLINED", "amount_too_small")
    ]
    assert (payload["payment"]["status"], payload["payment"]["clientSecret"]) == ("FAILED", None)


def test_the_same_request_again_is_one_payment_and_other_content_under_its_key_is_refused(shop: Shop) -> None:
    cart, key = payable(shop), name("key")
    first, again = (start(shop, cart, key=key) for _ in range(2))
    assert first == again
    assert told(start(shop, cart, "action", key=key)) == [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])]
    assert payments_of(shop, cart) == 1


def test_the_same_request_many_times_at_once_is_one_payment(shop: Shop) -> None:
    cart, key = payable(shop), name("key")
    payloads = at_once(8, lambda _: start(shop, cart, key=key))
    assert {(one["payment"]["id"], one["payment"]["status"]) for one in payloads} == {
        (payloads[0]["payment"]["id"], "AUTHORIZED")
    }
    assert payments_of(shop, cart) == 1


def test_whoever_presses_twice_goes_on_with_the_payment_that_has_begun(shop: Shop) -> None:
    cart = payable(shop)
    first, second = (start(shop, cart, "action")["payment"] for _ in range(2))
    assert first == second
    assert payments_of(shop, cart) == 1


def test_an_answer_that_is_lost_is_told_as_not_known_yet_and_the_next_request_goes_on(shop: Shop) -> None:
    cart, key = payable(shop), name("key")
    lost = start(shop, cart, "lost", key=key)
    (error,) = lost["userErrors"]
    assert (lost["payment"], error["code"], error["retryable"]) == (None, "PROVIDER_UNAVAILABLE", True)
    payment = start(shop, cart, "lost", key=key)["payment"]
    assert payment["status"] == "AUTHORIZED"
    assert start(shop, cart, "lost")["payment"] == payment
    assert payments_of(shop, cart) == 1


def test_a_cart_that_lacks_something_is_told_what_and_nothing_begins(shop: Shop) -> None:
    cart = begun(shop, (variant(shop), 1))
    assert told(start(shop, cart)) == [
        ("REQUIRED", ["cartId", "email"]),
        ("REQUIRED", ["cartId", "shippingAddress"]),
        ("REQUIRED", ["cartId", "reservedUntil"]),
    ]
    assert told(start(shop, begun(shop))) == [("CART_EMPTY", ["cartId", "lines"])]
    assert payments_of(shop, cart) == 0


@pytest.mark.parametrize("person", ["guest", "other", "staff", "admin"])
def test_nobody_pays_for_anothers_cart_or_learns_that_there_is_one(shop: Shop, person: str) -> None:
    cart, key = payable(shop, "shopper"), name("key")
    unknown = {"id": "cart_" + "0" * 26}
    assert told(start(shop, cart, person=person, key=key)) == [("NOT_FOUND", ["cartId"])]
    assert start(shop, cart, person=person) == start(shop, unknown, person=person) == start(shop, {"id": "x"})
    assert payments_of(shop, cart) == 0
    assert start(shop, cart, person="shopper", key=key)["userErrors"] == []
    assert told(start(shop, cart, person=person, key=key)) == [("NOT_FOUND", ["cartId"])]


def test_a_provider_that_is_not_open_is_refused_and_named_are_those_that_are(shop: Shop) -> None:
    cart = payable(shop)
    payload = start(shop, cart, provider="bank")
    assert told(payload) == [("INVALID", ["provider"])]
    assert payload["userErrors"][0]["message"] == "this shop takes payments by simulator, stripe"
    assert payments_of(shop, cart) == 0


def test_a_provider_whose_keys_nobody_has_added_yet_is_as_good_as_away(shop: Shop) -> None:
    assert told(start(shop, payable(shop), provider="stripe")) == [("PROVIDER_UNAVAILABLE", None)]


@pytest.mark.parametrize("key", ["short", "x" * 129])
def test_a_key_that_is_none_is_refused(shop: Shop, key: str) -> None:
    assert told(start(shop, payable(shop), key=key)) == [("INVALID", ["idempotencyKey"])]


def test_there_is_no_payment_for_what_costs_nothing(shop: Shop) -> None:
    cart = payable(shop, price="0.00 USD", kind="DIGITAL")
    assert told(start(shop, cart)) == [("INVALID", ["cartId"])]
    assert payments_of(shop, cart) == 0


@pytest.mark.parametrize("url", ["ftp://shop.example/", "https://shop.example/" + "x" * 2000, "javascript:alert(1)"])
def test_buyers_come_back_to_an_address_of_the_web(shop: Shop, url: str) -> None:
    cart = payable(shop)
    variables = {"cart": cart["id"], "provider": "simulator", "url": url, "key": name("key")}
    answer = shop.send(START, variables)
    if "errors" in answer:
        assert [error["message"] for error in answer["errors"]] == ["Variable 'url' has an invalid value."]
    else:
        assert told(answer["data"]["paymentStart"]) == [("INVALID", ["returnUrl"])]
    assert payments_of(shop, cart) == 0
