"""Media to try things with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from domain.ids import CustomerId, MediaId
from domain.media.fetching import fetched, wanted
from domain.media.life import Arrived, begun, ready, rejected
from domain.media.media import Holder, HolderKind, Media, Picture
from domain.media.places import rendition_key
from domain.media.uploads import Upload, started
from domain.shown import MediaKind, MediaRejection, MediaRejectionCode, MediaStatus, Rendition, RenditionFormat

NOW: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
MEDIA: Final = MediaId("media_00000000000000000000000001")
ADA: Final = CustomerId("ada")
SHA256: Final = "5e" * 32
PRODUCT: Final = Holder(kind=HolderKind.PRODUCT, id="prod_00000000000000000000000001")
GOODS: Final = Holder(kind=HolderKind.GOODS, id="prod_00000000000000000000000001")
REVIEW: Final = Holder(kind=HolderKind.REVIEW, id="review_00000000000000000000000001")
NO: Final = MediaRejection(code=MediaRejectionCode.DAMAGED, message="it breaks off")
PICTURE: Final = Picture(
    width=400,
    height=300,
    blurhash="L00000fQfQfQfQfQfQfQfQfQfQfQ",
    renditions=(
        Rendition(
            width=320,
            height=240,
            format=RenditionFormat.WEBP,
            size=7,
            key=rendition_key(MEDIA, b"picture", 320, RenditionFormat.WEBP),
        ),
    ),
)
SOURCE: Final = "https://elsewhere.example/pictures/mug.jpg?width=1024#front"
CAME: Final = Arrived(size=1_000, sha256=SHA256, head=b"\x89PNG\r\n\x1a\n")
OF_KIND: Final = {
    MediaKind.IMAGE: ("a.png", "image/png"),
    MediaKind.VIDEO: ("a.mp4", "video/mp4"),
    MediaKind.DOCUMENT: ("a.pdf", "application/pdf"),
    MediaKind.DIGITAL_GOOD: ("a.zip", "application/zip"),
}


def upload(kind: MediaKind = MediaKind.IMAGE, **parts: Any) -> Upload:
    filename, content_type = OF_KIND[kind]
    made = Upload(kind=kind, filename=filename, content_type=content_type, size=1_000, sha256=SHA256)
    return replace(made, **parts)


def media(
    status: MediaStatus = MediaStatus.AWAITING_UPLOAD,
    kind: MediaKind = MediaKind.IMAGE,
    owner: CustomerId | None = None,
    now: datetime = NOW,
) -> Media:
    """One that has come so far, each step at the same moment."""
    made = started(MEDIA, upload(kind), owner, now)
    return made if status is MediaStatus.AWAITING_UPLOAD else _led(made, status, now)


def elsewhere(status: MediaStatus = MediaStatus.AWAITING_UPLOAD, now: datetime = NOW) -> Media:
    """One that is to be fetched, or has come so far."""
    made = wanted(MEDIA, SOURCE, None, now)
    return made if status is MediaStatus.AWAITING_UPLOAD else _led(fetched(made, CAME, now), status, now)


def _led(made: Media, status: MediaStatus, now: datetime) -> Media:
    match status:
        case MediaStatus.AWAITING_UPLOAD:
            return made
        case MediaStatus.PROCESSING:
            return begun(made, now)
        case MediaStatus.READY:
            return ready(begun(made, now), PICTURE if made.kind is MediaKind.IMAGE else None, now)
        case MediaStatus.REJECTED:
            return rejected(begun(made, now), NO, now)
