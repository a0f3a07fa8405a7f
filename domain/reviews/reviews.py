"""What a review is: what a buyer says of a product, and what the shop says to it."""

from datetime import datetime
from enum import Enum
from typing import Final

from domain.ids import CustomerId, ProductId, ReviewId
from domain.shown import ShownMedia
from domain.values import value

STARS: Final = (1, 2, 3, 4, 5)


class ReviewStatus(Enum):
    """Who may read a review.

    PENDING: Nobody but its author and the shop, which has not read it as it is now.
    PUBLISHED: Everybody.
    REJECTED: Nobody but its author and the shop, which has read it.
    """

    PENDING = "PENDING"
    PUBLISHED = "PUBLISHED"
    REJECTED = "REJECTED"


class ReviewSort(Enum):
    """The order of a product's reviews; of equals the newest stands first, but last in LOWEST.

    NEWEST: The one that was written last first.
    HIGHEST: Most stars first.
    LOWEST: Fewest stars first: exactly the reverse of HIGHEST.
    MOST_HELPFUL: The one that most customers found helpful first.
    """

    NEWEST = "NEWEST"
    HIGHEST = "HIGHEST"
    LOWEST = "LOWEST"
    MOST_HELPFUL = "MOST_HELPFUL"


@value
class Review:
    """A review as stored. ``version`` starts at 1 and grows by 1 with each change, except of ``helpful``.

    ``author`` is the name that everybody reads, as it was when the text was written. ``helpful`` is how many customers
    say so: it is counted beside the versions, so that a vote is no change of what the shop has read. ``media`` are
    copies of the author's own pictures, which the review holds.
    """

    id: ReviewId
    product_id: ProductId
    customer_id: CustomerId
    author: str
    rating: int
    title: str | None
    body: str | None
    verified_purchase: bool
    status: ReviewStatus
    created_at: datetime
    updated_at: datetime
    version: int = 1
    helpful: int = 0
    reply: str | None = None
    media: tuple[ShownMedia, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether everybody may read it, and it counts."""
        return self.status is ReviewStatus.PUBLISHED


@value
class Withdrawn:
    """What is left of a review that is no more: nothing of what it said, nor who said it."""

    id: ReviewId
    product_id: ProductId
    version: int
    at: datetime
