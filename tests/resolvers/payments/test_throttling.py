"""Payments are limited by caller though their functions have no cache: counted in their own table."""

import pytest

from tests.resolvers.catalog.making import name
from tests.resolvers.payments.making import START, capture, start, told
from tests.shop import Shop, environment, load_handler

THROTTLED = START.replace("userErrors { code", "userErrors { ... on ThrottledError { retryAfterSeconds } code")
NO_CART = {"id": "cart_" + "0" * 26}
NO_PAYMENT = {"id": "pay_" + "0" * 26}


@pytest.fixture
def shop(emulator: str) -> Shop:
    """Three payments an hour of guests, two of each customer, one movement of each member of staff."""
    rates = {
        "GUEST_START_RATE": "3 in 36000 s",
        "CUSTOMER_START_RATE": "2 in 36000 s",
        "MONEY_RATE": "1 in 36000 s",
    }
    environ = environment(emulator, "valkey://127.0.0.1:1") | rates
    return Shop(environ, {"payments": load_handler(environ, "payments")})


def test_whoever_begins_too_many_payments_is_told_when_to_come_back(shop: Shop) -> None:
    assert [told(start(shop, NO_CART)) for _ in range(3)] == [[("NOT_FOUND", ["cartId"])]] * 3
    variables = {"cart": NO_CART["id"], "provider": "simulator", "url": None, "key": name("key")}
    (error,) = shop.ask(THROTTLED, variables)["paymentStart"]["userErrors"]
    assert (error["code"], error["field"]) == ("THROTTLED", None)
    assert 1 <= error["retryAfterSeconds"] <= 36000


def test_each_customer_and_each_member_of_staff_has_a_limit_of_their_own(shop: Shop) -> None:
    found = [told(start(shop, NO_CART, person=person))[0][0] for person in ("shopper", "shopper", "shopper", "other")]
    assert found == ["NOT_FOUND", "NOT_FOUND", "THROTTLED", "NOT_FOUND"]
    moved = [told(capture(shop, NO_PAYMENT, person=person))[0][0] for person in ("staff", "staff", "finance")]
    assert moved == ["NOT_FOUND", "THROTTLED", "NOT_FOUND"]
