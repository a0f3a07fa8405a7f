"""Guests' sessions, through the graph as clients use them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from datasources.valkey.server import Server
from tests.resolvers.cart.making import PAYLOAD, wanted
from tests.resolvers.catalog.making import name
from tests.shop import Shop, opened

PATIENT_SECONDS: Final = 0.5
"""How long functions wait for Valkey here: on a machine that is busy, one that is well may answer late."""

SESSION: Final = """
id locale currency country remembered cart { id version }
recentlyViewed { id name priceRange { min { amount currency } } }
"""
RESULT: Final = f"session {{ {SESSION} }} userErrors {{ code message field }}"
READ_SESSION: Final = f"query($id: ID!) {{ session(id: $id) {{ {SESSION} }} }}"
START: Final = f"mutation($context: BuyerContext) {{ sessionStart(context: $context) {{ {RESULT} }} }}"
SET_CONTEXT: Final = f"""
mutation($id: ID!, $context: BuyerContext!) {{ sessionContextSet(id: $id, context: $context) {{ {RESULT} }} }}"""
SET_CART: Final = f"mutation($id: ID!, $cart: ID) {{ sessionCartSet(id: $id, cartId: $cart) {{ {RESULT} }} }}"
VIEW: Final = f"mutation($id: ID!, $product: ID!) {{ sessionViewed(id: $id, productId: $product) {{ {RESULT} }} }}"
RENEW: Final = f"mutation($id: ID!) {{ sessionRenew(id: $id) {{ {RESULT} }} }}"
CREATE_IN: Final = f"""
mutation($id: ID, $lines: [CartLineInput!], $context: BuyerContext, $key: String!) {{
  cartCreate(sessionId: $id, lines: $lines, context: $context, idempotencyKey: $key) {{ {PAYLOAD} }}
}}"""


@contextmanager
def patient(endpoint: str, cache_url: str) -> Iterator[Shop]:
    """A shop that does not forget anybody because the machine is busy."""
    defaults: Any = Server.__init__.__kwdefaults__
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(defaults, "budget_seconds", PATIENT_SECONDS)
        with opened(endpoint, cache_url) as shop:
            yield shop


def started(shop: Shop, **context: Any) -> Any:
    """A new session."""
    payload = shop.ask(START, {"context": context or None})["sessionStart"]
    assert payload["userErrors"] == []
    return payload["session"]


def remembered(shop: Shop, id_: str, person: str = "guest") -> Any:
    """What is known of a guest now."""
    return shop.ask(READ_SESSION, {"id": id_}, person=person)["session"]


def for_whom(shop: Shop, id_: str, **context: Any) -> Any:
    """The payload of another context."""
    return shop.ask(SET_CONTEXT, {"id": id_, "context": context})["sessionContextSet"]


def point(shop: Shop, id_: str, cart: str | None, person: str = "guest") -> Any:
    """The payload of another cart."""
    return shop.ask(SET_CART, {"id": id_, "cart": cart}, person=person)["sessionCartSet"]


def view(shop: Shop, id_: str, product: str) -> Any:
    """The payload of a product looked at."""
    return shop.ask(VIEW, {"id": id_, "product": product})["sessionViewed"]


def renew(shop: Shop, id_: str, person: str = "guest") -> Any:
    """The payload of another id."""
    return shop.ask(RENEW, {"id": id_}, person=person)["sessionRenew"]


def creating_in(
    shop: Shop, id_: str | None, *lines: tuple[str, int], person: str = "guest", key: str = "", **context: Any
) -> Any:
    """The payload of a new cart in a session."""
    variables = {"id": id_, "lines": wanted(*lines), "context": context or None, "key": key or name("key")}
    return shop.ask(CREATE_IN, variables, person=person)["cartCreate"]
