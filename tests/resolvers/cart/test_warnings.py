"""What has changed since a buyer last saw a cart is told in the cart, and what is gone is not charged."""

from typing import Any

import pytest

from tests.resolvers.cart.making import add, begun, read, reserve, told, update, variant
from tests.resolvers.cart.passing import complete, delete_variant, expire, forget, set_price, set_status
from tests.resolvers.inventory.making import adjust, line
from tests.shop import Shop


def warned(cart: Any) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["field"]) for one in cart["warnings"]]


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def take(shop: Shop, variant: str, units: int) -> None:
    """Have so many units of a variant leave the one warehouse that has it."""
    stock = shop.handlers["inventory"].store.many([variant])[variant]
    assert adjust(shop, line(variant, stock.levels[0].warehouse_id, -units))["userErrors"] == []


def test_another_price_is_charged_and_told_until_the_buyer_changes_the_line(shop: Shop) -> None:
    mug = variant(shop, "10.00 USD")
    cart = begun(shop, (mug, 2))
    set_price(shop, mug, "12.50")
    dearer = read(shop, cart)
    (warning,) = dearer["warnings"]
    assert (warning["code"], warning["field"]) == ("PRICE_CHANGED", ["lines", "0", "unitPrice"])
    assert (warning["lineId"], warning["was"], warning["now"]) == (cart["lines"][0]["id"], usd("10.00"), usd("12.50"))
    assert "costs 12.50, not 10.00" in warning["message"]
    assert (dearer["lines"][0]["unitPrice"], dearer["totals"]["total"]) == (usd("12.50"), usd("25.00"))
    assert dearer["version"] == 1
    seen = update(shop, cart, (cart["lines"][0]["id"], 1))["cart"]
    assert (seen["warnings"], seen["totals"]["total"]) == ([], usd("12.50"))


def test_a_price_that_comes_back_is_no_news(shop: Shop) -> None:
    mug = variant(shop, "10.00 USD")
    cart = begun(shop, (mug, 1))
    for amount, news in (("9.99", ["PRICE_CHANGED"]), ("10.00", [])):
        set_price(shop, mug, amount)
        assert [one["code"] for one in read(shop, cart)["warnings"]] == news


def test_less_stock_than_wanted_is_told_with_what_there_is(shop: Shop) -> None:
    mug, hat = variant(shop, units=5), variant(shop, units=None)
    cart = begun(shop, (mug, 4), (hat, 1))
    take(shop, mug, 3)
    found = read(shop, cart)
    first, second = (["lines", place, "quantity"] for place in "01")
    assert warned(found) == [("INSUFFICIENT_STOCK", first), ("INSUFFICIENT_STOCK", second)]
    assert [(one["variantId"], one["requested"], one["available"]) for one in found["warnings"]] == [
        (mug, 4, 2), (hat, 1, 0),
    ]  # fmt: skip
    assert [one["field"] for one in found["requirements"] if one["code"] == "INSUFFICIENT_STOCK"] == [first, second]
    assert warned(update(shop, cart, (cart["lines"][0]["id"], 2), (cart["lines"][1]["id"], 0))["cart"]) == []


def test_what_others_hold_is_not_there_and_what_one_holds_oneself_is(shop: Shop) -> None:
    mug = variant(shop, units=3)
    cart, rival = begun(shop, (mug, 2)), begun(shop, (mug, 2))
    forget(shop)
    assert reserve(shop, cart)["cart"]["warnings"] == []
    assert [one["available"] for one in read(shop, rival)["warnings"]] == [1]
    more = add(shop, cart, (mug, 2))["cart"]
    assert [(one["requested"], one["available"]) for one in more["warnings"]] == [(4, 3)]
    assert update(shop, cart, (cart["lines"][0]["id"], 3))["cart"]["warnings"] == []


@pytest.mark.parametrize("gone", ["ARCHIVED", "DRAFT", "deleted"])
def test_what_is_no_longer_on_sale_stays_to_be_seen_costs_nothing_and_stands_in_the_way(shop: Shop, gone: str) -> None:
    mug, hat = variant(shop, "10.00 USD"), variant(shop, "3.00 USD")
    cart = begun(shop, (mug, 2), (hat, 1))
    if gone == "deleted":
        delete_variant(shop, mug)
    else:
        set_status(shop, mug, gone)
    found = read(shop, cart)
    assert warned(found) == [("NOT_FOUND", ["lines", "0"])]
    assert ("NOT_FOUND", ["lines", "0"]) in [(one["code"], one["field"]) for one in found["requirements"]]
    stale = found["lines"][0]
    assert (stale["name"], stale["quantity"]) == (cart["lines"][0]["name"], 2)
    assert (stale["unitPrice"], stale["total"], found["totals"]["total"]) == (usd("10.00"), usd("0.00"), usd("3.00"))
    assert told(update(shop, cart, (stale["id"], 1))) == [("NOT_FOUND", ["lines", "0", "variantId"])]
    assert told(add(shop, cart, (mug, 1))) == [("NOT_FOUND", ["lines", "0", "variantId"])]
    assert read(shop, cart) == found
    assert warned(add(shop, cart, (hat, 1))["cart"]) == [("NOT_FOUND", ["lines", "0"])]
    assert warned(update(shop, cart, (stale["id"], 0))["cart"]) == []


def test_what_is_on_sale_again_costs_what_it_did(shop: Shop) -> None:
    mug = variant(shop, "10.00 USD")
    cart = begun(shop, (mug, 1))
    set_status(shop, mug, "ARCHIVED")
    assert read(shop, cart)["totals"]["total"] == usd("0.00")
    set_status(shop, mug, "ACTIVE")
    assert read(shop, cart) == cart


def test_every_line_is_told_of_at_its_own_place(shop: Shop) -> None:
    dearer, short, gone, fine = (variant(shop, units=5) for _ in range(4))
    cart = begun(shop, (fine, 1), (gone, 1), (short, 9), (dearer, 9))
    set_price(shop, dearer, "99.00")
    set_status(shop, gone, "ARCHIVED")
    assert warned(read(shop, cart)) == [
        ("NOT_FOUND", ["lines", "1"]),
        ("INSUFFICIENT_STOCK", ["lines", "2", "quantity"]),
        ("PRICE_CHANGED", ["lines", "3", "unitPrice"]),
        ("INSUFFICIENT_STOCK", ["lines", "3", "quantity"]),
    ]


@pytest.mark.parametrize("quantity", [-1, 1000, 2**31 - 1, -(2**31)])
def test_a_quantity_that_no_line_has_is_refused_and_nothing_changes(shop: Shop, quantity: int) -> None:
    cart = begun(shop, (variant(shop), 2), (variant(shop), 1))
    first, second = (line["id"] for line in cart["lines"])
    assert told(update(shop, cart, (first, 0), (second, quantity))) == [("INVALID", ["lines", "1", "quantity"])]
    assert read(shop, cart) == cart


def test_lines_that_a_cart_has_not_or_that_are_given_twice_are_refused(shop: Shop) -> None:
    cart, other = begun(shop, (variant(shop), 2)), begun(shop, (variant(shop), 1))
    own, strange = cart["lines"][0]["id"], other["lines"][0]["id"]
    assert told(update(shop, cart, (strange, 1), (own, 1), (own, 2), ("", 0))) == [
        ("NOT_FOUND", ["lines", "0", "lineId"]),
        ("DUPLICATE", ["lines", "2", "lineId"]),
        ("NOT_FOUND", ["lines", "3", "lineId"]),
    ]
    assert told(update(shop, cart, *[(own, 1)] * 1000)) == [("INVALID", ["lines"])]
    assert read(shop, cart) == cart


def test_lines_of_a_cart_that_is_bought_or_gone_are_not_changed(shop: Shop) -> None:
    mug = variant(shop)
    bought, gone = begun(shop, (mug, 1)), begun(shop, (mug, 1))
    complete(shop, bought)
    expire(shop, gone)
    for cart, expected in ((bought, ("CART_COMPLETED", None)), (gone, ("NOT_FOUND", ["cartId"]))):
        assert told(add(shop, cart, (mug, 1))) == [expected]
        assert told(update(shop, cart, (cart["lines"][0]["id"], 0))) == [expected]
    assert read(shop, bought)["lines"] == bought["lines"]
    assert read(shop, gone) is None
