"""What the orders domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Borrowed, Bus, Constant, Graph, Index, Mail, Secret, Subscription, Table
from resolvers._kit.shop import CURRENCY

DOMAIN: Final = "orders"
KEYS: Final = Secret(name="orders", generated="guest_token")
"""What the tokens are made with by which guests see their orders. With another one orders go on letting in those who
have theirs, but nobody can be told it again.
"""


class Settings(Struct, frozen=True):
    """What answers need; see the class of each resource for what it grants.

    No cache: what reads a secret is outside its network, and a checkout goes by what is stored anyway.
    """

    orders_table: Annotated[
        str,
        Table(
            name="orders",
            ttl="expires_at",
            indexes=(
                Index(name="by_status", sort="status_at"),
                Index(name="by_payment", sort="payment_at"),
                Index(name="by_fulfillment", sort="fulfillment_at"),
                Index(name="by_all", sort="all_at"),
            ),
            stream=True,
            stream_of="document",
            write=True,
        ),
    ]
    inventory_table: Annotated[str, Borrowed(table="inventory", write=True)]
    """Goods leave and come back in one transaction with the order that says so."""
    cart_table: Annotated[str, Borrowed(table="cart", write=True)]
    """A cart is closed, and uses of discounts are counted, in one transaction with the order."""
    catalog_table: Annotated[str, Borrowed(table="catalog")]
    payments_table: Annotated[str, Borrowed(table="payments", write=True)]
    """A payment is given its order in the same transaction."""
    orders_keys: Annotated[str, KEYS]
    shop_currency: Annotated[str, CURRENCY]
    guest_checkout_rate: Annotated[str, Constant(value="300 in 60 s")]
    """Checkouts from one address, as many as payments may be begun from it."""
    customer_checkout_rate: Annotated[str, Constant(value="30 in 60 s")]
    order_rate: Annotated[str, Constant(value="60 in 60 s")]
    """Changes of one customer: all that can be done with some orders, one after the other."""
    edit_rate: Annotated[str, Constant(value="30000 in 60 s")]
    """Changes of one member of staff; as many as the catalogue takes."""


class Publishing(Struct, frozen=True):
    """What the publisher needs, which hears of the tables of ``Settings`` but may not open them."""

    graph_url: Annotated[str, Graph()]


class Reacting(Struct, frozen=True):
    """What the reactions need, which alone tell the bus of orders, hear of payments and write to buyers."""

    orders_table: Annotated[str, Borrowed(table="orders", write=True)]
    cart_table: Annotated[str, Borrowed(table="cart", write=True)]
    """What was paid becomes an order, though its buyer is gone: all that a checkout writes is written here too."""
    catalog_table: Annotated[str, Borrowed(table="catalog")]
    inventory_table: Annotated[str, Borrowed(table="inventory", write=True)]
    payments_table: Annotated[str, Borrowed(table="payments", write=True)]
    orders_keys: Annotated[str, KEYS]
    """A guest's letter says the token again that they had when they bought."""
    shop_currency: Annotated[str, CURRENCY]
    bus_name: Annotated[str, Bus()]
    mail_sender: Annotated[str, Mail()]
    heard: Annotated[
        str,
        Subscription(
            name="orders",
            events=(
                "order.placed",
                "order.fulfilled",
                "payment.authorized",
                "payment.captured",
                "payment.voided",
                "payment.refunded",
                "payment.refused",
            ),
        ),
    ]
    """Our own, of which letters are written; and of payments all by which money moves or is refused, or which make a
    payment wait for its order. That something is asked of a provider is none: what ends it is told by another kind."""
