"""A picture that lies elsewhere, and is fetched: what it is becomes known when it has come, not before."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.ids import MediaId
from domain.media.life import Arrived, expired, rejected
from domain.media.media import Media
from domain.media.signatures import content_type_of
from domain.media.uploads import ALLOWED, TICKET_LASTS, named, renamed
from domain.shown import MediaKind, MediaRejection, MediaStatus

NAMELESS: Final = "picture"


def wanted(media_id: MediaId, url: str, alt: str | None, now: datetime) -> Media:
    """The shop's media that is to be fetched from an address; whether that can be is seen by who does."""
    return Media(
        id=media_id,
        version=1,
        kind=MediaKind.IMAGE,
        filename=named(_last_part(url)) or NAMELESS,
        content_type=ALLOWED[MediaKind.IMAGE].types[0],
        size=0,
        sha256="",
        source=url,
        alt=(alt or "").strip() or None,
        upload_until=now + TICKET_LASTS,
        created_at=now,
        updated_at=now,
    )


def lacking(media: Media, now: datetime) -> bool:
    """Whether it is to be fetched now: neither has it come, nor is it settled or too late."""
    return media.to_be_fetched and media.status is MediaStatus.AWAITING_UPLOAD and not expired(media, now)


def unreachable(media: Media, why: MediaRejection, now: datetime) -> Media:
    """It could not be had; as it was when another has fetched it meanwhile."""
    return rejected(media, why, now) if media.to_be_fetched else media


def fetched(media: Media, found: Arrived, now: datetime) -> Media:
    """It has come, and is from now on what lies in the bucket; as it was when that was known, or is no matter any more.

    What is no picture keeps the type that it was taken for, and is found out like any other file.
    """
    if not media.to_be_fetched or media.status is not MediaStatus.AWAITING_UPLOAD:
        return media
    real = content_type_of(found.head)
    content_type = real if real in ALLOWED[media.kind].types else media.content_type
    return replace(
        media,
        version=media.version + 1,
        filename=renamed(media.filename, content_type),
        content_type=content_type,
        size=found.size,
        sha256=found.sha256,
        updated_at=now,
    )


def _last_part(url: str) -> str:
    """What stands behind the last slash of its path, without what is asked of it; nothing of one without a path."""
    _, _, rest = url.partition("#")[0].partition("?")[0].partition("://")
    return rest.partition("/")[2].rpartition("/")[2]
