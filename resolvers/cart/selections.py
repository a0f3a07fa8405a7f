"""What publishing mutations ask for: all that a subscriber may select. Written by ``make schema``."""

from collections.abc import Mapping
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = {
    "publishCartChange": """\
mutation PublishCartChange($seq: Int!, $payload: AWSJSON!) {
  publishCartChange(seq: $seq, payload: $payload) {
    seq
    cartId
    reason
    cart {
      id
      version
      currency
      locale
      country
      email
      lines {
        id
        variantId
        name
        quantity
        unitPrice {
          amount
          currency
        }
        discount {
          amount
          currency
        }
        tax {
          amount
          currency
        }
        total {
          amount
          currency
        }
        reservation {
          id
          variantId
          quantity
          status
          expiresAt
        }
      }
      discountCodes
      discounts {
        code
        title
        amount {
          amount
          currency
        }
      }
      shippingAddress {
        id
        name
        company
        line1
        line2
        city
        region
        postalCode
        country
        phone
      }
      billingAddress {
        id
        name
        company
        line1
        line2
        city
        region
        postalCode
        country
        phone
      }
      shippingQuotes {
        id
        method
        carrier
        price {
          amount
          currency
        }
        minDays
        maxDays
      }
      shippingQuote {
        id
        method
        carrier
        price {
          amount
          currency
        }
        minDays
        maxDays
      }
      taxes {
        name
        rate
        net {
          amount
          currency
        }
        amount {
          amount
          currency
        }
      }
      totals {
        subtotal {
          amount
          currency
        }
        discount {
          amount
          currency
        }
        shipping {
          amount
          currency
        }
        tax {
          amount
          currency
        }
        taxIncluded
        total {
          amount
          currency
        }
      }
      requirements {
        code
        field
        message
      }
      warnings {
        __typename
        code
        message
        field
        ... on ConflictError {
          currentVersion
        }
        ... on IllegalTransitionError {
          allowed
        }
        ... on InsufficientStockError {
          variantId
          requested
          available
        }
        ... on PaymentError {
          declineCode
          retryable
        }
        ... on PriceChangedError {
          lineId
          was {
            amount
            currency
          }
          now {
            amount
            currency
          }
        }
        ... on ThrottledError {
          retryAfterSeconds
        }
        ... on TotalChangedError {
          was {
            amount
            currency
          }
          now {
            amount
            currency
          }
        }
      }
      reservedUntil
      createdAt
      updatedAt
      expiresAt
    }
    at
  }
}
""",
}
