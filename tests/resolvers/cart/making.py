"""Carts, made through the graph as buyers do it, and what they are filled with."""

from typing import Any, Final

from domain.ids import variant_id
from tests.resolvers.catalog.making import made, name
from tests.resolvers.inventory.making import adjust, line, saved
from tests.shop import Shop

ERRORS: Final = """userErrors {
  code message field
  ... on InsufficientStockError { variantId requested available } ... on ConflictError { currentVersion }
}"""
MONEY: Final = "{ amount currency }"
CART: Final = f"""
id version currency locale country email
lines {{
  id variantId name quantity unitPrice {MONEY} discount {MONEY} tax {MONEY} total {MONEY}
  reservation {{ id variantId quantity status expiresAt }}
}}
discountCodes discounts {{ code title amount {MONEY} }}
shippingAddress {{ name line1 city postalCode country }} billingAddress {{ name line1 city country }}
shippingQuotes {{ id method price {MONEY} }} shippingQuote {{ id method price {MONEY} }}
taxes {{ name rate net {MONEY} amount {MONEY} }}
totals {{ subtotal {MONEY} discount {MONEY} shipping {MONEY} tax {MONEY} taxIncluded total {MONEY} }}
requirements {{ code field message }}
warnings {{
  code message field
  ... on PriceChangedError {{ lineId was {MONEY} now {MONEY} }}
  ... on InsufficientStockError {{ variantId requested available }}
}}
reservedUntil createdAt updatedAt expiresAt
"""
PAYLOAD: Final = f"cart {{ {CART} }} {ERRORS}"
READ: Final = f"query($id: ID!) {{ cart(id: $id) {{ {CART} }} }}"
MINE: Final = f"{{ myCart {{ {CART} }} }}"
CREATE: Final = f"""
mutation($lines: [CartLineInput!], $context: BuyerContext, $key: String!) {{
  cartCreate(lines: $lines, context: $context, idempotencyKey: $key) {{ {PAYLOAD} }}
}}"""
ADD: Final = f"""
mutation($id: ID!, $lines: [CartLineInput!]!, $expected: Int, $key: String!) {{
  cartLinesAdd(cartId: $id, lines: $lines, expectedVersion: $expected, idempotencyKey: $key) {{ {PAYLOAD} }}
}}"""
UPDATE: Final = f"""
mutation($id: ID!, $lines: [CartLineUpdate!]!, $expected: Int, $key: String) {{
  cartLinesUpdate(cartId: $id, lines: $lines, expectedVersion: $expected, idempotencyKey: $key) {{ {PAYLOAD} }}
}}"""
DETAILS: Final = f"""
mutation($id: ID!, $input: CartDetailsInput!, $expected: Int, $key: String) {{
  cartDetailsSet(cartId: $id, input: $input, expectedVersion: $expected, idempotencyKey: $key) {{ {PAYLOAD} }}
}}"""
CODES: Final = f"""
mutation($id: ID!, $codes: [String!]!, $expected: Int, $key: String) {{
  cartDiscountCodesSet(cartId: $id, codes: $codes, expectedVersion: $expected, idempotencyKey: $key) {{ {PAYLOAD} }}
}}"""
RESERVE: Final = f"""
mutation($id: ID!, $expected: Int, $key: String!) {{
  cartReserve(cartId: $id, expectedVersion: $expected, idempotencyKey: $key) {{ {PAYLOAD} }}
}}"""
MERGE: Final = f"""
mutation($id: ID!, $strategy: CartMergeStrategy!, $key: String!) {{
  cartMerge(guestCartId: $id, strategy: $strategy, idempotencyKey: $key) {{
    cart {{ {CART} }} changes {{ variantId guest account merged reason }} {ERRORS}
  }}
}}"""
ADDRESS: Final = {"name": "Ada", "line1": "Weg 1", "city": "Berlin", "postalCode": "10115", "country": "DE"}


def variant(shop: Shop, *prices: str, units: int | None = 100, **changes: Any) -> str:
    """A variant on sale at prices such as ``"12.50 USD"``, with so many units in stock, or none ever counted."""
    amounts = [dict(zip(("amount", "currency"), price.split(), strict=True)) for price in prices or ["10.00 USD"]]
    variants = [{"sku": name("SKU"), "prices": amounts}]
    product = made(shop, **({"variants": variants} | changes))
    found: str = variant_id(product["id"], 1)
    if units is not None:
        adjust(shop, line(found, saved(shop)["id"], units))
    return found


def wanted(*lines: tuple[str, int]) -> list[dict[str, Any]]:
    return [{"variantId": one, "quantity": quantity} for one, quantity in lines]


def creating(shop: Shop, *lines: tuple[str, int], person: str = "guest", key: str = "", **context: Any) -> Any:
    """The payload of a new cart."""
    variables = {"lines": wanted(*lines), "context": context or None, "key": key or name("key")}
    return shop.ask(CREATE, variables, person=person)["cartCreate"]


def begun(shop: Shop, *lines: tuple[str, int], person: str = "guest", **context: Any) -> Any:
    """A new cart."""
    payload = creating(shop, *lines, person=person, **context)
    assert payload["userErrors"] == []
    return payload["cart"]


def add(shop: Shop, cart: Any, *lines: tuple[str, int], person: str = "guest", **more: Any) -> Any:
    """The payload of putting more into a cart."""
    variables = {"id": cart["id"], "lines": wanted(*lines), "key": name("key")} | more
    return shop.ask(ADD, variables, person=person)["cartLinesAdd"]


def update(shop: Shop, cart: Any, *lines: tuple[str, int], person: str = "guest", **more: Any) -> Any:
    """The payload of setting how many units lines have."""
    changes = [{"lineId": one, "quantity": quantity} for one, quantity in lines]
    return shop.ask(UPDATE, {"id": cart["id"], "lines": changes} | more, person=person)["cartLinesUpdate"]


def say(shop: Shop, cart: Any, person: str = "guest", **details: Any) -> Any:
    """The payload of setting details."""
    return shop.ask(DETAILS, {"id": cart["id"], "input": details}, person=person)["cartDetailsSet"]


def reserve(shop: Shop, cart: Any, person: str = "guest", **more: Any) -> Any:
    """The payload of holding what is in a cart."""
    return shop.ask(RESERVE, {"id": cart["id"], "key": name("key")} | more, person=person)["cartReserve"]


def set_codes(shop: Shop, cart: Any, *codes: str, person: str = "guest", **more: Any) -> Any:
    """The payload of setting discount codes."""
    return shop.ask(CODES, {"id": cart["id"], "codes": codes} | more, person=person)["cartDiscountCodesSet"]


def merge(shop: Shop, cart: Any, strategy: str = "SUM", *, person: str = "shopper", key: str = "") -> Any:
    """The payload of bringing a guest's cart into that of a person who has signed in."""
    variables = {"id": cart["id"], "strategy": strategy, "key": key or name("key")}
    return shop.ask(MERGE, variables, person=person)["cartMerge"]


def mine(shop: Shop, person: str = "shopper") -> Any:
    """The cart of a person."""
    return shop.ask(MINE, person=person)["myCart"]


def told(payload: Any) -> list[tuple[str, Any]]:
    """Code and field of each error of a payload without a cart."""
    assert payload["cart"] is None
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def read(shop: Shop, cart: Any, person: str = "guest") -> Any:
    """A cart as it is now."""
    return shop.ask(READ, {"id": cart["id"]}, person=person)["cart"]
