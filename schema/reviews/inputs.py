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
    """

    product_id: strawberry.ID
    rating: int
    title: str | None = None
    body: str | None = None
    author: str | None = None


@wanted
class ReviewEditInput:
    """The whole content of a review: what is left out is empty afterwards, but for the author, who stays.

    rating: One to five stars.
    title: One line of at most 150 characters.
    body: Plain text of at most 5,000 characters.
    author: The name that everybody reads, at most 100 characters.
    """

    rating: int
    title: str | None = None
    body: str | None = None
    author: str | None = None
