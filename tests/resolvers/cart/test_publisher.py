"""From the cart table's stream to the graph: every change of a cart is told in order, with what the cart costs."""

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from datasources.dynamo.cart_stream import cart_change
from resolvers.cart.announcing import publication_of
from tests.domain.cart.strategies import flat_rate, percent, product, zone
from tests.resolvers.cart.making import add, begun, merge, read, reserve, say, set_codes, variant
from tests.resolvers.cart.passing import forget, terms
from tests.resolvers.cart.test_access import asked_to_listen
from tests.served import served
from tests.shop import Context, Shop


def records(shop: Shop) -> list[Any]:
    return [record for some in shop.news("cart") for record in some]


def published(shop: Shop) -> list[Any]:
    """What is told of all that is new in the stream."""
    heard: list[Any] = []
    with overhearing(shop, heard) as publisher:
        assert publisher.publish({"Records": records(shop)}, Context()) == {"batchItemFailures": []}
    return heard


def listened_to(shop: Shop, cart: Any) -> Any:
    """The cart, to which somebody listens from now on."""
    shop.handlers["cart"].store.listen(cart["id"])
    return cart


def of(heard: list[Any], cart: Any) -> list[tuple[int, str]]:
    return [(one["seq"], one["reason"]) for one in heard if one["cartId"] == cart["id"]]


def test_every_change_of_a_cart_is_told_in_order_with_what_it_costs(shop: Shop) -> None:
    records(shop)
    mug = variant(shop, "10.00 USD")
    cart, other = listened_to(shop, begun(shop, (mug, 1))), listened_to(shop, begun(shop))
    add(shop, cart, (mug, 1))
    say(shop, cart, email="a@example.com")
    set_codes(shop, cart, "none")
    forget(shop)
    reserve(shop, cart)
    say(shop, other, email="b@example.com")
    heard = published(shop)
    assert of(heard, cart) == list(enumerate(["LINES", "DETAILS", "CODES", "RESERVED"], 2))
    assert of(heard, other) == [(2, "DETAILS")]
    mine = [one["cart"] for one in heard if one["cartId"] == cart["id"]]
    assert [one["totals"]["total"]["amount"] for one in mine] == ["20.00"] * 4
    now = read(shop, cart)
    assert {
        name: mine[-1][name] for name in ("version", "email", "discountCodes", "reservedUntil", "requirements")
    } == {name: now[name] for name in ("version", "email", "discountCodes", "reservedUntil", "requirements")}


def test_nothing_is_told_of_a_cart_to_which_nobody_listens(shop: Shop) -> None:
    mug = variant(shop)
    records(shop)
    cart, other = begun(shop, (mug, 1)), begun(shop, (mug, 1))
    add(shop, cart, (mug, 1))
    assert published(shop) == []
    assert asked_to_listen(shop, "cart", "cartChanged", "guest", cartId=cart["id"]) is None
    for one in (cart, other):
        add(shop, one, (mug, 1))
    assert [(one["cartId"], one["seq"]) for one in published(shop)] == [(cart["id"], 3)]


def test_a_merge_is_told_of_both_carts_and_to_the_guests_nothing_of_the_customer(shop: Shop) -> None:
    mug = variant(shop)
    account, guest = (
        listened_to(shop, begun(shop, (mug, 1), person="shopper")),
        listened_to(shop, begun(shop, (mug, 2))),
    )
    say(shop, account, person="shopper", email="secret@example.com")
    records(shop)
    merge(shop, guest)
    heard = published(shop)
    assert (of(heard, guest), of(heard, account)) == ([(2, "MERGED")], [(3, "MERGED")])
    (empty,) = (one for one in heard if one["cartId"] == guest["id"])
    assert empty["cart"]["lines"] == []
    assert not {account["id"], "secret@example.com"} & {*str(empty).replace("'", " ").split()}


def test_what_is_held_and_stays_makes_a_change_that_is_told(shop: Shop) -> None:
    mug = variant(shop)
    account, guest = listened_to(shop, begun(shop, (mug, 2), person="shopper")), begun(shop, (mug, 2))
    forget(shop)
    reserve(shop, guest)
    records(shop)
    merge(shop, guest, "KEEP_ACCOUNT")
    heard = published(shop)
    assert of(heard, account) == [(2, "MERGED")]
    assert [one["cart"]["lines"][0]["reservation"]["quantity"] for one in heard if one["cartId"] == account["id"]] == [
        2
    ]


def test_what_else_lies_in_the_table_is_told_to_nobody(shop: Shop) -> None:
    cart = begun(shop, person="shopper")
    records(shop)
    say(shop, cart, person="shopper")
    terms(shop).save_discount(None, percent(1, 10, code="x"))
    terms(shop).save_discount(None, percent(2, 10, product_ids=(product(1),)))
    terms(shop).save_zone(None, zone(1, flat_rate(1, 100)))
    found = records(shop)
    assert found
    assert [publication_of(cart_change, record) for record in found] == [None] * len(found)


@contextmanager
def overhearing(shop: Shop, heard: list[Any], domain: str = "cart") -> Iterator[Any]:
    """The function's module, imported anew beside a served graph whose answers are kept."""
    module = f"resolvers.{domain}.publisher"

    async def graph(scope: Any, receive: Any, send: Any) -> None:
        async def hearing(message: Any) -> None:
            if message["type"] == "http.response.body":
                heard.extend(json.loads(message["body"])["data"].values())
            await send(message)

        await shop.gateway(scope, receive, hearing)

    with served(graph) as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("GRAPH_URL", f"{url}/graphql")
        sys.modules.pop(module, None)
        yield importlib.import_module(module)
