"""What is published holds all that a subscriber may select, and ends."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLSchema, build_schema, parse, validate

from infra.constructs.graph import DEEPEST
from resolvers.cart.selections import DOCUMENTS as CART
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


@pytest.mark.parametrize("mutation", [*DOCUMENTS, *STOCK, *CART])
def test_a_document_is_valid_and_within_the_graphs_depth(graph: GraphQLSchema, mutation: str) -> None:
    parsed = parse(document(mutation))
    assert validate(graph, parsed) == []
    assert max(line.count("  ") for line in document(mutation).splitlines()) < DEEPEST


@pytest.mark.parametrize("mutation", [*DOCUMENTS, *STOCK, *CART])
def test_a_document_has_no_alias(mutation: str) -> None:
    """Whether AppSync matches what is told by name or by alias is not known."""
    assert ":" not in "".join(document(mutation).split(")")[2:])


def test_what_a_products_page_shows_is_told() -> None:
    asked = DOCUMENTS["publishProductChange"].split()
    assert {"seq", "productId", "changed", "name", "priceRange", "amount", "sku", "price", "media", "url"} <= set(asked)
    assert f"Mutation.{next(iter(DOCUMENTS))}" in routes()


def test_a_cart_is_told_with_every_shape_of_its_warnings(graph: GraphQLSchema) -> None:
    interface = graph.type_map["UserError"]
    assert isinstance(interface, GraphQLInterfaceType)
    shapes = {kind.name: set(kind.fields) - set(interface.fields) for kind in graph.get_possible_types(interface)}
    said = " ".join(CART["publishCartChange"].split())
    assert f"warnings {{ __typename {' '.join(interface.fields)} ... on " in said
    for kind, own in shapes.items():
        fragment = re.search(rf"\.\.\. on {kind} {{ (.*?) }}(?: \.\.\.| }})", said)
        told = set(fragment[1].split()) - {"{", "}", "amount", "currency"} if fragment else set()
        assert told == own, kind
    assert shapes["PriceChangedError"] == {"lineId", "was", "now"}


def test_a_cart_is_told_without_what_the_catalogue_knows_of_its_goods() -> None:
    asked = set(CART["publishCartChange"].split())
    assert {"seq", "cartId", "reason", "at", "variantId", "reservation", "totals", "requirements"} <= asked
    assert not {"variant", "product", "sku", "availability"} & asked
