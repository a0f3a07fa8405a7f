"""What the reactions of media need from outside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from domain.ids import MediaId
from domain.media.life import Arrived
from domain.media.media import Media
from domain.media.storing import Due, KeptMedia, NoMedia, Refusal, Removed, StoredMedia
from domain.shown import MediaRejection, RenditionFormat


class Store(Protocol):
    """Media: each change is one transaction, or nothing."""

    def many(self, ids: Iterable[MediaId]) -> Mapping[MediaId, KeptMedia]:
        """The media there are of ``ids``."""

    def change(
        self, media_id: MediaId, decide: Callable[[Media], Media | Refusal | NoMedia]
    ) -> StoredMedia | NoMedia | Refusal:
        """Store what is decided of a media, decided anew whenever others came first."""

    def remove(
        self, media_id: MediaId, refusal: Callable[[Media], Refusal | NoMedia | None]
    ) -> Removed | NoMedia | Refusal:
        """Have a media be no more, unless there is something against it."""

    def due(self, now: datetime) -> Iterator[Due]:
        """All that is due, the earliest first; each is to be ``dropped``."""

    def dropped(self, due: Due) -> None:
        """It has been looked at."""


class Object(Protocol):
    """One object of the bucket."""

    @property
    def key(self) -> str: ...
    @property
    def written_at(self) -> datetime: ...


class Files(Protocol):
    """The bucket: what was sent, and what is shown of it."""

    def arrived(self, key: str) -> Arrived | None:
        """What lies there, read once to its end without being kept; None when nothing does."""

    def read(self, key: str, most: int) -> bytes | None:
        """The bytes there; None when there are none."""

    def show(self, key: str, data: bytes) -> None:
        """Lay a rendition where everybody can get it."""

    def keep(self, key: str, data: bytes) -> None:
        """Lay what was fetched there, unless something is there."""

    def publish(self, key: str, shown: str, content_type: str) -> None:
        """Lay what was sent where everybody can get it, as it is."""

    def delete(self, keys: Sequence[str]) -> None:
        """Remove what is there of these."""

    def under(self, prefix: str) -> Iterator[Object]:
        """All whose keys begin so."""


class Rendered(Protocol):
    """One rendition, written."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def format(self) -> RenditionFormat: ...
    @property
    def data(self) -> bytes: ...


class Shown(Protocol):
    """A picture and its renditions, the smallest first."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def blurhash(self) -> str: ...
    @property
    def renditions(self) -> Sequence[Rendered]: ...


class Reactor(Struct, frozen=True, kw_only=True):
    """Everything the reactions may use.

    ``fetch`` gives what lies at an address, ``render`` makes of a picture's bytes what is shown; or each says why not.
    """

    store: Store
    files: Files
    fetch: Callable[[str], bytes | MediaRejection]
    render: Callable[[bytes], Shown | MediaRejection]
    now: Callable[[], datetime]
