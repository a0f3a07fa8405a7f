"""What the inventory domain needs from the outside."""

from typing import Annotated, Final

from msgspec import Struct

from resolvers._kit.settings import Index, Table

DOMAIN: Final = "inventory"


class Settings(Struct, frozen=True):
    """What answers need; see the class of each resource for what it grants."""

    inventory_table: Annotated[
        str,
        Table(name="inventory", ttl="expires_at", indexes=(Index(name="by_variant", sort="variant_at"),), write=True),
    ]
