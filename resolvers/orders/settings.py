"""What the orders domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Borrowed, Cache, Constant, Graph, Index, Table

DOMAIN: Final = "orders"
CACHE_PREFIX: Final = "orders"


class Settings(Struct, frozen=True):
    """What answers need; see the class of each resource for what it grants."""

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
            told_only=True,
            write=True,
        ),
    ]
    inventory_table: Annotated[str, Borrowed(table="inventory", write=True)]
    """Goods leave and come back in one transaction with the order that says so."""
    cache_url: Annotated[str, Cache(prefix=CACHE_PREFIX)]
    order_rate: Annotated[str, Constant(value="60 in 60 s")]
    """Changes of one customer: all that can be done with some orders, one after the other."""
    edit_rate: Annotated[str, Constant(value="30000 in 60 s")]
    """Changes of one member of staff; as many as the catalogue takes."""


class Publishing(Struct, frozen=True):
    """What the publisher needs, which hears of the tables of ``Settings`` but may not open them."""

    graph_url: Annotated[str, Graph()]
