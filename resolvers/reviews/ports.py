"""What the answers of reviews need from outside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from domain.ids import CustomerId, ProductId, ReviewId
from domain.keys import Key, KeyReused
from domain.pages import Page, Window
from domain.reviews.ratings import KeptRating, RatingChange
from domain.reviews.reviews import Review, ReviewSort, Withdrawn
from domain.reviews.storing import Gone, NoReview, Refusal, Reviewed, StoredReview, Unchanged
from resolvers._kit.limits import Limit

type Decide = Callable[[Review], Review | Withdrawn | Unchanged | Refusal | NoReview]
type Outcome = StoredReview | Gone | NoReview | Refusal | KeyReused


class Store(Protocol):
    """Reviews: each change is one transaction, or nothing."""

    def get(self, review_id: ReviewId) -> Review | None:
        """The review, as it is now."""

    def submit(self, review: Review | Refusal, *, key: Key | None = None) -> Outcome | Reviewed:
        """Store a new review: one of a customer's and product's, and once for a key."""

    def change(self, review_id: ReviewId, decide: Decide) -> Outcome:
        """Store what is decided of a review, decided anew whenever others came first."""

    def mark(self, review_id: ReviewId, customer: CustomerId, *, helpful: bool) -> StoredReview | NoReview | Refusal:
        """Store that a customer finds a review helpful, or no longer does."""


class Lists(Protocol):
    """Lists of reviews, in pages. Each raises BadPage for a place that is none of its own."""

    def of_products(self, products: Sequence[ProductId], sort: ReviewSort, window: Window) -> list[Page[Review]]:
        """One page of each product's published reviews."""

    def of_customer(self, customer: CustomerId, window: Window) -> Page[Review]:
        """One page of what a customer has said, newest first."""

    def count_of(self, customer: CustomerId) -> int:
        """Of how many products a customer has said something."""

    def waiting(self, window: Window) -> Page[Review]:
        """One page of what the shop has not read as it is now, what waits longest first."""

    def count_waiting(self) -> int:
        """How many wait."""

    def many(self, ids: Iterable[ReviewId]) -> Mapping[ReviewId, Review]:
        """The reviews there are of these."""


class Ratings(Protocol):
    """What products' reviews say together, as far as they are counted."""

    def many(self, products: Iterable[ProductId]) -> Mapping[ProductId, KeptRating]:
        """The rating of each product; one without reviews has an empty one."""

    def changes(self, product: ProductId, after_seq: int) -> tuple[RatingChange, ...]:
        """The first hundred changes after one, in their order."""


class Reviews(Struct, frozen=True, kw_only=True):
    """Everything an answer of reviews may use.

    ``bought`` is whether a customer has bought a product, ``name_of`` what they are called, if they say.
    """

    store: Store
    lists: Lists
    ratings: Ratings
    bought: Callable[[CustomerId, ProductId], bool]
    name_of: Callable[[CustomerId], str | None]
    now: Callable[[], datetime]
    new_id: Callable[[str], str]
    writers: Limit
    voters: Limit
    edits: Limit
