"""What is held for a buyer: all of a cart or nothing, from any warehouse, until its time is up."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.inventory.holding import HOLD_LIFE
from resolvers.cart.reactions import react_to
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.cart.making import add, begun, read, reserve, say, told, update, variant
from tests.resolvers.cart.passing import (
    carts,
    complete,
    delete_variant,
    expire,
    forget,
    hold_long_ago,
    set_price,
    set_status,
)
from tests.resolvers.catalog.making import name
from tests.resolvers.inventory.making import BOUNDS, adjust, line, saved
from tests.shop import Shop


def levels(shop: Shop, variant: str) -> dict[str, int]:
    """Units of a variant that each warehouse has reserved."""
    stock = shop.handlers["inventory"].store.many([variant])[variant]
    return {level.warehouse_id: level.reserved for level in stock.levels if level.reserved}


def reserved(shop: Shop, variant: str) -> int:
    return sum(levels(shop, variant).values())


def held(shop: Shop, cart: Any, person: str = "guest", **more: Any) -> Any:
    """The cart with its goods held, which must be possible."""
    forget(shop)
    payload = reserve(shop, cart, person, **more)
    assert payload["userErrors"] == []
    return payload["cart"]


def holds(cart: Any) -> dict[str, tuple[int, str]]:
    """Units of each variant that are held, and whether still."""
    found = {line["variantId"]: line["reservation"] for line in cart["lines"]}
    return {of: (one["quantity"], one["status"]) for of, one in found.items() if one}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_everything_in_a_cart_is_held_for_a_quarter_of_an_hour(shop: Shop) -> None:
    mug, hat = variant(shop, units=3), variant(shop, units=3)
    before = carts(shop).now()
    cart = held(shop, begun(shop, (mug, 3), (hat, 1)))
    assert holds(cart) == {mug: (3, "HELD"), hat: (1, "HELD")}
    until = moment(cart["reservedUntil"])
    assert timedelta(0) <= until - before - HOLD_LIFE < timedelta(seconds=30)
    assert {moment(line["reservation"]["expiresAt"]) for line in cart["lines"]} == {until}
    assert len({line["reservation"]["id"] for line in cart["lines"]}) == 2
    assert "RESERVATION_EXPIRED" not in str(cart["requirements"])
    assert (reserved(shop, mug), reserved(shop, hat)) == (3, 1)
    assert read(shop, cart) == cart


def test_what_is_missing_is_told_line_by_line_and_nothing_is_held(shop: Shop) -> None:
    mug, hat, cap = variant(shop, units=5), variant(shop, units=1), variant(shop, units=None)
    cart = begun(shop, (mug, 2), (hat, 3), (cap, 1))
    forget(shop)
    payload = reserve(shop, cart)
    assert payload["cart"] is None
    assert [
        (error["code"], error["field"], error["variantId"], error["requested"], error["available"])
        for error in payload["userErrors"]
    ] == [
        ("INSUFFICIENT_STOCK", ["lines", "1", "quantity"], hat, 3, 1),
        ("INSUFFICIENT_STOCK", ["lines", "2", "quantity"], cap, 1, 0),
    ]
    assert (read(shop, cart)["version"], reserved(shop, mug)) == (1, 0)


def test_units_come_from_the_warehouse_that_is_asked_first_and_then_from_the_next(shop: Shop) -> None:
    mug = variant(shop, units=None)
    last, first, next_ = (saved(shop, priority=priority)["id"] for priority in (90, 0, 50))
    adjust(shop, line(mug, first, 2), line(mug, next_, 2), line(mug, last, 2))
    cart = held(shop, begun(shop, (mug, 5)))
    assert levels(shop, mug) == {first: 2, next_: 2, last: 1}
    update(shop, cart, (cart["lines"][0]["id"], 1))
    held(shop, cart)
    assert levels(shop, mug) == {first: 1}


def test_what_is_still_to_arrive_is_held_too_and_safety_stock_is_not(shop: Shop) -> None:
    mug, place = variant(shop, units=None), saved(shop)["id"]
    adjust(shop, line(mug, place, 5))
    shop.ask(BOUNDS, {"id": mug, "place": place, "safety": 3, "limit": 4}, person="staff")
    assert [error["available"] for error in reserve_now(shop, begun(shop, (mug, 7)))["userErrors"]] == [6]
    held(shop, begun(shop, (mug, 6)))
    assert levels(shop, mug) == {place: 6}


def reserve_now(shop: Shop, cart: Any) -> Any:
    forget(shop)
    return reserve(shop, cart)


def test_the_same_key_renews_nothing_and_another_does(shop: Shop) -> None:
    mug, key = variant(shop, units=2), name("key")
    cart = held(shop, begun(shop, (mug, 2)), key=key)
    assert held(shop, cart, key=key) == cart
    renewed = held(shop, cart)
    assert moment(renewed["reservedUntil"]) > moment(cart["reservedUntil"])
    assert renewed["version"] == cart["version"] + 1
    assert reserved(shop, mug) == 2
    assert told(reserve(shop, begun(shop, (mug, 1)), key="short")) == [("INVALID", ["idempotencyKey"])]


def test_twenty_calls_with_one_key_hold_once(shop: Shop) -> None:
    mug, key = variant(shop, units=2), name("key")
    cart = begun(shop, (mug, 2))
    forget(shop)
    answers = at_once(20, lambda _: reserve(shop, cart, key=key))
    assert [one["userErrors"] for one in answers] == [[]] * 20
    assert {one["cart"]["version"] for one in answers} == {2}
    assert reserved(shop, mug) == 2


def test_of_twelve_carts_that_want_the_last_five_units_five_have_one(shop: Shop) -> None:
    mug = variant(shop, units=5)
    rivals = [begun(shop, (mug, 1)) for _ in range(12)]
    forget(shop)
    answers = at_once(12, lambda number: reserve(shop, rivals[number]))
    assert sum(one["userErrors"] == [] for one in answers) == 5
    assert [error["available"] for one in answers for error in one["userErrors"]] == [0] * 7
    assert reserved(shop, mug) == 5


def test_fewer_units_give_the_others_back_and_the_last_line_all(shop: Shop) -> None:
    mug, hat = variant(shop, units=5), variant(shop, units=5)
    cart = held(shop, begun(shop, (mug, 5), (hat, 1)))
    first, second = (line["id"] for line in cart["lines"])
    fewer = update(shop, cart, (first, 2))["cart"]
    assert (holds(fewer), fewer["reservedUntil"]) == ({mug: (2, "HELD"), hat: (1, "HELD")}, cart["reservedUntil"])
    assert (reserved(shop, mug), reserved(shop, hat)) == (2, 1)
    held(shop, begun(shop, (mug, 3)))
    empty = update(shop, cart, (first, 0), (second, 0))["cart"]
    assert (empty["lines"], empty["reservedUntil"]) == ([], None)
    assert (reserved(shop, mug), reserved(shop, hat)) == (3, 0)


def test_more_units_keep_what_is_held_and_all_is_held_again_when_asked(shop: Shop) -> None:
    mug, hat = variant(shop, units=5), variant(shop, units=5)
    cart = held(shop, begun(shop, (mug, 2)))
    more = add(shop, cart, (mug, 1), (hat, 1))["cart"]
    assert (holds(more), more["reservedUntil"]) == ({mug: (2, "HELD")}, None)
    assert ("REQUIRED", ["reservedUntil"]) in [(one["code"], one["field"]) for one in more["requirements"]]
    again = held(shop, more)
    assert (holds(again), reserved(shop, mug)) == ({mug: (3, "HELD"), hat: (1, "HELD")}, 3)


def test_what_cannot_be_held_in_full_leaves_held_what_is(shop: Shop) -> None:
    mug = variant(shop, units=2)
    cart = held(shop, begun(shop, (mug, 2)))
    more = add(shop, cart, (mug, 1))["cart"]
    (error,) = reserve(shop, more)["userErrors"]
    assert (error["requested"], error["available"]) == (3, 2)
    assert read(shop, cart) == more
    assert (holds(more), reserved(shop, mug)) == ({mug: (2, "HELD")}, 2)


def test_details_and_currency_leave_what_is_held(shop: Shop) -> None:
    mug = variant(shop, "5.00 USD", "4.00 EUR", units=2)
    cart = held(shop, begun(shop, (mug, 2)))
    moved = say(shop, cart, currency="EUR", email="a@example.com")["cart"]
    assert (holds(moved), moved["reservedUntil"]) == ({mug: (2, "HELD")}, cart["reservedUntil"])


def test_a_hold_that_has_run_out_is_told_and_blocks_nobody(shop: Shop) -> None:
    mug = variant(shop, units=2)
    cart = begun(shop, (mug, 2))
    hold_long_ago(shop, cart)
    late = read(shop, cart)
    assert (holds(late), late["reservedUntil"]) == ({mug: (2, "EXPIRED")}, None)
    assert ("RESERVATION_EXPIRED", ["reservedUntil"]) in [(one["code"], one["field"]) for one in late["requirements"]]
    rival = held(shop, begun(shop, (mug, 2)))
    assert holds(rival) == {mug: (2, "HELD")}
    assert [(error["available"], error["field"]) for error in reserve(shop, late)["userErrors"]] == [
        (0, ["lines", "0", "quantity"])
    ]
    assert [(one["code"], one["available"]) for one in read(shop, cart)["warnings"]] == [("INSUFFICIENT_STOCK", 0)]


def test_what_has_run_out_is_swept_up_and_the_cart_says_so(shop: Shop) -> None:
    mug = variant(shop, units=2)
    cart, gone, fresh = (begun(shop, (mug, 1)) for _ in range(3))
    for one in (cart, gone):
        hold_long_ago(shop, one)
    expire(shop, gone)
    held(shop, fresh)
    react_to(carts(shop), {})
    swept = read(shop, cart)
    assert (holds(swept), swept["reservedUntil"], swept["version"]) == ({}, None, 3)
    assert reserved(shop, mug) == 1
    react_to(carts(shop), {})
    assert read(shop, cart)["version"] == 3
    assert holds(read(shop, fresh)) == {mug: (1, "HELD")}


def test_a_change_of_lines_after_the_hold_ran_out_gives_back_what_is_left(shop: Shop) -> None:
    mug = variant(shop, units=2)
    cart = begun(shop, (mug, 2))
    hold_long_ago(shop, cart)
    less = update(shop, cart, (cart["lines"][0]["id"], 1))["cart"]
    assert (holds(less), reserved(shop, mug)) == ({}, 0)


@pytest.mark.parametrize("gone", ["ARCHIVED", "DRAFT", "deleted"])
def test_what_is_no_longer_on_sale_is_not_held(shop: Shop, gone: str) -> None:
    mug, hat = variant(shop), variant(shop)
    cart = begun(shop, (hat, 1), (mug, 1))
    if gone == "deleted":
        delete_variant(shop, mug)
    else:
        set_status(shop, mug, gone)
    assert told(reserve_now(shop, cart)) == [("NOT_FOUND", ["lines", "1", "variantId"])]
    assert (reserved(shop, hat), reserved(shop, mug)) == (0, 0)


def test_what_is_not_sold_in_the_carts_currency_any_more_is_not_held(shop: Shop) -> None:
    mug = variant(shop, "5.00 USD", "4.00 EUR")
    cart = begun(shop, (mug, 1), currency="EUR")
    set_price(shop, mug, "5.00")
    assert told(reserve_now(shop, cart)) == [("NOT_FOUND", ["lines", "0", "variantId"])]
    assert reserved(shop, mug) == 0


def test_an_empty_cart_a_bought_one_and_one_that_is_not_there_hold_nothing(shop: Shop) -> None:
    mug = variant(shop)
    empty, bought, gone = begun(shop), begun(shop, (mug, 1)), begun(shop, (mug, 1))
    complete(shop, bought)
    expire(shop, gone)
    assert told(reserve_now(shop, empty)) == [("CART_EMPTY", ["cartId"])]
    assert told(reserve(shop, bought)) == [("CART_COMPLETED", None)]
    assert told(reserve(shop, gone)) == told(reserve(shop, {"id": "cart_" + "0" * 26})) == [("NOT_FOUND", ["cartId"])]
    assert reserved(shop, mug) == 0


def test_another_version_than_was_seen_is_not_held(shop: Shop) -> None:
    mug = variant(shop)
    cart = begun(shop, (mug, 1))
    add(shop, cart, (mug, 1))
    (error,) = reserve(shop, cart, expected=1)["userErrors"]
    assert (error["code"], error["field"], error["currentVersion"]) == ("CONFLICT", ["expectedVersion"], 2)
    assert reserved(shop, mug) == 0
    assert holds(held(shop, cart, expected=2)) == {mug: (2, "HELD")}
