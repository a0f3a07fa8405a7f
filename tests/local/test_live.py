"""Every stored change is told, whoever stored it: on a whole running system, from the table's stream to the graph."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from clients.csv.importing import import_file
from clients.graph import Graph
from clients.sign_in import Credentials
from datasources.dynamo.catalog import CatalogTable
from domain.ids import ProductId
from local.aws import ACCESS_KEY, REGION, SECRET_KEY
from local.running import Running, running
from tests.clients.files import HEADER, written
from tests.datasources.samples import SHOP, product
from tests.local.test_run import ask, until
from tests.resolvers.catalog.making import CREATE, UPDATE, name, product_input

CHANGES = """
query Changes($id: ID!) { productChanges(productId: $id, afterSeq: 0) { seq changed product { name version } } }
"""
OF_SLUG = "query Known($slug: String!) { product(slug: $slug) { id } }"
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
    until(lambda: published(shop) == before + 3)


def test_what_an_import_changes_is_told(shop: Running, tmp_path: Path) -> None:
    before = published(shop)
    for price in (12, 13):
        rows = "".join(f"live-{number},Live,,,,,true,,,,{price}\n" for number in range(5))
        assert not import_file(written(tmp_path, f"{HEADER}\n{rows}"), shop.outputs).failed
    for number in range(5):
        id_ = ask(shop, OF_SLUG, slug=f"live-{number}")["data"]["product"]["id"]
        assert told(shop, id_) == [(1, "Live"), (2, "Live")]
    until(lambda: published(shop) == before + 10)


def test_what_is_written_past_the_graph_is_told(shop: Running, table: CatalogTable) -> None:
    before, one = published(shop), product(name="Version 1")
    table.create(one, [])
    for number in range(2, 21):
        old, one = one, replace(one, version=number, name=f"Version {number}")
        table.replace(old, one, [], [])
    assert told(shop, ProductId(one.id)) == [(number, "Version 20") for number in range(1, 21)]
    until(lambda: published(shop) == before + 20)


def test_a_stop_waits_until_everything_is_told(tmp_path: Path) -> None:
    with running("--no-sample", data=tmp_path) as first:
        with Graph(first.outputs, Credentials.of_staff(first.outputs, {})) as graph:
            for _ in range(10):
                graph.ask(CREATE, {"input": product_input(), "key": name("key")})
        code, _ = first.stop()
        assert (code, published(first)) == (0, 10)
