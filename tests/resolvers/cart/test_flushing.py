"""Nothing durable is in Valkey: it is flushed, ended and paused in the middle of everything, and the shop goes on."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from threading import Event, Thread
from typing import Any

import pytest
from valkey import Valkey

from datasources.dynamo.terms import TermsTable
from domain.cart.taxes import TaxRate
from domain.ids import VariantId, product_of_variant
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.valkey.servers import OwnValkey
from tests.domain.cart.strategies import flat_rate, percent, vat, zone
from tests.resolvers.cart.making import (
    ADD,
    ADDRESS,
    CODES,
    DETAILS,
    MINE,
    RESERVE,
    add,
    begun,
    read,
    reserve,
    update,
    variant,
    wanted,
)
from tests.resolvers.cart.remembering import CREATE_IN, patient, point, remembered, renew, started, view
from tests.resolvers.catalog.making import name
from tests.shop import Shop

BACK_SECONDS = 10.0
"""For a Valkey that is there again to be asked again, on a machine that may be busy."""
SHELVES = """
{ products(first: 20) { edges { node { id name priceRange { min { amount } } availability { quantity } } } } }"""
STOCK = """
query($id: ID!) {
  product(id: $id) { variants { edges { node { stockLevels { onHand reserved available } } } } }
}"""
CHANGES = "query($id: ID!) { cartChanges(cartId: $id, afterSeq: 0) { seq reason at } }"


@pytest.fixture(scope="module")
def valkey() -> Iterator[OwnValkey]:
    made = OwnValkey()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def shop(emulator: str, valkey: OwnValkey) -> Iterator[Shop]:
    with patient(emulator, valkey.url) as one:
        table = TermsTable(one.handlers["cart"].store.table)
        table.save_zone(None, zone(1, flat_rate(1, 490)))
        table.save_table(None, vat(TaxRate(name="VAT", rate=190_000)))
        table.save_discount(None, percent(1, 10, usage_limit=1_000))
        table.save_discount(None, percent(2, 20, code="SPRING", per_customer_limit=1))
        yield one


@pytest.fixture
def raw(valkey: OwnValkey) -> Iterator[Any]:
    with closing(Valkey.from_url(valkey.url)) as client:
        yield client


def forget(shop: Shop) -> None:
    """Of all that processes remember themselves, such as which warehouses there are."""
    cart = shop.handlers["cart"]
    for near in (shop.handler.cache.near, cart.cache.near, cart.goods.near, cart.conditions.near):
        near.clear()


class Evening:
    """A guest and a customer in the middle of shopping: both hold goods, and all that is cached has been looked at."""

    def __init__(self, shop: Shop, raw: Any) -> None:
        self.shop = shop
        raw.flushall()  # lists of an evening before, which shoppers may see for some seconds more
        self.mug, self.hat, self.rare = variant(shop), variant(shop, "5.50 USD"), variant(shop, units=3)
        forget(shop)
        self.asked: list[tuple[str, str, dict[str, Any], str]] = []
        self.session = started(shop, locale="de", country="DE")["id"]
        lines = wanted((self.mug, 2), (self.rare, 3))
        self.guest = self.ask("cartCreate", CREATE_IN, {"id": self.session, "lines": lines})["id"]
        self.ask("cartLinesAdd", ADD, {"id": self.guest, "lines": wanted((self.hat, 1))})
        self.ask("cartDiscountCodesSet", CODES, {"id": self.guest, "codes": ["spring", "none"]})
        details = {"email": "ada@example.com", "shippingAddress": ADDRESS}
        self.ask("cartDetailsSet", DETAILS, {"id": self.guest, "input": details})
        self.ask("cartReserve", RESERVE, {"id": self.guest})
        customer = self.ask("cartCreate", CREATE_IN, {"lines": wanted((self.hat, 2))}, "shopper")["id"]
        self.ask("cartReserve", RESERVE, {"id": customer}, "shopper")
        for one in (self.mug, self.hat):
            view(shop, self.session, product_of_variant(VariantId(one)) or "")
        shop.settle()
        self.before = self.seen()
        assert self.before == self.seen()

    def ask(self, field: str, document: str, variables: dict[str, Any], person: str = "guest") -> Any:
        """The cart after a change, which is kept to be repeated."""
        request = (field, document, variables | {"key": name("key")}, person)
        self.asked.append(request)
        return self.answered(*request)

    def answered(self, field: str, document: str, variables: dict[str, Any], person: str) -> Any:
        payload = self.shop.ask(document, variables, person=person)[field]
        assert payload["userErrors"] == []
        return payload["cart"]

    def seen(self) -> dict[str, Any]:
        """All that there is to see, from stores and caches, of which no process remembers anything."""
        shop = self.shop
        forget(shop)
        return {
            "guest": read(shop, {"id": self.guest}),
            "customer": shop.ask(MINE, person="shopper")["myCart"],
            "changes": shop.ask(CHANGES, {"id": self.guest}),
            "stock": [self.stock(one) for one in (self.mug, self.hat, self.rare)],
            "shelves": shop.ask(SHELVES),
        }

    def stock(self, variant_: str) -> Any:
        """Levels of a variant, as staff see them."""
        found = self.shop.ask(STOCK, {"id": product_of_variant(VariantId(variant_))}, person="staff")["product"]
        (edge,) = found["variants"]["edges"]
        (level,) = edge["node"]["stockLevels"]
        return level

    def goes_on(self) -> None:
        """All is as before; what was done is not done again, what is held is nobody else's, and changes are made."""
        assert self.seen() == self.before
        now = {"guest": self.before["guest"], "shopper": self.before["customer"]}
        assert [self.answered(*one) for one in self.asked] == [now[person] for _, _, _, person in self.asked]
        assert self.seen() == self.before
        self.keeps_what_is_held()
        self.takes_changes()

    def keeps_what_is_held(self) -> None:
        (error,) = reserve(self.shop, begun(self.shop, (self.rare, 1)))["userErrors"]
        assert (error["code"], error["available"]) == ("INSUFFICIENT_STOCK", 0)

    def takes_changes(self) -> None:
        """Lines are added and removed, goods given back and held: the stock holds what the carts say."""
        guest = self.before["guest"]
        rare = next(line["id"] for line in guest["lines"] if line["variantId"] == self.rare)
        assert update(self.shop, guest, (rare, 1))["cart"]["version"] == guest["version"] + 1
        assert add(self.shop, guest, (self.mug, 1))["userErrors"] == []
        guest = reserve(self.shop, guest)["cart"]
        assert self.held(guest) == {self.mug: 3, self.hat: 1, self.rare: 1}
        held = self.held(guest) + self.held(self.before["customer"])
        assert {one: self.stock(one)["reserved"] for one in held} == held
        assert reserve(self.shop, begun(self.shop, (self.rare, 2)))["userErrors"] == []

    @staticmethod
    def held(cart: Any) -> Counter[str]:
        return Counter({line["variantId"]: line["reservation"]["quantity"] for line in cart["lines"]})


def test_a_flush_in_the_middle_of_everything_loses_the_session_and_nothing_else(shop: Shop, raw: Any) -> None:
    evening = Evening(shop, raw)
    raw.flushall()
    assert remembered(shop, evening.session) is None
    for payload in (point(shop, evening.session, evening.guest), renew(shop, evening.session)):
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [("NOT_FOUND", ["id"])]
    evening.goes_on()
    again = started(shop, locale="de")["id"]
    assert point(shop, again, evening.guest)["session"]["cart"]["id"] == evening.guest


@pytest.mark.parametrize("outage", ["stop", "pause"])
def test_while_valkey_is_away_everything_goes_on_and_a_session_is_what_was_just_said(
    shop: Shop, valkey: OwnValkey, raw: Any, outage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasources.valkey.server.REST_SECONDS", 0.5)
    evening = Evening(shop, raw)
    session = remembered(shop, evening.session)
    assert session["cart"]["id"] == evening.guest
    nothing = session | dict.fromkeys(("locale", "currency", "country", "cart")) | {"remembered": False}
    getattr(valkey, outage)()
    try:
        assert remembered(shop, evening.session) == nothing | {"recentlyViewed": []}
        assert point(shop, evening.session, evening.guest) == {
            "session": nothing | {"recentlyViewed": [], "cart": session["cart"]}, "userErrors": [],
        }  # fmt: skip
        fresh = started(shop, locale="fr")
        assert (fresh["locale"], fresh["remembered"]) == ("fr", False)
        evening.goes_on()
    finally:
        valkey.resume() if outage == "pause" else valkey.start()
    found = back(shop, evening.session)
    assert found == (session | {"cart": found["cart"]} if outage == "pause" else None)


def back(shop: Shop, session: str) -> Any:
    """What is known of a guest as soon as anything can be known again."""
    deadline = time.monotonic() + BACK_SECONDS
    while True:
        found = remembered(shop, session)
        if found is None or found["remembered"]:
            return found
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_flushed_again_and_again_under_eight_tabs_nothing_is_lost_and_nothing_done_twice(shop: Shop, raw: Any) -> None:
    goods = [variant(shop) for _ in range(8)]
    forget(shop)
    cart, over = begun(shop), Event()

    def flush() -> None:
        while not over.wait(0.01):
            raw.flushall()

    def shopping(tab: int) -> None:
        for _ in range(3):
            key = name("key")
            for _ in range(2):
                assert add(shop, cart, (goods[tab], 1), key=key)["userErrors"] == []

    flushing = Thread(target=flush)
    flushing.start()
    try:
        at_once(8, shopping)
        held = reserve(shop, cart)["cart"]
    finally:
        over.set()
        flushing.join()
    assert Evening.held(held) == dict.fromkeys(goods, 3)
    assert {line["variantId"]: line["quantity"] for line in read(shop, cart)["lines"]} == dict.fromkeys(goods, 3)
