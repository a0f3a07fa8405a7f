"""What the cart domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Borrowed, Cache, Constant, Graph, Schedule, Table
from resolvers._kit.shop import CURRENCY

DOMAIN: Final = "cart"
CACHE_PREFIX: Final = "cart"


class Settings(Struct, frozen=True):
    """What answers and reactions need; see the class of each resource for what it grants."""

    cart_table: Annotated[
        str,
        Table(
            name="cart",
            ttl="expires_at",
            stream=True,
            stream_of="document",
            told_only=True,
            told_while="listened_until",
            write=True,
        ),
    ]
    inventory_table: Annotated[str, Borrowed(table="inventory", write=True)]
    """Goods are held in the stock itself, in one transaction with the cart that says so."""
    catalog_table: Annotated[str, Borrowed(table="catalog")]
    cache_url: Annotated[str, Cache(prefix=CACHE_PREFIX)]
    sweep: Annotated[str, Schedule(minutes=1)]
    """How often what was held long enough is given back; a buyer who needs it takes it before."""
    shop_currency: Annotated[str, CURRENCY]
    guest_rate: Annotated[str, Constant(value="3000 in 10 s")]
    """Changes from one address, behind which an office, a carrier's whole network or a shop's own server may stand: it
    keeps a program that has run wild from taking what all others need. The firewall counts addresses more strictly."""
    customer_rate: Annotated[str, Constant(value="1200 in 60 s")]
    """Changes of one customer: all of an evening at once, then twenty a second, which no hand does."""
    edit_rate: Annotated[str, Constant(value="30000 in 60 s")]
    """Changes of the shop's terms by one member of staff; as many as the catalogue takes."""


class Publishing(Struct, frozen=True):
    """What the publisher needs, which hears of the tables of ``Settings`` but may not open them."""

    graph_url: Annotated[str, Graph()]
