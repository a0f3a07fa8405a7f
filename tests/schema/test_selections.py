"""What is published holds all that a subscriber may select, and ends."""

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from infra.constructs.graph import DEEPEST
from resolvers.catalog.selections import DOCUMENTS
from resolvers.inventory.selections import DOCUMENTS as STOCK
from schema.api import routes, sdl
from schema.sdl import PRELUDE
from schema.selections import document, selection

SMALL = build_schema("""
  type Query { change: Change }
  type Change { seq: Int thing(of: ID!): Thing product: Product }
  type Thing { id: ID }
  type Product { id: ID category: Category variants(first: Int): Variants tree: Branch shelf: Shelf }
  type Category { name: String parent: Category products: Products }
  type Products { nodes: [Product!]! total: Int }
  type Variants { nodes: [Variant!]! }
  type Variant { sku: String product: Product }
  type Branch { name: String branches: [Branch!]! }
  type Shelf { name: String rows: [Row!]! }
  type Row { shelf: Shelf number: Int }
""")
ROUTED: Mapping[str, Any] = dict.fromkeys(
    ("Product.category", "Product.variants", "Product.tree", "Category.parent", "Category.products", "Variant.product")
)


def test_everything_below_is_asked_for_but_what_leads_back() -> None:
    lines = [line.strip() for line in selection(SMALL.type_map["Change"], ROUTED)]
    assert " ".join(lines) == (
        "seq product { id category { name } variants { nodes { sku } } tree { name } shelf { name rows { number } } }"
    )


def test_what_is_left_out_is_not_asked_for() -> None:
    left_out = {"Product.category", "Product.variants", "Product.tree"}
    lines = [line.strip() for line in selection(SMALL.type_map["Change"], ROUTED, left_out=left_out)]
    assert " ".join(lines) == "seq product { id shelf { name rows { number } } }"


def test_a_product_is_told_without_what_other_domains_and_staff_know_of_it() -> None:
    assert not {"availability", "stockLevels", "onHand"} & set(DOCUMENTS["publishProductChange"].split())
    asked = STOCK["publishStockChange"].split()
    assert {"seq", "variantId", "quantity", "purchasable", "lowStock", "backorderable", "at"} <= set(asked)


def test_a_type_of_several_shapes_is_refused_by_name() -> None:
    several = build_schema("type Query { pet: Pet } union Pet = Cat | Dog type Cat { a: Int } type Dog { b: Int }")
    with pytest.raises(ValueError, match="Pet is no object type"):
        selection(several.type_map["Query"], {})


@pytest.fixture(scope="module")
def graph() -> GraphQLSchema:
    return build_schema(PRELUDE + sdl())


@pytest.mark.parametrize("mutation", [*DOCUMENTS, *STOCK])
def test_a_document_is_valid_and_within_the_graphs_depth(graph: GraphQLSchema, mutation: str) -> None:
    parsed = parse(document(mutation))
    assert validate(graph, parsed) == []
    assert max(line.count("  ") for line in document(mutation).splitlines()) < DEEPEST


@pytest.mark.parametrize("mutation", [*DOCUMENTS, *STOCK])
def test_a_document_has_no_alias(mutation: str) -> None:
    """Whether AppSync matches what is told by name or by alias is not known."""
    assert ":" not in "".join(document(mutation).split(")")[2:])


def test_what_a_products_page_shows_is_told() -> None:
    asked = DOCUMENTS["publishProductChange"].split()
    assert {"seq", "productId", "changed", "name", "priceRange", "amount", "sku", "price", "media", "url"} <= set(asked)
    assert f"Mutation.{next(iter(DOCUMENTS))}" in routes()
