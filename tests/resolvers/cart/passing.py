"""What time and staff do to carts: goods change, carts and holds run out, the shop has its terms."""

import time
from typing import Any

from msgspec import structs

from datasources.dynamo.goods import Goods
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.terms import TermsTable
from domain.cart.carts import LIFETIME, Cart, revised
from domain.cart.storing import CartChangeReason, Decision, StoredCart
from domain.ids import CartId, OrderId, VariantId, product_of_variant
from domain.inventory.holding import HOLD_LIFE
from resolvers.cart import changing
from tests.resolvers.catalog.making import UPDATE, name, product_input
from tests.shop import Shop

STATUS = """
mutation($id: ID!, $status: ProductStatus!) {
  productSetStatus(id: $id, status: $status) { product { id } userErrors { code } }
}"""


def carts(shop: Shop) -> Any:
    """What the cart's answers have from outside."""
    return shop.handlers["cart"].carts


def terms(shop: Shop) -> TermsTable:
    """The shop's terms, to be set; ``forget`` has carts know of them."""
    return TermsTable(shop.handlers["cart"].store.table)


def forget(shop: Shop) -> None:
    """Have the cart's functions read warehouses, terms and goods anew."""
    shop.settle()
    handler = shop.handlers["cart"]
    for near in (handler.cache.near, handler.goods.near, handler.conditions.near):
        near.clear()


def set_status(shop: Shop, variant: str, status: str) -> None:
    """Have a variant's product on sale or not."""
    variables = {"id": product_of_variant(VariantId(variant)), "status": status}
    assert shop.ask(STATUS, variables, person="staff")["productSetStatus"]["userErrors"] == []
    forget(shop)


def set_price(shop: Shop, variant: str, amount: str) -> None:
    """Sell the only variant of a product for another price."""
    _update(shop, variant, {"id": variant, "sku": name("SKU"), "prices": [{"amount": amount, "currency": "USD"}]})


def delete_variant(shop: Shop, variant: str) -> None:
    """Have the product another variant instead."""
    options = [{"name": "Size", "value": "Other"}]
    prices = [{"amount": "1.00", "currency": "USD"}]
    _update(shop, variant, {"sku": name("SKU"), "prices": prices, "options": options})


def _update(shop: Shop, variant: str, *variants: dict[str, Any]) -> None:
    changes = product_input(variants=list(variants))
    variables = {"id": product_of_variant(VariantId(variant)), "input": changes}
    assert shop.ask(UPDATE, variables, person="staff")["productUpdate"]["userErrors"] == []
    forget(shop)


def expire(shop: Shop, cart: Any) -> None:
    """Have a cart's time be up."""
    now = carts(shop).now()
    stored(shop, cart, lambda there: revised(there, now - LIFETIME, updated_at=now - LIFETIME))


def complete(shop: Shop, cart: Any) -> None:
    """Have a cart become an order."""
    stored(shop, cart, lambda there: revised(there, carts(shop).now(), order_id=OrderId("order_" + "1" * 26)))


def stored(shop: Shop, cart: Any, new: Any) -> Cart:
    """Store what a function makes of a cart."""

    def decide(there: Cart) -> Decision:
        return Decision(cart=new(there), reason=CartChangeReason.DETAILS)

    found = shop.handlers["cart"].store.change(CartId(cart["id"]), decide)
    assert isinstance(found, StoredCart)
    return found.cart


def hold_long_ago(shop: Shop, cart: Any) -> None:
    """Have a cart's goods held so long ago that they are held no more."""
    forget(shop)
    inventory = InventoryTable(shop.environ["INVENTORY_TABLE"])
    goods = Goods(inventory, clock=lambda: time.time() - HOLD_LIFE.total_seconds() - 1)
    past = structs.replace(carts(shop), goods=goods)
    assert isinstance(shop.handlers["cart"].store.change(CartId(cart["id"]), changing.reserving(past)), StoredCart)
