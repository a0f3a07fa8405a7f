"""What people see of a media: the domains that show pictures copy it, and media's own makes it."""

from enum import Enum
from typing import Final

from domain.ids import MediaId
from domain.values import value


class MediaKind(Enum):
    """What a file is for.

    IMAGE: A picture; it is shown in several sizes, never as it was sent.
    VIDEO: A film, shown as it was sent.
    DOCUMENT: Something to read, such as a manual, given as it was sent.
    DIGITAL_GOOD: What is sold: it is private, and its buyers get links that expire.
    """

    IMAGE = "IMAGE"
    VIDEO = "VIDEO"
    DOCUMENT = "DOCUMENT"
    DIGITAL_GOOD = "DIGITAL_GOOD"


class MediaStatus(Enum):
    """How far a media has come.

    AWAITING_UPLOAD: The file has not come yet.
    PROCESSING: It has come, and is looked at.
    READY: It can be shown or given.
    REJECTED: It cannot be used; its rejection says why.
    """

    AWAITING_UPLOAD = "AWAITING_UPLOAD"
    PROCESSING = "PROCESSING"
    READY = "READY"
    REJECTED = "REJECTED"


class MediaRejectionCode(Enum):
    """Why a file cannot be used; a program decides by it, people read the sentence beside it.

    TOO_LATE: It came after its ticket had expired.
    WRONG_SIZE: It has more or fewer bytes than were announced.
    WRONG_CHECKSUM: Its bytes are not those that were announced.
    WRONG_TYPE: By its content it is something else than was announced.
    NOT_TAKEN: It is of a type that is not taken at all.
    TOO_LARGE: It has more pixels than are taken, or asks for more work than a picture may.
    DAMAGED: It cannot be read to its end.
    FAILED: We tried several times and never came to an end.
    UNREACHABLE: It lies elsewhere, and could not be had from there.
    """

    TOO_LATE = "TOO_LATE"
    WRONG_SIZE = "WRONG_SIZE"
    WRONG_CHECKSUM = "WRONG_CHECKSUM"
    WRONG_TYPE = "WRONG_TYPE"
    NOT_TAKEN = "NOT_TAKEN"
    TOO_LARGE = "TOO_LARGE"
    DAMAGED = "DAMAGED"
    FAILED = "FAILED"
    UNREACHABLE = "UNREACHABLE"


class RenditionFormat(Enum):
    """How the pixels of a rendition are written: WEBP for all browsers since 2020, JPEG for everything else."""

    WEBP = "WEBP"
    JPEG = "JPEG"


CONTENT_TYPES: Final = {RenditionFormat.WEBP: "image/webp", RenditionFormat.JPEG: "image/jpeg"}


@value
class MediaRejection:
    """Why a file cannot be used, for a program and for people."""

    code: MediaRejectionCode
    message: str


@value
class Rendition:
    """One size of a picture in one format, under the ``key`` where it lies in public; ``size`` is in bytes."""

    width: int
    height: int
    format: RenditionFormat
    size: int
    key: str


@value
class ShownMedia:
    """A media that is ready, as whoever holds it shows it: from then on it does not change, so a copy stays true.

    Of a file that lies elsewhere, ``url`` says where. Of ours, ``key`` is where a film or a document lies in public;
    a picture lies there in its ``renditions``, the smallest first. ``width`` and ``height`` are of what was sent.
    """

    id: MediaId
    kind: MediaKind = MediaKind.IMAGE
    url: str | None = None
    key: str | None = None
    alt: str | None = None
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None
    renditions: tuple[Rendition, ...] = ()


@value
class Good:
    """A file that is sold: its media, what it is called when it is downloaded, its type and its bytes."""

    media_id: MediaId
    name: str
    content_type: str
    size: int
