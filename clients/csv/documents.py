"""What is asked of the graph; a test holds every document against ``schema.graphql``."""

from collections.abc import Sequence
from typing import Final

CURRENCY: Final = """
query Currency { products(first: 1) { edges { node { priceRange { min { currency } } } } } }
"""

CATEGORIES: Final = "query Categories { categories { id slug name parent { id } } }"

COLLECTIONS: Final = """
query Collections($after: String) {
  collections(first: 100, after: $after) { edges { node { id slug name } } pageInfo { hasNextPage endCursor } }
}
"""

SAVE_CATEGORY: Final = """
mutation SaveCategory($input: CategoryInput!) {
  categorySave(input: $input) { category { id } userErrors { code message field } }
}
"""

SAVE_COLLECTION: Final = """
mutation SaveCollection($input: CollectionInput!) {
  collectionSave(input: $input) { collection { id } userErrors { code message field } }
}
"""

CREATE: Final = """
mutation Create($input: ProductInput!, $key: String!) {
  productCreate(input: $input, idempotencyKey: $key) { product { id version } userErrors { code message field } }
}
"""

UPDATE: Final = """
mutation Update($id: ID!, $input: ProductInput!) {
  productUpdate(id: $id, input: $input) { product { id version } userErrors { code message field } }
}
"""

WAREHOUSES: Final = "query Warehouses { warehouses { id } }"

STOCKS: Final = """
query Stocks($id: ID!) {
  product(id: $id) {
    variants(first: 100) { edges { node { id sku stockLevels { warehouse { id } onHand backorderLimit } } } }
  }
}
"""

ADJUST: Final = """
mutation Adjust($changes: [StockAdjustInput!]!, $key: String!) {
  stockAdjust(changes: $changes, idempotencyKey: $key) { userErrors { code message field } }
}
"""

BOUND: Final = """
mutation Bound($id: ID!, $place: ID!, $limit: Int!) {
  stockLevelSet(variantId: $id, warehouseId: $place, backorderLimit: $limit) { userErrors { code message field } }
}
"""

FETCH: Final = """
mutation Fetch($key: String!) {
  jobStart(kind: PICTURE_FETCH, idempotencyKey: $key) {
    job { id status rows done failed reportUrl } userErrors { code message field }
  }
}
"""

JOB: Final = "query Job($id: ID!) { job(id: $id) { id status rows done failed reportUrl } }"

PRODUCTS: Final = """
query Products($first: Int!, $after: String) {
  products(sort: NAME, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node {
      slug name description status kind vendor productType tags seoTitle seoDescription
      attributes { slug name value unit }
      category { id }
      collections { name }
      media { url alt }
      variants(first: 100) { edges { node {
        sku barcode weightGrams taxable
        options { name value }
        price { amount currency }
        compareAtPrice { amount currency }
        media { url }
        stockLevels { warehouse { id } onHand backorderLimit }
      } } }
    } }
  }
}
"""


def known(slugs: Sequence[str]) -> tuple[str, dict[str, str]]:
    """A query for the id and version of each of the slugs, under the names ``p0``, ``p1``, …, and its variables."""
    names = [f"s{place}" for place in range(len(slugs))]
    head = ", ".join(f"${name}: String!" for name in names)
    body = " ".join(f"p{place}: product(slug: ${name}) {{ id version }}" for place, name in enumerate(names))
    return f"query Known({head}) {{ {body} }}", dict(zip(names, slugs, strict=True))
