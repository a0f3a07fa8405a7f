"""What buyers send of reviews."""

import strawberry

from schema.prose import wanted


@wanted
class ReviewInput:
    """A buyer's first word on a product.

    product_id: The product, which the caller has bought.
    rating: One to five stars.
    title: One line of at most 150 characters.
    body: Plain text of at most 5,000 characters.
    author: The name that everybody reads, at most 100 characters; when left out, that of the caller's profile, or "A
      customer" when that has none.
    media_ids: At most 6 pictures that the caller has sent and that are READY, in the order in which they are shown.
    """

    product_id: strawberry.ID
    rating: int
    title: str | None = None
    body: str | None = None
    author: str | None = None
    media_ids: list[strawberry.ID] | None = None


@wanted
class ReviewEditInput:
    """The whole content of a review: what is left out is empty afterwards, but author and pictures stay.

    rating: One to five stars.
    title: One line of at most 150 characters.
    body: Plain text of at most 5,000 characters.
    author: The name that everybody reads, at most 100 characters.
    media_ids: At most 6 pictures, as in ReviewInput, which take the place of those that the review shows; an empty list
      takes them away, and when left out they stay.
    """

    rating: int
    title: str | None = None
    body: str | None = None
    author: str | None = None
    media_ids: list[strawberry.ID] | None = None
