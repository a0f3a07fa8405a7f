"""What is swept: media that never came, that nobody holds, or that were rejected; and objects that no media has."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from domain.media.life import GRACE, TRY_LASTS, expired, stalled
from domain.media.media import Media
from domain.media.places import media_at, wanted_key
from domain.media.showing import keys_of
from domain.shown import MediaKind, MediaStatus

UNHELD_LASTS: Final = timedelta(days=7)
"""Staff send pictures and come back after the weekend; and what was let go of by mistake can be taken up again."""
REJECTED_LASTS: Final = timedelta(days=1)
"""Whoever sent it can read why."""
STRAY_LASTS: Final = timedelta(days=1)
"""An object is written before the media that names it: so none that is young is a stray."""


class Sweep(Enum):
    """What is to be done with a media.

    NOTHING: It is as it should be.
    AGAIN: It is to be processed once more.
    REMOVE: The media and all its objects go.
    """

    NOTHING = "NOTHING"
    AGAIN = "AGAIN"
    REMOVE = "REMOVE"


def due_at(media: Media) -> datetime | None:
    """When it is to be looked at by the sweep; None while it is held, and of goods ever after."""
    match media.status:
        case MediaStatus.AWAITING_UPLOAD:
            return media.upload_until + GRACE
        case MediaStatus.PROCESSING:
            return (media.tried_at or media.updated_at) + TRY_LASTS
        case MediaStatus.REJECTED:
            return media.updated_at + REJECTED_LASTS
        case MediaStatus.READY:
            since = media.let_go_at or media.ready_at or media.updated_at
            return None if media.holders or _sold(media) else since + UNHELD_LASTS


def sweep(media: Media, now: datetime) -> Sweep:
    """What is to be done with it now."""
    due = due_at(media)
    if due is None or now < due:
        return Sweep.NOTHING
    return Sweep.AGAIN if stalled(media, now) else Sweep.REMOVE


def stray(key: str, written_at: datetime, media: Media | None, now: datetime) -> bool:
    """Whether an object of the bucket is to go, ``media`` being the one that it lies under, if there is one."""
    return now >= written_at + STRAY_LASTS and not _needed(key, media, now)


def _sold(media: Media) -> bool:
    """Whether somebody may have bought it, who is still to get it: such goods go by people's word alone."""
    return media.kind is MediaKind.DIGITAL_GOOD and media.let_go_at is not None


def _needed(key: str, media: Media | None, now: datetime) -> bool:
    if media is None or media.status is MediaStatus.REJECTED or expired(media, now):
        return False
    if media.status is MediaStatus.PROCESSING and media_at(key) == media.id:
        return True
    if key == wanted_key(media.id):
        return media.to_be_fetched
    return key in keys_of(media)
