"""One function a field: load, decide, store, return."""

from collections.abc import Sequence
from typing import Final

import msgspec

from domain.ids import ProductId, noun_of
from domain.pages import window
from domain.reviews.reviews import ReviewSort, ReviewStatus
from resolvers._kit.app import App
from resolvers._kit.callers import Anyone, Publisher, Shopper, Staff
from resolvers._kit.faults import BadRequest
from resolvers._kit.limits import Limit, refuse_many
from resolvers._kit.views import DeletePayload
from resolvers.reviews import views, writing
from resolvers.reviews.announcing import Announcement
from resolvers.reviews.parents import CustomerParent, ListParent, ProductParent
from resolvers.reviews.ports import Reviews
from resolvers.reviews.settings import DOMAIN
from resolvers.reviews.views import (
    MINE,
    WAITING,
    RatingSummary,
    Review,
    ReviewChange,
    ReviewConnection,
    ReviewPayload,
    listing_name,
    page_of,
)
from resolvers.reviews.writing import ReviewEditInput, ReviewInput

app: Final = App[Reviews](DOMAIN)


def writers(reviews: Reviews) -> Limit:
    """How often one customer may write, change or take back."""
    return reviews.writers


def voters(reviews: Reviews) -> Limit:
    """How often one customer may say what is helpful."""
    return reviews.voters


def edits(reviews: Reviews) -> Limit:
    """How often one member of staff may decide."""
    return reviews.edits


@app.field("Query.review")
def review(reviews: Reviews, caller: Anyone, *, id: str) -> Review | None:
    """A review by its id, as far as there is one for the caller."""
    found = writing.seen_by(reviews, caller, id)
    return views.review_of(found, reviews.shown_at) if found else None


@app.field("Query.reviewsToModerate")
def reviews_to_moderate(
    reviews: Reviews, caller: Staff, *, first: int | None = None, after: str | None = None
) -> ReviewConnection:
    """A page of what waits."""
    return page_of(WAITING, reviews.lists.waiting(window(WAITING, first=first, after=after)), reviews.shown_at)


@app.field("Query.reviewChanges")
def review_changes(reviews: Reviews, caller: Anyone, *, product_id: str, after_seq: int) -> tuple[ReviewChange, ...]:
    """What happened to a product's reviews after a change."""
    if after_seq < 0:
        raise BadRequest(f"afterSeq is 0 or more, not {after_seq}")
    if noun_of(product_id) != "Product":
        raise BadRequest("productId is no product's id")
    product = ProductId(product_id)
    changes = reviews.ratings.changes(product, after_seq)
    there = reviews.lists.many(dict.fromkeys(one.review_id for one in changes if one.shown))
    return tuple(
        ReviewChange(
            seq=one.seq,
            product_id=product,
            review_id=one.review_id,
            rating=RatingSummary.of(one.rating),
            review=views.review_of(found, reviews.shown_at)
            if (found := there.get(one.review_id)) and found.shown
            else None,
            at=one.at,
        )
        for one in changes
    )


@app.batch("Product.rating")
def product_rating(reviews: Reviews, caller: Anyone, parents: Sequence[ProductParent]) -> list[RatingSummary]:
    """What each product's reviews say together."""
    found = reviews.ratings.many(parent.id for parent in parents)
    return [RatingSummary.of(found[parent.id].rating) for parent in parents]


@app.batch("Product.reviews")
def product_reviews(
    reviews: Reviews, caller: Anyone, parents: Sequence[ProductParent], *, first: int | None = None,
    after: str | None = None, sort: ReviewSort | None = None,
) -> list[ReviewConnection]:  # fmt: skip
    """A page of each product's reviews."""
    sort = sort or ReviewSort.NEWEST
    listing, products = listing_name(sort), [parent.id for parent in parents]
    pages, base = reviews.lists.of_products(products, sort, window(listing, first=first, after=after)), reviews.shown_at
    return [page_of(listing, page, base, product=product) for page, product in zip(pages, products, strict=True)]


@app.batch("Customer.reviews")
def customer_reviews(
    reviews: Reviews, caller: Anyone, parents: Sequence[CustomerParent], *, first: int | None = None,
    after: str | None = None,
) -> list[ReviewConnection | None]:  # fmt: skip
    """A page of what each customer said."""
    refuse_many(parents)
    wanted = window(MINE, first=first, after=after)
    return [
        page_of(MINE, reviews.lists.of_customer(one.id, wanted), reviews.shown_at, customer=one.id)
        if caller.sees_all_of(one.id)
        else None
        for one in parents
    ]


@app.batch("ReviewConnection.totalCount")
def review_connection_total_count(reviews: Reviews, caller: Anyone, parents: Sequence[ListParent]) -> list[int]:
    """How many reviews each list has."""
    ratings = reviews.ratings.many(parent.product_id for parent in parents if parent.product_id)
    customers = [*{parent.customer_id: None for parent in parents if parent.customer_id}]
    refuse_many(customers)
    counts = {one: reviews.lists.count_of(one) for one in customers}
    waits = any(not (parent.product_id or parent.customer_id) for parent in parents)
    waiting = reviews.lists.count_waiting() if waits else 0

    def count(parent: ListParent) -> int:
        if parent.product_id:
            return ratings[parent.product_id].rating.count
        return counts[parent.customer_id] if parent.customer_id else waiting

    return [count(parent) for parent in parents]


@app.field("Mutation.reviewSubmit", limit=writers)
def review_submit(reviews: Reviews, caller: Shopper, *, input: ReviewInput, idempotency_key: str) -> ReviewPayload:
    """Write a review."""
    return writing.submitted(reviews, caller, input, idempotency_key)


@app.field("Mutation.reviewEdit", limit=writers)
def review_edit(
    reviews: Reviews, caller: Shopper, *, id: str, input: ReviewEditInput, expected_version: int | None = None
) -> ReviewPayload:
    """Say something else."""
    return writing.edited(reviews, caller, id, input, expected_version)


@app.field("Mutation.reviewWithdraw", limit=writers)
def review_withdraw(reviews: Reviews, caller: Shopper, *, id: str) -> DeletePayload:
    """Take a review back."""
    return views.removal_of(writing.taken_back(reviews, caller, id))


@app.field("Mutation.reviewMarkHelpful", limit=voters)
def review_mark_helpful(reviews: Reviews, caller: Shopper, *, id: str, helpful: bool) -> ReviewPayload:
    """Vote for a review, or no longer."""
    return writing.marked(reviews, caller, id, helpful=helpful)


@app.field("Mutation.reviewModerate", limit=edits)
def review_moderate(
    reviews: Reviews, caller: Staff, *, id: str, status: ReviewStatus, reply: str | None = None,
    expected_version: int | None = None,
) -> ReviewPayload:  # fmt: skip
    """Publish or reject a review, and reply to it."""
    return writing.moderated(reviews, id, status, reply, expected_version)


@app.field("Mutation.publishReviewChange")
def publish_review_change(reviews: Reviews, caller: Publisher, *, seq: int, payload: object) -> ReviewChange:
    """Tell of a counted change; the answer is what subscribers are told."""
    try:
        news = msgspec.convert(payload, Announcement)
    except msgspec.ValidationError as error:
        raise BadRequest(f"payload is no change of a review: {error}") from error
    return ReviewChange(
        seq=seq,
        product_id=news.product_id,
        review_id=news.review_id,
        rating=RatingSummary.of(news.rating),
        review=None if news.review is None else views.review_of(news.review, reviews.shown_at),
        at=news.at,
    )
