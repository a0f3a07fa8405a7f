"""What the catalog domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Bucket, Cache, Constant, Graph, Index, Table

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
    shop_currency: Annotated[str, Constant(value="USD")]


class Publishing(Struct, frozen=True):
    """What the publisher needs, which hears of the tables of ``Settings`` but may not open them."""

    graph_url: Annotated[str, Graph()]
