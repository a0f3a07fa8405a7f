"""Money is taken and given back through the graph: once for a key, never more than there is, by whom it is for."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.catalog.making import name
from tests.resolvers.payments.making import capture, paid, payable, read, refund, sending, start, told, usd, void
from tests.shop import Shop, opened

ALL = usd("24.90")
NONE = usd("0.00")
UNKNOWN = {"id": "pay_" + "0" * 26}


@pytest.fixture(scope="module")
def shop(emulator: str, valkey_url: str) -> Iterator[Shop]:
    with opened(emulator, valkey_url) as one:
        sending(one)
        yield one


def taken(shop: Shop, words: str = "") -> Any:
    """A payment of which all was taken."""
    payload = capture(shop, paid(shop, words))
    assert payload["userErrors"] == []
    return payload["payment"]


@pytest.mark.parametrize("person", ["staff", "finance", "admin"])
def test_whoever_works_in_the_back_office_takes_what_was_promised(shop: Shop, person: str) -> None:
    payment = paid(shop)
    payload = capture(shop, payment, person=person)
    assert payload["userErrors"] == []
    assert payload["payment"] == payment | {"status": "CAPTURED", "captured": ALL, "clientSecret": None}
    assert read(shop, payment) == payload["payment"] | {"clientSecret": payment["clientSecret"]}


def test_less_is_taken_when_so_asked_and_the_rest_is_released(shop: Shop) -> None:
    payment = capture(shop, paid(shop), usd("20"))["payment"]
    assert (payment["status"], payment["captured"]) == ("PARTIALLY_CAPTURED", usd("20.00"))
    assert told(capture(shop, payment, usd("4.90"))) == [("ILLEGAL_TRANSITION", None)]


def test_the_same_capture_again_takes_nothing_more_and_its_key_stands_for_nothing_else(shop: Shop) -> None:
    payment, key = paid(shop), name("key")
    first, again = (capture(shop, payment, usd("5"), key=key) for _ in range(2))
    assert first == again
    assert told(capture(shop, payment, usd("6"), key=key)) == [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])]
    assert told(void(shop, payment, key=key)) == [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])]
    assert read(shop, payment)["captured"] == usd("5.00")


@pytest.mark.parametrize(
    ("amount", "code", "field"),
    [
        ({"amount": "1.00", "currency": "EUR"}, "INVALID", ["amount", "currency"]),
        (usd("-1.00"), "INVALID", ["amount"]),
        (usd("0"), "INVALID", ["amount"]),
        (usd("1.001"), "INVALID", ["amount", "amount"]),
        (usd("much"), "INVALID", ["amount", "amount"]),
        (usd("9" * 400), "INVALID", ["amount", "amount"]),
    ],
)
def test_what_is_no_amount_of_the_payment_moves_nothing(shop: Shop, amount: Any, code: str, field: list[str]) -> None:
    waiting, done = paid(shop), taken(shop)
    assert told(capture(shop, waiting, amount)) == [(code, field)]
    assert told(refund(shop, done, amount)) == [(code, field)]
    assert read(shop, waiting) == waiting
    assert read(shop, done, "staff") == done


def test_more_than_there_is_moves_nothing(shop: Shop) -> None:
    waiting, done = paid(shop), taken(shop)
    assert told(capture(shop, waiting, usd("24.91"))) == [("ILLEGAL_TRANSITION", ["amount"])]
    assert told(refund(shop, done, usd("24.91"))) == [("AMOUNT_EXCEEDS_CAPTURED", ["amount"])]
    assert told(refund(shop, waiting, usd("1"))) == [("ILLEGAL_TRANSITION", None)]
    assert (read(shop, waiting)["captured"], read(shop, done)["refunded"]) == (NONE, NONE)


def test_finance_gives_money_back_with_a_reason_until_there_is_none(shop: Shop) -> None:
    payment = taken(shop)
    payload = refund(shop, payment, usd("4.90"), reason="scratched")
    one = payload["refund"]
    assert (payload["userErrors"], payload["payment"]["status"]) == ([], "PARTIALLY_REFUNDED")
    assert (one["amount"], one["reason"], one["status"]) == (usd("4.90"), "scratched", "REFUNDED")
    whole = refund(shop, payment, usd("20.00"))["payment"]
    assert (whole["status"], whole["refunded"], len(whole["refunds"])) == ("REFUNDED", ALL, 2)
    assert whole["refunds"][0] == one
    assert told(refund(shop, payment, usd("0.01"))) == [("AMOUNT_EXCEEDS_CAPTURED", ["amount"])]


def test_of_many_refunds_at_once_no_more_is_given_back_than_was_taken(shop: Shop) -> None:
    payment = taken(shop)
    payloads = at_once(8, lambda _: refund(shop, payment, usd("10.00")))
    assert sorted(len(one["userErrors"]) for one in payloads) == [0, 0, 1, 1, 1, 1, 1, 1]
    assert read(shop, payment)["refunded"] == usd("20.00")


def test_a_refund_that_is_repeated_is_one_refund_also_when_its_answer_was_lost(shop: Shop) -> None:
    payment, key = taken_in_spite_of_losses(shop), name("key")
    lost = refund(shop, payment, usd("5"), key=key)
    assert (told(lost), lost["refund"]) == ([("PROVIDER_UNAVAILABLE", None)], None)
    again = refund(shop, payment, usd("5"), key=key)
    assert (again["userErrors"], again["refund"]["status"]) == ([], "REFUNDED")
    assert read(shop, payment)["refunded"] == usd("5.00")


def taken_in_spite_of_losses(shop: Shop) -> Any:
    cart, key = payable(shop), name("key")
    start(shop, cart, "lost", key=key)
    payment = start(shop, cart, "lost", key=key)["payment"]
    capture(shop, payment, key=key)
    found = capture(shop, payment, key=key)["payment"]
    assert found["captured"] == ALL
    return found


def test_a_refund_that_the_provider_refuses_is_told_and_shown_as_failed(shop: Shop) -> None:
    payment = taken(shop, "stuck")
    payload = refund(shop, payment, usd("5"))
    (error,) = payload["userErrors"]
    assert (error["code"], error["declineCode"]) == ("PAYMENT_DECLINED", "charge_disputed")
    assert (payload["refund"]["status"], payload["payment"]["refunded"]) == ("FAILED", NONE)


def test_a_capture_that_the_provider_refuses_is_told_with_its_word_for_it(shop: Shop) -> None:
    payload = capture(shop, paid(shop, "lapsed"))
    (error,) = payload["userErrors"]
    assert (error["code"], error["declineCode"]) == ("PAYMENT_DECLINED", "charge_expired_for_capture")
    assert payload["payment"]["captured"] == NONE


def test_what_was_promised_is_released_and_nothing_can_be_taken_then(shop: Shop) -> None:
    payment = paid(shop)
    assert void(shop, payment)["payment"]["status"] == "VOIDED"
    assert told(capture(shop, payment)) == [("ILLEGAL_TRANSITION", None)]
    assert told(void(shop, taken(shop))) == [("ILLEGAL_TRANSITION", None)]


@pytest.mark.parametrize("id_", [UNKNOWN["id"], "x", "cart_" + "0" * 26])
def test_a_payment_that_is_not_there_moves_nothing(shop: Shop, id_: str) -> None:
    there = {"id": id_}
    for payload in (capture(shop, there), refund(shop, there, usd("1")), void(shop, there)):
        assert told(payload) == [("NOT_FOUND", ["id"])]
    assert read(shop, there) is None


def test_a_reason_and_a_key_have_their_bounds(shop: Shop) -> None:
    payment = taken(shop)
    assert told(refund(shop, payment, usd("1"), reason="x" * 501)) == [("INVALID", ["reason"])]
    assert told(refund(shop, payment, usd("1"), key="short")) == [("INVALID", ["idempotencyKey"])]
    assert told(capture(shop, payment, key="short")) == [("INVALID", ["idempotencyKey"])]
    assert read(shop, payment)["refunded"] == NONE
