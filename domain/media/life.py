"""The life of a media: it is announced, it comes, it is looked at, and it is ready or rejected.

News of what came is told more than once and late. So each step gives the media as it was when there is nothing to do.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from domain.media.media import Media, Picture
from domain.media.signatures import HEIC, SVG, content_type_of
from domain.media.uploads import ALLOWED
from domain.shown import MediaKind, MediaRejection, MediaRejectionCode, MediaStatus
from domain.values import value

GRACE: Final = timedelta(hours=1)
"""Who began to send while the ticket held may take this long: 1 GB by a line of 2.5 Mbit a second."""
MOST_TRIES: Final = 5
"""What ends the function five times ends it always. Each duplicate of the news counts as a try, too."""
TRY_LASTS: Final = timedelta(minutes=15)
"""No function of Lambda lives longer: what is still processed then is so by nobody."""
_WAYS: Final = {
    SVG: "SVG can hold programs: send it as PNG or WebP",
    HEIC: "HEIC is not read by browsers: send it as JPEG, which phones do when asked for the most compatible format",
}


@value
class Arrived:
    """What lies in the bucket: its size in bytes, its SHA-256 in hexadecimal digits, and its first HEAD bytes."""

    size: int
    sha256: str
    head: bytes


def unsettled(media: Media) -> bool:
    """Whether it is still to be seen what becomes of it."""
    return media.status in {MediaStatus.AWAITING_UPLOAD, MediaStatus.PROCESSING}


def begun(media: Media, now: datetime) -> Media:
    """Its file has come: it is processed, or rejected when it came too late or was tried too often.

    What is still to be fetched has not come, whatever is told of it.
    """
    if not unsettled(media):
        return media
    if media.status is MediaStatus.AWAITING_UPLOAD and expired(media, now):
        return rejected(media, MediaRejection(code=MediaRejectionCode.TOO_LATE, message="the ticket had expired"), now)
    if media.to_be_fetched:
        return media
    if media.tries >= MOST_TRIES:
        message = f"tried {media.tries} times without coming to an end"
        return rejected(media, MediaRejection(code=MediaRejectionCode.FAILED, message=message), now)
    return _next(media, now, tries=media.tries + 1, tried_at=now)


def ready(media: Media, picture: Picture | None, now: datetime) -> Media:
    """It was looked at and is fine; a ``picture`` there is of an IMAGE, and of nothing else."""
    if media.status is not MediaStatus.PROCESSING:
        return media
    if (picture is None) is (media.kind is MediaKind.IMAGE):
        raise ValueError(f"{media.kind.value} {'without' if picture is None else 'with'} a picture")
    return _next(media, now, picture=picture, ready_at=now)


def rejected(media: Media, rejection: MediaRejection, now: datetime) -> Media:
    """It cannot be used, for the reason that was found first."""
    return _next(media, now, rejection=rejection) if unsettled(media) else media


def mismatch(media: Media, found: Arrived) -> MediaRejection | None:
    """Why what has come is not what was announced; None when it is."""
    if found.size != media.size:
        message = f"{found.size:,} bytes came, {media.size:,} were announced"
        return MediaRejection(code=MediaRejectionCode.WRONG_SIZE, message=message)
    if found.sha256 != media.sha256:
        message = "the bytes that came are not those whose SHA-256 was announced"
        return MediaRejection(code=MediaRejectionCode.WRONG_CHECKSUM, message=message)
    return wrong_type(media, found.head)


def wrong_type(media: Media, head: bytes) -> MediaRejection | None:
    """Why a file that begins so is not of the type that was announced."""
    real = content_type_of(head)
    if real == media.content_type:
        return None
    allowed = ALLOWED[media.kind].types
    if real not in allowed:
        message = _WAYS.get(real or "", f"the file is none of {', '.join(allowed)}")
        return MediaRejection(code=MediaRejectionCode.NOT_TAKEN, message=message)
    message = f"the file is {real}, though {media.content_type} was announced"
    return MediaRejection(code=MediaRejectionCode.WRONG_TYPE, message=message)


def expired(media: Media, now: datetime) -> bool:
    """Whether nothing may come any more of what has not come yet."""
    return media.status is MediaStatus.AWAITING_UPLOAD and now >= media.upload_until + GRACE


def stalled(media: Media, now: datetime) -> bool:
    """Whether who processed it must have come to an untimely end."""
    if media.status is not MediaStatus.PROCESSING or media.tried_at is None:
        return False
    return now >= media.tried_at + TRY_LASTS


def _next(media: Media, now: datetime, **parts: object) -> Media:
    return replace(media, version=media.version + 1, updated_at=now, **parts)  # type: ignore[arg-type]  # its own parts
