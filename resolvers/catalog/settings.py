"""What the catalog domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Bucket, Cache, Constant, Index, Table

CACHE_PREFIX: Final = "catalog"


class Settings(Struct, frozen=True):
    """The catalog's resources; see the class of each for what it grants."""

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
