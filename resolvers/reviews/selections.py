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
      media {
        id
        kind
        status
        alt
        url
        width
        height
        blurhash
        renditions {
          width
          height
          format
          url
        }
        rejection {
          code
          message
        }
      }
      version
      createdAt
      updatedAt
    }
    at
  }
}
""",
}
