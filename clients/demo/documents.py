"""What the guest, the shop's staff and their ears ask; a test holds every document against ``schema.graphql``."""

from typing import Final

_MONEY: Final = "{ amount currency }"
_ERRORS: Final = "userErrors { code message field }"
_VARIANTS: Final = f"""
variants(first: 20) {{ edges {{ node {{
  id options {{ value }} price {_MONEY} availability {{ purchasable quantity }}
}} }} }}
"""
_CART: Final = f"id version lines {{ name quantity }} totals {{ total {_MONEY} }}"

LOOK: Final = f"""
query Look($search: String!) {{
  products(filter: {{ search: $search }}, first: 10) {{
    totalCount edges {{ node {{ slug name priceRange {{ min {_MONEY} }} {_VARIANTS} }} }}
  }}
}}
"""

OPEN: Final = f"query Open($slug: String!) {{ product(slug: $slug) {{ slug name vendor {_VARIANTS} }} }}"

CREATE: Final = f"""
mutation Create($lines: [CartLineInput!]!, $key: String!) {{
  cartCreate(lines: $lines, idempotencyKey: $key) {{ cart {{ {_CART} }} {_ERRORS} }}
}}
"""

ADD: Final = f"""
mutation Add($cart: ID!, $lines: [CartLineInput!]!, $key: String!) {{
  cartLinesAdd(cartId: $cart, lines: $lines, idempotencyKey: $key) {{ cart {{ {_CART} }} {_ERRORS} }}
}}
"""

TELL: Final = f"""
mutation Tell($cart: ID!, $details: CartDetailsInput!, $key: String!) {{
  cartDetailsSet(cartId: $cart, input: $details, idempotencyKey: $key) {{
    cart {{ {_CART} shippingQuotes {{ id method price {_MONEY} minDays maxDays }} }} {_ERRORS}
  }}
}}
"""

HOLD: Final = f"""
mutation Hold($cart: ID!, $quote: ID!, $choice: String!, $key: String!) {{
  cartDetailsSet(cartId: $cart, input: {{ shippingQuoteId: $quote }}, idempotencyKey: $choice) {{ {_ERRORS} }}
  cartReserve(cartId: $cart, idempotencyKey: $key) {{ cart {{ {_CART} reservedUntil }} {_ERRORS} }}
}}
"""

PAY: Final = f"""
mutation Pay($cart: ID!, $key: String!) {{
  paymentStart(cartId: $cart, provider: "simulator", idempotencyKey: $key) {{
    payment {{ id status nextActionUrl amount {_MONEY} }} {_ERRORS}
  }}
}}
"""

BUY: Final = f"""
mutation Buy($cart: ID!, $payment: ID!, $total: MoneyInput!, $key: String!) {{
  checkoutComplete(cartId: $cart, paymentId: $payment, expectedTotal: $total, idempotencyKey: $key) {{
    order {{ id number version lines {{ id quantity }} totals {{ total {_MONEY} }} }} guestToken {_ERRORS}
  }}
}}
"""

_CHANGE: Final = "seq at type status paymentStatus fulfillmentStatus"

MISSED: Final = f"query Missed($order: ID!) {{ orderChanges(orderId: $order, afterSeq: 0) {{ {_CHANGE} }} }}"

FIND: Final = f"""
query Find($number: String!, $email: AWSEmail!, $token: String!) {{
  guestOrder(number: $number, email: $email, token: $token) {{
    version status paymentStatus fulfillmentStatus totals {{ total {_MONEY} }}
  }}
}}
"""

CART_CHANGED: Final = f"""
subscription CartChanged($id: ID!) {{
  cartChanged(cartId: $id) {{
    seq at reason cart {{ lines {{ quantity }} reservedUntil totals {{ total {_MONEY} }} }}
  }}
}}
"""

STOCK_CHANGED: Final = """
subscription StockChanged($id: ID!) { stockChanged(variantId: $id) { seq at availability { quantity } } }
"""

ORDER_CHANGED: Final = f"subscription OrderChanged($id: ID!) {{ orderChanged(orderId: $id) {{ {_CHANGE} }} }}"

CONFIRM: Final = f"""
mutation Confirm($order: ID!, $key: String!) {{
  orderConfirm(id: $order, idempotencyKey: $key) {{ order {{ version status }} {_ERRORS} }}
}}
"""

PLACES: Final = "query Places { warehouses { id name } }"

SEND: Final = f"""
mutation Send(
  $order: ID!, $lines: [LineQuantityInput!]!, $place: ID!, $carrier: String!, $number: String!, $key: String!
) {{
  orderFulfill(
    id: $order, lines: $lines, warehouseId: $place, carrier: $carrier, trackingNumber: $number, idempotencyKey: $key
  ) {{ order {{ version fulfillments {{ id }} }} {_ERRORS} }}
}}
"""

DELIVER: Final = f"""
mutation Deliver($parcel: ID!, $key: String!) {{
  orderDeliver(id: $parcel, idempotencyKey: $key) {{ order {{ version fulfillmentStatus }} {_ERRORS} }}
}}
"""
