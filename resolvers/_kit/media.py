"""A media on the wire, whoever shows it."""

from msgspec import Struct

from domain.ids import MediaId
from domain.media import media as stored
from domain.media.showing import shown_of
from domain.shown import CONTENT_TYPES, MediaKind, MediaRejection, MediaStatus, RenditionFormat, ShownMedia
from domain.shown import Rendition as StoredRendition


class Rendition(Struct, frozen=True, kw_only=True):
    """One size of a picture in one format."""

    width: int
    height: int
    format: str
    url: str


class Media(Struct, frozen=True, kw_only=True):
    """A media, as far as it has come."""

    id: MediaId
    kind: MediaKind
    status: MediaStatus
    alt: str | None
    url: str | None
    width: int | None
    height: int | None
    blurhash: str | None
    renditions: tuple[Rendition, ...]
    rejection: MediaRejection | None

    @classmethod
    def of(cls, shown: ShownMedia, base: str) -> "Media":
        """A media that is shown; ``base`` is where the shop's own public files are, without a slash at its end."""
        return cls(
            id=shown.id,
            kind=shown.kind,
            status=MediaStatus.READY,
            alt=shown.alt,
            url=_url(shown, base),
            width=shown.width,
            height=shown.height,
            blurhash=shown.blurhash,
            renditions=tuple(_rendition(one, base) for one in shown.renditions),
            rejection=None,
        )

    @classmethod
    def of_stored(cls, media: stored.Media, base: str) -> "Media":
        """A media however far it has come."""
        if media.status is MediaStatus.READY:
            return cls.of(shown_of(media), base)
        return cls(
            id=media.id,
            kind=media.kind,
            status=media.status,
            alt=media.alt,
            url=None,
            width=None,
            height=None,
            blurhash=None,
            renditions=(),
            rejection=media.rejection,
        )


def may_see(customer: str | None, media: stored.Media, *, staff: bool) -> bool:
    """Whether there is a media, as far as somebody is concerned: who has sent it sees it, and the shop sees all."""
    return staff or (media.owner is not None and media.owner == customer)


def _rendition(one: StoredRendition, base: str) -> Rendition:
    return Rendition(width=one.width, height=one.height, format=CONTENT_TYPES[one.format], url=_address(one.key, base))


def _url(shown: ShownMedia, base: str) -> str | None:
    """Of a picture the largest JPEG, which everything can show."""
    if shown.url is not None:
        return shown.url
    jpegs = [one.key for one in shown.renditions if one.format is RenditionFormat.JPEG]
    key = jpegs[-1] if jpegs else shown.key
    return None if key is None else _address(key, base)


def _address(key: str, base: str) -> str:
    return f"{base}/{key}"
