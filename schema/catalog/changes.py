"""A change of a product, as those who watch it are told."""

import strawberry

from schema.catalog.types import Product
from schema.prose import entity
from schema.scalars import AWSDateTime


@entity
class ProductChange:
    """One stored change of a product. Live, everybody is told the same: what shoppers may see.

    seq: Grows by 1 with each change of the product, without gaps: the version that the change made.
    product_id: The product's id.
    changed: What of the content differs from the version before, by the names of ProductInput; everything for a new
      product. Empty while shoppers do not see the product.
    product: The product; null while shoppers do not see it, so that a change that takes it off sale tells so. Live it
      is the product as of this change, and null as well where its answer would be beyond the 240 KB that a
      subscription carries: ask product for it then.
    at: When it was changed.
    """

    seq: int
    product_id: strawberry.ID
    changed: list[str]
    product: Product | None
    at: AWSDateTime
