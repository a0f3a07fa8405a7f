"""How media lie in their table: the keys and attributes of each item."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from datasources.dynamo import documents
from datasources.dynamo.table import Item, ItemKey
from domain.ids import CustomerId, MediaId
from domain.media.storing import KeptMedia

INDEXES: Final[dict[str, str]] = {}
DUE: Final = "DUE"
"""The partition of what the sweep is to look at, by when: a media has an entry for each time that it got, and those
that turn out to be nothing are dropped then."""


def media_key(media: MediaId) -> ItemKey:
    return ItemKey(f"MEDIA#{media}", documents.MEDIA)


def owner_pk(customer: CustomerId) -> str:
    return f"CUSTOMER#{customer}"


def own_key(customer: CustomerId, media: MediaId) -> ItemKey:
    return ItemKey(owner_pk(customer), media)


def due_key(at: datetime, name: str) -> ItemKey:
    """``name`` tells it from what is due at the same moment."""
    return ItemKey(DUE, f"{moment(at)}#{name}")


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def media_item(kept: KeptMedia) -> Item:
    return {"document": {"S": documents.encoded(kept).decode()}, "version": {"N": str(kept.media.version)}}


def due_item(media: Iterable[MediaId]) -> Item:
    # No "document": the table's stream is heard for what has one, the media.
    return {"media": {"L": [{"S": one} for one in media]}}
