"""The wire shapes of reviews, and how stored reviews become them."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from domain import keys
from domain.errors import ErrorCode, InputError
from domain.ids import CustomerId, ProductId, ReviewId
from domain.keys import KeyReused
from domain.pages import Page
from domain.reviews import ratings
from domain.reviews import reviews as stored
from domain.reviews.reviews import ReviewSort, ReviewStatus
from domain.reviews.storing import Gone, Refusal, StoredReview
from resolvers._kit.media import Media
from resolvers._kit.views import DeletePayload, PageInfo, UserError, cursors_of
from resolvers._kit.wire import Hidden
from resolvers.reviews.ports import Outcome

WAITING: Final = "reviews to moderate"
MINE: Final = "reviews of a customer"
"""Names of lists: a cursor of one is refused by the others."""
NONE: Final = InputError(code=ErrorCode.NOT_FOUND, message="there is no such review", field=("id",))
REVIEWED: Final = InputError(
    code=ErrorCode.DUPLICATE,
    message="you have reviewed this product already; edit that review",
    field=("input", "productId"),
)


class RatingSummary(Struct, frozen=True, kw_only=True):
    """What all reviews of a product say together."""

    average: str | None
    count: int
    histogram: tuple[int, ...]

    @classmethod
    def of(cls, rating: ratings.RatingSummary) -> "RatingSummary":
        """As people read it."""
        return cls(average=rating.average_text, count=rating.count, histogram=rating.histogram)


class Review(Struct, frozen=True, kw_only=True):
    """A review, without who wrote it but for the name that they go by."""

    id: ReviewId
    product_id: ProductId
    author: str
    rating: int
    title: str | None
    body: str | None
    verified_purchase: bool
    status: ReviewStatus
    helpful: int
    reply: str | None
    media: tuple[Media, ...]
    version: int
    created_at: datetime
    updated_at: datetime


class ReviewEdge(Struct, frozen=True, kw_only=True):
    """A review at its place."""

    cursor: str
    node: Review


class ReviewConnection(Struct, frozen=True, kw_only=True):
    """A page of reviews: of a product, of a customer, or of those that wait."""

    edges: tuple[ReviewEdge, ...]
    page_info: PageInfo
    product_id: Hidden[ProductId | None] = None
    customer_id: Hidden[CustomerId | None] = None


class ReviewChange(Struct, frozen=True, kw_only=True):
    """A change of what can be read of a product's reviews."""

    seq: int
    product_id: ProductId
    review_id: ReviewId
    rating: RatingSummary
    review: Review | None
    at: datetime


class ReviewPayload(Struct, frozen=True, kw_only=True):
    """What became of a review."""

    review: Review | None = None
    user_errors: tuple[UserError, ...] = ()


def review_of(review: stored.Review, base: str) -> Review:
    """A review on the wire; ``base`` is where the shop's own pictures are."""
    return Review(
        id=review.id,
        product_id=review.product_id,
        author=review.author,
        rating=review.rating,
        title=review.title,
        body=review.body,
        verified_purchase=review.verified_purchase,
        status=review.status,
        helpful=review.helpful,
        reply=review.reply,
        media=tuple(Media.of(one, base) for one in review.media),
        version=review.version,
        created_at=review.created_at,
        updated_at=review.updated_at,
    )


def listing_name(sort: ReviewSort) -> str:
    """Tells the lists of products' reviews in one order from those in another."""
    return f"reviews {sort.value}"


def page_of(
    listing: str,
    page: Page[stored.Review],
    base: str,
    *,
    product: ProductId | None = None,
    customer: CustomerId | None = None,
) -> ReviewConnection:
    """A page of reviews on the wire."""
    cursors = cursors_of(listing, page.places)
    return ReviewConnection(
        edges=tuple(
            ReviewEdge(cursor=cursor, node=review_of(one, base))
            for cursor, one in zip(cursors, page.items, strict=True)
        ),
        page_info=PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous),
        product_id=product,
        customer_id=customer,
    )


def payload_of(outcome: Outcome, base: str) -> ReviewPayload:
    """What became of a review, on the wire."""
    match outcome:
        case StoredReview(review=review):
            return ReviewPayload(review=review_of(review, base))
        case _:
            return ReviewPayload(user_errors=_against(outcome))


def removal_of(outcome: Outcome) -> DeletePayload:
    """What became of the wish to take a review back, on the wire."""
    if isinstance(outcome, Gone):
        return DeletePayload(deleted_id=outcome.withdrawn.id)
    return DeletePayload(user_errors=_against(outcome))


def _against(outcome: Outcome) -> tuple[UserError, ...]:
    match outcome:
        case Refusal(errors=errors):
            return errors
        case KeyReused():
            return (keys.REUSED,)
        case _:  # of a review that was withdrawn since, a repeated request finds nothing
            return (NONE,)
