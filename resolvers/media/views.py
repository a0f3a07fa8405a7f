"""The wire shapes of media, and how stored media become them."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from domain.ids import MediaId
from domain.media import media as stored
from domain.media import uploads
from domain.media.storing import MediaChange as StoredChange
from domain.shown import MediaStatus
from resolvers._kit.media import Media
from resolvers._kit.views import UserError
from resolvers.media.announcing import Announcement


class UploadField(Struct, frozen=True, kw_only=True):
    """One field of the form by which a file is sent."""

    name: str
    value: str


class UploadTicket(Struct, frozen=True, kw_only=True):
    """With what a file is sent."""

    url: str
    fields: tuple[UploadField, ...]
    max_bytes: int
    expires_at: datetime


class MediaPayload(Struct, frozen=True, kw_only=True):
    """What became of an announced file."""

    media: Media | None = None
    upload: UploadTicket | None = None
    user_errors: tuple[UserError, ...] = ()


class MediaDownloadPayload(Struct, frozen=True, kw_only=True):
    """What became of the wish for a link."""

    url: str | None = None
    expires_at: datetime | None = None
    left: int | None = None
    user_errors: tuple[UserError, ...] = ()


class MediaChange(Struct, frozen=True, kw_only=True):
    """A change of a media."""

    seq: int
    media_id: MediaId
    status: MediaStatus
    media: Media | None
    at: datetime


def ticket_of(ticket: uploads.UploadTicket) -> UploadTicket:
    """A ticket on the wire."""
    return UploadTicket(
        url=ticket.url,
        fields=tuple(UploadField(name=name, value=value) for name, value in ticket.fields),
        max_bytes=ticket.most_bytes,
        expires_at=ticket.expires_at,
    )


def changes_of(media: stored.Media, changes: Sequence[StoredChange], base: str) -> tuple[MediaChange, ...]:
    """Changes on the wire, with the media as it is now at the last."""
    now = Media.of_stored(media, base)
    return tuple(
        MediaChange(
            seq=one.seq, media_id=media.id, status=one.status, media=now if one is changes[-1] else None, at=one.at
        )
        for one in changes
    )


def told(seq: int, news: Announcement, base: str) -> MediaChange:
    """What subscribers are told of a stored change."""
    media = None if news.media is None else Media.of_stored(news.media, base)
    return MediaChange(seq=seq, media_id=news.media_id, status=news.status, media=media, at=news.at)
