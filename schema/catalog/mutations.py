"""How staff edit the catalogue."""

import strawberry

from schema.catalog.changes import ProductChange
from schema.catalog.choices import ProductStatus
from schema.catalog.inputs import CategoryInput, CollectionInput, ProductInput
from schema.catalog.types import Category, Collection, Product
from schema.errors import UserError
from schema.prose import entity
from schema.route import Access, routed
from schema.scalars import AWSJSON


@entity
class ProductPayload:
    """What became of a change to a product.

    product: The product after the change; null when there are user errors.
    user_errors: What stood against the change; nothing was changed when there are any.
    """

    product: Product | None
    user_errors: list[UserError]


@entity
class CategoryPayload:
    """What became of a change to a category.

    category: The category after the change; null when there are user errors.
    user_errors: What stood against the change; nothing was changed when there are any.
    """

    category: Category | None
    user_errors: list[UserError]


@entity
class CollectionPayload:
    """What became of a change to a collection.

    collection: The collection after the change; null when there are user errors.
    user_errors: What stood against the change; nothing was changed when there are any.
    """

    collection: Collection | None
    user_errors: list[UserError]


@strawberry.type
class CatalogMutations:
    @routed("catalog", Access.STAFF)
    def product_create(self, input: ProductInput, idempotency_key: str) -> ProductPayload:
        """Store a new product.

        input: The whole content of the product.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and content again gives the
          first answer again and stores nothing; kept for 24 hours.
        """

    @routed("catalog", Access.STAFF)
    def product_update(
        self, id: strawberry.ID, input: ProductInput, expected_version: int | None = None
    ) -> ProductPayload:
        """Replace the content of a product. Content equal to what is stored changes nothing, not even the version.

        id: Which product.
        input: The whole content of the product.
        expected_version: Change it only if this is still its version.
        """

    @routed("catalog", Access.STAFF)
    def product_set_status(
        self, id: strawberry.ID, status: ProductStatus, expected_version: int | None = None
    ) -> ProductPayload:
        """Put a product on sale, back to draft, or archive it.

        id: Which product.
        status: Who can see it from now on.
        expected_version: Change it only if this is still its version.
        """

    @routed("catalog", Access.PUBLISHER)
    def publish_product_change(self, seq: int, payload: AWSJSON) -> ProductChange | None:
        """Tell those who listen to productChanged of a stored change; stores nothing. For the shop's own function.

        seq: The version that the change made.
        payload: The rest of the change: productId, changed, at, and product as it is stored, or null.
        """

    @routed("catalog", Access.STAFF)
    def category_save(
        self, input: CategoryInput, id: strawberry.ID | None = None, expected_version: int | None = None
    ) -> CategoryPayload:
        """Store a new category, or replace the content of one.

        A category that is moved takes its products along within seconds.

        input: The whole content of the category.
        id: Which category; a new one when left out.
        expected_version: Change it only if this is still its version.
        """

    @routed("catalog", Access.STAFF)
    def collection_save(
        self, input: CollectionInput, id: strawberry.ID | None = None, expected_version: int | None = None
    ) -> CollectionPayload:
        """Store a new collection, or replace the content of one.

        input: The whole content of the collection.
        id: Which collection; a new one when left out.
        expected_version: Change it only if this is still its version.
        """
