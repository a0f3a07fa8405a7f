"""How orders lie in their table: the keys and attributes of each item."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from datasources.dynamo import documents
from datasources.dynamo.table import Item, ItemKey
from domain.ids import CustomerId, OrderId
from domain.orders.buying import products_of
from domain.orders.events import OrderEvent
from domain.orders.guests import plain_email
from domain.orders.orders import Order
from domain.orders.statuses import fulfillment_status_of, payment_status_of, status_of
from domain.orders.storing import KeptOrder

INDEXES: Final = {
    "by_status": "status_at",
    "by_payment": "payment_at",
    "by_fulfillment": "fulfillment_at",
    "by_all": "all_at",
}
"""The table's local indexes, as the settings declare them: of places in the listing of all orders."""
EVENT: Final = "EVENT#"
LAST_EVENT: Final = 999_999
"""Of an order, which has some hundreds at most."""
SEPARATOR: Final = "#"


def order_key(order: OrderId) -> ItemKey:
    return ItemKey(f"ORDER#{order}", documents.ORDER)


def event_key(order: OrderId, seq: int) -> ItemKey:
    return ItemKey(f"ORDER#{order}", f"{EVENT}{seq:06}")


def number_key(number: str) -> ItemKey:
    return ItemKey(f"NUMBER#{number}", "NUMBER")


def year_pk(year: int) -> str:
    return f"ORDERS#{year}"


def customer_pk(customer: CustomerId) -> str:
    return f"CUSTOMER#{customer}"


def email_pk(email: str) -> str:
    """A digest, so that no e-mail lies in keys."""
    return f"EMAIL#{hashlib.sha256(plain_email(email).encode(errors='surrogatepass')).hexdigest()}"


def place_of(order: Order) -> str:
    """Where an order stands in every list of orders."""
    return f"{moment(order.placed_at)}{SEPARATOR}{order.id}"


def places_item(order: Order) -> Item:
    """What a customer's place of an order says: the products in it."""
    return {"products": {"L": [{"S": one} for one in products_of(order)]}}


def products_at(item: Item) -> frozenset[str] | None:
    """The products of the order at a customer's place; None at one that does not say them."""
    found = item.get("products")
    return None if found is None else frozenset(one["S"] for one in found["L"])


def order_at(place: str) -> OrderId:
    return OrderId(place.partition(SEPARATOR)[2])


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def order_item(kept: KeptOrder) -> Item:
    return {"document": {"S": documents.encoded(kept).decode()}, "version": {"N": str(kept.order.version)}}


def event_item(event: OrderEvent) -> Item:
    # No "document": the table's stream is heard for what has one, the orders.
    return {"event": {"S": documents.encoded(event).decode()}}


def entry_key(order: Order) -> ItemKey:
    return ItemKey(year_pk(order.placed_at.astimezone(UTC).year), place_of(order))


def entry_item(order: Order) -> Item:
    """An order's place among all, and among those of each of its statuses."""
    statuses = (status_of(order).value, payment_status_of(order).value, fulfillment_status_of(order).value)
    own = place_of(order)
    texts = (*statuses, SEPARATOR.join(statuses))
    return {name: {"S": f"{text}{SEPARATOR}{own}"} for name, text in zip(INDEXES.values(), texts, strict=True)}
