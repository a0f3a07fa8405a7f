"""How reviews lie in their table: the keys and attributes of each item."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from datasources.dynamo import documents
from datasources.dynamo.paging import Order
from datasources.dynamo.table import Item, ItemKey
from domain.ids import CustomerId, ProductId, ReviewId
from domain.reviews.ratings import Counted, KeptRating, RatingChange
from domain.reviews.reviews import Review, ReviewSort, ReviewStatus, Withdrawn
from domain.reviews.storing import KeptReview

INDEXES: Final = {"by_newest": "newest", "by_rating": "rated", "by_helpful": "helped"}
"""The table's local indexes, as the settings declare them: of places in lists."""
SORTS: Final[Mapping[ReviewSort, Order]] = {
    ReviewSort.NEWEST: Order("by_newest", "newest", ascending=False),
    ReviewSort.HIGHEST: Order("by_rating", "rated", ascending=False),
    ReviewSort.LOWEST: Order("by_rating", "rated"),
    ReviewSort.MOST_HELPFUL: Order("by_helpful", "helped", ascending=False),
}
OLDEST: Final = Order("by_newest", "newest")
TAB: Final = "\t"
"""Before the id in a place: ``paging`` parts the two there."""
COUNT_DIGITS: Final = 9
"""Of votes: a thousand million customers."""
GONE_SECONDS: Final = 7 * 24 * 3600
"""How long it is known that a review was withdrawn: a stream tells of a change for 24 hours (DynamoDB Streams)."""
CHANGES_SECONDS: Final = 7 * 24 * 3600
"""Who was away longer than a week reads the product's reviews anew instead of catching up."""
LAST_SEQ: Final = 10**12 - 1
QUEUE: Final = "MODERATION"
"""The partition of the reviews that wait to be read by the shop."""
OWN: Final = "REVIEW#"
VOTE: Final = "VOTE#"
"""How the sort keys of a customer's reviews and votes begin."""


def review_key(review: ReviewId) -> ItemKey:
    return ItemKey(f"REVIEW#{review}", documents.REVIEW)


def counted_key(review: ReviewId) -> ItemKey:
    return ItemKey(f"REVIEW#{review}", "COUNTED")


def listing_pk(product: ProductId) -> str:
    return f"REVIEWS#{product}"


def listing_key(review: Review) -> ItemKey:
    return ItemKey(listing_pk(review.product_id), review.id)


def queue_key(review: ReviewId) -> ItemKey:
    return ItemKey(QUEUE, review)


def customer_pk(customer: CustomerId) -> str:
    return f"CUSTOMER#{customer}"


def own_key(customer: CustomerId, product: ProductId) -> ItemKey:
    """The same for every review that a customer writes of a product, so that there is one."""
    return ItemKey(customer_pk(customer), f"{OWN}{product}")


def vote_key(customer: CustomerId, review: ReviewId) -> ItemKey:
    """The same for every vote that a customer gives to a review, so that there is one."""
    return ItemKey(customer_pk(customer), f"{VOTE}{review}")


def rating_key(product: ProductId) -> ItemKey:
    return ItemKey(f"RATING#{product}", documents.RATING)


def change_key(product: ProductId, seq: int) -> ItemKey:
    return ItemKey(f"RATING#{product}", f"CHANGE#{seq:012}")


def review_item(there: Review | Withdrawn) -> Item:
    if isinstance(there, Withdrawn):
        expires = int(there.at.timestamp()) + GONE_SECONDS
        return _versioned(KeptReview(withdrawn=there), there.version) | {"expires_at": {"N": str(expires)}}
    return _versioned(KeptReview(review=there), there.version) | {"helpful": {"N": str(there.helpful)}}


def entries(review: Review) -> Iterator[tuple[ItemKey, Item]]:
    """Where a review is listed: among the product's while all may read it, and among those that wait to be read."""
    newest = _place(_moment(review.created_at), review.id)
    if review.status is ReviewStatus.PUBLISHED:
        written = _moment(review.created_at)
        yield (
            listing_key(review),
            {
                "newest": {"S": newest},
                "rated": {"S": _place(f"{review.rating}#{written}", review.id)},
                "helped": {"S": _place(f"{review.helpful:0{COUNT_DIGITS}}#{written}", review.id)},
            },
        )
    if review.status is ReviewStatus.PENDING:
        yield queue_key(review.id), {"newest": {"S": _place(_moment(review.updated_at), review.id)}}


def own_item(review: Review) -> Item:
    return {"newest": {"S": _place(_moment(review.created_at), review.id)}}


def listed(item: Item) -> ReviewId:
    """The review that an entry of any list is of, as its newest attribute says."""
    return ReviewId(item["newest"]["S"].rpartition(TAB)[2])


def counted_item(counted: Counted, expires: int | None) -> Item:
    item: Item = {"version": {"N": str(counted.version)}}
    if counted.rating is not None:
        item["rating"] = {"N": str(counted.rating)}
    return item if expires is None else item | {"expires_at": {"N": str(expires)}}


def counted_of(item: Item | None) -> Counted:
    if item is None:
        return Counted()
    return Counted(version=int(item["version"]["N"]), rating=int(item["rating"]["N"]) if "rating" in item else None)


def rating_item(kept: KeptRating) -> Item:
    return _versioned(kept, kept.seq)


def change_item(change: RatingChange, now: float) -> Item:
    # No "document": the table's stream is heard for what has one, the reviews and the ratings.
    expires = {"N": str(int(now) + CHANGES_SECONDS)}
    return {"change": {"S": documents.encoded(change).decode()}, "expires_at": expires}


def _versioned(value: object, version: int) -> Item:
    return {"document": {"S": documents.encoded(value).decode()}, "version": {"N": str(version)}}


def _place(value: str, review: ReviewId) -> str:
    return f"{value}{TAB}{review}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
