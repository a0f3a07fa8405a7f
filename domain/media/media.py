"""What a media is: a file that somebody promised to send, what came of it, and who shows or gives it."""

from datetime import datetime
from enum import Enum

from domain.ids import CustomerId, MediaId
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


class RejectionCode(Enum):
    """Why a file cannot be used; a program decides by it, people read the sentence beside it.

    TOO_LATE: It came after its ticket had expired.
    WRONG_SIZE: It has more or fewer bytes than were announced.
    WRONG_CHECKSUM: Its bytes are not those that were announced.
    WRONG_TYPE: By its content it is something else than was announced.
    NOT_TAKEN: It is of a type that is not taken at all.
    TOO_LARGE: It has more pixels than are taken, or asks for more work than a picture may.
    DAMAGED: It cannot be read to its end.
    FAILED: We tried several times and never came to an end.
    """

    TOO_LATE = "TOO_LATE"
    WRONG_SIZE = "WRONG_SIZE"
    WRONG_CHECKSUM = "WRONG_CHECKSUM"
    WRONG_TYPE = "WRONG_TYPE"
    NOT_TAKEN = "NOT_TAKEN"
    TOO_LARGE = "TOO_LARGE"
    DAMAGED = "DAMAGED"
    FAILED = "FAILED"


class RenditionFormat(Enum):
    """How the pixels of a rendition are written: WEBP for all browsers since 2020, JPEG for everything else."""

    WEBP = "WEBP"
    JPEG = "JPEG"


class HolderKind(Enum):
    """What can hold a media.

    PRODUCT: Shows it, by itself or with one of its variants.
    GOODS: A product, one of whose variants is bought in order to get it.
    REVIEW: Shows what its author sent.
    """

    PRODUCT = "PRODUCT"
    GOODS = "GOODS"
    REVIEW = "REVIEW"


@value
class Rejection:
    """Why a file cannot be used, for a program and for people."""

    code: RejectionCode
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
class Picture:
    """What is known of a picture: ``width`` and ``height`` of what was sent, as it is to be seen; smallest first."""

    width: int
    height: int
    blurhash: str
    renditions: tuple[Rendition, ...]


@value
class Holder:
    """One thing that holds a media; ``id`` is the thing's."""

    kind: HolderKind
    id: str


@value
class Media:
    """A media as stored. ``version`` starts at 1 and grows by 1 with each stored change.

    ``owner`` is the customer who sends it, None: the shop. ``filename``, ``content_type``, ``size`` in bytes and
    ``sha256`` are what was announced, and what the file has to be. ``tries``: how often processing
    was begun, at ``tried_at`` the last time. ``let_go_at``: when its last holder let go of it.
    """

    id: MediaId
    version: int
    kind: MediaKind
    owner: CustomerId | None = None
    filename: str
    content_type: str
    size: int
    sha256: str
    alt: str | None = None
    upload_until: datetime
    tries: int = 0
    tried_at: datetime | None = None
    ready_at: datetime | None = None
    picture: Picture | None = None
    rejection: Rejection | None = None
    holders: tuple[Holder, ...] = ()
    let_go_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def status(self) -> MediaStatus:
        """How far it has come; it follows from the facts and is not stored."""
        if self.rejection is not None:
            return MediaStatus.REJECTED
        if self.ready_at is not None:
            return MediaStatus.READY
        return MediaStatus.PROCESSING if self.tries else MediaStatus.AWAITING_UPLOAD
