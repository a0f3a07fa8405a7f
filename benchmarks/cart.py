"""Carts over HTTP: lines added, carts read, and one hot variant that everybody wants held.

``python -m benchmarks.cart``: a system of its own with 1,000 products, load generator included. Carts have five to ten
lines. Every request to add has a key of its own, and nobody listens to them.
"""

import random
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx

from benchmarks.catalogue import seed
from benchmarks.goods import stock
from benchmarks.load import Load
from benchmarks.report import Table
from benchmarks.shop import Stocked, catalog_of, load, settle
from domain.catalog.products import Product
from local.running import Running, running

PRODUCTS: Final = 1_000
SOLD: Final = 200
"""Products whose variants are put into carts."""
CARTS: Final = 200
LINES: Final = 5
SECONDS: Final = 10.0
WARM_SECONDS: Final = 3.0
CONNECTIONS: Final = (16, 1)
MOST_ADDS: Final = 600
"""Requests a second that are made ready: more than are ever answered."""
CREATE: Final = """mutation($lines: [CartLineInput!], $key: String!) {
 cartCreate(lines: $lines, idempotencyKey: $key) { cart { id } userErrors { message } } }"""
ADD: Final = """mutation Add($id: ID!, $lines: [CartLineInput!]!, $key: String!) {
 cartLinesAdd(cartId: $id, lines: $lines, idempotencyKey: $key) {
  cart { id version totals { subtotal { amount currency } total { amount currency } }
   lines { id variantId name quantity unitPrice { amount currency } total { amount currency } } }
  userErrors { code message field } } }"""
READ: Final = """query Read($id: ID!) { cart(id: $id) {
 id version totals { subtotal { amount currency } total { amount currency } }
 lines { id variantId name quantity unitPrice { amount currency } total { amount currency } } } }"""
WHOLE: Final = """query Whole($id: ID!) { cart(id: $id) {
 id version totals { subtotal { amount } discount { amount } shipping { amount } tax { amount } total { amount } }
 lines { id name quantity total { amount } variant { sku media { url } } }
 requirements { code field } warnings { code message } } }"""
RESERVE: Final = """mutation Hold($id: ID!, $key: String!) { cartReserve(cartId: $id, idempotencyKey: $key) {
 cart { id reservedUntil } userErrors { code } } }"""


def carts(system: Running, products: Sequence[Product], count: int, lines: int) -> list[str]:
    """New carts of guests; each with so many different variants."""
    chance = random.Random(count)

    def begun(_: int) -> str:
        wanted = [{"variantId": one.variants[0].id, "quantity": 1} for one in chance.sample(products, lines)]
        body = {"query": CREATE, "variables": {"lines": wanted, "key": str(uuid.uuid4())}}
        answer = http.post(f"{system.url}/graphql", json=body).json()
        id_: str = answer["data"]["cartCreate"]["cart"]["id"]
        return id_

    headers = {"x-api-key": system.outputs["data"]["api_key"]}
    with httpx.Client(headers=headers, timeout=30, trust_env=False) as http, ThreadPoolExecutor(8) as threads:
        return list(threads.map(begun, range(count)))


def adds(ids: Sequence[str], products: Sequence[Product]) -> list[Any]:
    """One more unit of one of five things for each cart in turn."""
    chance = random.Random(len(ids))
    return [
        {
            "query": ADD,
            "variables": {
                "id": ids[number % len(ids)],
                "lines": [{"variantId": chance.choice(products[:LINES]).variants[0].id, "quantity": 1}],
                "key": str(uuid.uuid4()),
            },
        }
        for number in range(int(MOST_ADDS * SECONDS))
    ]


def row(what: str, connections: int, found: Load) -> list[str]:
    """A measurement as it is shown."""
    return [
        what, str(connections), f"{found.rate:.0f}/s", f"{found.p50:.1f}", f"{found.p95:.1f}", f"{found.p99:.1f}",
        str(found.bad),
    ]  # fmt: skip


def measure(shop: Stocked, products: Sequence[Product]) -> list[list[str]]:
    """Reads and adds at 16 connections and at one."""
    ids = carts(shop.system, products, CARTS, LINES)
    rows = []
    for what, query in (("cart read", READ), ("cart read, stock and pictures too", WHOLE)):
        bodies = [{"query": query, "variables": {"id": one}} for one in ids]
        load(shop, bodies, CONNECTIONS[0], WARM_SECONDS)
        rows += [row(what, many, load(shop, bodies, many, SECONDS)) for many in CONNECTIONS]
    rows += [row("line added", many, load(shop, adds(ids, products), many, SECONDS)) for many in CONNECTIONS]
    return rows


def hot(shop: Stocked, product: Product) -> list[list[str]]:
    """Everybody wants the same: while there is some, and when nothing is left."""
    rows = []
    for what, units in (("hold of one hot variant", 100_000), ("hold refused: nothing left", 0)):
        if units:
            stock(shop.system, [product], units)
        ids = carts(shop.system, [product], CARTS, 1) if units else sold_out(shop)
        bodies = [
            {"query": RESERVE, "variables": {"id": ids[number % len(ids)], "key": str(uuid.uuid4())}}
            for number in range(int(MOST_ADDS * SECONDS))
        ]
        rows += [row(what, many, load(shop, bodies, many, SECONDS)) for many in CONNECTIONS]
    return rows


def sold_out(shop: Stocked) -> list[str]:
    """Carts of something of which there is none."""
    _, made = seed(catalog_of(shop.system), 1)
    stock(shop.system, made, 1)
    first, *others = carts(shop.system, made, CARTS + 1, 1)
    load(shop, [{"query": RESERVE, "variables": {"id": first, "key": str(uuid.uuid4())}}], 1, 0.1)
    return others


def run() -> Table:
    """Measure in a system of its own."""
    with running("--no-sample") as system:
        _, made = seed(catalog_of(system), PRODUCTS)
        settle(system, PRODUCTS)
        shop = Stocked(system, PRODUCTS, {}, made[-1].id)
        stock(system, made[:SOLD], 1_000_000)
        rows = [*measure(shop, made[:SOLD]), *hot(shop, made[-1])]
    columns = ("what", "connections", "requests", "p50 ms", "p95 ms", "p99 ms", "bad")
    return Table(f"Carts over HTTP, {PRODUCTS:,} products", columns, rows)


if __name__ == "__main__":
    from benchmarks.report import show

    show("cart", run())
