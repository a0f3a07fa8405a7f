"""What the AppSync data plane itself costs: processor time per request, without network and functions.

``python -m benchmarks.appsync_executor`` prints a table. The requests are those of a shop window: a listing of 20 cards
of 13 leaves, and a product with five variants and three pictures, whose variants are answered in a batch.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson
from rich.console import Console
from rich.table import Table

from local.appsync.deployed import Api, Mode, Provider, Resolver
from local.appsync.gateway import Gateway
from local.appsync.invocation import Invocation

REQUESTS: Final = 2_000
NEW: Final = 200
"""Documents that were never seen before: each is parsed, validated and planned."""
KEY: Final = "da2-benchmark"
SDL: Final = """
type Query { products(first: Int, filter: Filter): Connection! product(id: ID!): Product }
input Filter { category: ID text: String }
type Connection { edges: [Edge!]! pageInfo: PageInfo! totalCount: Int! }
type Edge { cursor: String! node: Product! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type Product {
  id: ID! slug: String! name: String! description: String status: Status! priceRange: Range! media: [Media!]!
  variants: [Variant!]! updatedAt: AWSDateTime!
}
enum Status { DRAFT ACTIVE }
type Range { min: Money! max: Money! }
type Money { amount: String! currency: Currency! }
enum Currency { USD EUR }
type Media { url: AWSURL! alt: String width: Int }
type Variant { id: ID! sku: String! price: Money! }
"""
LISTING: Final = """query Listing($first: Int, $category: ID) {
  products(first: $first, filter: {category: $category}) {
    edges { cursor node {
      id slug name status updatedAt
      priceRange { min { amount currency } max { amount currency } }
      media { url alt width }
    } }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}"""
DETAIL: Final = """query Detail($id: ID!) {
  product(id: $id) {
    id name description priceRange { min { amount currency } }
    variants { id sku price { amount currency } }
    media { url alt }
  }
}"""
MONEY: Final = {"amount": "19.99", "currency": "USD"}
PICTURE: Final = {"url": "https://pictures.example/a/b/c.jpg", "alt": "A picture", "width": 640}


def product(number: int, pictures: int) -> dict[str, Any]:
    return {
        "id": f"prod_{number}",
        "slug": f"product-{number}",
        "name": f"Product {number}",
        "description": "Words about it. " * 20,
        "status": "ACTIVE",
        "updatedAt": "2026-01-02T03:04:05.678Z",
        "priceRange": {"min": MONEY, "max": MONEY},
        "media": [PICTURE] * pictures,
    }


EDGES: Final = [{"cursor": f"c{n}", "node": product(n, 1)} for n in range(20)]
PAGE: Final = {"hasNextPage": True, "endCursor": "c19"}
VARIANTS: Final = [{"id": f"var_{n}", "sku": f"SKU-{n}", "price": MONEY} for n in range(5)]
ANSWERS: Final = {
    "Query_products": orjson.dumps({"edges": EDGES, "pageInfo": PAGE, "totalCount": 1000}),
    "Query_product": orjson.dumps(product(1, 3)),
    "Product_variants": orjson.dumps([{"data": VARIANTS}]),
}


async def invoke(arn: str, _payload: bytes) -> Invocation:
    return Invocation(ANSWERS[arn.rpartition(":")[2]])


class NoKeys:
    """No user pool is asked."""

    async def key(self, _pool_id: str, _key_id: str) -> None:
        return None


def gateway() -> Gateway:
    function = "arn:aws:lambda:us-east-1:000000000000:function:"
    resolvers = tuple(
        Resolver(type_name=type_name, field_name=field, function_arn=f"{function}{type_name}_{field}", batch=batch)
        for type_name, field, batch in (("Query", "products", 0), ("Query", "product", 0), ("Product", "variants", 100))
    )
    return Gateway(
        Api(
            id="bench",
            arn="arn:aws:appsync:us-east-1:000000000000:apis/bench",
            sdl=SDL,
            default=Provider(mode=Mode.API_KEY),
            keys={KEY: 2**40},
            resolvers=resolvers,
        ),
        invoke,
        pools=NoKeys(),
        iam={},
    )


def requests(served: Gateway, query: str, variables: dict[str, Any]) -> Callable[[], Awaitable[int]]:
    """A function that asks once and gives the bytes of the answer."""
    body = orjson.dumps({"query": query, "variables": variables})
    headers = [(b"host", b"localhost"), (b"x-api-key", KEY.encode()), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": headers, "client": ("127.0.0.1", 1)}
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def ask() -> int:
        sent.clear()
        await served(scope, receive, send)
        assert b'"errors"' not in sent[1]["body"], sent[1]["body"]
        return len(sent[1]["body"])

    return ask


async def measured(ask: Callable[[], Awaitable[int]], times: int) -> tuple[float, int]:
    """Processor milliseconds per request, and the answer's bytes."""
    size = await ask()
    started = time.process_time()
    for _ in range(times):
        await ask()
    return (time.process_time() - started) / times * 1000, size


async def main() -> None:
    table = Table("request", "ms of processor", "requests/s on one core", "bytes", title="The data plane alone")
    served = gateway()
    cases: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("listing of 20 cards", LISTING, {"first": 20, "category": "cat_1"}),
        ("product with variants", DETAIL, {"id": "prod_1"}),
        ("the least there is", "{ __typename }", {}),
    )
    for name, query, variables in cases:
        cost, size = await measured(requests(served, query, variables), REQUESTS)
        table.add_row(name, f"{cost:.3f}", f"{1000 / cost:,.0f}", f"{size:,}")
    for name, query, variables in cases[:2]:
        anew = [requests(served, f"{query}\n# {n}", variables) for n in range(NEW)]
        started = time.process_time()
        sizes = [await ask() for ask in anew]
        cost = (time.process_time() - started) / NEW * 1000
        table.add_row(f"{name}, never seen before", f"{cost:.3f}", f"{1000 / cost:,.0f}", f"{sizes[0]:,}")
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
