"""Products and the ways to browse them, as clients see them."""

from typing import Annotated

import strawberry

from schema.catalog.choices import ProductKind, ProductStatus
from schema.inventory.types import Availability, StockLevel
from schema.media.types import Media
from schema.money import Money
from schema.pages import Node, PageInfo
from schema.prose import entity
from schema.reviews.types import RatingSummary, ReviewConnection, ReviewSort
from schema.route import Access, routed
from schema.scalars import AWSDateTime

BATCH = 100
"""Parents a nested catalog field answers in one invocation: one page."""
VARIANTS = 500
"""Variants whose stock is looked up in one invocation: five of each product of a page."""


@entity
class AttributeValue:
    """One stated fact about a product, such as its material.

    slug: The fact's key; filter by it.
    name: What the fact is called, such as "Material".
    value: The fact itself, such as "Wool".
    unit: The unit of the value, such as "cm"; null when it has none.
    """

    slug: str
    name: str
    value: str
    unit: str | None


@entity
class ProductOption:
    """A choice the buyer makes, such as Size.

    name: What is chosen.
    values: What can be chosen, in the order to show it.
    """

    name: str
    values: list[str]


@entity
class SelectedOption:
    """What a variant is for one of its product's options.

    name: The option, such as "Size".
    value: The value of it, such as "Large".
    """

    name: str
    value: str


@entity
class PriceRange:
    """The lowest and the highest price among a product's variants, both in the buyer's currency.

    min: The lowest price.
    max: The highest price.
    """

    min: Money
    max: Money


@entity
class Category(Node):
    """A place in the tree of categories. It lists its own products and those of every category below it.

    slug: The category's unique name in addresses.
    name: The category's name, in the buyer's language where there is a translation.
    version: Grows by 1 with each stored change.
    """

    slug: str
    name: str
    version: int

    @routed("catalog", batch=BATCH)
    def parent(self) -> "Category | None":
        """The category above; null at the top."""

    @routed("catalog", batch=BATCH)
    def children(self) -> "list[Category]":
        """The categories directly below, by name."""

    @routed("catalog", batch=BATCH)
    def products(
        self, first: int | None = None, after: str | None = None
    ) -> Annotated["ProductConnection", strawberry.lazy("schema.catalog.types")]:
        """The products on sale in this category and below, newest first; for other orders ask products(filter:).

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        """


@entity
class Collection(Node):
    """A hand-picked set of products, such as "Spring sale".

    slug: The collection's unique name in addresses.
    name: The collection's name, in the buyer's language where there is a translation.
    version: Grows by 1 with each stored change.
    """

    slug: str
    name: str
    version: int

    @routed("catalog", batch=BATCH)
    def products(
        self, first: int | None = None, after: str | None = None
    ) -> Annotated["ProductConnection", strawberry.lazy("schema.catalog.types")]:
        """The products on sale in this collection, newest first; for other orders ask products(filter:).

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        """


@entity
class CollectionEdge:
    """A collection at its place in a list.

    cursor: The place, to go on from.
    node: The collection.
    """

    cursor: str
    node: Collection


@entity
class CollectionConnection:
    """One page of collections.

    edges: The collections of the page, by name.
    page_info: Where the page lies in the list.
    """

    edges: list[CollectionEdge]
    page_info: PageInfo


@entity
class ProductVariant(Node):
    """What is actually bought: one combination of a product's options.

    sku: The shop's own code for it.
    barcode: Its EAN, UPC or ISBN.
    options: What it is for each of the product's options.
    price: What it costs, in the buyer's currency; in the shop's own where there is no price in the buyer's.
    compare_at_price: The price it is compared with, when it is reduced; same currency as price.
    weight_grams: What it weighs, in grams.
    taxable: Whether tax applies to it.
    media: Those of its product's pictures that show this very variant.
    """

    sku: str
    barcode: str | None
    options: list[SelectedOption]
    price: Money
    compare_at_price: Money | None
    weight_grams: int | None
    taxable: bool
    media: list[Media]

    @routed("catalog", batch=BATCH)
    def product(self) -> Annotated["Product", strawberry.lazy("schema.catalog.types")]:
        """The product it is a variant of."""

    @routed("catalog", Access.STAFF, batch=BATCH)
    def digital_media_ids(self) -> list[strawberry.ID] | None:
        """The files that its buyers get, as VariantInput has them; for staff, null for others."""

    @routed("inventory", batch=VARIANTS)
    def availability(self) -> Availability | None:
        """What a buyer can have of it now; null while the inventory is out of reach."""

    @routed("inventory", Access.STAFF, batch=BATCH)
    def stock_levels(self) -> list[StockLevel] | None:
        """What each warehouse has of it; for staff, null for others."""


@entity
class ProductVariantEdge:
    """A variant at its place in a list.

    cursor: The place, to go on from.
    node: The variant.
    """

    cursor: str
    node: ProductVariant


@entity
class ProductVariantConnection:
    """One page of variants.

    edges: The variants of the page, in the product's own order.
    page_info: Where the page lies in the list.
    total_count: How many variants the whole list has.
    """

    edges: list[ProductVariantEdge]
    page_info: PageInfo
    total_count: int


@entity
class Product(Node):
    """Something the shop sells. Shoppers see products that are ACTIVE; staff see all.

    slug: The product's unique name in addresses.
    name: The product's name, in the buyer's language where there is a translation.
    description: What the product is, as HTML, in the buyer's language where there is a translation.
    status: Who can see the product.
    kind: How the product reaches its buyer.
    version: Grows by 1 with each stored change; send it as expectedVersion to change just what you read.
    vendor: Who makes or supplies it.
    product_type: The shop's own word for what it is, such as "Jacket".
    tags: Words to find it by.
    attributes: Stated facts about it.
    options: What a buyer chooses between.
    media: Its pictures, films and documents, in the shop's order.
    price_range: The lowest and highest price among its variants.
    seo_title: Title for search engines; null: use name.
    seo_description: Description for search engines; null: use description.
    created_at: When it was first stored.
    updated_at: When it was last changed.
    """

    slug: str
    name: str
    description: str | None
    status: ProductStatus
    kind: ProductKind
    version: int
    vendor: str | None
    product_type: str | None
    tags: list[str]
    attributes: list[AttributeValue]
    options: list[ProductOption]
    media: list[Media]
    price_range: PriceRange
    seo_title: str | None
    seo_description: str | None
    created_at: AWSDateTime
    updated_at: AWSDateTime

    @routed("catalog", batch=BATCH)
    def category(self) -> Category | None:
        """The category it stands in; null when it stands in none."""

    @routed("catalog", batch=BATCH)
    def collections(self) -> list[Collection]:
        """The collections it is part of, by name; at most 10."""

    @routed("catalog", batch=BATCH)
    def variants(self, first: int | None = None, after: str | None = None) -> ProductVariantConnection:
        """Its variants, in the shop's order; at most 100.

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        """

    @routed("inventory", batch=BATCH)
    def availability(self) -> Availability | None:
        """What a buyer can have of all its variants together; null while the inventory is out of reach.

        It follows its variants' within a second as a rule.
        """

    @routed("reviews", batch=BATCH)
    def rating(self) -> RatingSummary | None:
        """What all its published reviews say together; null while the reviews are out of reach.

        It follows each review within a second as a rule.
        """

    @routed("reviews", batch=BATCH)
    def reviews(
        self, first: int | None = None, after: str | None = None, sort: ReviewSort | None = None
    ) -> ReviewConnection | None:
        """Its published reviews; null while the reviews are out of reach.

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        sort: In which order; NEWEST when left out.
        """


@entity
class FacetValue:
    """One value to narrow a list by.

    value: What to send in a filter.
    label: What to show.
    count: How many products the list would have were this value chosen too.
    """

    value: str
    label: str
    count: int


@entity
class Facet:
    """One thing to narrow a list by: vendor, type, tag, category, an option such as size, or an attribute.

    slug: What to send in a filter.
    name: What to show.
    values: The values, most frequent first; at most 100.
    """

    slug: str
    name: str
    values: list[FacetValue]


@entity
class ProductEdge:
    """A product at its place in a list.

    cursor: The place, to go on from.
    node: The product.
    """

    cursor: str
    node: Product


@entity
class ProductConnection:
    """One page of products.

    edges: The products of the page.
    page_info: Where the page lies in the list.
    """

    edges: list[ProductEdge]
    page_info: PageInfo

    @routed("catalog", batch=BATCH)
    def total_count(self) -> int:
        """How many products the whole list has; ask for it only where it is shown, it costs a call of its own."""

    @routed("catalog", batch=BATCH)
    def facets(self) -> list[Facet]:
        """What the list can be narrowed by, with counts; costs a call of its own.

        Counts of a facet ignore the filter on that same facet. Empty while the search index is out of reach.
        """
