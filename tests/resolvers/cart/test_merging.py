"""Signing in: what a guest put into a cart is the customer's then, by the strategy, and nothing stands in the way."""

from typing import Any

import pytest

from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.cart.making import (
    ADDRESS,
    MERGE,
    add,
    begun,
    merge,
    mine,
    read,
    reserve,
    say,
    set_codes,
    variant,
)
from tests.resolvers.cart.passing import complete, expire, forget, set_status
from tests.resolvers.catalog.making import name
from tests.shop import Shop

NOWHERE = {"id": "cart_" + "0" * 26}
NO_GUEST_CART = [("NOT_FOUND", ["guestCartId"])]


def units(cart: Any) -> dict[str, int]:
    return {line["variantId"]: line["quantity"] for line in cart["lines"]}


def changes(payload: Any) -> dict[str, tuple[int, int, int, str]]:
    assert payload["userErrors"] == []
    return {
        one["variantId"]: (one["guest"], one["account"], one["merged"], one["reason"]) for one in payload["changes"]
    }


def refused(payload: Any) -> list[tuple[str, Any]]:
    """Code and field of each error, beside the customer's cart as it is."""
    assert payload["changes"] == []
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


@pytest.mark.parametrize(
    ("strategy", "expected", "reasons"),
    [
        ("SUM", (5, 1, 1), {0: (2, 3, 5, "SUMMED"), 1: (1, 0, 1, "ADDED")}),
        ("KEEP_GUEST", (2, 1, 0), {0: (2, 3, 2, "REPLACED"), 1: (1, 0, 1, "ADDED"), 2: (0, 1, 0, "DROPPED")}),
        ("KEEP_ACCOUNT", (3, 0, 1), {0: (2, 3, 3, "REPLACED"), 1: (1, 0, 0, "DROPPED")}),
    ],
)
def test_carts_merge_by_the_strategy_and_every_change_is_told(
    shop: Shop, strategy: str, expected: tuple[int, ...], reasons: dict[int, Any]
) -> None:
    goods = [variant(shop) for _ in range(3)]
    account = begun(shop, (goods[0], 3), (goods[2], 1), person="shopper")
    guest = begun(shop, (goods[0], 2), (goods[1], 1))
    payload = merge(shop, guest, strategy)
    assert changes(payload) == {goods[number]: change for number, change in reasons.items()}
    assert units(payload["cart"]) == {of: count for of, count in zip(goods, expected, strict=True) if count}
    assert (payload["cart"]["id"], payload["cart"]["version"]) == (
        account["id"],
        1 if strategy == "KEEP_ACCOUNT" else 2,
    )
    assert mine(shop) == payload["cart"] == read(shop, account, "shopper")
    assert (read(shop, guest)["lines"], read(shop, guest)["version"]) == ([], 2)


@pytest.mark.parametrize("strategy", ["SUM", "KEEP_GUEST", "KEEP_ACCOUNT"])
def test_who_has_no_cart_has_the_guests_goods_in_one_that_nobody_else_knows(shop: Shop, strategy: str) -> None:
    complete(shop, begun(shop, person="other"))
    assert mine(shop, "other") is None
    mug = variant(shop)
    guest = begun(shop, (mug, 2), country="DE", locale="de")
    say(shop, guest, email="g@example.com", shippingAddress=ADDRESS)
    set_codes(shop, guest, "SPRING")
    payload = merge(shop, guest, strategy, person="other")
    cart = payload["cart"]
    assert (changes(payload), units(cart)) == ({}, {mug: 2})
    assert (cart["email"], cart["country"], cart["locale"], cart["discountCodes"]) == (
        "g@example.com", "DE", "de", ["SPRING"],
    )  # fmt: skip
    assert cart["shippingAddress"]["city"] == "Berlin"
    assert cart["id"] != guest["id"]
    assert mine(shop, "other") == cart
    assert (read(shop, cart), read(shop, cart, "shopper")) == (None, None)


def test_afterwards_the_guests_cart_is_empty_and_tells_nothing_of_the_customer(shop: Shop) -> None:
    mug, account = variant(shop), begun(shop, person="shopper")
    guest = begun(shop, (mug, 1))
    say(shop, guest, email="guest@example.com", billingAddress=ADDRESS)
    say(shop, account, person="shopper", email="secret@example.com", shippingAddress=ADDRESS | {"name": "Secret"})
    set_codes(shop, guest, "SPRING")
    reserve_now(shop, guest)
    merge(shop, guest)
    left = read(shop, guest)
    assert (left["lines"], left["email"], left["discountCodes"], left["reservedUntil"]) == ([], None, [], None)
    assert (left["shippingAddress"], left["billingAddress"], left["shippingQuote"]) == (None, None, None)
    assert account["id"] not in str(left)
    assert "ecret" not in str(left)
    hat = variant(shop)
    assert units(add(shop, guest, (hat, 1))["cart"]) == {hat: 1}


def reserve_now(shop: Shop, cart: Any, person: str = "guest") -> Any:
    forget(shop)
    payload = reserve(shop, cart, person)
    assert payload["userErrors"] == []
    return payload["cart"]


def test_what_is_held_stays_held_and_no_longer_than_it_was(shop: Shop) -> None:
    mug, hat = variant(shop, units=3), variant(shop, units=1)
    begun(shop, (mug, 1), person="shopper")
    guest = reserve_now(shop, begun(shop, (mug, 2), (hat, 1)))
    cart = merge(shop, guest)["cart"]
    held = {line["variantId"]: (line["quantity"], line["reservation"]["quantity"]) for line in cart["lines"]}
    assert held == {mug: (3, 2), hat: (1, 1)}
    assert {line["reservation"]["expiresAt"] for line in cart["lines"]} == {guest["reservedUntil"]}
    assert cart["reservedUntil"] is None
    rival = begun(shop, (mug, 2), (hat, 1))
    assert [error["available"] for error in reserve(shop, rival)["userErrors"]] == [1, 0]
    assert cart["warnings"] == []
    assert reserve_now(shop, cart, "shopper")["reservedUntil"] is not None


def test_what_is_no_longer_wanted_is_anybodys_at_once(shop: Shop) -> None:
    mug, hat = variant(shop, units=3), variant(shop)
    begun(shop, (hat, 1), person="shopper")
    guest = reserve_now(shop, begun(shop, (mug, 3)))
    merge(shop, guest, "KEEP_ACCOUNT")
    assert reserve(shop, begun(shop, (mug, 3)))["userErrors"] == []


@pytest.mark.parametrize("id_", [NOWHERE["id"], "x", "", "cart_" + "0" * 25, "prod_" + "0" * 26])
def test_a_guests_cart_that_is_not_there_leaves_the_customer_theirs(shop: Shop, id_: str) -> None:
    account = begun(shop, (variant(shop), 1), person="shopper")
    payload = merge(shop, {"id": id_})
    assert refused(payload) == NO_GUEST_CART
    assert payload["cart"] == account


def test_a_customers_cart_is_no_guests_whosever_it_is(shop: Shop) -> None:
    others, account = (begun(shop, (variant(shop), 1), person=person) for person in ("other", "shopper"))
    unknown = merge(shop, NOWHERE)
    assert merge(shop, others) == merge(shop, account) == unknown
    assert (mine(shop), mine(shop, "other")) == (account, others)


def test_an_expired_guests_cart_leaves_the_customer_theirs(shop: Shop) -> None:
    account, guest = begun(shop, (variant(shop), 1), person="shopper"), begun(shop, (variant(shop), 1))
    expire(shop, guest)
    assert merge(shop, guest) == merge(shop, NOWHERE)
    assert mine(shop) == account


def test_an_expired_cart_of_the_customers_is_as_none(shop: Shop) -> None:
    mug = variant(shop)
    expire(shop, begun(shop, (variant(shop), 1), person="shopper"))
    assert mine(shop) is None
    assert merge(shop, NOWHERE)["cart"] is None
    assert units(merge(shop, begun(shop, (mug, 1)))["cart"]) == {mug: 1} == units(mine(shop))


@pytest.mark.parametrize("guests", [True, False], ids=["the guest's", "the customer's"])
def test_a_cart_that_has_become_an_order_takes_no_part(shop: Shop, guests: bool) -> None:
    mug, hat = variant(shop), variant(shop)
    account, guest = begun(shop, (mug, 1), person="shopper"), begun(shop, (hat, 1))
    complete(shop, guest if guests else account)
    payload = merge(shop, guest)
    assert (changes(payload), units(payload["cart"])) == ({}, {mug: 1} if guests else {hat: 1})
    assert (payload["cart"]["id"] == account["id"]) is guests
    assert mine(shop) == payload["cart"]


def test_more_lines_than_a_cart_has_are_told_and_block_nothing(shop: Shop) -> None:
    goods = [variant(shop, units=None) for _ in range(60)]
    begun(shop, *((one, 1) for one in goods[:50]), person="shopper")
    guest = begun(shop, *((one, 999) for one in goods[20:]))
    payload = merge(shop, guest)
    reasons = [change[3] for change in changes(payload).values()]
    assert [reasons.count(one) for one in ("CAPPED", "NO_ROOM")] == [30, 10]
    assert len(payload["cart"]["lines"]) == 50


def test_goods_that_are_gone_or_not_sold_in_the_accounts_currency_block_nothing(shop: Shop) -> None:
    gone, dollars, both = variant(shop), variant(shop, "5.00 USD"), variant(shop, "5.00 USD", "4.00 EUR")
    begun(shop, (both, 1), person="shopper", currency="EUR")
    guest = begun(shop, (gone, 1), (dollars, 1), (both, 1))
    set_status(shop, gone, "ARCHIVED")
    assert changes(merge(shop, guest)) == {
        both: (1, 1, 2, "SUMMED"), gone: (1, 0, 0, "NOT_PRICED"), dollars: (1, 0, 0, "NOT_PRICED"),
    }  # fmt: skip


def test_a_repeated_merge_is_told_the_same_and_a_key_is_for_one_guests_cart(shop: Shop) -> None:
    mug, key = variant(shop), name("key")
    account, guest = begun(shop, (mug, 1), person="shopper"), begun(shop, (mug, 2))
    answers = at_once(8, lambda _: merge(shop, guest, key=key))
    assert [changes(one) for one in answers] == [{mug: (2, 1, 3, "SUMMED")}] * 8
    add(shop, account, (mug, 1), person="shopper")
    again = merge(shop, guest, key=key)
    assert (changes(again), units(again["cart"])) == (changes(answers[0]), {mug: 4})
    for other in (merge(shop, begun(shop, (mug, 1)), key=key), merge(shop, guest, "KEEP_GUEST", key=key)):
        assert refused(other) == [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])]
        assert units(other["cart"]) == {mug: 4}


def test_a_repeated_merge_shows_the_cart_that_the_customer_has_by_now(shop: Shop) -> None:
    mug, key = variant(shop), name("key")
    account, guest = begun(shop, (mug, 1), person="shopper"), begun(shop, (mug, 2))
    first = merge(shop, guest, key=key)
    complete(shop, account)
    assert (merge(shop, guest, key=key)["cart"], mine(shop)) == (None, None)
    other = begun(shop, person="shopper")
    assert merge(shop, guest, key=key) == first | {"cart": other}


def test_a_key_of_another_customers_is_another_key(shop: Shop) -> None:
    mug, key = variant(shop), name("key")
    account, guest = begun(shop, (mug, 1), person="shopper"), begun(shop, (mug, 2))
    begun(shop, person="other")
    merge(shop, guest, key=key)
    payload = merge(shop, guest, person="other", key=key)
    assert (payload["changes"], payload["cart"]["lines"]) == ([], [])
    assert payload["cart"]["id"] != account["id"]


@pytest.mark.parametrize("key", ["short", "x" * 129])
def test_a_key_that_is_none_is_told_beside_the_customers_cart(shop: Shop, key: str) -> None:
    account, guest = begun(shop, (variant(shop), 1), person="shopper"), begun(shop, (variant(shop), 1))
    payload = merge(shop, guest, key=key)
    assert refused(payload) == [("INVALID", ["idempotencyKey"])]
    assert payload["cart"] == account
    assert len(read(shop, guest)["lines"]) == 1


def test_who_has_not_signed_in_merges_nothing(shop: Shop) -> None:
    guest = begun(shop, (variant(shop), 1))
    answer = shop.send(MERGE, {"id": guest["id"], "strategy": "SUM", "key": name("key")})
    assert [error["errorType"] for error in answer["errors"]] == ["Unauthorized"]
    assert read(shop, guest) == guest


def test_two_guests_carts_at_once_both_arrive(shop: Shop) -> None:
    goods = [variant(shop) for _ in range(4)]
    complete(shop, begun(shop, person="shopper"))
    guests = [begun(shop, (one, 1)) for one in goods]
    at_once(4, lambda number: merge(shop, guests[number]))
    assert units(mine(shop)) == dict.fromkeys(goods, 1)
