"""What the reviews table's stream says, as domain values (DynamoDB Streams API, ``Record``)."""

from collections.abc import Mapping
from typing import Any

from datasources.dynamo import documents
from domain.reviews.ratings import KeptRating, Seen, seen_of
from domain.reviews.storing import KeptReview


def review_seen(record: Mapping[str, Any]) -> Seen | None:
    """What a record tells of a review; None for a record of anything else, and of a vote, which makes no version."""
    old, new = (record["dynamodb"].get(image) for image in ("OldImage", "NewImage"))
    if new is None or new["sk"]["S"] != documents.REVIEW:
        return None
    if old is not None and old["version"] == new["version"]:
        return None
    return seen_of(documents.decoded(KeptReview, new).there)


def rating_told(record: Mapping[str, Any]) -> KeptRating | None:
    """A product's rating with the change that made it; None for a record of anything else."""
    new = record["dynamodb"].get("NewImage")
    if new is None or new["sk"]["S"] != documents.RATING:
        return None
    return documents.decoded(KeptRating, new)
