"""From the cart table's stream to the graph: every change of a cart is told as it was recorded, in order and whole."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasources.dynamo.cart_stream import cart_change
from datasources.live.graph import LARGEST_ANSWER
from domain.cart.carts import MOST_LINES, MOST_QUANTITY
from domain.cart.settings import MOST_AUTOMATIC, MOST_RATES
from domain.ids import variant_id
from domain.money import Money
from local.appsync.access import Profile
from local.appsync.deployed import Mode
from local.appsync.execution import project
from local.appsync.identity import Caller
from local.appsync.wire import Question, Request
from resolvers.cart.announcing import Announcement, announcement_of, publication_of
from resolvers.cart.selections import DOCUMENTS
from tests.resolvers.cart.making import CODES, add, begun, read, reserve, say, update, variant
from tests.resolvers.cart.test_terms import SAVE_DISCOUNT, SAVE_ZONE
from tests.resolvers.cart.test_terms import saved as kept_terms
from tests.resolvers.catalog.making import made, name
from tests.shop import FUNCTION, Shop

translated: Final = partial(publication_of, cart_change)
WIDE: Final = "\U0001f6cd"
"""A character of four bytes, which is the most that one has."""
LISTEN: Final = """
subscription($id: ID!) {
  cartChanged(cartId: $id) {
    seq
    cart { warnings { message ... on PriceChangedError { was { amount } now { amount } } } lines { variant { id } } }
  }
}"""


def records(shop: Shop) -> list[Any]:
    return [record for some in shop.news("cart") for record in some]


@pytest.fixture(scope="module")
def goods(shop: Shop) -> list[str]:
    return [variant(shop, units=100_000) for _ in range(2)]


def edited(shop: Shop, cart: Any, goods: list[str], edit: str, number: int) -> Any:
    """The cart after an edit, which may be none."""
    answers = {
        "add": lambda: add(shop, cart, (goods[number % 2], 1)),
        "remove": lambda: update(shop, cart, *((line["id"], 0) for line in cart["lines"][:1])),
        "email": lambda: say(shop, cart, email=f"ada{number}@example.org"),
        "same": lambda: say(shop, cart, email=cart["email"]),
        "codes": lambda: shop.ask(CODES, {"id": cart["id"], "codes": [f"CODE{number}"]})["cartDiscountCodesSet"],
        "hold": lambda: reserve(shop, cart),
    }
    return answers[edit]()["cart"] or cart


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["add", "remove", "email", "same", "codes", "hold"]), max_size=7))
def test_any_changes_are_announced_as_they_are_recorded_and_without_a_gap(
    shop: Shop, goods: list[str], edits: list[str]
) -> None:
    records(shop)
    cart = begun(shop, (goods[0], 1))
    for number, edit in enumerate(edits):
        cart = edited(shop, cart, goods, edit, number)
    told = [found for record in records(shop) if (found := translated(record))]
    kept = shop.handlers["cart"].store.get(cart["id"])
    assert {found.key for found in told} == {cart["id"]}
    assert [found.variables["seq"] for found in told] == list(range(1, kept.cart.version + 1))
    announced = [msgspec.json.decode(found.variables["payload"], type=Announcement) for found in told]
    assert [(one.reason, one.at) for one in announced] == [(one.reason, one.at) for one in kept.changes]
    assert [one.cart.version for one in announced] == [one.seq for one in kept.changes]
    assert announced[-1] == announcement_of(kept)


def test_what_is_no_change_of_a_cart_is_not_announced(shop: Shop, goods: list[str]) -> None:
    records(shop)
    cart = begun(shop, (goods[0], 1), person="shopper")
    kept_terms(shop, SAVE_DISCOUNT, {"title": "All", "kind": "FREE_SHIPPING", "code": name("code")})
    found = records(shop)
    kinds = {record["dynamodb"]["Keys"]["pk"]["S"].partition("#")[0] for record in found}
    assert {"CART", "CUSTOMER", "KEY", "DISCOUNT", "CODE"} <= kinds
    assert [each.key for record in found if (each := translated(record))] == [cart["id"]]
    ours = next(one for one in found if one["dynamodb"]["Keys"]["sk"]["S"] == "CART")["dynamodb"]
    rewritten = {"dynamodb": ours | {"OldImage": ours["NewImage"]}}
    gone = {"Keys": ours["Keys"], "OldImage": ours["NewImage"]}
    ttl = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert [translated(one) for one in (rewritten, {"userIdentity": ttl, "dynamodb": gone})] == [None, None]


def test_who_listens_is_told_what_a_price_was_and_of_other_domains_null(shop: Shop, goods: list[str]) -> None:
    cart = begun(shop, (goods[0], 1))
    kept = shop.handlers["cart"].store.get(cart["id"])
    (line,) = kept.cart.lines
    seen = replace(line, seen_price=Money(900, line.seen_price.currency))
    dearer = announcement_of(replace(kept, cart=replace(kept.cart, lines=(seen,))))
    answer = published(shop, dearer)
    told = heard_of(shop, answer, cart["id"])
    assert told["cart"]["warnings"] == [
        {"message": answer["cart"]["warnings"][0]["message"], "was": {"amount": "9.00"}, "now": {"amount": "10.00"}}
    ]
    assert told["cart"]["lines"] == [{"variant": None}]


def test_the_largest_cart_that_there_can_be_is_one_that_appsync_tells(shop: Shop) -> None:
    """Every text as long as it may be, of the widest characters; less in stock and other prices than were seen."""
    widest = WIDE * 255
    options = ["Colour", "Size", "Cut"]
    goods = made(
        shop,
        name=widest,
        variants=[
            {
                "sku": name("SKU"),
                "prices": [{"amount": "10.00", "currency": "USD"}],
                "options": [{"name": option, "value": f"{number:02}{widest[2:]}"} for option in options],
            }
            for number in range(MOST_LINES)
        ],
    )
    for _ in range(MOST_AUTOMATIC):
        discount = {"title": widest, "kind": "PERCENT", "percent": "1", "productIds": [goods["id"]]}
        kept_terms(shop, SAVE_DISCOUNT, discount)
    rate = {
        "method": widest, "carrier": widest, "minDays": 1000, "maxDays": 1000,
        "brackets": [{"price": {"amount": "1000000.00", "currency": "USD"}}],
    }  # fmt: skip
    kept_terms(shop, SAVE_ZONE, {"name": "Home", "places": [{"country": "DE"}], "rates": [rate] * MOST_RATES})
    shop.handlers["cart"].conditions.near.clear()
    cart = begun(shop, *((variant_id(goods["id"], number + 1), 1) for number in range(MOST_LINES)))
    parts = ("name", "company", "line1", "line2", "city", "region", "postalCode")
    address = dict.fromkeys(parts, widest) | {"country": "DE"}
    say(shop, cart, email=f"{'a' * 240}@example.org", shippingAddress=address, billingAddress=address)
    shop.ask(CODES, {"id": cart["id"], "codes": [f"{number}{WIDE * 49}" for number in range(10)]})
    say(shop, cart, shippingQuoteId=read(shop, cart)["shippingQuotes"][0]["id"])
    kept = shop.handlers["cart"].store.get(cart["id"])
    lines = tuple(
        replace(line, quantity=MOST_QUANTITY, held=1, seen_price=Money(900, line.seen_price.currency))
        for line in kept.cart.lines
    )
    until = kept.cart.updated_at + timedelta(minutes=15)
    news = announcement_of(replace(kept, cart=replace(kept.cart, lines=lines, reserved_until=until)))
    told = published(shop, news)["cart"]
    assert (len(told["lines"]), len(told["shippingQuotes"])) == (MOST_LINES, MOST_RATES)
    assert (len(told["warnings"]), len(told["discounts"])) == (2 * MOST_LINES + 10, MOST_AUTOMATIC)
    assert told["lines"][0]["reservation"]["quantity"] == 1
    assert told["lines"][0]["name"] == f"{widest[:254]}\u2026"
    size = len(json.dumps({"data": {"cartChanged": told}}, ensure_ascii=False, separators=(",", ":")).encode())
    assert size < LARGEST_ANSWER


def published(shop: Shop, news: Announcement) -> Any:
    """The answer that subscribers are told a part of."""
    variables = {"seq": news.cart.version, "payload": msgspec.json.encode(news).decode()}
    return shop.ask(DOCUMENTS["publishCartChange"], variables, person=FUNCTION)["publishCartChange"]


def heard_of(shop: Shop, answer: Any, id_: str, listen: str = LISTEN) -> Any:
    """What a guest who listens gets of a published answer."""
    field = listen.partition("{")[2].partition("(")[0].strip()

    async def heard() -> Any:
        caller = Caller(Profile(mode=Mode.API_KEY))
        asked = Request(method="POST", path="/graphql", query=b"", headers={}, body=b"", source_ip=["192.0.2.7"])
        ready = await shop.gateway.ready(caller, Question(listen, {"id": id_}, None), asked)
        plan = shop.gateway.plan(ready, caller.profile, over_map=True)
        return project(plan, {field: answer}).body()

    body = asyncio.run(heard())
    assert "errors" not in body
    return body["data"][field]
