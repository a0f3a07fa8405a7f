"""What publishing mutations ask for: all that a subscriber may select. Written by ``make schema``."""

from collections.abc import Mapping
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = {
    "publishProductChange": """\
mutation PublishProductChange($seq: Int!, $payload: AWSJSON!) {
  publishProductChange(seq: $seq, payload: $payload) {
    seq
    productId
    changed
    product {
      id
      slug
      name
      description
      status
      kind
      version
      vendor
      productType
      tags
      attributes {
        slug
        name
        value
        unit
      }
      options {
        name
        values
      }
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
      priceRange {
        min {
          amount
          currency
        }
        max {
          amount
          currency
        }
      }
      seoTitle
      seoDescription
      createdAt
      updatedAt
      category {
        id
        slug
        name
        version
      }
      collections {
        id
        slug
        name
        version
      }
      variants {
        edges {
          cursor
          node {
            id
            sku
            barcode
            options {
              name
              value
            }
            price {
              amount
              currency
            }
            compareAtPrice {
              amount
              currency
            }
            weightGrams
            taxable
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
          }
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
        totalCount
      }
    }
    at
  }
}
""",
}
