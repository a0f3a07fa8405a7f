"""What can become of a media when it meets the store, and what a stored change tells."""

from datetime import datetime

from domain.errors import UserError
from domain.ids import MediaId
from domain.media.media import Media
from domain.shown import MediaStatus
from domain.values import value


@value
class MediaChange:
    """``seq`` is the version that the change made, and ``status`` how far the media had come by it."""

    seq: int
    status: MediaStatus
    at: datetime


@value
class KeptMedia:
    """A media with its last changes, oldest first: the last is the one that made it what it is."""

    media: Media
    changes: tuple[MediaChange, ...]


@value
class StoredMedia:
    """The media as it is stored now; ``replayed`` when the request was carried out before, by its key."""

    media: Media
    replayed: bool = False


@value
class Due:
    """What the sweep is to look at; ``place`` is where that is said."""

    place: str
    media: tuple[MediaId, ...]


@value
class Removed:
    """The media is no more; it was this, and its objects may still be there."""

    media: Media


@value
class NoMedia:
    """There is no such media, or none for who asks."""


@value
class Refusal:
    """Why the media stays as it is, or why there is none."""

    errors: tuple[UserError, ...]


def change_of(media: Media) -> MediaChange:
    """The change that made it what it is."""
    return MediaChange(seq=media.version, status=media.status, at=media.updated_at)
