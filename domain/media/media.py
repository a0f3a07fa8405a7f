"""What a media is: a file that somebody promised to send, what came of it, and who shows or gives it."""

from datetime import datetime
from enum import Enum

from domain.ids import CustomerId, MediaId
from domain.shown import MediaKind, MediaRejection, MediaStatus, Rendition
from domain.values import value


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
    ``sha256`` are what was announced, and what the file has to be. ``source`` is where we fetch it from, if we do:
    then they are known when it has come, and there is no ``sha256`` before. ``tries``: how often processing was begun,
    at ``tried_at`` the last time. ``let_go_at``: when its last holder let go of it.
    """

    id: MediaId
    version: int
    kind: MediaKind
    owner: CustomerId | None = None
    filename: str
    content_type: str
    size: int
    sha256: str
    source: str | None = None
    alt: str | None = None
    upload_until: datetime
    tries: int = 0
    tried_at: datetime | None = None
    ready_at: datetime | None = None
    picture: Picture | None = None
    rejection: MediaRejection | None = None
    holders: tuple[Holder, ...] = ()
    let_go_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def to_be_fetched(self) -> bool:
        """Whether it lies elsewhere still."""
        return self.source is not None and not self.sha256

    @property
    def status(self) -> MediaStatus:
        """How far it has come; it follows from the facts and is not stored."""
        if self.rejection is not None:
            return MediaStatus.REJECTED
        if self.ready_at is not None:
            return MediaStatus.READY
        return MediaStatus.PROCESSING if self.tries else MediaStatus.AWAITING_UPLOAD
