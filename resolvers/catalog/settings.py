"""What the catalog domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Borrowed, Bucket, Cache, Constant, Delivery, Graph, Index, Table
from resolvers._kit.shop import CURRENCY

DOMAIN: Final = "catalog"
CACHE_PREFIX: Final = "catalog"


class Settings(Struct, frozen=True):
    """What answers and reactions need; see the class of each resource for what it grants."""

    catalog_table: Annotated[
        str,
        Table(
            name="catalog",
            ttl="expires_at",
            indexes=(
                Index(name="by_newest", sort="newest"),
                Index(name="by_name", sort="name"),
                Index(name="by_price", sort="price"),
            ),
            stream=True,
            stream_of="document",
            write=True,
        ),
    ]
    cache_url: Annotated[str, Cache(prefix=CACHE_PREFIX)]
    search_bucket: Annotated[str, Bucket(name="search", write=True)]
    media_table: Annotated[str, Borrowed(table="media", write=True)]
    """What a product shows is held in one transaction with the product."""
    media_url: Annotated[str, Delivery()]
    shop_currency: Annotated[str, CURRENCY]
    edit_rate: Annotated[str, Constant(value="30000 in 60 s")]
    """Edits of one member of staff. A file of 10,000 products passes at once; a program that has run wild, or away with
    somebody's token, is held to what the table takes."""


class Publishing(Struct, frozen=True):
    """What the publisher needs, which hears of the tables of ``Settings`` but may not open them."""

    graph_url: Annotated[str, Graph()]
