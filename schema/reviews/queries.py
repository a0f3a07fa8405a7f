"""How reviews are read."""

import strawberry

from schema.reviews.types import Review, ReviewChange, ReviewConnection
from schema.route import Access, routed


@strawberry.type
class ReviewQueries:
    @routed("reviews", Access.PUBLIC)
    def review(self, id: strawberry.ID) -> Review | None:
        """A review by its id; null when there is none that the caller may read.

        id: The review's id.
        """

    @routed("reviews", Access.STAFF)
    def reviews_to_moderate(self, first: int | None = None, after: str | None = None) -> ReviewConnection:
        """A page of the reviews that wait to be read by the shop, what waits longest first.

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        """

    @routed("reviews", Access.PUBLIC)
    def review_changes(self, product_id: strawberry.ID, after_seq: int) -> list[ReviewChange]:
        """What happened to a product's reviews since a change that the caller knows: to catch up with reviewChanged.

        Oldest first and at most 100: ask again after the last one until the answer is empty. Changes are kept for 7
        days; a first seq greater than afterSeq + 1 means that those between are gone, so read the reviews anew. Here
        review is the review as it is now.

        product_id: Which product.
        after_seq: The last change that the caller knows, 0 for none.
        """
