"""What publishing mutations ask for: all that a subscriber may select. Written by ``make schema``."""

from collections.abc import Mapping
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = {
    "publishReviewChange": """\
mutation PublishReviewChange($seq: Int!, $payload: AWSJSON!) {
  publishReviewChange(seq: $seq, payload: $payload) {
    seq
    productId
    reviewId
    rating {
      average
      count
      histogram
    }
    review {
      id
      productId
      author
      rating
      title
      body
      verifiedPurchase
      status
      helpful
      reply
      version
      createdAt
      updatedAt
    }
    at
  }
}
""",
}
