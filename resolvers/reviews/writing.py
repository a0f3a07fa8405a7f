"""How a review is written, changed and judged: decide on what is stored, store all of it or nothing."""

from dataclasses import replace
from typing import Final

from msgspec import Struct

from domain import keys
from domain.ids import REVIEW, CustomerId, MediaId, ProductId, ReviewId, is_id
from domain.keys import Key
from domain.reviews import life
from domain.reviews.drafts import NO_PICTURES, Known, ReviewDraft
from domain.reviews.reviews import Review, ReviewStatus, Withdrawn
from domain.reviews.storing import NoReview, Overtaken, Refusal, Reviewed
from resolvers._kit.callers import Anyone, Shopper
from resolvers.reviews.ports import Decide, Hold, Outcome, Reviews
from resolvers.reviews.views import REVIEWED, ReviewPayload, payload_of, review_of

NAMELESS: Final = "A customer"
"""Goes by this who gives no name, here or in their profile."""
OVERTAKEN_TRIES: Final = 20
"""So many of a customer's reviews may take up one picture at once."""


class ReviewInput(Struct, frozen=True, kw_only=True):
    """A buyer's first word on a product, as asked."""

    product_id: ProductId
    rating: int
    title: str | None = None
    body: str | None = None
    author: str | None = None
    media_ids: tuple[MediaId, ...] | None = None


class ReviewEditInput(Struct, frozen=True, kw_only=True):
    """What a buyer says instead, as asked."""

    rating: int
    title: str | None = None
    body: str | None = None
    author: str | None = None
    media_ids: tuple[MediaId, ...] | None = None


def seen_by(reviews: Reviews, caller: Anyone, id_: str) -> Review | None:
    """The review with this id, as far as there is one for the caller."""
    found = reviews.store.get(ReviewId(id_)) if is_id(id_, REVIEW) else None
    mine = None if caller.sub is None else CustomerId(caller.sub)
    return found if found and life.readable(found, mine, staff=caller.staff) else None


def submitted(reviews: Reviews, caller: Shopper, asked: ReviewInput, key: str) -> ReviewPayload:
    """Store a customer's first word on a product, once for a key."""
    if (refused := keys.refused(key)) is not None:
        return ReviewPayload(user_errors=(refused,))
    used = Key(caller=caller.sub, key=key, fingerprint=keys.fingerprint(asked))
    customer, new_id = CustomerId(caller.sub), ReviewId(reviews.new_id(REVIEW))
    known = Known(
        author=(reviews.name_of(customer) or NAMELESS) if asked.author is None else asked.author,
        bought=reviews.bought(customer, asked.product_id),
    )
    for _ in range(OVERTAKEN_TRIES):
        pictures = reviews.store.pictures()
        facts = replace(known, pictures=pictures.known(asked.media_ids or (), customer, new_id))
        found = life.submit(_draft(asked), facts, customer, asked.product_id, new_id=new_id, now=reviews.now())
        decided = found if isinstance(found, Review) else Refusal(errors=found)
        outcome = reviews.store.submit(decided, key=used, hold=pictures.hold)
        if isinstance(outcome, Reviewed):
            own = reviews.store.get(outcome.review_id)
            return ReviewPayload(review=review_of(own, reviews.shown_at) if own else None, user_errors=(REVIEWED,))
        if not isinstance(outcome, Overtaken):
            return payload_of(outcome, reviews.shown_at)
    raise TimeoutError(f"what a review is to show changed under each of {OVERTAKEN_TRIES} tries")


def edited(reviews: Reviews, caller: Shopper, id_: str, asked: ReviewEditInput, expected: int | None) -> ReviewPayload:
    """Store what a customer says instead."""
    pictures = reviews.store.pictures()

    def decide(review: Review) -> Review | Refusal | NoReview:
        if review.customer_id != caller.sub:
            return NoReview()
        named, own = asked.media_ids, review.customer_id
        known = Known(
            author=review.author if asked.author is None else asked.author,
            bought=review.verified_purchase,
            pictures=NO_PICTURES if named is None else pictures.known(named, own, review.id, review.media),
        )
        found = life.edit(review, _draft(asked), known, reviews.now(), seen=expected)
        return found if isinstance(found, Review) else Refusal(errors=found)

    return payload_of(changed(reviews, id_, decide, pictures.hold), reviews.shown_at)


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

    return payload_of(changed(reviews, id_, decide), reviews.shown_at)


def marked(reviews: Reviews, caller: Shopper, id_: str, *, helpful: bool) -> ReviewPayload:
    """Store that a customer finds a review helpful, or no longer does."""
    if not is_id(id_, REVIEW):
        return payload_of(NoReview(), reviews.shown_at)
    outcome = reviews.store.mark(ReviewId(id_), CustomerId(caller.sub), helpful=helpful)
    return payload_of(outcome, reviews.shown_at)


def changed(reviews: Reviews, id_: str, decide: Decide, hold: Hold | None = None) -> Outcome:
    """Have it changed; of a text that is no id there is nothing."""
    return reviews.store.change(ReviewId(id_), decide, hold=hold) if is_id(id_, REVIEW) else NoReview()


def _draft(asked: ReviewInput | ReviewEditInput) -> ReviewDraft:
    return ReviewDraft(rating=asked.rating, title=asked.title, body=asked.body, media_ids=asked.media_ids)
