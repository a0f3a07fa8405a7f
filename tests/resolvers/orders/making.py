"""Orders of carts that were filled through the graph, and what is done with them."""

from datetime import UTC, datetime
from typing import Any, Final

from datasources.dynamo.checkout import Checkout
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.sold import SoldGoods
from datasources.dynamo.terms import TermsTable
from domain.cart.carts import Cart
from domain.cart.offers import Offers
from domain.ids import CartId, OrderId, PaymentId
from domain.keys import Key
from domain.orders.orders import PaymentFacts
from domain.orders.placing import Purchase, placed, unagreed
from domain.orders.storing import Buyer, Placing, Refusal, StoredOrder
from resolvers._kit.ids import new_id
from resolvers.cart.reading import offers_for
from tests.resolvers.cart.making import ADDRESS, begun, reserve, say
from tests.resolvers.cart.making import variant as on_sale
from tests.resolvers.catalog.making import name
from tests.shop import Shop

TOKEN: Final = "the token of a guest"
EMAIL: Final = "ada@example.org"
MONEY: Final = "{ amount currency }"
ORDER: Final = f"""
id number version status paymentStatus fulfillmentStatus email currency locale
lines {{
  id variantId sku name quantity fulfilled returned
  unitPrice {MONEY} discount {MONEY} tax {MONEY} total {MONEY}
}}
totals {{ subtotal {MONEY} discount {MONEY} shipping {MONEY} tax {MONEY} taxIncluded total {MONEY} }}
discounts {{ code title amount {MONEY} }} shippingMethod {{ method carrier minDays maxDays }}
shippingAddress {{ name }} billingAddress {{ name city country }}
fulfillments {{ id lines {{ lineId quantity }} carrier trackingNumber status at deliveredAt }}
returns {{ id status reason lines {{ lineId quantity }} refund {MONEY} requestedAt }}
allowedActions placedAt updatedAt
"""
PAYLOAD: Final = f"""order {{ {ORDER} }} userErrors {{
  code message field ... on IllegalTransitionError {{ allowed }}
  ... on InsufficientStockError {{ variantId requested available }}
}}"""
READ: Final = f"query($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}"
CONFIRM: Final = f"mutation($id: ID!, $key: String!) {{ orderConfirm(id: $id, idempotencyKey: $key) {{ {PAYLOAD} }} }}"
CANCEL: Final = f"""mutation($id: ID!, $reason: String!, $key: String!) {{
  orderCancel(id: $id, reason: $reason, idempotencyKey: $key) {{ {PAYLOAD} }} }}"""
FULFILL: Final = f"""mutation($id: ID!, $lines: [LineQuantityInput!]!, $place: ID!, $key: String!) {{
  orderFulfill(id: $id, lines: $lines, warehouseId: $place, carrier: "DHL", idempotencyKey: $key) {{ {PAYLOAD} }} }}"""
DELIVER: Final = f"mutation($id: ID!, $key: String!) {{ orderDeliver(id: $id, idempotencyKey: $key) {{ {PAYLOAD} }} }}"
COMPLETE: Final = (
    f"mutation($id: ID!, $key: String!) {{ orderComplete(id: $id, idempotencyKey: $key) {{ {PAYLOAD} }} }}"
)
RETURN: Final = f"""mutation($id: ID!, $lines: [LineQuantityInput!]!, $reason: String!, $key: String!) {{
  returnRequest(orderId: $id, lines: $lines, reason: $reason, idempotencyKey: $key) {{ {PAYLOAD} }} }}"""
RESOLVE: Final = f"""
mutation($id: ID!, $approve: Boolean!, $restock: Boolean, $refund: MoneyInput, $key: String!) {{
  returnResolve(id: $id, approve: $approve, restock: $restock, refund: $refund, idempotencyKey: $key) {{ {PAYLOAD} }}
}}"""
_FIELDS: Final = {
    CONFIRM: "orderConfirm", CANCEL: "orderCancel", FULFILL: "orderFulfill", DELIVER: "orderDeliver",
    COMPLETE: "orderComplete", RETURN: "returnRequest", RESOLVE: "returnResolve",
}  # fmt: skip


def variant(shop: Shop, units: int = 100) -> str:
    """A thing of 10.00 USD that is not sent, so that an address for the bill will do."""
    return on_sale(shop, "10.00 USD", units=units, kind="DIGITAL")


def ordered(shop: Shop, *lines: tuple[str, int], person: str = "guest") -> Any:
    """An order of so many units, paid as it should be, as its buyer reads it."""
    shop.handlers["cart"].goods.near.clear()  # the goods lie in a warehouse that has just opened
    cart = begun(shop, *lines, person=person)
    said = say(shop, cart, person, email=EMAIL, billingAddress=ADDRESS)
    assert said["userErrors"] == [], said["userErrors"]
    held = reserve(shop, cart, person)
    assert held["userErrors"] == [], held["userErrors"]
    found = _completed(shop, CartId(cart["id"]))
    assert isinstance(found, StoredOrder), found
    return read(shop, found.order.id, person)


def _completed(shop: Shop, cart: CartId) -> Any:
    carts, orders = shop.handlers["cart"].carts, shop.handlers["orders"].store
    goods = SoldGoods(InventoryTable(shop.environ["INVENTORY_TABLE"]), new_id=new_id)
    terms = TermsTable(carts.store.table)

    def offers(one: Cart) -> Offers:
        return offers_for(carts, one, stock=False)

    return paid(Checkout(carts.store, orders, goods, terms, offers=offers, new_id=new_id), cart)


def paid(till: Checkout, cart: CartId) -> Any:
    """What becomes of a cart that its buyer pays as they should."""
    payment = PaymentId(new_id("pay"))

    def decide(purchase: Purchase, order_id: OrderId) -> Placing | Refusal:
        total = purchase.totals.total
        facts = PaymentFacts(id=payment, version=1, authorized=total, captured=total, refunded=total * 0)
        if against := unagreed(purchase, total):
            return Refusal(errors=against)
        return Placing(done=placed(purchase, facts, order_id=order_id, token=TOKEN, now=datetime.now(UTC)))

    buyer = Buyer(owns=lambda _: True, payment=payment)
    return till.complete(cart, buyer, decide, Key(caller=cart, key=name("key"), fingerprint="a"))


def read(shop: Shop, order_id: str, person: str = "guest") -> Any:
    return shop.ask(READ, {"id": order_id}, person=person)["order"]


def act(shop: Shop, document: str, id_: str, person: str = "staff", **variables: Any) -> Any:
    """The payload of an action."""
    given = {"id": id_, "key": name("key")} | variables
    return shop.ask(document, given, person=person)[_FIELDS[document]]


def done(shop: Shop, document: str, id_: str, person: str = "staff", **variables: Any) -> Any:
    """The order after an action that must be possible."""
    payload = act(shop, document, id_, person, **variables)
    assert payload["userErrors"] == []
    return payload["order"]


def units(order: Any, *quantities: int) -> list[dict[str, Any]]:
    """So many units of each line in their order."""
    pairs = zip(order["lines"], quantities, strict=False)
    return [{"lineId": one["id"], "quantity": quantity} for one, quantity in pairs if quantity]


def place_of(shop: Shop, of: str) -> str:
    """The warehouse that has a variant."""
    stock = shop.handlers["inventory"].store.many([of])[of]
    found: str = next(level.warehouse_id for level in stock.levels if level.on_hand)
    return found


def sent(shop: Shop, *quantities: int, person: str = "shopper", most: int = 5) -> Any:
    """A confirmed order of a thing, of which parcels of so many units have left the house."""
    of = variant(shop)
    order = done(shop, CONFIRM, ordered(shop, (of, most), person=person)["id"])
    for quantity in quantities:
        place = place_of(shop, of)
        order = done(shop, FULFILL, order["id"], lines=units(order, quantity), place=place)
    return order


def told(payload: Any) -> list[tuple[str, Any]]:
    """Code and field of each error of a payload without an order."""
    assert payload["order"] is None
    return [(error["code"], error["field"]) for error in payload["userErrors"]]
