"""Files that are sold: private, given by links that end and are counted, to who has paid, for as long as they like."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from domain.ids import OrderId
from domain.money import CurrencyCode, Money
from domain.orders.downloading import LINKS_A_UNIT
from domain.orders.machine import Done
from domain.orders.orders import Order
from domain.orders.paying import told
from domain.orders.storing import Decision, StoredOrder
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.cart.making import variant as on_sale
from tests.resolvers.catalog.making import UPDATE, name, product_input
from tests.resolvers.media.making import DELETE, look, sweep, uploaded
from tests.resolvers.orders.making import ordered
from tests.shop import Shop

BOOK = b"%PDF-1.7\nthe whole of the book\n%%EOF\n"
DOWNLOAD = """
mutation($order: ID!, $line: ID!, $media: ID!, $key: String!) {
  mediaDownload(orderId: $order, lineId: $line, mediaId: $media, idempotencyKey: $key) {
    url expiresAt left userErrors { code message field }
  }
}
"""
LINES = """
query($id: ID!) { order(id: $id) { version lines { id downloads { mediaId name contentType bytes left } } } }
"""
SOLD = "query($id: ID!) { node(id: $id) { ... on ProductVariant { sku digitalMediaIds } } }"


class Bought:
    """A book that somebody has bought and paid."""

    def __init__(self, shop: Shop, quantity: int = 1, person: str = "shopper") -> None:
        self.shop = shop
        book = uploaded(shop, BOOK, kind="DIGITAL_GOOD", filename="Das Büchlein.pdf", contentType="application/pdf")
        assert book["status"] == "READY"
        self.media: str = book["id"]
        variants = [{"sku": "pdf", "prices": [{"amount": "10.00", "currency": "USD"}], "digitalMediaIds": [self.media]}]
        self.variant = on_sale(shop, kind="DIGITAL", variants=variants)
        self.order = ordered(shop, (self.variant, quantity), person=person)
        self.line: str = self.order["lines"][0]["id"]

    def refunded(self, minor: int) -> None:
        """So much was given back, as the payment tells the order."""

        def decide(order: Order) -> Decision:
            (known,) = order.payments
            facts = replace(known, version=known.version + 1, refunded=Money(minor, CurrencyCode.USD))
            outcome = told(order, facts, datetime.now(UTC))
            assert isinstance(outcome, Done)
            return Decision(order=outcome.order, event=outcome.event)

        outcome = self.shop.handlers["orders"].store.change(OrderId(self.order["id"]), decide)
        assert isinstance(outcome, StoredOrder)

    def link(self, person: str = "shopper", key: str = "", **changed: str) -> Any:
        variables = {"order": self.order["id"], "line": self.line, "media": self.media} | changed
        return self.shop.ask(DOWNLOAD, variables | {"key": key or name("key")}, person=person)["mediaDownload"]

    def left(self) -> int:
        order = self.shop.ask(LINES, {"id": self.order["id"]}, person="shopper")["order"]
        (download,) = order["lines"][0]["downloads"]
        assert (download["mediaId"], download["name"]) == (self.media, "Das Büchlein.pdf")
        assert (download["contentType"], download["bytes"]) == ("application/pdf", len(BOOK))
        found: int = download["left"]
        return found


def codes(payload: Any) -> list[tuple[str, Any]]:
    assert (payload["url"], payload["left"]) == (None, None)
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def test_who_has_paid_gets_links_that_end_and_are_counted(shop: Shop) -> None:
    bought = Bought(shop)
    assert bought.left() == LINKS_A_UNIT
    key = name("key")
    payload = bought.link(key=key)
    assert (payload["userErrors"], payload["left"]) == ([], LINKS_A_UNIT - 1)
    answer = httpx.get(payload["url"])
    assert (answer.status_code, answer.content) == (200, BOOK)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "Das%20B%C3%BCchlein.pdf" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-store"
    assert parse_qs(urlsplit(payload["url"]).query)["X-Amz-Expires"] == ["600"]
    again = bought.link(key=key)
    assert (again["left"], bought.left()) == (LINKS_A_UNIT - 1, LINKS_A_UNIT - 1), "asked again, it is not counted"
    assert look(shop, bought.media)["url"] is None, "goods have no public address"


def test_there_are_so_many_links_and_no_more_however_many_ask_at_once(shop: Shop) -> None:
    bought = Bought(shop, quantity=2)
    told_ = at_once(14, lambda _: bought.link())
    assert sum(one["url"] is not None for one in told_) == 2 * LINKS_A_UNIT
    assert [codes(one) for one in told_ if one["url"] is None] == [[("ILLEGAL_TRANSITION", ["mediaId"])]] * 4
    assert bought.left() == 0


def test_nobody_gets_what_is_anothers_or_was_not_bought(shop: Shop) -> None:
    bought, other = Bought(shop), Bought(shop)
    for person in ("other", "guest", "staff"):
        assert codes(bought.link(person)) == [("NOT_FOUND", ["orderId"])]
    for order in ("x", "", "order_" + "0" * 26, "\U0001f511" * 5_000):
        assert codes(bought.link(order=order)) == [("NOT_FOUND", ["orderId"])]
    for changed in ({"media": other.media}, {"line": other.line}, {"media": "x"}, {"line": ""}):
        assert codes(bought.link(**changed)) == [("NOT_FOUND", ["mediaId"])]
    assert bought.left() == LINKS_A_UNIT


def test_a_guest_who_knows_the_order_gets_what_came_with_it(shop: Shop) -> None:
    bought = Bought(shop, person="guest")
    assert httpx.get(bought.link("guest")["url"]).content == BOOK


@pytest.mark.parametrize(("refunded", "given"), [(400, True), (1000, False)])
def test_what_was_given_back_whole_is_not_given_any_more(shop: Shop, refunded: int, *, given: bool) -> None:
    bought = Bought(shop)
    bought.refunded(refunded)
    assert (bought.link()["url"] is not None) is given


def test_what_was_bought_stays_though_the_product_has_another_edition(shop: Shop) -> None:
    bought = Bought(shop)
    [error] = shop.ask(DELETE, {"id": bought.media}, person="staff")["mediaDelete"]["userErrors"]
    assert error["code"] == "CONFLICT", "it is sold"
    product = shop.ask("query($id: ID!) { node(id: $id) { ... on ProductVariant { product { id slug } } } }",
                       {"id": bought.variant}, person="staff")["node"]["product"]  # fmt: skip
    variant = {"sku": "pdf", "prices": [{"amount": "12.00", "currency": "USD"}]}
    changes: tuple[dict[str, Any], ...] = ({}, {"digitalMediaIds": []})
    for goods in changes:
        sent = product_input(slug=product["slug"], kind="DIGITAL", variants=[variant | goods])
        payload = shop.ask(UPDATE, {"id": product["id"], "input": sent}, person="staff")["productUpdate"]
        assert payload["userErrors"] == []
        seen = shop.ask(SOLD, {"id": bought.variant}, person="staff")["node"]["digitalMediaIds"]
        assert seen == ([] if goods else [bought.media]), "what is left out stays"
    sweep(shop, timedelta(days=400))
    assert httpx.get(bought.link()["url"]).content == BOOK


def test_only_staff_see_which_files_a_variant_sells(shop: Shop) -> None:
    bought = Bought(shop)
    for person, seen in (("staff", [bought.media]), ("admin", [bought.media])):
        assert shop.ask(SOLD, {"id": bought.variant}, person=person)["node"]["digitalMediaIds"] == seen
    for person in ("guest", "shopper", "finance"):
        answer = shop.send(SOLD, {"id": bought.variant}, person=person)
        assert answer["data"]["node"]["digitalMediaIds"] is None
