"""How a review is written, changed and judged: decide on what is stored, store all of it or nothing."""

from typing import Final

from msgspec import Struct

from domain import keys
from domain.ids import REVIEW, CustomerId, ProductId, ReviewId, is_id
from domain.keys import Key
from domain.reviews import life
from domain.reviews.drafts import Known, ReviewDraft
from domain.reviews.reviews import Review, ReviewStatus, Withdrawn
from domain.reviews.storing import NoReview, Refusal, Reviewed
from resolvers._kit.callers import Anyone, Shopper
from resolvers.reviews.ports import Decide, Outcome, Reviews
from resolvers.reviews.views import REVIEWED, ReviewPayload, payload_of, review_of

NAMELESS: Final = "A customer"
"""Goes by this who gives no name, here or in their profile."""


class ReviewInput(Struct, frozen=True, kw_only=True):
    """A buyer's first word on a product, as asked."""

    product_id: ProductId
    rating: int
    title: str | None = None
    body: str | None = None
    author: str | None = None


class ReviewEditInput(Struct, frozen=True, kw_only=True):
    """What a buyer says instead, as asked."""

    rating: int
    title: str | None = None
    body: str | None = None
    author: str | None = None


def seen_by(reviews: Reviews, caller: Anyone, id_: str) -> Review | None:
    """The review with this id, as far as there is one for the caller."""
    found = reviews.store.get(ReviewId(id_)) if is_id(id_, REVIEW) else None
    mine = None if caller.sub is None else CustomerId(caller.sub)
    return found if found and life.readable(found, mine, staff=caller.staff) else None


def submitted(reviews: Reviews, caller: Shopper, asked: ReviewInput, key: str) -> ReviewPayload:
    """Store a customer's first word on a product, once for a key."""
    if (refused := keys.refused(key)) is not None:
        return ReviewPayload(user_errors=(refused,))
    customer = CustomerId(caller.sub)
    known = Known(
        author=(reviews.name_of(customer) or NAMELESS) if asked.author is None else asked.author,
        bought=reviews.bought(customer, asked.product_id),
    )
    new_id = ReviewId(reviews.new_id(REVIEW))
    found = life.submit(_draft(asked), known, customer, asked.product_id, new_id=new_id, now=reviews.now())
    used = Key(caller=caller.sub, key=key, fingerprint=keys.fingerprint(asked))
    outcome = reviews.store.submit(found if isinstance(found, Review) else Refusal(errors=found), key=used)
    if isinstance(outcome, Reviewed):
        own = reviews.store.get(outcome.review_id)
        return ReviewPayload(review=review_of(own) if own else None, user_errors=(REVIEWED,))
    return payload_of(outcome)


def edited(reviews: Reviews, caller: Shopper, id_: str, asked: ReviewEditInput, expected: int | None) -> ReviewPayload:
    """Store what a customer says instead."""

    def decide(review: Review) -> Review | Refusal | NoReview:
        if review.customer_id != caller.sub:
            return NoReview()
        known = Known(
            author=review.author if asked.author is None else asked.author,
            bought=review.verified_purchase,
            pictures=frozenset(review.media_ids),
        )
        found = life.edit(review, _draft(asked), known, reviews.now(), seen=expected)
        return found if isinstance(found, Review) else Refusal(errors=found)

    return payload_of(changed(reviews, id_, decide))


def taken_back(reviews: Reviews, caller: Shopper, id_: str) -> Outcome:
    """Withdraw a customer's own review."""

    def decide(review: Review) -> Withdrawn | NoReview:
        return life.withdraw(review, reviews.now()) if review.customer_id == caller.sub else NoReview()

    return changed(reviews, id_, decide)


def moderated(
    reviews: Reviews, id_: str, status: ReviewStatus, reply: str | None, expected: int | None
) -> ReviewPayload:
    """Store what the shop decides of a review, and says to it."""

    def decide(review: Review) -> Review | Refusal:
        found = life.moderate(review, status, reviews.now(), reply=reply, seen=expected)
        return found if isinstance(found, Review) else Refusal(errors=found)

    return payload_of(changed(reviews, id_, decide))


def marked(reviews: Reviews, caller: Shopper, id_: str, *, helpful: bool) -> ReviewPayload:
    """Store that a customer finds a review helpful, or no longer does."""
    if not is_id(id_, REVIEW):
        return payload_of(NoReview())
    return payload_of(reviews.store.mark(ReviewId(id_), CustomerId(caller.sub), helpful=helpful))


def changed(reviews: Reviews, id_: str, decide: Decide) -> Outcome:
    """Have it changed; of a text that is no id there is nothing."""
    return reviews.store.change(ReviewId(id_), decide) if is_id(id_, REVIEW) else NoReview()


def _draft(asked: ReviewInput | ReviewEditInput) -> ReviewDraft:
    return ReviewDraft(rating=asked.rating, title=asked.title, body=asked.body)
