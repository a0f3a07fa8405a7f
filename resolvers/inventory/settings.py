"""What the inventory domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Cache, Constant, Graph, Index, Table

DOMAIN: Final = "inventory"
CACHE_PREFIX: Final = "inventory"


class Settings(Struct, frozen=True):
    """What answers and reactions need; see the class of each resource for what it grants."""

    inventory_table: Annotated[
        str,
        Table(
            name="inventory",
            ttl="expires_at",
            indexes=(Index(name="by_variant", sort="variant_at"), Index(name="by_until", sort="until")),
            stream=True,
            stream_of="document",
            told_while="listened_until",
            write=True,
        ),
    ]
    cache_url: Annotated[str, Cache(prefix=CACHE_PREFIX)]
    edit_rate: Annotated[str, Constant(value="30000 in 60 s")]
    """Changes of one member of staff; as many as the catalogue takes, for an import changes both."""


class Publishing(Struct, frozen=True):
    """What the publisher needs, which hears of the tables of ``Settings`` but may not open them."""

    graph_url: Annotated[str, Graph()]
