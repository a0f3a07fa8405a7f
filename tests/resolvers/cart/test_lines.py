"""What buyers put into carts: all of it or nothing, once for a key, and no tab loses another's line."""

from typing import Any

import pytest

from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.cart.making import ADD, CREATE, add, begun, creating, read, update, variant, wanted
from tests.resolvers.catalog.making import name
from tests.shop import Shop

NOBODYS = "var_" + "0" * 26 + "-1"


def units(cart: Any) -> dict[str, int]:
    return {line["variantId"]: line["quantity"] for line in cart["lines"]}


def test_what_is_put_into_a_cart_is_there_at_its_price(shop: Shop) -> None:
    mug, hat = variant(shop, "10.00 USD"), variant(shop, "5.50 USD")
    cart = begun(shop, (mug, 2))
    assert (cart["version"], cart["currency"], units(cart)) == (1, "USD", {mug: 2})
    cart = add(shop, cart, (hat, 1), (mug, 1))["cart"]
    assert (cart["version"], units(cart)) == (2, {mug: 3, hat: 1})
    assert [line["total"]["amount"] for line in cart["lines"]] == ["30.00", "5.50"]
    assert cart["totals"]["total"] == {"amount": "35.50", "currency": "USD"}
    assert read(shop, cart) == cart


def test_lines_are_changed_and_removed(shop: Shop) -> None:
    mug, hat = variant(shop), variant(shop)
    cart = begun(shop, (mug, 2), (hat, 1))
    first, second = (line["id"] for line in cart["lines"])
    cart = update(shop, cart, (first, 5), (second, 0))["cart"]
    assert (cart["version"], units(cart)) == (2, {mug: 5})
    assert update(shop, cart, (first, 0))["cart"]["lines"] == []


def test_a_cart_is_in_the_buyers_currency_if_all_is_sold_in_it(shop: Shop) -> None:
    both, dollars = variant(shop, "10.00 USD", "9.00 EUR"), variant(shop, "5.00 USD")
    cart = begun(shop, (both, 1), currency="EUR", country="DE", locale="de")
    assert (cart["currency"], cart["totals"]["total"]["amount"]) == ("EUR", "9.00")
    assert (cart["country"], cart["locale"]) == ("DE", "de")
    assert begun(shop, (both, 1), (dollars, 1), currency="EUR")["currency"] == "USD"
    refused = add(shop, cart, (dollars, 1))
    assert [(error["code"], error["field"]) for error in refused["userErrors"]] == [
        ("INVALID", ["lines", "0", "variantId"])
    ]
    assert read(shop, cart) == cart


@pytest.mark.parametrize(
    ("quantity", "code"),
    [(0, "INVALID"), (-1, "INVALID"), (1000, "INVALID"), (2**31 - 1, "INVALID"), (-(2**31), "INVALID")],
)
def test_a_quantity_that_no_line_has_is_refused_with_its_place_and_nothing_changes(
    shop: Shop, quantity: int, code: str
) -> None:
    mug, hat = variant(shop), variant(shop)
    cart = begun(shop, (mug, 2))
    payload = add(shop, cart, (hat, 1), (mug, quantity))
    assert payload["cart"] is None
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, ["lines", "1", "quantity"])]
    assert read(shop, cart) == cart


def test_half_a_unit_is_no_request_at_all(shop: Shop) -> None:
    cart, mug = begun(shop), variant(shop)
    variables = {"id": cart["id"], "lines": [{"variantId": mug, "quantity": 1.5}], "key": name("key")}
    assert "errors" in shop.send(ADD, variables)
    assert read(shop, cart) == cart


@pytest.mark.parametrize("of", ["x", NOBODYS, "prod_" + "0" * 26, "", "var_" + "0" * 26 + "-1" * 40])
def test_what_is_no_variant_on_sale_is_not_found(shop: Shop, of: str) -> None:
    payload = add(shop, begun(shop), (of, 1))
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("NOT_FOUND", ["lines", "0", "variantId"])
    ]


def test_a_thousand_lines_are_refused_in_one_sentence(shop: Shop) -> None:
    cart = begun(shop)
    payload = add(shop, cart, *[(NOBODYS, 1)] * 1000)
    assert [(error["message"], error["field"]) for error in payload["userErrors"]] == [
        ("a cart has at most 50 lines, not 1,000", ["lines"])
    ]
    created = creating(shop, *[(NOBODYS, 1)] * 1000)
    assert [error["code"] for error in created["userErrors"]] == ["INVALID"]


@pytest.mark.parametrize(
    ("part", "text"), [("country", "Germany"), ("country", "d1"), ("locale", "??"), ("locale", "")]
)
def test_a_buyer_who_cannot_be_is_told_what_would_be_right(shop: Shop, part: str, text: str) -> None:
    (error,) = creating(shop, **{part: text})["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID", ["context", part])
    assert "such as" in error["message"]


def test_a_cart_is_begun_once_for_a_key(shop: Shop) -> None:
    mug, key = variant(shop), name("key")
    carts = at_once(8, lambda _: creating(shop, (mug, 1), key=key)["cart"]["id"])
    assert len(set(carts)) == 1
    (error,) = creating(shop, (mug, 2), key=key)["userErrors"]
    assert error["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_twenty_repetitions_of_a_request_add_once_and_are_answered_alike(shop: Shop) -> None:
    mug, key = variant(shop), name("key")
    cart = begun(shop)
    told = at_once(20, lambda _: add(shop, cart, (mug, 1), key=key))
    assert [one["userErrors"] for one in told] == [[]] * 20
    assert [units(one["cart"]) for one in told] == [{mug: 1}] * 20
    (error,) = add(shop, cart, (mug, 2), key=key)["userErrors"]
    assert (error["code"], error["field"]) == ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])


def test_a_key_of_one_kind_of_request_is_not_taken_for_another(shop: Shop) -> None:
    mug, key = variant(shop), name("key")
    cart = add(shop, begun(shop), (mug, 1), key=key)["cart"]
    (error,) = update(shop, cart, (cart["lines"][0]["id"], 2), key=key)["userErrors"]
    assert error["code"] == "IDEMPOTENCY_KEY_REUSED"


@pytest.mark.parametrize("key", ["", "short", "x" * 129])
def test_a_key_that_is_none_is_refused(shop: Shop, key: str) -> None:
    cart = begun(shop)
    for answer in (
        shop.ask(CREATE, {"key": key})["cartCreate"],
        shop.ask(ADD, {"id": cart["id"], "lines": wanted((variant(shop), 1)), "key": key})["cartLinesAdd"],
    ):
        assert [(error["code"], error["field"]) for error in answer["userErrors"]] == [("INVALID", ["idempotencyKey"])]


def test_two_tabs_lose_no_line(shop: Shop) -> None:
    goods = [variant(shop) for _ in range(8)]
    cart = begun(shop)
    at_once(8, lambda tab: add(shop, cart, (goods[tab], 1)))
    assert units(read(shop, cart)) == dict.fromkeys(goods, 1)


def test_of_two_tabs_that_name_the_version_they_saw_one_is_told_of_the_other(shop: Shop) -> None:
    mug = variant(shop)
    cart = begun(shop)
    told = at_once(2, lambda _: add(shop, cart, (mug, 1), expected=1))
    errors = [error for one in told for error in one["userErrors"]]
    assert [(error["code"], error["field"], error["currentVersion"]) for error in errors] == [
        ("CONFLICT", ["expectedVersion"], 2)
    ]
    assert units(read(shop, cart)) == {mug: 1}


def test_what_was_done_for_a_key_is_answered_so_though_its_version_is_past(shop: Shop) -> None:
    mug, key = variant(shop), name("key")
    cart = begun(shop)
    first, again = (add(shop, cart, (mug, 1), expected=1, key=key) for _ in range(2))
    assert first == again
