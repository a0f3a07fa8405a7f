"""A crowd at a sale: 500 buyers at once want 100 units, over HTTP, and who comes too late is told.

``python -m benchmarks.buyers``: a system of its own. Carts have one to three lines, of which some share a variant; most
want one unit of what is scarce, some two. Since there are far more of the former than units, not one may be left.
"""

import asyncio
import random
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import aiohttp

from benchmarks.report import Table
from clients.graph import Graph
from clients.sign_in import Credentials
from local.running import Running, running

BUYERS: Final = 500
UNITS: Final = 100
OTHERS: Final = 5
"""Variants that there is plenty of, which carts hold beside the scarce one."""
PLENTY: Final = 100_000
PATIENCE_SECONDS: Final = 60

WAREHOUSE: Final = """mutation($input: WarehouseInput!) {
 warehouseSave(input: $input) { warehouse { id } userErrors { message } } }"""
PRODUCT: Final = """mutation($input: ProductInput!, $key: String!) {
 productCreate(input: $input, idempotencyKey: $key) { product { id } userErrors { message } } }"""
VARIANT: Final = "query($id: ID!) { product(id: $id) { variants(first: 1) { edges { node { id } } } } }"
ADJUST: Final = """mutation($changes: [StockAdjustInput!]!, $key: String!) {
 stockAdjust(changes: $changes, idempotencyKey: $key) { userErrors { message } } }"""
LEVELS: Final = """query($id: ID!) { node(id: $id) { ... on ProductVariant {
 stockLevels { onHand reserved available } } } }"""
CREATE: Final = """mutation($lines: [CartLineInput!], $key: String!) {
 cartCreate(lines: $lines, idempotencyKey: $key) { cart { id } userErrors { message } } }"""
RESERVE: Final = """mutation($id: ID!, $key: String!) { cartReserve(cartId: $id, idempotencyKey: $key) {
 cart { reservedUntil lines { variantId quantity reservation { quantity } } }
 userErrors { code field message ... on InsufficientStockError { variantId requested available } } } }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a buyer: units of the scarce variant ``wanted``, seconds, and the payload of cartReserve."""

    wanted: int
    seconds: float
    payload: Mapping[str, Any]

    @property
    def held(self) -> bool:
        return self.payload["cart"] is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A shop with a scarce variant and others; ``staff`` looks at the stock."""

    staff: Graph
    url: str
    api_key: str
    scarce: str
    others: Sequence[str]

    def level(self) -> Mapping[str, int]:
        """What the only warehouse has of the scarce variant."""
        node: Any = self.staff.ask(LEVELS, {"id": self.scarce})["node"]
        level: Mapping[str, int] = node["stockLevels"][0]
        return level


def sale(system: Running, staff: Graph, units: int) -> Sale:
    """Put ``units`` of one variant on sale, and plenty of others."""
    saved: Any = staff.ask(
        WAREHOUSE, {"input": {"code": f"SALE-{uuid.uuid4().hex[:6]}", "name": "Sale", "priority": 1}}
    )
    place, scarce, *others = saved["warehouseSave"]["warehouse"]["id"], *(_variant(staff) for _ in range(OTHERS + 1))
    amounts = {scarce: units} | dict.fromkeys(others, PLENTY)
    changes = [
        {"variantId": one, "warehouseId": place, "delta": delta, "reason": "RECEIVED"} for one, delta in amounts.items()
    ]
    staff.ask(ADJUST, {"changes": changes, "key": str(uuid.uuid4())})
    key = system.outputs["custom"]["api_key"]
    return Sale(staff=staff, url=f"{system.url}/graphql", api_key=key, scarce=scarce, others=others)


def _variant(staff: Graph) -> str:
    price = [{"amount": "10.00", "currency": "USD"}]
    content = {"slug": f"sale-{uuid.uuid4().hex}", "name": "On sale", "kind": "PHYSICAL", "status": "ACTIVE"}
    draft = content | {"variants": [{"sku": "S", "prices": price}]}
    made: Any = staff.ask(PRODUCT, {"input": draft, "key": str(uuid.uuid4())})
    found: Any = staff.ask(VARIANT, {"id": made["productCreate"]["product"]["id"]})
    id_: str = found["product"]["variants"]["edges"][0]["node"]["id"]
    return id_


def wishes(shop: Sale, buyers: int) -> list[list[dict[str, Any]]]:
    """The lines of each buyer's cart: the same ones for the same number of buyers."""
    chance = random.Random(buyers)
    carts = []
    for _ in range(buyers):
        units = 2 if chance.random() < 0.2 else 1  # one in five wants two
        apart = chance.random() < 0.5  # half of those name them in two lines
        scarce = [(shop.scarce, 1)] * units if apart else [(shop.scarce, units)]
        more = [(one, chance.randint(1, 3)) for one in chance.sample(shop.others, chance.randint(0, 3 - len(scarce)))]
        lines = [*scarce, *more]
        chance.shuffle(lines)
        carts.append([{"variantId": one, "quantity": count} for one, count in lines])
    return carts


async def crowd(shop: Sale, buyers: int) -> list[Outcome]:
    """Everybody fills a cart, and then all want theirs held at the same moment, each over a connection of its own."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    connector = aiohttp.TCPConnector(limit=buyers)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, headers={"x-api-key": shop.api_key}) as http:
        carts = wishes(shop, buyers)
        ids = await asyncio.gather(*(_filled(http, shop.url, lines) for lines in carts))
        units = [sum(line["quantity"] for line in lines if line["variantId"] == shop.scarce) for lines in carts]
        return await asyncio.gather(*(_held(http, shop.url, *each) for each in zip(ids, units, strict=True)))


async def _ask(http: aiohttp.ClientSession, url: str, document: str, variables: Mapping[str, Any]) -> Any:
    async with http.post(url, json={"query": document, "variables": variables}) as answer:
        body = await answer.json()
    assert "errors" not in body, body["errors"]
    return body["data"]


async def _filled(http: aiohttp.ClientSession, url: str, lines: Sequence[Mapping[str, Any]]) -> str:
    made = await _ask(http, url, CREATE, {"lines": lines, "key": str(uuid.uuid4())})
    id_: str = made["cartCreate"]["cart"]["id"]
    return id_


async def _held(http: aiohttp.ClientSession, url: str, cart: str, wanted: int) -> Outcome:
    started = time.perf_counter()
    found = await _ask(http, url, RESERVE, {"id": cart, "key": str(uuid.uuid4())})
    return Outcome(wanted=wanted, seconds=time.perf_counter() - started, payload=found["cartReserve"])


def run(buyers: int = BUYERS, units: int = UNITS) -> Table:
    """One sale, in a system of its own."""
    with running("--no-sample") as system:
        user = next(one for one in system.outputs["custom"]["demo_users"] if "admin" in one["groups"])
        with Graph(system.outputs, Credentials(username=user["username"], password=user["password"])) as staff:
            shop = sale(system, staff, units)
            started = time.perf_counter()
            outcomes = asyncio.run(crowd(shop, buyers))
            elapsed = time.perf_counter() - started
            level = shop.level()
    held, lost = ([one for one in outcomes if one.held is is_held] for is_held in (True, False))
    codes = Counter(error["code"] for one in lost for error in one.payload["userErrors"])
    told = ", ".join(f"{count} {code}" for code, count in codes.items())
    rows = [
        ["units there are", str(units)],
        ["buyers at once, of them wanting two units", f"{buyers}, {sum(one.wanted > 1 for one in outcomes)}"],
        ["units reserved afterwards", str(level["reserved"])],
        ["units held by those who were told so", str(sum(one.wanted for one in held))],
        ["buyers who hold theirs", str(len(held))],
        [
            "buyers who were told why not",
            f"{len(lost)}: {told}",
        ],
        ["median seconds until held, until told not", f"{_middle(held):.2f}, {_middle(lost):.2f}"],
        ["seconds for all, carts filled included", f"{elapsed:.1f}"],
    ]
    return Table("A crowd at a sale", ("what", "count"), rows)


def _middle(outcomes: Sequence[Outcome]) -> float:
    return median(one.seconds for one in outcomes) if outcomes else 0.0


if __name__ == "__main__":
    from benchmarks.report import show

    show("buyers", run())
