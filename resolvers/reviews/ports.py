"""What the answers of reviews need from outside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from domain.errors import InputError
from domain.ids import CustomerId, MediaId, ProductId, ReviewId
from domain.keys import Key, KeyReused
from domain.pages import Page, Window
from domain.reviews.ratings import KeptRating, RatingChange
from domain.reviews.reviews import Review, ReviewSort, Withdrawn
from domain.reviews.storing import Gone, NoReview, Overtaken, Refusal, Reviewed, StoredReview, Unchanged
from domain.shown import ShownMedia
from resolvers._kit.limits import Limit

type Decide = Callable[[Review], Review | Withdrawn | Unchanged | Refusal | NoReview]
type Outcome = StoredReview | Gone | NoReview | Refusal | KeyReused
type Hold = Callable[[Any, Review | None, Review | Withdrawn], None]
"""Adds to a transaction that a review begins or ceases to hold media, if they are what was looked at."""


class Pictures(Protocol):
    """The media that one request is about."""

    def known(
        self, ids: Sequence[MediaId], author: CustomerId, review: ReviewId, shown: Sequence[ShownMedia] = ()
    ) -> Mapping[MediaId, ShownMedia | InputError]:
        """What of ``ids`` the author's review may show beside or instead of what it shows, or why it may not."""

    @property
    def hold(self) -> Hold:
        """What holds them as they were looked at."""


class Store(Protocol):
    """Reviews: each change is one transaction, or nothing."""

    def get(self, review_id: ReviewId) -> Review | None:
        """The review, as it is now."""

    def pictures(self) -> Pictures:
        """Something to look at media with, for one request."""

    def submit(
        self, review: Review | Refusal, *, key: Key | None = None, hold: Hold | None = None
    ) -> Outcome | Reviewed | Overtaken:
        """Store a new review: one of a customer's and product's, and once for a key."""

    def change(self, review_id: ReviewId, decide: Decide, *, hold: Hold | None = None) -> Outcome:
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

    ``bought`` is whether a customer has bought a product, ``name_of`` what they are called, if they say. ``shown_at``
    is where the shop's own pictures are, without a slash at its end.
    """

    store: Store
    lists: Lists
    ratings: Ratings
    bought: Callable[[CustomerId, ProductId], bool]
    name_of: Callable[[CustomerId], str | None]
    shown_at: str
    now: Callable[[], datetime]
    new_id: Callable[[str], str]
    writers: Limit
    voters: Limit
    edits: Limit
