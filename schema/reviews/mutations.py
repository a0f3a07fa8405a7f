"""How buyers say what a product is worth, others what they found helpful, and the shop which of it is read."""

import strawberry

from schema.deletes import DeletePayload
from schema.errors import UserError
from schema.prose import entity
from schema.reviews.inputs import ReviewEditInput, ReviewInput
from schema.reviews.types import Review, ReviewChange, ReviewStatus
from schema.route import Access, routed
from schema.scalars import AWSJSON


@entity
class ReviewPayload:
    """What became of a review.

    review: The review as it is now; null when there are user errors, but for DUPLICATE: then it is the caller's own.
    user_errors: What stood against it; nothing was changed when there are any.
    """

    review: Review | None
    user_errors: list[UserError]


@strawberry.type
class ReviewMutations:
    @routed("reviews", Access.SHOPPER)
    def review_submit(self, input: ReviewInput, idempotency_key: str) -> ReviewPayload:
        """Review a product that the caller has bought; everybody reads it when the shop has.

        Bought is what was paid for, or promised to be, and neither cancelled, nor given back, nor refunded in full;
        NOT_PURCHASED otherwise. There is one review of a customer and product: DUPLICATE for another, which is to be an
        edit of the first.

        input: What the caller says.
        idempotency_key: A text of the caller's choosing, 8 to 128 characters: the same key and content again give the
          same review, as it is now; kept for 24 hours.
        """

    @routed("reviews", Access.SHOPPER)
    def review_edit(
        self, id: strawberry.ID, input: ReviewEditInput, expected_version: int | None = None
    ) -> ReviewPayload:
        """Say something else in the caller's own review; the shop reads it anew before everybody does.

        Votes and the shop's reply stay. The same content again changes nothing.

        id: Which review.
        input: All that the caller says.
        expected_version: Change it only if this is still its version.
        """

    @routed("reviews", Access.SHOPPER)
    def review_withdraw(self, id: strawberry.ID) -> DeletePayload:
        """Take the caller's own review back: nothing is kept of what it said.

        Its pictures are shown no more, and removed after a week if nothing else shows them.

        id: Which review.
        """

    @routed("reviews", Access.SHOPPER)
    def review_mark_helpful(self, id: strawberry.ID, helpful: bool) -> ReviewPayload:
        """Say that a published review helped the caller, or that it did not after all; it counts once, however often.

        id: Which review, of another customer.
        helpful: Whether it did.
        """

    @routed("reviews", Access.STAFF)
    def review_moderate(
        self,
        id: strawberry.ID,
        status: ReviewStatus,
        reply: str | None = None,
        expected_version: int | None = None,
    ) -> ReviewPayload:
        """Let everybody read a review, or nobody, and say something to it.

        id: Which review.
        status: PUBLISHED or REJECTED.
        reply: What the shop says, at most 5,000 characters, to a review that is published; blank takes away what it
          said before, and left out leaves it.
        expected_version: The version that was read. Send it: without it, what the author has just changed is published
          unread.
        """

    @routed("reviews", Access.PUBLISHER)
    def publish_review_change(self, seq: int, payload: AWSJSON) -> ReviewChange | None:
        """Tell those who listen to reviewChanged of a counted change; stores nothing. For the shop's own function.

        seq: The number of the change among those of the product's reviews.
        payload: The rest of the change: productId, reviewId, rating, at, and review as it is stored, or null.
        """
