"""Payments, made through the graph as buyers and staff do it, for carts that lack nothing."""

from typing import Any, Final

from datasources.dynamo.terms import TermsTable
from domain.cart.shipping import ShippingZone
from tests.domain.cart.strategies import flat_rate, zone
from tests.resolvers.cart.making import ADDRESS, begun, reserve, say, variant
from tests.resolvers.cart.passing import forget
from tests.resolvers.catalog.making import name
from tests.shop import Shop

MONEY: Final = "{ amount currency }"
ERRORS: Final = "userErrors { code message field ... on PaymentError { declineCode retryable } }"
REFUND: Final = f"id amount {MONEY} reason status createdAt"
PAYMENT: Final = f"""
id provider status amount {MONEY} captured {MONEY} refunded {MONEY} clientSecret nextActionUrl declineCode
refunds {{ {REFUND} }} createdAt
"""
READ: Final = f"query($id: ID!) {{ payment(id: $id) {{ {PAYMENT} }} }}"
START: Final = f"""
mutation($cart: ID!, $provider: String!, $url: AWSURL, $key: String!) {{
  paymentStart(cartId: $cart, provider: $provider, returnUrl: $url, idempotencyKey: $key) {{
    payment {{ {PAYMENT} }} {ERRORS}
  }}
}}"""
CAPTURE: Final = f"""
mutation($id: ID!, $amount: MoneyInput, $key: String!) {{
  paymentCapture(id: $id, amount: $amount, idempotencyKey: $key) {{ payment {{ {PAYMENT} }} {ERRORS} }}
}}"""
GIVE_BACK: Final = f"""
mutation($id: ID!, $amount: MoneyInput!, $reason: String, $key: String!) {{
  paymentRefund(id: $id, amount: $amount, reason: $reason, idempotencyKey: $key) {{
    refund {{ {REFUND} }} payment {{ {PAYMENT} }} {ERRORS}
  }}
}}"""
VOID: Final = f"""
mutation($id: ID!, $key: String!) {{
  paymentVoid(id: $id, idempotencyKey: $key) {{ payment {{ {PAYMENT} }} {ERRORS} }}
}}"""


def sending(shop: Shop) -> ShippingZone:
    """The shop sends everything to Germany for 4.90 dollars."""
    found = zone(1, flat_rate(1, 490))
    TermsTable(shop.handlers["cart"].store.table).save_zone(None, found)
    return found


def payable(shop: Shop, person: str = "guest", price: str = "10.00 USD", goods: str = "", **changes: Any) -> Any:
    """A cart that lacks nothing, of two ``goods`` or of something new: held, and its buyer has said everything."""
    cart = begun(shop, (goods or variant(shop, price, **changes), 2), person=person)
    told = say(shop, cart, person, email="ada@example.org", shippingAddress=ADDRESS)["cart"]
    if told["shippingQuotes"]:
        say(shop, cart, person, shippingQuoteId=told["shippingQuotes"][0]["id"])
    if not goods:
        forget(shop)
    payload = reserve(shop, cart, person)
    assert payload["userErrors"] == [], payload
    assert payload["cart"]["requirements"] == [], payload
    return payload["cart"]


def simulating(words: str) -> str:
    """An address to come back to that has the simulator do as it says."""
    return f"https://shop.example/done?simulate={words}"


def start(
    shop: Shop, cart: Any, words: str = "", *, person: str = "guest", provider: str = "simulator", key: str = ""
) -> Any:
    """The payload of beginning to pay."""
    url = simulating(words) if words else None
    variables = {"cart": cart["id"], "provider": provider, "url": url, "key": key or name("key")}
    return shop.ask(START, variables, person=person)["paymentStart"]


def paid(shop: Shop, words: str = "", *, person: str = "guest", **parts: Any) -> Any:
    """A payment whose amount is promised."""
    payload = start(shop, payable(shop, person, **parts), words, person=person)
    assert payload["userErrors"] == [], payload
    assert payload["payment"]["status"] == "AUTHORIZED", payload
    return payload["payment"]


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def capture(shop: Shop, payment: Any, amount: Any = None, *, person: str = "staff", key: str = "") -> Any:
    """The payload of taking money."""
    variables = {"id": payment["id"], "amount": amount, "key": key or name("key")}
    return shop.ask(CAPTURE, variables, person=person)["paymentCapture"]


def refund(
    shop: Shop, payment: Any, amount: Any, *, person: str = "finance", key: str = "", reason: str | None = None
) -> Any:
    """The payload of giving money back."""
    variables = {"id": payment["id"], "amount": amount, "reason": reason, "key": key or name("key")}
    return shop.ask(GIVE_BACK, variables, person=person)["paymentRefund"]


def void(shop: Shop, payment: Any, *, person: str = "staff", key: str = "") -> Any:
    """The payload of releasing what was promised."""
    return shop.ask(VOID, {"id": payment["id"], "key": key or name("key")}, person=person)["paymentVoid"]


def read(shop: Shop, payment: Any, person: str = "guest") -> Any:
    """A payment as it is now."""
    return shop.ask(READ, {"id": payment["id"]}, person=person)["payment"]


def told(payload: Any) -> list[tuple[str, Any]]:
    """Code and field of each error of a payload without a payment."""
    assert payload["payment"] is None
    return [(error["code"], error["field"]) for error in payload["userErrors"]]
