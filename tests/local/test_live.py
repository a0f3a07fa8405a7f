"""Every stored change is told, whoever stored it: on a whole running system, from the table's stream to the graph."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import boto3
import pytest
from websockets.asyncio.client import connect

from clients.csv.importing import import_file
from clients.graph import Graph
from clients.sign_in import Credentials
from datasources.dynamo.catalog import CatalogTable
from domain.ids import ProductId
from local.aws import ACCESS_KEY, REGION, SECRET_KEY
from local.running import Running, running
from tests.clients.files import HEADER, written
from tests.datasources.samples import SHOP, product
from tests.local.appsync.realtime.live import Client, subprotocols
from tests.local.test_run import ask, until
from tests.resolvers.catalog.making import CREATE, UPDATE, name, product_input

CHANGES = """
query Changes($id: ID!) { productChanges(productId: $id, afterSeq: 0) { seq changed product { name version } } }
"""
OF_SLUG = "query Known($slug: String!) { product(slug: $slug) { id } }"
LISTEN = """
subscription Listen($id: ID!) {
  productChanged(productId: $id) {
    seq productId changed at
    product {
      name category { name } collections { name } variants { edges { node { sku price { amount } } } }
    }
  }
}
"""
PUBLICATION = re.compile(r'"field":"Mutation\.publishProductChange"[^{}]*"failed":false')


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    """An empty shop of this module's own."""
    with running("--no-sample") as found:
        yield found


@pytest.fixture(scope="module")
def staff(shop: Running) -> Iterator[Graph]:
    with Graph(shop.outputs, Credentials.of_staff(shop.outputs, {})) as graph:
        yield graph


@pytest.fixture
def table(shop: Running, monkeypatch: pytest.MonkeyPatch) -> CatalogTable:
    """The running shop's own table, for a writer that the graph knows nothing of."""
    endpoint = shop.outputs["custom"]["aws_endpoint_url"]
    for variable, value in {
        "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }.items():  # fmt: skip
        monkeypatch.setenv(variable, value)
    with closing(boto3.client("dynamodb", region_name=REGION)) as client:
        found = next(one for one in client.list_tables()["TableNames"] if "CatalogTable" in one)
    return CatalogTable(found, shop=SHOP)


def published(shop: Running) -> int:
    """How many changes the graph has told so far."""
    return len(PUBLICATION.findall((shop.data / "logs" / "functions.log").read_text()))


def told(shop: Running, id_: str) -> list[tuple[int, str]]:
    """What a guest learns of a product's changes: the number of each, and the product's name now."""
    answer = ask(shop, CHANGES, id=id_)
    assert "errors" not in answer, answer
    return [(change["seq"], change["product"]["name"]) for change in answer["data"]["productChanges"]]


def test_what_staff_change_over_the_api_is_told(shop: Running, staff: Graph) -> None:
    before, slug = published(shop), name("live")
    made: Any = staff.ask(CREATE, {"input": product_input(slug=slug, name="First"), "key": name("key")})
    one = made["productCreate"]["product"]
    for new in ("Second", "Third"):
        staff.ask(UPDATE, {"id": one["id"], "input": product_input(slug=slug, name=new)})
    assert told(shop, one["id"]) == [(1, "Third"), (2, "Third"), (3, "Third")]
    until(lambda: published(shop) >= before + 3)


def test_what_an_import_changes_is_told(shop: Running, tmp_path: Path) -> None:
    before = published(shop)
    for price in (12, 13):
        rows = "".join(f"live-{number},Live,,,,,true,,,,{price}\n" for number in range(5))
        assert not import_file(written(tmp_path, f"{HEADER}\n{rows}"), shop.outputs).failed
    for number in range(5):
        id_ = ask(shop, OF_SLUG, slug=f"live-{number}")["data"]["product"]["id"]
        assert told(shop, id_) == [(1, "Live"), (2, "Live")]
    until(lambda: published(shop) >= before + 10)


def test_what_is_written_past_the_graph_is_told(shop: Running, table: CatalogTable) -> None:
    before, one = published(shop), product(name="Version 1")
    table.create(one, [])
    for number in range(2, 21):
        old, one = one, replace(one, version=number, name=f"Version {number}")
        table.replace(old, one, [], [])
    assert told(shop, ProductId(one.id)) == [(number, "Version 20") for number in range(1, 21)]
    until(lambda: published(shop) >= before + 20)


def heard(
    shop: Running, id_: str, write: Callable[[], None], most: int, document: str = LISTEN, *, after: int = 0
) -> list[Any]:
    """What a guest hears of a thing, in the order it comes, while ``write`` runs and until ``most`` changes came.

    What is still under way of changes up to ``after`` is passed over.
    """
    headers = {"host": "localhost", "x-api-key": shop.outputs["custom"]["api_key"]}

    async def listen() -> list[Any]:
        url = shop.outputs["custom"]["realtime_url"]
        async with connect(url, subprotocols=subprotocols(headers), open_timeout=30) as socket:
            client = Client(socket, headers)
            assert (await client.init())["type"] == "connection_ack"
            assert (await client.start(document, id=id_))["type"] == "start_ack"
            await asyncio.to_thread(write)
            found: list[Any] = []
            while len(found) < most:
                payload = (await client.hear())["payload"]
                [change] = payload["data"].values()
                found += [payload] if change is None or change["seq"] > after else []
            return found

    return asyncio.run(listen())


def test_those_who_listen_hear_every_change_of_their_product_in_order_and_whole(
    shop: Running, table: CatalogTable
) -> None:
    one, other = product(name="Version 1"), product()
    for new in (one, other):
        table.create(new, [])

    def write() -> None:
        versions = [replace(one, version=number, name=f"Version {number}") for number in range(1, 12)]
        for old, new in pairwise(versions):
            table.replace(old, new, [], [])
        table.replace(other, replace(other, version=2, name="Not listened to"), [], [])

    found = heard(shop, one.id, write, 10, after=1)
    assert all("errors" not in payload for payload in found), found
    changes = [payload["data"]["productChanged"] for payload in found]
    assert [change["seq"] for change in changes] == list(range(2, 12))
    assert [change["product"]["name"] for change in changes] == [f"Version {number}" for number in range(2, 12)]
    for change in changes:
        assert (change["productId"], change["changed"]) == (one.id, ["name"])
        assert change["product"]["variants"]["edges"] == [{"node": {"sku": "A", "price": {"amount": "10.00"}}}]
        assert (change["product"]["category"], change["product"]["collections"]) == (None, [])


def test_a_product_that_is_taken_off_sale_says_so_to_those_who_listen(shop: Running, staff: Graph) -> None:
    made: Any = staff.ask(CREATE, {"input": product_input(), "key": name("key")})
    one = made["productCreate"]["product"]

    def write() -> None:
        for status, title in (("DRAFT", "A secret"), ("DRAFT", "Another"), ("ACTIVE", "No secret")):
            new = product_input(slug=one["slug"], name=title, status=status)
            staff.ask(UPDATE, {"id": one["id"], "input": new})

    changes = [payload["data"]["productChanged"] for payload in heard(shop, one["id"], write, 3, after=1)]
    assert [(change["seq"], change["changed"]) for change in changes] == [(2, []), (3, []), (4, ["name", "status"])]
    assert [change["product"] and change["product"]["name"] for change in changes] == [None, None, "No secret"]


def test_a_stop_waits_until_everything_is_told(tmp_path: Path) -> None:
    with running("--no-sample", data=tmp_path) as first:
        with Graph(first.outputs, Credentials.of_staff(first.outputs, {})) as graph:
            for _ in range(10):
                graph.ask(CREATE, {"input": product_input(), "key": name("key")})
        code, _ = first.stop()
        assert (code, published(first) >= 10) == (0, True)
