"""How the changes of a variant's stock are read and told, to everybody alike."""

import msgspec

from domain.ids import VariantId
from resolvers._kit.faults import BadRequest
from resolvers.inventory.announcing import Announcement
from resolvers.inventory.ports import Inventory
from resolvers.inventory.views import Availability, StockChange


def changes_of(inventory: Inventory, variant: VariantId, after_seq: int) -> tuple[StockChange, ...]:
    """The changes of a variant's stock after a version, by one read."""
    if after_seq < 0:
        raise BadRequest(f"afterSeq is 0 or more, not {after_seq}")
    stock = inventory.store.many([variant]).get(variant)
    return tuple(
        StockChange(seq=change.seq, variant_id=variant, availability=Availability.of(change.availability), at=change.at)
        for change in (stock.changes if stock else ())
        if change.seq > after_seq
    )


def told(seq: int, payload: object) -> StockChange:
    """What subscribers are told of a change; raises BadRequest for a payload of another shape."""
    try:
        news = msgspec.convert(payload, Announcement)
    except msgspec.ValidationError as error:
        raise BadRequest(f"payload is no change of a stock: {error}") from error
    availability = Availability.of(news.availability)
    return StockChange(seq=seq, variant_id=news.variant_id, availability=availability, at=news.at)
