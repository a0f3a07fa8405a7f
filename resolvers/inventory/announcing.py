"""A change of stock on its way from the table's stream to the graph."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.ids import VariantId
from domain.inventory.stock import Availability, Stock
from resolvers._kit.publishing import Publication

MUTATION: Final = "publishStockChange"

type ReadChange = Callable[[Mapping[str, Any]], tuple[Stock | None, Stock] | None]


class Announcement(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The payload of the publishing mutation."""

    variant_id: VariantId
    availability: Availability
    at: datetime


def announcement_of(stock: Stock) -> Announcement:
    """What everybody may be told of the change that made this version: the newest of its own changes."""
    change = stock.changes[-1]
    return Announcement(variant_id=stock.variant_id, availability=change.availability, at=change.at)


def publication_of(read: ReadChange, record: Mapping[str, Any]) -> Publication | None:
    """What to publish of one record of the table's stream; None for what is no change of a stock."""
    found = read(record)
    if found is None:
        return None
    old, new = found
    if old is not None and old.version == new.version:
        return None
    payload = msgspec.json.encode(announcement_of(new)).decode()
    variables = {"seq": new.version, "payload": payload}
    return Publication(key=new.variant_id, mutation=MUTATION, variables=variables, shorter=variables)
