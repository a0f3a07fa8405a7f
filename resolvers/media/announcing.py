"""A change of a media on its way from the table's stream to the graph."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.ids import MediaId
from domain.media.media import Media
from domain.media.storing import KeptMedia
from domain.shown import MediaStatus
from resolvers._kit.publishing import Publication

MUTATION: Final = "publishMediaChange"

type ReadChange = Callable[[Mapping[str, Any]], tuple[KeptMedia | None, KeptMedia] | None]


class Announcement(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The payload of the publishing mutation; the media is as stored."""

    media_id: MediaId
    status: MediaStatus
    at: datetime
    media: Media | None


def publication_of(read: ReadChange, record: Mapping[str, Any]) -> Publication | None:
    """What to publish of one record of the table's stream; None for what is no change of a media."""
    found = read(record)
    if found is None:
        return None
    old, new = found
    if old is not None and old.media.version == new.media.version:
        return None
    change = new.changes[-1]
    whole = Announcement(media_id=new.media.id, status=change.status, at=change.at, media=new.media)
    return Publication(
        key=new.media.id,
        mutation=MUTATION,
        variables=_variables(change.seq, whole),
        shorter=_variables(change.seq, msgspec.structs.replace(whole, media=None)),
    )


def _variables(seq: int, told: Announcement) -> Mapping[str, Any]:
    return {"seq": seq, "payload": msgspec.json.encode(told).decode()}
