"""A review as those see it who may read it, and what all of a product's say together."""

import strawberry

from domain.reviews.reviews import ReviewSort, ReviewStatus
from schema.media.types import Media
from schema.pages import PageInfo
from schema.prose import choice, entity
from schema.route import routed
from schema.scalars import AWSDateTime

__all__ = ["BATCH", "RatingSummary", "Review", "ReviewChange", "ReviewConnection", "ReviewSort", "ReviewStatus"]

BATCH = 100
"""Parents that are answered in one invocation: a page."""

for each in (ReviewStatus, ReviewSort):
    choice(each)


@entity
class RatingSummary:
    """What all published reviews of a product say together.

    average: The mean of all stars as decimal text with two places, such as "4.67"; null where there is no review.
    count: How many reviews there are.
    histogram: How many of them give one star, two, three, four and five, in this order.
    """

    average: str | None
    count: int
    histogram: list[int]


@entity
class Review:
    """What a buyer says of a product, and what the shop says to it.

    Everybody reads it while it is PUBLISHED; before and otherwise its author does, and staff.

    id: The review's id.
    product_id: The product.
    author: The name that the buyer goes by.
    rating: One to five stars.
    title: One line; null when the buyer gave none.
    body: The text, in plain lines; null when there are the stars alone.
    verified_purchase: Whether the author had bought the product here when they wrote it.
    status: Who may read it.
    helpful: How many customers say that it helped them.
    reply: What the shop says to it; null when it says nothing.
    media: Pictures that the author took, in the author's order, each IMAGE and READY.
    version: Grows by 1 with each change, but not with a vote; staff send it as expectedVersion, to decide on just what
      they read.
    created_at: When it was written first.
    updated_at: When it was changed last.
    """

    id: strawberry.ID
    product_id: strawberry.ID
    author: str
    rating: int
    title: str | None
    body: str | None
    verified_purchase: bool
    status: ReviewStatus
    helpful: int
    reply: str | None
    media: list[Media]
    version: int
    created_at: AWSDateTime
    updated_at: AWSDateTime


@entity
class ReviewEdge:
    """A review at its place in a list.

    cursor: The place, to go on from.
    node: The review.
    """

    cursor: str
    node: Review


@entity
class ReviewConnection:
    """One page of reviews.

    edges: The reviews of the page.
    page_info: Where the page lies in the list.
    """

    edges: list[ReviewEdge]
    page_info: PageInfo

    @routed("reviews", batch=BATCH)
    def total_count(self) -> int:
        """How many reviews the whole list has; ask for it only where it is shown, it costs a call of its own.

        Of a product's reviews it is the count of its rating.
        """


@entity
class ReviewChange:
    """One change of what can be read of a product's reviews; everybody is told the same.

    seq: Grows by 1 with each change of the product's reviews, without gaps.
    product_id: The product.
    review_id: The review that changed.
    rating: What all reviews said together after this change.
    review: The review; null when it can be read no longer. Live it is the review as of this change.
    at: When it was changed.
    """

    seq: int
    product_id: strawberry.ID
    review_id: strawberry.ID
    rating: RatingSummary
    review: Review | None
    at: AWSDateTime
