"""What of a media is shown, and where all of it lies."""

from typing import Final

from domain.media.media import Media
from domain.media.places import file_key, original_key, wanted_key
from domain.shown import Good, MediaKind, MediaStatus, ShownMedia

AS_SENT: Final = frozenset({MediaKind.VIDEO, MediaKind.DOCUMENT})
"""Kinds that are shown as they were sent."""


def shown_of(media: Media) -> ShownMedia:
    """What holders of a media that is ready copy. Raises ValueError for one that is not."""
    if media.status is not MediaStatus.READY:
        raise ValueError(f"{media.id} is {media.status.value}: there is nothing to show of it")
    picture = media.picture
    return ShownMedia(
        id=media.id,
        kind=media.kind,
        key=public_file(media),
        alt=media.alt,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        blurhash=picture.blurhash if picture else None,
        renditions=picture.renditions if picture else (),
    )


def good_of(media: Media) -> Good:
    """What whoever sells a media copies, so that it can be given as it was when it was bought."""
    return Good(media_id=media.id, name=media.filename, content_type=media.content_type, size=media.size)


def public_file(media: Media) -> str | None:
    """Where it lies in public as it was sent, of the kinds that do."""
    return file_key(media.id, media.sha256, media.content_type) if media.kind in AS_SENT else None


def keys_of(media: Media) -> tuple[str, ...]:
    """All objects that it has, or may have."""
    renditions = media.picture.renditions if media.picture else ()
    shown = public_file(media)
    wish = (wanted_key(media.id),) if media.source is not None else ()
    return (original_key(media.id), *wish, *(one.key for one in renditions), *([shown] if shown else ()))
