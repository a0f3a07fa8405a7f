"""Discount codes: however they are typed, each once, and why one gives nothing is told."""

from datetime import timedelta
from typing import Any

import pytest

from datasources.dynamo.transactions import Transaction
from domain.money import Money
from tests.domain.cart.strategies import USD, percent
from tests.resolvers.cart.making import add, begun, read, say, set_codes, told, variant
from tests.resolvers.cart.passing import carts, complete, expire, forget, terms
from tests.resolvers.catalog.making import name
from tests.shop import Shop


@pytest.fixture(scope="module", autouse=True)
def spring(shop: Shop) -> None:
    """What staff have set: half off, and codes that give nothing for as many reasons."""
    now, store = carts(shop).now(), terms(shop)
    once = percent(5, 10, code="once", usage_limit=1)
    for one in (
        percent(1, 50, code="Spring"),
        percent(2, 10, code="Straße"),
        percent(3, 60, code="over", ends_at=now - timedelta(days=1)),
        percent(4, 60, code="rich", min_subtotal=(Money(100_000, USD),)),
        once,
    ):
        store.save_discount(None, one)
    write = Transaction(shop.handlers["cart"].store.table)
    store.using(write, [once], "somebody else")
    assert not write.commit()
    forget(shop)


def priced(shop: Shop, *codes: str, **more: Any) -> Any:
    """A cart with ten dollars' worth of goods and codes."""
    return set_codes(shop, begun(shop, (variant(shop, "10.00 USD"), 1)), *codes, **more)["cart"]


def idle(cart: Any) -> list[tuple[str, str]]:
    assert all(one["field"] == ["discounts"] for one in cart["warnings"])
    return [(one["code"], one["message"].split(":")[0]) for one in cart["warnings"]]


@pytest.mark.parametrize("code", ["Spring", "SPRING", " spring\t", "\uff33\uff30\uff32\uff29\uff2e\uff27"])
def test_neither_case_nor_space_nor_keyboard_matters(shop: Shop, code: str) -> None:
    cart = priced(shop, code)
    assert (cart["discountCodes"], [one["code"] for one in cart["discounts"]]) == ([code.strip()], ["Spring"])
    assert (cart["totals"]["discount"]["amount"], cart["totals"]["total"]["amount"]) == ("5.00", "5.00")


def test_a_letter_that_is_written_as_two_is_the_same_code(shop: Shop) -> None:
    assert priced(shop, "STRASSE")["totals"]["discount"]["amount"] == "1.00"


def test_a_code_counts_once_and_blank_ones_are_none(shop: Shop) -> None:
    cart = priced(shop, "spring", "", " ", "SPRING", " Spring ")
    assert (cart["discountCodes"], cart["totals"]["discount"]["amount"], idle(cart)) == (["spring"], "5.00", [])


def test_why_a_code_gives_nothing_is_told_and_it_stays_in_case_it_will(shop: Shop) -> None:
    cart = priced(shop, "spring", "strasse", "none", "over", "rich", "once")
    assert idle(cart) == [
        ("DISCOUNT_NOT_APPLICABLE", '"strasse"'),
        ("DISCOUNT_NOT_APPLICABLE", '"none"'),
        ("DISCOUNT_NOT_APPLICABLE", '"over"'),
        ("DISCOUNT_NOT_APPLICABLE", '"rich"'),
        ("DISCOUNT_EXHAUSTED", '"once"'),
    ]
    assert cart["discountCodes"] == ["spring", "strasse", "none", "over", "rich", "once"]
    (message,) = (one["message"] for one in cart["warnings"] if "rich" in one["message"])
    assert message == '"rich": it asks for goods of 1000.00 USD; 990.00 are missing'
    richer = add(shop, cart, (cart["lines"][0]["variantId"], 99))["cart"]
    assert [one["code"] for one in richer["discounts"]] == ["rich"]
    assert richer["totals"]["total"]["amount"] == "400.00"


def test_codes_take_the_place_of_those_there_were(shop: Shop) -> None:
    cart = priced(shop, "spring")
    assert set_codes(shop, cart, "strasse")["cart"]["discountCodes"] == ["strasse"]
    none = set_codes(shop, cart)["cart"]
    assert (none["discountCodes"], none["totals"]["discount"]["amount"]) == ([], "0.00")
    assert set_codes(shop, cart)["cart"]["version"] == none["version"]


def test_a_discount_of_another_currency_gives_nothing(shop: Shop) -> None:
    cart = begun(shop, (variant(shop, "10.00 USD", "9.00 EUR"), 1))
    set_codes(shop, cart, "rich")
    moved = say(shop, cart, currency="EUR")["cart"]
    assert [one["message"] for one in moved["warnings"]] == ['"rich": it is not for carts in EUR']


@pytest.mark.parametrize(
    ("codes", "field"),
    [
        (["x"] * 11, ["codes"]),
        (["x"] * 1000, ["codes"]),
        (["spring", "x" * 51], ["codes", "1"]),
        (["a\nb"], ["codes", "0"]),
        (["\x00"], ["codes", "0"]),
        (["\u202espring"], ["codes", "0"]),
        (["\ufdfa" * 3], ["codes", "0"]),
    ],
)
def test_what_can_be_no_code_is_told_at_its_place_and_nothing_changes(
    shop: Shop, codes: list[str], field: list[str]
) -> None:
    cart = priced(shop, "spring")
    assert told(set_codes(shop, cart, *codes)) == [("INVALID", field)]
    assert read(shop, cart) == cart


def test_a_cart_that_is_bought_or_gone_takes_no_code(shop: Shop) -> None:
    bought, gone = begun(shop), begun(shop)
    complete(shop, bought)
    expire(shop, gone)
    assert told(set_codes(shop, bought, "spring")) == [("CART_COMPLETED", None)]
    assert told(set_codes(shop, gone, "spring")) == [("NOT_FOUND", ["cartId"])]
    assert told(set_codes(shop, {"id": "x"}, "spring")) == [("NOT_FOUND", ["cartId"])]


def test_keys_and_versions_hold_for_codes_too(shop: Shop) -> None:
    cart, key = begun(shop), name("key")
    set_codes(shop, cart, "spring", key=key, expected=1)
    set_codes(shop, cart, "strasse")
    assert set_codes(shop, cart, "spring", key=key, expected=1)["cart"]["discountCodes"] == ["strasse"]
    assert told(set_codes(shop, cart, "SPRING", key=key, expected=1)) == [
        ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    ]
    payload = set_codes(shop, cart, "spring", expected=1)
    assert told(payload) == [("CONFLICT", ["expectedVersion"])]
    assert payload["userErrors"][0]["currentVersion"] == 3
    assert told(set_codes(shop, cart, key="short")) == [("INVALID", ["idempotencyKey"])]
