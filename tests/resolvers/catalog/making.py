"""Things of the catalogue, made through the graph as staff do it."""

import uuid
from typing import Any

from tests.shop import Shop

CREATE = """
mutation Create($input: ProductInput!, $key: String!) {
  productCreate(input: $input, idempotencyKey: $key) {
    product { id slug version status name }
    userErrors { code message field ... on ConflictError { currentVersion } }
  }
}
"""
UPDATE = """
mutation Update($id: ID!, $input: ProductInput!, $expected: Int) {
  productUpdate(id: $id, input: $input, expectedVersion: $expected) {
    product { id slug version status name variants { edges { node { id sku } } } }
    userErrors { code message field ... on ConflictError { currentVersion } }
  }
}
"""
CATEGORY = """
mutation Save($input: CategoryInput!, $id: ID, $expected: Int) {
  categorySave(input: $input, id: $id, expectedVersion: $expected) {
    category { id slug name version parent { slug } }
    userErrors { code message field ... on ConflictError { currentVersion } }
  }
}
"""
COLLECTION = """
mutation Save($input: CollectionInput!, $id: ID, $expected: Int) {
  collectionSave(input: $input, id: $id, expectedVersion: $expected) {
    collection { id slug name version }
    userErrors { code message field ... on ConflictError { currentVersion } }
  }
}
"""


def name(prefix: str) -> str:
    """A slug that nothing else has."""
    return f"{prefix}-{uuid.uuid4().hex[:10]}"


def product_input(**given: Any) -> dict[str, Any]:
    """A small product on sale; ``price`` and anything of ProductInput may be given."""
    price = given.pop("price", "10.00")
    slug = given.pop("slug", None) or name("thing")
    return {
        "slug": slug,
        "name": slug.title(),
        "kind": "PHYSICAL",
        "status": "ACTIVE",
        "variants": [{"sku": "only", "prices": [{"amount": price, "currency": "USD"}]}],
    } | given


def made(shop: Shop, **given: Any) -> Any:
    """A stored product."""
    answer = shop.ask(CREATE, {"input": product_input(**given), "key": name("key")}, person="staff")["productCreate"]
    assert answer["userErrors"] == []
    return answer["product"]


def category(shop: Shop, parent: str | None = None, **given: Any) -> Any:
    """A stored category."""
    slug = name("category")
    sent = {"slug": slug, "name": slug.title(), "parentId": parent} | given
    answer = shop.ask(CATEGORY, {"input": sent}, person="staff")["categorySave"]
    assert answer["userErrors"] == []
    return answer["category"]


def collection(shop: Shop, **given: Any) -> Any:
    """A stored collection."""
    slug = name("collection")
    answer = shop.ask(COLLECTION, {"input": {"slug": slug, "name": slug.title()} | given}, person="staff")
    assert answer["collectionSave"]["userErrors"] == []
    return answer["collectionSave"]["collection"]
