"""Whole purchases of guests over HTTP: from the shop window to the order, with all that happens behind it.

``python -m benchmarks.checkout``: a system of its own with 1,000 products, buyers included. Each buyer goes through
REQUESTS, one after the other: all is held and the payment begins in one of them. There is one way to send it, which
needs no choice, and nobody listens to the carts. Each buyer has a connection and an address of 127.0.0.0/8 of their
own, since payments and checkouts are counted by address. Captures, events and letters follow while others buy; how long
the last of them take after the last order is in the table.
"""

import asyncio
import random
import time
import uuid
from collections.abc import Mapping, Sequence
from statistics import quantiles
from typing import Any, Final

import aiohttp

from benchmarks.cart import PRODUCTS, SOLD
from benchmarks.catalogue import seed
from benchmarks.goods import stock
from benchmarks.report import Table
from benchmarks.shop import catalog_of, settle
from clients.graph import Graph
from clients.sign_in import Credentials
from domain.catalog.products import Product
from local.running import running

CONNECTIONS: Final = (16, 1)
WARM_SECONDS: Final = 5.0
SECONDS: Final = {16: 20.0, 1: 10.0}
"""An address may begin 300 payments a minute, which a single buyer comes near."""
PATIENCE_SECONDS: Final = 120.0
ZONE: Final = """mutation($input: ShippingZoneInput!) {
 shippingZoneSave(input: $input) { shippingZone { id } userErrors { message } } }"""
HOME: Final = {
    "name": "Germany",
    "places": [{"country": "DE"}],
    "rates": [{"method": "Post", "brackets": [{"price": {"amount": "4.90", "currency": "USD"}}]}],
}
ADDRESS: Final = {"name": "Ada", "line1": "Weg 1", "city": "Berlin", "postalCode": "10115", "country": "DE"}
MONEY: Final = "{ amount currency }"
DETAIL: Final = f"""query Detail($slug: String!) {{ product(slug: $slug) {{
 id name description variants(first: 5) {{ edges {{ node {{ id price {MONEY} }} }} }} }} }}"""
CREATE: Final = f"""mutation Create($lines: [CartLineInput!], $key: String!) {{
 cartCreate(lines: $lines, idempotencyKey: $key) {{
  cart {{ id totals {{ total {MONEY} }} lines {{ id name quantity }} }} userErrors {{ message }} }} }}"""
DETAILS: Final = """mutation Details($id: ID!, $input: CartDetailsInput!) { cartDetailsSet(cartId: $id, input: $input) {
 cart { id shippingQuotes { id method price { amount currency } } } userErrors { message } } }"""
PAY: Final = f"""mutation Pay($id: ID!, $hold: String!, $key: String!) {{
 cartReserve(cartId: $id, idempotencyKey: $hold) {{
  cart {{ totals {{ total {MONEY} }} requirements {{ code }} reservedUntil }} userErrors {{ message }} }}
 paymentStart(cartId: $id, provider: "simulator", idempotencyKey: $key) {{
  payment {{ id status clientSecret }} userErrors {{ message }} }} }}"""
BUY: Final = """mutation Buy($id: ID!, $payment: ID!, $total: MoneyInput!, $key: String!) {
 checkoutComplete(cartId: $id, paymentId: $payment, expectedTotal: $total, idempotencyKey: $key) {
  order { id number status totals { total { amount } } } guestToken userErrors { message } } }"""
UNSETTLED: Final = "{ orders(first: 1, filter: { paymentStatus: AUTHORIZED }) { edges { node { number } } } }"
REQUESTS: Final = ("look", "cart", "address", "pay", "buy")


class Buyers:
    """Buyers who buy one thing after the other until the time is over; ``times`` are a purchase's milliseconds."""

    def __init__(self, url: str, api_key: str, products: Sequence[Product]) -> None:
        self.url, self.headers, self.products = f"{url}/graphql", {"x-api-key": api_key}, products
        self.times: list[float] = []
        self.steps: dict[str, list[float]] = {step: [] for step in REQUESTS}

    async def all(self, count: int, seconds: float) -> float:
        """So many of them at once; gives the orders a second."""
        started = time.perf_counter()
        await asyncio.gather(*(self._buyer(number, started + seconds) for number in range(count)))
        return len(self.times) / (time.perf_counter() - started)

    async def _buyer(self, number: int, until: float) -> None:
        chance = random.Random(number)
        connector = aiohttp.TCPConnector(limit=1, local_addr=(f"127.0.1.{number + 1}", 0))
        async with aiohttp.ClientSession(connector=connector, headers=self.headers) as http:
            while time.perf_counter() < until:
                started = time.perf_counter()
                await self._purchase(http, chance.choice(self.products))
                self.times.append((time.perf_counter() - started) * 1000)

    async def _purchase(self, http: aiohttp.ClientSession, product: Product) -> None:
        seen = (await self._ask(http, "look", DETAIL, slug=product.slug))["product"]
        variant = seen["variants"]["edges"][0]["node"]["id"]
        lines = [{"variantId": variant, "quantity": 1}]
        made = await self._ask(http, "cart", CREATE, lines=lines, key=str(uuid.uuid4()))
        cart = made["cartCreate"]["cart"]["id"]
        said = {"email": "ada@example.org", "shippingAddress": ADDRESS}
        await self._ask(http, "address", DETAILS, id=cart, input=said)
        keys = {"hold": str(uuid.uuid4()), "key": str(uuid.uuid4())}
        paid = await self._ask(http, "pay", PAY, id=cart, **keys)
        await self._ask(
            http,
            "buy",
            BUY,
            id=cart,
            payment=paid["paymentStart"]["payment"]["id"],
            total=paid["cartReserve"]["cart"]["totals"]["total"],
            key=str(uuid.uuid4()),
        )

    async def _ask(self, http: aiohttp.ClientSession, step: str, document: str, **variables: Any) -> Any:
        started = time.perf_counter()
        async with http.post(self.url, json={"query": document, "variables": variables}) as answer:
            body = await answer.json()
        self.steps[step].append((time.perf_counter() - started) * 1000)
        assert "errors" not in body, body["errors"]
        assert not any((one or {}).get("userErrors") for one in body["data"].values()), body["data"]
        return body["data"]


def settled(staff: Graph) -> float:
    """Seconds until every order's money is taken."""
    started = time.monotonic()
    while time.monotonic() - started < PATIENCE_SECONDS:
        waiting: Any = staff.ask(UNSETTLED, {})
        if not waiting["orders"]["edges"]:
            return time.monotonic() - started
        time.sleep(0.1)
    raise TimeoutError(f"orders are not paid for after {PATIENCE_SECONDS:.0f} s")


def middle(times: Sequence[float]) -> str:
    """Median and 95th percentile."""
    cuts = quantiles(times, n=20)
    return f"{cuts[9]:.0f}, {cuts[18]:.0f}"


def measure(system: Any, staff: Graph, products: Sequence[Product]) -> list[list[str]]:
    """Purchases at 16 connections and at one."""
    key, rows = system.outputs["custom"]["api_key"], list[list[str]]()
    asyncio.run(Buyers(system.url, key, products).all(CONNECTIONS[0], WARM_SECONDS))
    settled(staff)
    for count in CONNECTIONS:
        buyers = Buyers(system.url, key, products)
        rate = asyncio.run(buyers.all(count, SECONDS[count]))
        late = settled(staff)
        steps: Mapping[str, Sequence[float]] = buyers.steps
        rows.append([
            str(count), str(len(buyers.times)), f"{rate:.1f}/s", middle(buyers.times),
            *(middle(steps[step]) for step in REQUESTS), f"{late:.1f}",
        ])  # fmt: skip
    return rows


def run() -> Table:
    """Measure in a system of its own."""
    with running("--no-sample") as system:
        _, made = seed(catalog_of(system), PRODUCTS)
        settle(system, PRODUCTS)
        user = next(one for one in system.outputs["custom"]["demo_users"] if "admin" in one["groups"])
        with Graph(system.outputs, Credentials(username=user["username"], password=user["password"])) as staff:
            stock(system, made[:SOLD], 1_000_000)
            staff.ask(ZONE, {"input": HOME})
            rows = measure(system, staff, made[:SOLD])
    columns = (
        "connections", "orders", "rate", "purchase ms", *(f"{step} ms" for step in REQUESTS), "paid for s",
    )  # fmt: skip
    title = f"Whole purchases of guests, {len(REQUESTS)} requests each; milliseconds are p50, p95"
    return Table(title, columns, rows)


if __name__ == "__main__":
    from benchmarks.report import show

    show("checkout", run())
