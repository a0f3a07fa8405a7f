"""How a catalogue is read."""

import strawberry

from schema.buyer import BuyerContext
from schema.catalog.changes import ProductChange
from schema.catalog.choices import ProductSort
from schema.catalog.inputs import ProductFilter
from schema.catalog.types import Category, CollectionConnection, Product, ProductConnection
from schema.pages import Node
from schema.route import Access, routed


@strawberry.type
class CatalogQueries:
    @routed("catalog", Access.PUBLIC)
    def node(self, id: strawberry.ID) -> Node | None:
        """Anything by its id: a product, variant, category, collection or media; null when the caller may not see it.

        id: The id, of any kind.
        """

    @routed("catalog", Access.PUBLIC)
    def product(
        self, slug: str | None = None, id: strawberry.ID | None = None, context: BuyerContext | None = None
    ) -> Product | None:
        """One product; null when there is none that the caller may see.

        slug: Its slug; give either this or id.
        id: Its id; give either this or slug.
        context: For whom prices and texts are chosen.
        """

    @routed("catalog", Access.PUBLIC)
    def products(
        self,
        filter: ProductFilter | None = None,
        sort: ProductSort | None = None,
        context: BuyerContext | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> ProductConnection:
        """A page of products.

        What shoppers see may be up to 5 seconds old, or 10 when the list is searched, filtered by attribute, price or
        rating, or sorted by rating.

        filter: Which products; all that the caller may see when left out.
        sort: In which order; RELEVANCE for searches and NEWEST for the rest when left out.
        context: For whom prices and texts are chosen.
        first: How many after the cursor, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        last: How many before the cursor, 1 to 100.
        before: The cursor to go back from.
        """

    @routed("catalog", Access.PUBLIC)
    def suggest(self, prefix: str, context: BuyerContext | None = None, first: int | None = None) -> list[Product]:
        """Products whose words begin with what a buyer has typed so far, the best match first.

        prefix: What has been typed, at least one letter.
        context: For whom prices and texts are chosen.
        first: How many, 1 to 20; 8 when left out.
        """

    @routed("catalog", Access.PUBLIC)
    def product_changes(self, product_id: strawberry.ID, after_seq: int) -> list[ProductChange]:
        """What happened to a product since a version that the caller knows: to catch up with productChanged.

        Oldest first and at most 100: ask again after the last one until the answer is empty. Changes are kept for 7
        days; a first seq greater than afterSeq + 1 means that those between are gone, so read the product anew. In
        each change, product is the product as it is now; staff see it whatever its status. The answer is empty for a
        product that there is not, and to shoppers for one that has not been on sale since.

        product_id: Which product.
        after_seq: The last version that the caller knows, 0 for none.
        """

    @routed("catalog", Access.PUBLIC)
    def categories(self) -> list[Category]:
        """Every category, those above before those below, by name; at most 1,000."""

    @routed("catalog", Access.PUBLIC)
    def collections(self, first: int | None = None, after: str | None = None) -> CollectionConnection:
        """A page of collections, by name.

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        """
