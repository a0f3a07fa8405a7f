"""A change of a product on its way from the table's stream to the graph: what of it everybody may be told."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.catalog.changes import change_of, on_sale
from domain.catalog.products import Product
from domain.ids import ProductId
from resolvers._kit.publishing import Publication
from resolvers._kit.wire import camel

MUTATION: Final = "publishProductChange"

type ReadChange = Callable[[Mapping[str, Any]], tuple[Product | None, Product] | None]


class Announcement(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The payload of the publishing mutation; ``product`` is as stored, None for one that shoppers do not see."""

    product_id: ProductId
    changed: tuple[str, ...]
    at: datetime
    product: Product | None


def announcement_of(old: Product | None, new: Product) -> Announcement:
    """What everybody may be told of the change that made ``new`` of ``old``."""
    change, seen = change_of(old, new), on_sale(new)
    return Announcement(
        product_id=new.id,
        changed=tuple(map(camel, change.changed)) if seen else (),
        at=change.at,
        product=new if seen else None,
    )


def publication_of(read: ReadChange, record: Mapping[str, Any]) -> Publication | None:
    """What to publish of one record of the table's stream; None for what is no change of a product."""
    found = read(record)
    if found is None:
        return None
    old, new = found
    if old is not None and old.version == new.version:
        return None
    whole = announcement_of(old, new)
    return Publication(
        key=new.id,
        mutation=MUTATION,
        variables=_variables(new.version, whole),
        shorter=_variables(new.version, msgspec.structs.replace(whole, product=None)),
    )


def _variables(seq: int, announcement: Announcement) -> Mapping[str, Any]:
    return {"seq": seq, "payload": msgspec.json.encode(announcement).decode()}
