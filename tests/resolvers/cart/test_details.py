"""What buyers say about themselves: taken as they write it, or told in full what is wrong; and what is missing."""

from typing import Any

import pytest

from domain.cart.carts import MOST_WORTH
from domain.cart.shipping import Place
from tests.domain.cart.strategies import flat_rate, zone
from tests.resolvers.cart.making import ADDRESS, DETAILS, begun, read, reserve, say, told, variant
from tests.resolvers.cart.passing import complete, expire, forget, terms
from tests.resolvers.catalog.making import name
from tests.shop import Shop

SCRIPTS = {
    "Latin": 0xC0, "Greek": 0x3B1, "Cyrillic": 0x430, "Armenian": 0x561, "Hebrew": 0x5D0, "Arabic": 0x628,
    "Devanagari": 0x915, "Bengali": 0x995, "Tamil": 0xB95, "Thai": 0xE01, "Tibetan": 0xF40, "Georgian": 0x10D0,
    "Ethiopic": 0x1208, "Cherokee": 0x13A0, "Khmer": 0x1780, "Mongolian": 0x1820, "Hiragana": 0x3042,
    "Katakana": 0x30A2, "Han": 0x4E00, "Hangul": 0xAC00, "rare Han": 0x20000, "Adlam": 0x1E900, "signs": 0x1F600,
}  # fmt: skip
"""Where letters of each begin in Unicode."""


@pytest.fixture(scope="module", autouse=True)
def germany(shop: Shop) -> None:
    """Two ways to send things to Germany, and none to elsewhere."""
    ways = (flat_rate(1, 490), flat_rate(2, 990))
    terms(shop).save_zone(None, zone(1, *ways, places=(Place(country="DE"),)))
    forget(shop)


def missing(cart: Any) -> list[tuple[str, list[str]]]:
    return [(one["code"], one["field"]) for one in cart["requirements"]]


def saying(shop: Shop, cart: Any, details: dict[str, Any], **more: Any) -> Any:
    return shop.ask(DETAILS, {"id": cart["id"], "input": details} | more)["cartDetailsSet"]


def test_what_is_said_stays_until_it_is_taken_back(shop: Shop) -> None:
    cart = say(shop, begun(shop), email="a@example.com", shippingAddress=ADDRESS)["cart"]
    assert (cart["version"], cart["email"], cart["shippingAddress"]) == (2, "a@example.com", ADDRESS)
    cart = say(shop, cart, billingAddress=ADDRESS | {"city": "Bonn"})["cart"]
    assert (cart["email"], cart["shippingAddress"], cart["billingAddress"]["city"]) == (
        "a@example.com",
        ADDRESS,
        "Bonn",
    )
    cart = say(shop, cart, email=None, shippingAddress=None, billingAddress=None, shippingQuoteId=None)["cart"]
    assert (cart["email"], cart["shippingAddress"], cart["billingAddress"]) == (None, None, None)
    assert read(shop, cart) == cart


def test_saying_the_same_again_or_nothing_makes_no_version(shop: Shop) -> None:
    cart = say(shop, begun(shop), email="a@example.com", shippingAddress=ADDRESS)["cart"]
    for details in ({}, {"email": "a@example.com"}, {"currency": None}, {"shippingAddress": ADDRESS}):
        assert saying(shop, cart, details)["cart"] == cart


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_address_in_any_script_is_given_back_as_it_was_written(shop: Shop, script: str) -> None:
    text = "".join(chr(SCRIPTS[script] + place) for place in range(6))
    address = {"name": text, "line1": f"{text} 1\u20442", "city": text, "postalCode": "10115", "country": "DE"}
    cart = say(shop, begun(shop), shippingAddress=address)["cart"]
    assert cart["shippingAddress"] == address
    assert read(shop, cart)["shippingAddress"] == address


def test_outer_space_goes_and_a_country_may_be_written_small(shop: Shop) -> None:
    cart = say(shop, begun(shop), shippingAddress=ADDRESS | {"name": " Ada\t", "country": "de", "postalCode": " "})
    found = cart["cart"]["shippingAddress"]
    assert (found["name"], found["country"], found["postalCode"]) == ("Ada", "DE", None)


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("name", " \u3000", "REQUIRED"),
        ("line1", "", "REQUIRED"),
        ("city", "x" * 256, "INVALID"),
        ("line1", "Weg 1\r\nBcc: x", "INVALID"),
        ("name", "a\x00b", "INVALID"),
        ("postalCode", "1\u20281", "INVALID"),
        ("country", "Germany", "INVALID"),
        ("country", "\u0434\u0435", "INVALID"),
    ],
)
def test_a_part_that_no_address_has_is_told_at_its_place_and_nothing_changes(
    shop: Shop, part: str, text: str, code: str
) -> None:
    cart, wrong = begun(shop), ADDRESS | {part: text}
    assert told(say(shop, cart, email="a@example.com", billingAddress=wrong)) == [
        (code, ["input", "billingAddress", part])
    ]
    assert read(shop, cart) == cart


def test_all_that_is_wrong_is_told_at_once(shop: Shop) -> None:
    mug = variant(shop, "5.00 USD")
    cart = begun(shop, (mug, 1))
    wrong = ADDRESS | {"city": ""}
    details = {"currency": "EUR", "billingAddress": wrong, "shippingAddress": wrong | {"country": "X"}}
    assert told(saying(shop, cart, details)) == [
        ("INVALID", ["input", "currency"]),
        ("REQUIRED", ["input", "shippingAddress", "city"]),
        ("INVALID", ["input", "shippingAddress", "country"]),
        ("REQUIRED", ["input", "billingAddress", "city"]),
    ]
    assert read(shop, cart) == cart


@pytest.mark.parametrize(
    "email", ['"a\\\rBcc: eve@example.com"@example.com', '"a\0"@example.com', '"\x7f"@example.com']
)
def test_an_email_has_nothing_in_it_that_is_not_seen(shop: Shop, email: str) -> None:
    cart = begun(shop)
    assert told(say(shop, cart, email=email)) == [("INVALID", ["input", "email"])]
    assert read(shop, cart) == cart


@pytest.mark.parametrize("details", [{"email": "nobody"}, {"email": ""}, {"currency": "XXX"}, {"shippingAddress": {}}])
def test_what_is_no_such_value_at_all_is_no_request(shop: Shop, details: dict[str, Any]) -> None:
    cart = begun(shop)
    assert "errors" in shop.send(DETAILS, {"id": cart["id"], "input": details})
    assert read(shop, cart) == cart


def test_a_cart_moves_to_a_currency_in_which_all_of_it_is_sold(shop: Shop) -> None:
    both, dollars = variant(shop, "5.00 USD", "4.00 EUR"), variant(shop, "3.00 USD")
    cart = begun(shop, (both, 2))
    moved = say(shop, cart, currency="EUR")["cart"]
    assert (moved["currency"], moved["totals"]["total"], moved["warnings"]) == (
        "EUR", {"amount": "8.00", "currency": "EUR"}, [],
    )  # fmt: skip
    mixed = begun(shop, (both, 1), (dollars, 1))
    payload = say(shop, mixed, currency="EUR")
    assert told(payload) == [("INVALID", ["input", "currency"])]
    assert payload["userErrors"][0]["message"].endswith(": not sold in EUR")
    assert read(shop, mixed) == mixed


def test_nor_is_it_worth_more_there_than_a_cart_may_be(shop: Shop) -> None:
    dear = variant(shop, "5.00 USD", f"{MOST_WORTH // 100}.00 EUR")
    cart = begun(shop, (dear, 2))
    assert told(say(shop, cart, currency="EUR")) == [("INVALID", ["input", "currency"])]


def test_a_way_of_sending_is_one_of_those_that_the_cart_shows(shop: Shop) -> None:
    cart = begun(shop, (variant(shop, "10.00 USD"), 1))
    assert told(say(shop, cart, shippingQuoteId="quote_x")) == [("SHIPPING_UNAVAILABLE", ["input", "shippingQuoteId"])]
    cart = say(shop, cart, shippingAddress=ADDRESS)["cart"]
    cheap, dear = cart["shippingQuotes"]
    assert (cart["shippingQuote"], cart["totals"]["total"]["amount"]) == (None, "10.00")
    cart = say(shop, cart, shippingQuoteId=dear["id"])["cart"]
    assert (cart["shippingQuote"], cart["totals"]["total"]["amount"]) == (dear, "19.90")
    cart = say(shop, cart, shippingQuoteId=cheap["id"], shippingAddress=ADDRESS | {"city": "Bonn"})["cart"]
    assert (cart["shippingQuote"], cart["totals"]["shipping"]["amount"]) == (cheap, "4.90")
    for id_ in (begun(shop)["id"], "", cheap["id"] + "x"):
        assert told(say(shop, cart, shippingQuoteId=id_)) == [("SHIPPING_UNAVAILABLE", ["input", "shippingQuoteId"])]
    assert read(shop, cart) == cart


def test_a_quote_of_one_cart_is_none_of_anothers(shop: Shop) -> None:
    mug = variant(shop)
    first, second = (say(shop, begun(shop, (mug, 1)), shippingAddress=ADDRESS)["cart"] for _ in range(2))
    payload = say(shop, second, shippingQuoteId=first["shippingQuotes"][0]["id"])
    assert told(payload) == [("SHIPPING_UNAVAILABLE", ["input", "shippingQuoteId"])]


def test_where_nothing_is_sent_is_told_and_the_way_comes_back_with_the_address(shop: Shop) -> None:
    cart = say(shop, begun(shop, (variant(shop), 1)), shippingAddress=ADDRESS)["cart"]
    quote = cart["shippingQuotes"][0]
    say(shop, cart, shippingQuoteId=quote["id"])
    away = say(shop, cart, shippingAddress=ADDRESS | {"country": "FR"})["cart"]
    assert (away["shippingQuotes"], away["shippingQuote"]) == ([], None)
    assert ("SHIPPING_UNAVAILABLE", ["shippingAddress"]) in missing(away)
    assert say(shop, cart, shippingAddress=ADDRESS)["cart"]["shippingQuote"] == quote


def test_what_is_missing_grows_less_until_nothing_is(shop: Shop) -> None:
    cart = begun(shop)
    assert missing(cart) == [("CART_EMPTY", ["lines"])]
    cart = begun(shop, (variant(shop), 2))
    email, address, hold = ("REQUIRED", ["email"]), ("REQUIRED", ["shippingAddress"]), ("REQUIRED", ["reservedUntil"])
    assert missing(cart) == [email, address, hold]
    cart = say(shop, cart, email="a@example.com")["cart"]
    assert missing(cart) == [address, hold]
    cart = say(shop, cart, shippingAddress=ADDRESS)["cart"]
    assert missing(cart) == [("REQUIRED", ["shippingQuote"]), hold]
    cart = say(shop, cart, shippingQuoteId=cart["shippingQuotes"][0]["id"])["cart"]
    assert missing(cart) == [hold]
    forget(shop)
    cart = reserve(shop, cart)["cart"]
    assert (cart["requirements"], cart["warnings"]) == ([], [])
    complete(shop, cart)
    assert missing(read(shop, cart)) == [("CART_COMPLETED", ["order"])]


def test_what_is_downloaded_needs_no_way_of_sending_but_where_the_bill_goes(shop: Shop) -> None:
    cart = say(shop, begun(shop, (variant(shop, kind="DIGITAL"), 1)), email="a@example.com")["cart"]
    assert missing(cart) == [("REQUIRED", ["billingAddress"]), ("REQUIRED", ["reservedUntil"])]
    forget(shop)
    say(shop, cart, billingAddress=ADDRESS)
    assert reserve(shop, cart)["cart"]["requirements"] == []


def test_a_cart_that_is_bought_or_gone_hears_nothing(shop: Shop) -> None:
    bought, gone = begun(shop), begun(shop)
    complete(shop, bought)
    expire(shop, gone)
    assert told(say(shop, bought, email="a@example.com")) == [("CART_COMPLETED", None)]
    assert told(say(shop, gone, email="a@example.com")) == [("NOT_FOUND", ["cartId"])]
    assert told(say(shop, {"id": "cart_x"}, email="a@example.com")) == [("NOT_FOUND", ["cartId"])]


def test_keys_and_versions_hold_for_details_too(shop: Shop) -> None:
    cart, key = begun(shop), name("key")
    first = saying(shop, cart, {"email": "a@example.com"}, key=key, expected=1)
    say(shop, cart, email="b@example.com")
    again = saying(shop, cart, {"email": "a@example.com"}, key=key, expected=1)
    assert (first["cart"]["email"], again["cart"]["email"]) == ("a@example.com", "b@example.com")
    for other in ({"email": "c@example.com"}, {"email": None}, {}):
        assert told(saying(shop, cart, other, key=key, expected=1)) == [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])]
    payload = saying(shop, cart, {"email": None}, expected=1)
    assert told(payload) == [("CONFLICT", ["expectedVersion"])]
    assert payload["userErrors"][0]["currentVersion"] == 3
    assert told(saying(shop, cart, {}, key="short")) == [("INVALID", ["idempotencyKey"])]
