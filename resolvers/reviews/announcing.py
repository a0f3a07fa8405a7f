"""A counted change of a product's reviews on its way from the table's stream to the graph."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.ids import ProductId, ReviewId
from domain.reviews.ratings import KeptRating, RatingChange, RatingSummary
from domain.reviews.reviews import Review
from resolvers._kit.publishing import Publication

MUTATION: Final = "publishReviewChange"

type ReadChange = Callable[[Mapping[str, Any]], KeptRating | None]


class Announcement(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The payload of the publishing mutation; the review is as stored, None if it can be read no longer."""

    product_id: ProductId
    review_id: ReviewId
    rating: RatingSummary
    review: Review | None
    at: datetime


def announcement_of(kept: KeptRating, change: RatingChange) -> Announcement:
    """What everybody may be told of the change that made this rating."""
    return Announcement(
        product_id=kept.product_id,
        review_id=change.review_id,
        rating=change.rating,
        review=kept.review,
        at=change.at,
    )


def publication_of(read: ReadChange, record: Mapping[str, Any]) -> Publication | None:
    """What to publish of one record of the table's stream; None for what is no change of a rating."""
    kept = read(record)
    if kept is None or kept.last is None:
        return None
    # A review is 60 KB at most, of the 240 KB that can be told: nothing shorter is ever needed.
    variables = {"seq": kept.seq, "payload": msgspec.json.encode(announcement_of(kept, kept.last)).decode()}
    return Publication(key=kept.product_id, mutation=MUTATION, variables=variables, shorter=variables)
