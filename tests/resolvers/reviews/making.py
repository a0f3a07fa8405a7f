"""Products that were bought, and what is said of them through the graph."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from datasources.dynamo.orders import OrderTable
from datasources.dynamo.transactions import Transaction
from domain.ids import CustomerId, OrderId, PaymentId, ProductId, VariantId, variant_id
from domain.orders.orders import Order
from resolvers._kit.ids import new_id
from tests.domain.orders.making import begun, line, purchase
from tests.resolvers.catalog.making import made, name
from tests.resolvers.media.making import MEDIA
from tests.shop import SUBS, Context, Shop

REVIEW: Final = f"""
id productId author rating title body verifiedPurchase status helpful reply version createdAt updatedAt
media {{ {MEDIA} }}
"""
ERRORS: Final = "userErrors { code message field ... on ConflictError { currentVersion } }"
SUBMIT: Final = f"""mutation(
  $product: ID!, $rating: Int!, $title: String, $body: String, $author: String, $media: [ID!], $key: String!
) {{
  reviewSubmit(
    input: {{
      productId: $product, rating: $rating, title: $title, body: $body, author: $author, mediaIds: $media
    }}, idempotencyKey: $key
  ) {{ review {{ {REVIEW} }} {ERRORS} }} }}"""
EDIT: Final = f"""mutation(
  $id: ID!, $rating: Int!, $title: String, $body: String, $author: String, $media: [ID!], $version: Int
) {{
  reviewEdit(
    id: $id, input: {{rating: $rating, title: $title, body: $body, author: $author, mediaIds: $media}},
    expectedVersion: $version
  ) {{ review {{ {REVIEW} }} {ERRORS} }} }}"""
WITHDRAW: Final = f"mutation($id: ID!) {{ reviewWithdraw(id: $id) {{ deletedId {ERRORS} }} }}"
MARK: Final = f"""mutation($id: ID!, $helpful: Boolean!) {{
  reviewMarkHelpful(id: $id, helpful: $helpful) {{ review {{ {REVIEW} }} {ERRORS} }} }}"""
MODERATE: Final = f"""mutation($id: ID!, $status: ReviewStatus!, $reply: String, $version: Int) {{
  reviewModerate(id: $id, status: $status, reply: $reply, expectedVersion: $version) {{
    review {{ {REVIEW} }} {ERRORS}
  }} }}"""
_FIELDS: Final = {
    SUBMIT: "reviewSubmit", EDIT: "reviewEdit", WITHDRAW: "reviewWithdraw", MARK: "reviewMarkHelpful",
    MODERATE: "reviewModerate",
}  # fmt: skip
READ: Final = f"query($id: ID!) {{ review(id: $id) {{ {REVIEW} }} }}"
WAITING: Final = f"""query($first: Int, $after: String) {{ reviewsToModerate(first: $first, after: $after) {{
  edges {{ cursor node {{ {REVIEW} }} }} pageInfo {{ hasNextPage endCursor }} totalCount
}} }}"""
RATING: Final = "query($id: ID!) { product(id: $id) { rating { average count histogram } } }"
LISTED: Final = f"""query($id: ID!, $first: Int, $after: String, $sort: ReviewSort) {{
  product(id: $id) {{
    reviews(first: $first, after: $after, sort: $sort) {{
      edges {{ cursor node {{ {REVIEW} }} }} pageInfo {{ hasNextPage hasPreviousPage endCursor }} totalCount
    }}
  }} }}"""
CHANGES: Final = f"""query($id: ID!, $after: Int!) {{ reviewChanges(productId: $id, afterSeq: $after) {{
  seq productId reviewId rating {{ average count histogram }} review {{ {REVIEW} }} at
}} }}"""


def act(shop: Shop, document: str, person: str = "shopper", **variables: Any) -> Any:
    """The payload of a mutation; what it needs and is not given is made up."""
    usual = {"rating": 4, "key": name("key"), "helpful": True, "status": "PUBLISHED"}
    return shop.ask(document, usual | variables, person=person)[_FIELDS[document]]


def done(shop: Shop, document: str, person: str = "shopper", **variables: Any) -> Any:
    """The review after a mutation that must be possible."""
    payload = act(shop, document, person, **variables)
    assert payload["userErrors"] == []
    return payload.get("review")


def told(payload: Any) -> list[tuple[str, Any]]:
    """Code and field of each error of a payload that gives nothing else."""
    assert all(part is None for name_, part in payload.items() if name_ != "userErrors"), payload
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def place(orders: OrderTable, customer: str, *variants: VariantId, now: datetime | None = None) -> Order:
    """An order of a unit of each, paid as it should be."""
    lines = [replace(line(number), variant_id=one) for number, one in enumerate(variants, 1)]
    bought = replace(purchase(*lines), customer_id=CustomerId(customer))
    order = begun(bought, OrderId(new_id("order")), now or datetime.now(UTC), PaymentId(new_id("pay")))
    write = Transaction(orders.table)
    orders.place(write, order)
    assert not write.commit()
    return order.order


def sold(shop: Shop, *people: str) -> str:
    """A new product that these people have bought."""
    product: str = made(shop)["id"]
    for one in people:
        buys(shop, product, one)
    return product


def buys(shop: Shop, product: str, person: str) -> Order:
    store: OrderTable = shop.handlers["orders"].store
    return place(store, SUBS.get(person, person), variant_id(ProductId(product), 1))


def published(shop: Shop, product: str, person: str = "shopper", **said: Any) -> Any:
    """A review of a product that the person has bought, as everybody reads it."""
    review = done(shop, SUBMIT, person, product=product, **said)
    return done(shop, MODERATE, "staff", id=review["id"], version=review["version"])


def heard(shop: Shop) -> list[Mapping[str, Any]]:
    """Have everything new counted, and the catalogue told; gives what the reviews' stream said."""
    records = [record for some in shop.news("reviews") for record in some]
    if records:
        react(shop, records)
    shop.settle()
    # What was counted is in the stream too, for the publisher.
    return records + [record for some in shop.news("reviews") for record in some]


def react(shop: Shop, records: Iterable[Mapping[str, Any]]) -> None:
    shop.reacting("reviews").react({"Records": list(records)}, Context())


def rating(shop: Shop, product: str) -> Any:
    return shop.ask(RATING, {"id": product})["product"]["rating"]


def listed(shop: Shop, product: str, **page: Any) -> Any:
    return shop.ask(LISTED, {"id": product, **page})["product"]["reviews"]


def ids(connection: Any) -> list[str]:
    return [edge["node"]["id"] for edge in connection["edges"]]
