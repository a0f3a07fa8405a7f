"""Every stored change of stock is told on a whole running system, and what products have together follows."""

from collections.abc import Iterator
from typing import Any

import pytest

from clients.graph import Graph
from clients.sign_in import Credentials
from local.running import Running, running
from tests.local.test_live import heard
from tests.local.test_run import ask, until
from tests.resolvers.catalog.making import CREATE, name, product_input
from tests.resolvers.inventory.making import ADJUST, BOUNDS, WAREHOUSE, line

LISTEN = """
subscription Listen($id: ID!) {
  stockChanged(variantId: $id) { seq variantId at availability { purchasable quantity lowStock backorderable } }
}"""
SEEN = """
query Seen($id: ID!) { product(id: $id) {
  availability { quantity backorderable } variants { edges { node { id availability { quantity } } } }
} }"""
CHANGES = "query($id: ID!) { stockChanges(variantId: $id, afterSeq: 1) { seq availability { quantity } } }"


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    """An empty shop of this module's own."""
    with running("--no-sample") as found:
        yield found


@pytest.fixture(scope="module")
def admin(shop: Running) -> Iterator[Graph]:
    user = next(one for one in shop.outputs["custom"]["demo_users"] if "admin" in one["groups"])
    with Graph(shop.outputs, Credentials(username=user["username"], password=user["password"])) as graph:
        yield graph


def test_those_who_listen_hear_every_change_of_a_variants_stock(shop: Running, admin: Graph) -> None:
    saved: Any = admin.ask(WAREHOUSE, {"input": {"code": "MAIN", "name": "Main", "priority": 1}})
    made: Any = admin.ask(CREATE, {"input": product_input(), "key": name("key")})
    place, product = saved["warehouseSave"]["warehouse"]["id"], made["productCreate"]["product"]["id"]
    seen = ask(shop, SEEN, id=product)["data"]["product"]
    assert seen["availability"]["quantity"] == 0
    one = seen["variants"]["edges"][0]["node"]["id"]

    def write() -> None:
        for delta in (9, -6, -3):
            admin.ask(ADJUST, {"changes": [line(one, place, delta)], "key": name("key")})
        admin.ask(BOUNDS, {"id": one, "place": place, "limit": 4})

    changes = [payload["data"]["stockChanged"] for payload in heard(shop, one, write, 4, LISTEN)]
    told = [
        (change["seq"], change["availability"]["quantity"], change["availability"]["lowStock"]) for change in changes
    ]
    assert told == [(1, 9, False), (2, 3, True), (3, 0, False), (4, 0, False)]
    assert [change["availability"]["purchasable"] for change in changes] == [True, True, False, True]
    assert {change["variantId"] for change in changes} == {one}
    caught_up = ask(shop, CHANGES, id=one)["data"]["stockChanges"]
    assert [(change["seq"], change["availability"]["quantity"]) for change in caught_up] == [(2, 3), (3, 0), (4, 0)]
    summed = {"quantity": 0, "backorderable": True}
    until(lambda: ask(shop, SEEN, id=product)["data"]["product"]["availability"] == summed)
