"""Changes of carts are limited: guests by where they come from, customers by who they are, all fields together."""

from collections.abc import Iterator

import pytest

from tests.datasources.valkey.servers import OwnValkey
from tests.resolvers.cart.making import ADD, CREATE, begun, creating, read, wanted
from tests.resolvers.catalog.making import name
from tests.shop import Shop, environment, load_handler

THROTTLED = CREATE.replace("message field", "message field ... on ThrottledError { retryAfterSeconds }")


@pytest.fixture
def valkey() -> Iterator[OwnValkey]:
    made = OwnValkey()
    yield made
    made.stop()


@pytest.fixture
def shop(emulator: str, valkey: OwnValkey) -> Shop:
    """Three changes an hour of guests, two of each customer, and a Valkey of its own."""
    rates = {"GUEST_RATE": "3 in 3600 s", "CUSTOMER_RATE": "2 in 3600 s"}
    environ = environment(emulator, valkey.url) | rates
    return Shop(environ, {domain: load_handler(environ, domain) for domain in ("cart", "catalog", "inventory")})


def test_a_guest_who_changes_too_much_is_told_when_to_come_back_and_nothing_happens(shop: Shop) -> None:
    cart = begun(shop)
    for _ in range(2):
        creating(shop)
    variables = {"id": cart["id"], "lines": wanted(("var_" + "0" * 26 + "-1", 1)), "key": name("key")}
    (error,) = shop.ask(ADD, variables)["cartLinesAdd"]["userErrors"]
    assert (error["code"], error["field"]) == ("THROTTLED", None)
    (error,) = shop.ask(THROTTLED, {"key": name("key")})["cartCreate"]["userErrors"]
    assert 1100 < error["retryAfterSeconds"] <= 1200
    assert read(shop, cart) == cart


def test_each_customer_has_a_limit_of_their_own(shop: Shop) -> None:
    for _ in range(2):
        begun(shop, person="shopper")
    assert [error["code"] for error in creating(shop, person="shopper")["userErrors"]] == ["THROTTLED"]
    assert creating(shop, person="other")["userErrors"] == []


def test_carts_are_filled_while_nobody_can_be_counted(shop: Shop, valkey: OwnValkey) -> None:
    for _ in range(3):
        creating(shop)
    valkey.stop()
    assert [creating(shop)["userErrors"] for _ in range(5)] == [[]] * 5
