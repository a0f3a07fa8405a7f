"""What publishing mutations ask for: all that a subscriber may select. Written by ``make schema``."""

from collections.abc import Mapping
from typing import Final

DOCUMENTS: Final[Mapping[str, str]] = {
    "publishOrderChange": """\
mutation PublishOrderChange($seq: Int!, $payload: AWSJSON!) {
  publishOrderChange(seq: $seq, payload: $payload) {
    seq
    orderId
    customerId
    type
    message
    status
    paymentStatus
    fulfillmentStatus
    order {
      id
      number
      version
      status
      paymentStatus
      fulfillmentStatus
      email
      currency
      locale
      lines {
        id
        variantId
        sku
        name
        quantity
        fulfilled
        returned
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
        downloads {
          mediaId
          name
          contentType
          bytes
          left
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
      discounts {
        code
        title
        amount {
          amount
          currency
        }
      }
      shippingMethod {
        method
        carrier
        minDays
        maxDays
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
      fulfillments {
        id
        lines {
          lineId
          quantity
        }
        carrier
        trackingNumber
        status
        at
        deliveredAt
      }
      returns {
        id
        status
        reason
        lines {
          lineId
          quantity
        }
        refund {
          amount
          currency
        }
        requestedAt
      }
      allowedActions
      placedAt
      updatedAt
    }
    at
  }
}
""",
}
