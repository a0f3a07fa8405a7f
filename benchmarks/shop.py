"""Requests a second of the running shop: product detail and category listing, over local HTTP, load generator included.

``python -m benchmarks.shop [PRODUCTS ...]`` (1,000 and 10,000 unless told): a whole system each, in a new folder.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
import httpx

from benchmarks.catalogue import seed
from benchmarks.load import Load
from benchmarks.report import Table
from datasources.dynamo.catalog import CatalogTable
from domain.money import CurrencyCode
from local.running import Running, running

ROOT: Final = Path(__file__).resolve().parent.parent
SIZES: Final = (1_000, 10_000)
SECONDS: Final = 10.0
WARM_SECONDS: Final = 3.0
SETTLE_SECONDS: Final = 300
QUIET_SECONDS: Final = 5
"""For the snapshot that the reactions write at the end."""
ASKED: Final = 200
"""Different products that are asked for in turn."""
STALENESS_SECONDS: Final = 5.0
"""What shoppers read is at most this old (datasources/valkey/freshness.py)."""
CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}  # fmt: skip
DETAIL: Final = """query Detail($slug: String!) { product(slug: $slug) { id name description
 priceRange { min { amount currency } max { amount currency } } media { url alt }
 variants(first: 5) { edges { node { id sku options { name value } price { amount currency } } } } } }"""
LISTING: Final = """query Listing($category: ID!) { products(filter: { category: $category }, first: 20) {
 edges { cursor node { id slug name priceRange { min { amount currency } max { amount currency } } media { url alt } } }
 pageInfo { hasNextPage endCursor } } }"""
EDIT: Final = """mutation Edit($id: ID!, $status: ProductStatus!) {
 productSetStatus(id: $id, status: $status) { product { version } userErrors { code } } }"""
READ: Final = "query Read($id: ID!) { product(id: $id) { id } }"


@dataclass(frozen=True, slots=True)
class Stocked:
    """A running system with a catalogue in it."""

    system: Running
    products: int
    bodies: Mapping[str, Sequence[Any]]
    edited: str


def catalog_of(system: Running) -> CatalogTable:
    """The catalogue's table in a running system; from now on this process is one of the shop's own."""
    os.environ |= CREDENTIALS | {"AWS_ENDPOINT_URL": system.outputs["custom"]["aws_endpoint_url"]}
    function = boto3.client("lambda").get_function_configuration(FunctionName="souk-catalog")
    return CatalogTable(function["Environment"]["Variables"]["CATALOG_TABLE"], shop=CurrencyCode.USD)


@contextmanager
def stocked(products: int) -> Iterator[Stocked]:
    """Start a system and write ``products`` into its table."""
    with running("--no-sample") as system:
        shelves, made = seed(catalog_of(system), products)
        details = [{"query": DETAIL, "variables": {"slug": one.slug}} for one in made[:ASKED]]
        listings = [{"query": LISTING, "variables": {"category": one.id}} for one in shelves]
        settle(system, products)
        yield Stocked(system, products, {"product detail": details, "category listing": listings}, made[-1].id)


def settle(system: Running, products: int) -> None:
    """Wait until the reactions have caught up with the writing: the search index knows every product."""
    body, headers = {"query": "{ products(first: 1) { totalCount } }"}, {"x-api-key": system.outputs["data"]["api_key"]}
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        answer = httpx.post(system.url + "/graphql", json=body, headers=headers, timeout=30).json()
        if answer["data"]["products"]["totalCount"] == products:
            time.sleep(QUIET_SECONDS)
            return
        time.sleep(0.5)
    raise TimeoutError(f"the search index did not know {products} products within {SETTLE_SECONDS} s")


def load(shop: Stocked, bodies: Sequence[Any], connections: int, seconds: float) -> Load:
    """Ask from a process of its own."""
    job = {
        "port": int(shop.system.url.rsplit(":", 1)[1]),
        "headers": {"x-api-key": shop.system.outputs["data"]["api_key"]},
        "bodies": bodies,
        "connections": connections,
        "seconds": seconds,
    }
    command = [sys.executable, "-m", "benchmarks.load"]
    done = subprocess.run(command, cwd=ROOT, input=json.dumps(job), capture_output=True, text=True, check=True)
    return Load(**json.loads(done.stdout))


class Editor(threading.Thread):
    """Staff archive a product and put it on sale again while shoppers ask; how late a shopper saw each change."""

    def __init__(self, shop: Stocked) -> None:
        super().__init__(daemon=True)
        self.shop, self.stop, self.late = shop, threading.Event(), list[float]()

    def run(self) -> None:
        custom, url = self.shop.system.outputs["custom"], self.shop.system.url + "/graphql"
        staff = next(user for user in custom["demo_users"] if "staff" in user["groups"])
        cognito = boto3.client("cognito-idp")
        client_id = self.shop.system.outputs["auth"]["user_pool_client_id"]
        signed_in: Any = cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client_id,
            AuthParameters={"USERNAME": staff["username"], "PASSWORD": staff["password"]},
        )
        token = signed_in["AuthenticationResult"]["IdToken"]
        with httpx.Client() as http:
            for turn in range(1_000):
                if self.stop.is_set():
                    return
                status = ("ARCHIVED", "ACTIVE")[turn % 2]
                variables = {"id": self.shop.edited, "status": status}
                body = {"query": EDIT, "variables": variables}
                answer = http.post(url, json=body, headers={"authorization": token}).json()
                assert not answer["data"]["productSetStatus"]["userErrors"], answer
                self._watch(http, url, shown=status == "ACTIVE")

    def _watch(self, http: httpx.Client, url: str, *, shown: bool) -> None:
        started = time.monotonic()
        headers = {"x-api-key": self.shop.system.outputs["data"]["api_key"]}
        body = {"query": READ, "variables": {"id": self.shop.edited}}
        while (http.post(url, json=body, headers=headers).json()["data"]["product"] is not None) is not shown:
            time.sleep(0.02)
        self.late.append(time.monotonic() - started)
        time.sleep(0.2)


def measure(shop: Stocked) -> list[list[str]]:
    """One row for each question at 16 connections and at one; the last row is staff's edits meanwhile."""
    editor = Editor(shop)
    rows = []
    for name, bodies in shop.bodies.items():
        load(shop, bodies, 16, WARM_SECONDS)
        for connections in (16, 1):
            found = load(shop, bodies, connections, SECONDS)
            rows.append([
                f"{shop.products:,}", name, str(connections), f"{found.rate:.0f}/s", f"{found.p50:.1f}",
                f"{found.p95:.1f}", f"{found.p99:.1f}", str(found.bad),
            ])  # fmt: skip
    editor.start()
    found = load(shop, shop.bodies["product detail"], 4, SECONDS)
    editor.stop.set()
    editor.join(STALENESS_SECONDS * 2)
    assert editor.late, "no edit was seen"
    seen = f"{len(editor.late)} edits seen, latest after {max(editor.late):.2f} s (at most {STALENESS_SECONDS:.0f})"
    rows.append([f"{shop.products:,}", seen, "4", f"{found.rate:.0f}/s", "", "", "", str(found.bad)])
    return rows


def run(sizes: Sequence[int] = SIZES) -> Table:
    """Measure each size in a system of its own."""
    rows: list[list[str]] = []
    for products in sizes:
        with stocked(products) as shop:
            rows += measure(shop)
    columns = ("products", "what", "connections", "requests", "p50 ms", "p95 ms", "p99 ms", "bad")
    return Table("The shop over HTTP", columns, rows)


if __name__ == "__main__":
    from benchmarks.report import show

    show("shop", run(tuple(map(int, sys.argv[1:])) or SIZES))
