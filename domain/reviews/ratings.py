"""What all published reviews of a product together say, counted from what is told of each, however often it is told."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Final

from domain.ids import ProductId, ReviewId
from domain.reviews.reviews import STARS, Review, Withdrawn
from domain.shares import half_up
from domain.values import value

PLACES: Final = 2
"""Decimals of an average that people read: 4.67."""


@value
class RatingSummary:
    """How many published reviews give one star, two, and so on to five."""

    histogram: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)

    @property
    def count(self) -> int:
        """How many published reviews there are."""
        return sum(self.histogram)

    @property
    def stars(self) -> int:
        """All stars together."""
        return sum(star * many for star, many in zip(STARS, self.histogram, strict=True))

    @property
    def average(self) -> Fraction | None:
        """Exactly; None where there is no review."""
        return Fraction(self.stars, self.count) if self.count else None

    @property
    def average_text(self) -> str | None:
        """The average as a decimal of two places, of two equally near ones the greater."""
        exact = self.average
        if exact is None:
            return None
        whole, rest = divmod(half_up(exact.numerator * 10**PLACES, exact.denominator), 10**PLACES)
        return f"{whole}.{rest:0{PLACES}}"


@value
class Seen:
    """What is told of a review: what it is from a version on. ``review`` is None where not everybody may read it.

    ``gone``: nothing else will be told of it.
    """

    review_id: ReviewId
    product_id: ProductId
    version: int
    at: datetime
    review: Review | None = None
    gone: bool = False

    @property
    def rating(self) -> int | None:
        """The stars that count; None where none do."""
        return self.review.rating if self.review else None


@value
class Counted:
    """What a summary has counted of a review: the stars, if any, that it had in a version; 0: nothing yet."""

    version: int = 0
    rating: int | None = None


@value
class RatingChange:
    """One change of what is published of a product: ``seq`` starts at 1 and grows by 1, product by product.

    ``rating`` is as it was made by the change. ``shown``: the review can be read since.
    """

    seq: int
    at: datetime
    review_id: ReviewId
    shown: bool
    rating: RatingSummary


@value
class KeptRating:
    """A product's rating with the change that made it, and the review that it told of, if that could be read."""

    product_id: ProductId
    seq: int = 0
    rating: RatingSummary = RatingSummary()
    last: RatingChange | None = None
    review: Review | None = None


def seen_of(found: Review | Withdrawn) -> Seen:
    """What is told of a review, or of what is left of one."""
    if isinstance(found, Withdrawn):
        return Seen(review_id=found.id, product_id=found.product_id, version=found.version, at=found.at, gone=True)
    return Seen(
        review_id=found.id,
        product_id=found.product_id,
        version=found.version,
        at=found.updated_at,
        review=found if found.shown else None,
    )


def changed(rating: RatingSummary, old: int | None, new: int | None) -> RatingSummary:
    """The summary when a review that counted with ``old`` stars counts with ``new``; None: it does not count."""
    first, second, third, fourth, fifth = ((star == new) - (star == old) for star in STARS)
    one, two, three, four, five = rating.histogram
    return RatingSummary(histogram=(one + first, two + second, three + third, four + fourth, five + fifth))


def counted(kept: KeptRating, before: Counted, seen: Seen) -> tuple[KeptRating, Counted] | None:
    """The rating after one more thing was told of a review, and what is counted of that review; None: it is known.

    Of a review the newest that was told counts, whatever the order, however often. Where it could be read neither
    before nor now, the rating stays as it is, without a change.
    """
    if seen.version <= before.version:
        return None
    after = Counted(version=seen.version, rating=seen.rating)
    if before.rating is None and after.rating is None:
        return kept, after
    rating, seq = changed(kept.rating, before.rating, after.rating), kept.seq + 1
    last = RatingChange(seq=seq, at=seen.at, review_id=seen.review_id, shown=seen.review is not None, rating=rating)
    return replace(kept, seq=seq, rating=rating, last=last, review=seen.review), after


def folded(
    kept: KeptRating, known: Mapping[ReviewId, Counted], told: Iterable[Seen]
) -> tuple[KeptRating, Mapping[ReviewId, Counted]]:
    """The rating after all that was told of a product's reviews, one after the other, and what is counted of each."""
    counts = dict(known)
    for seen in told:
        found = counted(kept, counts.get(seen.review_id, Counted()), seen)
        if found is not None:
            kept, counts[seen.review_id] = found
    return kept, counts


def recount(reviews: Iterable[Review]) -> RatingSummary:
    """What the reviews themselves say."""
    rating = RatingSummary()
    for one in reviews:
        rating = changed(rating, None, one.rating) if one.shown else rating
    return rating
