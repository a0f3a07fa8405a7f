"""What a customer said of products, and which reviews they found helpful."""

from collections.abc import Iterator

from datasources.dynamo import review_items
from datasources.dynamo.reviews import ReviewTable
from datasources.personal.pieces import Piece, document
from domain.ids import CustomerId


class PersonalReviews:
    """Withdrawn reviews are gone, and no longer count."""

    def __init__(self, reviews: ReviewTable) -> None:
        self._reviews = reviews

    def everything(self, customer: CustomerId) -> Iterator[Piece]:
        """One piece with all of them, in whatever status, and one with the votes."""
        answers = self._reviews.table.answers(review_items.customer_pk(customer))
        items = [item for answer in answers for item in answer.items]
        own = (review_items.listed(item) for item in items if item["sk"]["S"].startswith(review_items.OWN))
        reviews = [found for id_ in own if (found := self._reviews.get(id_)) is not None]
        votes = self._reviews.votes(customer)
        if reviews:
            yield document("reviews", reviews)
        if votes:
            yield document("helpful", votes)

    def erase(self, customer: CustomerId) -> int:
        """Some of them."""
        return self._reviews.erase(customer)
