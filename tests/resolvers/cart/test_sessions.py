"""A guest who comes back finds the shop as it was left; nobody finds anybody else's."""

from collections.abc import Iterator
from typing import Any

import pytest

from domain.sessions import MOST_VIEWED
from resolvers._kit.ids import new_id
from tests.resolvers.cart.making import MERGE, MINE, add, begun, read, variant
from tests.resolvers.cart.remembering import (
    creating_in,
    for_whom,
    patient,
    point,
    remembered,
    renew,
    started,
    view,
)
from tests.resolvers.catalog.making import UPDATE, made, name, product_input
from tests.shop import Shop

NEVER_STARTED = "sess_" + "0" * 26


@pytest.fixture(scope="module")
def shop(emulator: str, valkey_url: str) -> Iterator[Shop]:
    with patient(emulator, valkey_url) as one:
        yield one


def refusals(payload: Any) -> list[tuple[str, list[str]]]:
    """What stood against a change, which then gives no session."""
    assert payload["session"] is None
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def test_a_session_is_what_it_was_started_with_until_it_is_told_otherwise(shop: Shop) -> None:
    session = started(shop, locale="de-AT", currency="EUR", country="AT")
    assert session == {
        "id": session["id"], "locale": "de-AT", "currency": "EUR", "country": "AT", "remembered": True, "cart": None,
        "recentlyViewed": [],
    }  # fmt: skip
    assert remembered(shop, session["id"]) == session
    changed = for_whom(shop, session["id"], locale="fr")["session"]
    assert changed == session | {"locale": "fr", "currency": None, "country": None}
    assert remembered(shop, session["id"]) == changed
    assert started(shop)["id"] != session["id"]


@pytest.mark.parametrize("id_", [NEVER_STARTED, "", "x", "cart_" + "0" * 26, "sess_" + "0" * 10_000])
def test_nobody_is_known_by_an_id_that_they_were_not_given(shop: Shop, id_: str) -> None:
    assert remembered(shop, id_) is None
    cart, product = begun(shop), made(shop)
    for payload in (
        for_whom(shop, id_, locale="de"),
        point(shop, id_, cart["id"]),
        point(shop, id_, None),
        view(shop, id_, product["id"]),
        renew(shop, id_),
    ):
        assert refusals(payload) == [("NOT_FOUND", ["id"])]
    assert remembered(shop, id_) is None


@pytest.mark.parametrize(("part", "text"), [("country", "Germany"), ("locale", "??"), ("locale", "")])
def test_a_guest_who_cannot_be_is_told_what_would_be_right_and_nothing_changes(
    shop: Shop, part: str, text: str
) -> None:
    session = started(shop, locale="de")
    assert refusals(for_whom(shop, session["id"], **{part: text})) == [("INVALID", ["context", part])]
    assert remembered(shop, session["id"]) == session


def test_a_session_leads_to_its_cart_as_it_is_now(shop: Shop) -> None:
    session, cart = started(shop), begun(shop)
    assert point(shop, session["id"], cart["id"])["session"]["cart"] == {"id": cart["id"], "version": 1}
    add(shop, cart, (variant(shop), 1))
    assert remembered(shop, session["id"])["cart"] == {"id": cart["id"], "version": 2}
    assert point(shop, session["id"], None)["session"]["cart"] is None
    assert remembered(shop, session["id"])["cart"] is None


def test_a_session_takes_no_cart_and_shows_none_that_is_not_the_callers(shop: Shop) -> None:
    session, cart = started(shop)["id"], begun(shop, person="shopper")["id"]
    for stranger in ("guest", "other", "staff"):
        assert refusals(point(shop, session, cart, stranger)) == [("NOT_FOUND", ["cartId"])]
    for nothing in ("", "x", new_id("cart")):
        assert refusals(point(shop, session, nothing)) == [("NOT_FOUND", ["cartId"])]
    assert point(shop, session, cart, "shopper")["session"]["cart"]["id"] == cart
    assert remembered(shop, session, "shopper")["cart"]["id"] == cart
    assert [remembered(shop, session, person)["cart"] for person in ("guest", "other", "staff")] == [None] * 3


def test_what_was_looked_at_is_shown_newest_first_in_the_guests_currency_and_language(shop: Shop) -> None:
    prices = [{"amount": "10.00", "currency": "USD"}, {"amount": "9.00", "currency": "EUR"}]
    both = made(shop, variants=[{"sku": "both", "prices": prices}], translations=[{"locale": "de", "name": "Schürze"}])
    dollars = made(shop)
    session = started(shop, locale="de-DE", currency="EUR")["id"]
    *_, last = [view(shop, session, product["id"]) for product in (both, dollars, both)]
    seen = last["session"]["recentlyViewed"]
    assert seen == remembered(shop, session)["recentlyViewed"]
    assert [(one["id"], one["name"], one["priceRange"]["min"]) for one in seen] == [
        (both["id"], "Schürze", {"amount": "9.00", "currency": "EUR"}),
        (dollars["id"], dollars["name"], {"amount": "10.00", "currency": "USD"}),
    ]


def test_what_is_no_longer_on_sale_is_not_shown(shop: Shop) -> None:
    slug = name("gone")
    gone, stays = made(shop, slug=slug), made(shop)
    session = started(shop)["id"]
    for product in (gone["id"], stays["id"], new_id("prod")):
        view(shop, session, product)
    shop.ask(UPDATE, {"id": gone["id"], "input": product_input(slug=slug, status="ARCHIVED")}, person="staff")
    shop.settle()
    shop.handler.cache.near.clear()
    assert [one["id"] for one in remembered(shop, session)["recentlyViewed"]] == [stays["id"]]


@pytest.mark.parametrize("id_", ["", "x", "prod_", "var_" + "0" * 26 + "-1", "prod_" + "0" * 26 + " x"])
def test_what_is_no_product_is_not_remembered(shop: Shop, id_: str) -> None:
    assert refusals(view(shop, started(shop)["id"], id_)) == [("NOT_FOUND", ["productId"])]


def test_twenty_products_are_one_read_and_no_more_are_kept(shop: Shop) -> None:
    products = [made(shop)["id"] for _ in range(MOST_VIEWED + 2)]
    session = started(shop)["id"]
    for product in products:
        view(shop, session, product)
    before = len(shop.invoked)
    assert [one["id"] for one in remembered(shop, session)["recentlyViewed"]] == products[:1:-1]
    assert shop.invoked[before:].count("Session.recentlyViewed") == 1


def test_two_sessions_asked_for_at_once_are_not_mixed_up(shop: Shop) -> None:
    one, other = started(shop), started(shop)
    product, mine = made(shop), [begun(shop)["id"] for _ in range(2)]
    point(shop, one["id"], mine[0])
    point(shop, other["id"], mine[1])
    view(shop, other["id"], product["id"])
    part = "{ cart { id } recentlyViewed { id } }"
    document = f"query($a: ID!, $b: ID!) {{ a: session(id: $a) {part} b: session(id: $b) {part} }}"
    assert shop.ask(document, {"a": one["id"], "b": other["id"]}) == {
        "a": {"cart": {"id": mine[0]}, "recentlyViewed": []},
        "b": {"cart": {"id": mine[1]}, "recentlyViewed": [{"id": product["id"]}]},
    }


def test_a_cart_begun_in_a_session_is_for_its_guest_and_is_its_cart(shop: Shop) -> None:
    both = variant(shop, "10.00 USD", "9.00 EUR")
    session = started(shop, locale="de", currency="EUR", country="DE")["id"]
    cart = creating_in(shop, session, (both, 1), country="AT")["cart"]
    assert (cart["locale"], cart["currency"], cart["country"]) == ("de", "EUR", "AT")
    assert remembered(shop, session)["cart"] == {"id": cart["id"], "version": 1}
    assert remembered(shop, session)["country"] == "DE"


def test_a_cart_that_is_refused_is_no_sessions_cart(shop: Shop) -> None:
    session = started(shop)["id"]
    cart = creating_in(shop, session)["cart"]
    assert creating_in(shop, session, ("x", 1))["cart"] is None
    assert remembered(shop, session)["cart"]["id"] == cart["id"]


def test_a_repeated_request_gives_the_same_cart_whatever_the_session_says_by_then(shop: Shop) -> None:
    session, key, mug = started(shop, locale="de", country="DE")["id"], name("key"), variant(shop)
    cart = creating_in(shop, session, (mug, 1), key=key)["cart"]
    for_whom(shop, session, locale="fr", country="FR")
    point(shop, session, begun(shop)["id"])
    assert creating_in(shop, session, (mug, 1), key=key) == {"cart": cart, "userErrors": []}
    assert remembered(shop, session)["cart"]["id"] == cart["id"]
    renew(shop, session)
    assert creating_in(shop, session, (mug, 1), key=key) == {"cart": cart, "userErrors": []}
    other = creating_in(shop, started(shop)["id"], (mug, 1), key=key)
    assert [error["code"] for error in other["userErrors"]] == ["IDEMPOTENCY_KEY_REUSED"]


@pytest.mark.parametrize("id_", [None, "", "x", NEVER_STARTED])
def test_a_cart_is_begun_all_the_same_when_nobody_is_known(shop: Shop, id_: str | None) -> None:
    payload = creating_in(shop, id_, locale="de")
    assert payload["userErrors"] == []
    assert payload["cart"]["locale"] == "de"
    assert read(shop, payload["cart"]) == payload["cart"]


def test_at_sign_in_a_planted_session_is_left_behind_and_its_cart_with_it(shop: Shop) -> None:
    """Somebody else knows the session, and by it the guest's cart; the goods are the customer's alone afterwards."""
    mug, product = variant(shop), made(shop)["id"]
    planted = started(shop, locale="de", currency="USD")["id"]
    guest = creating_in(shop, planted, (mug, 2))["cart"]
    view(shop, planted, product)
    merge = {"id": guest["id"], "strategy": "SUM", "key": name("key")}
    merged = shop.ask(MERGE, merge, person="other")["cartMerge"]["cart"]
    session = renew(shop, planted, "other")["session"]
    assert (session["locale"], session["cart"]) == ("de", None)
    assert [one["id"] for one in session["recentlyViewed"]] == [product]
    assert remembered(shop, session["id"]) == session

    assert remembered(shop, planted) is None
    assert refusals(point(shop, planted, guest["id"])) == [("NOT_FOUND", ["id"])]
    assert shop.ask(MINE, person="other")["myCart"] == merged
    assert [line["quantity"] for line in merged["lines"]] == [2]
    assert read(shop, merged) is None
    assert read(shop, guest)["lines"] == []
