"""What a shopper's page may listen to about reviews."""

import strawberry

from schema.reviews.types import ReviewChange
from schema.route import Access, subscribed


@strawberry.type
class ReviewSubscriptions:
    @subscribed("publishReviewChange", access=Access.PUBLIC)
    def review_changed(self, product_id: strawberry.ID) -> ReviewChange | None:
        """Each change of what can be read of a product's reviews, within a second as a rule, oldest first.

        A review appears, changes, or is gone; votes are not told. A change may be told twice, which its seq shows, and
        one may be lost with the connection. So subscribe, then ask reviewChanges for what was missed, whenever a
        connection begins.

        product_id: Which product.
        """
