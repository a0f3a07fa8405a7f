"""What a media is to those who send it, and to those who see it."""

from domain.shown import MediaKind, MediaRejectionCode, MediaStatus
from schema.pages import Node
from schema.prose import choice, entity
from schema.scalars import AWSURL

__all__ = ["Media", "MediaKind", "MediaRejection", "MediaRejectionCode", "MediaStatus", "Rendition"]

choice(MediaKind)
choice(MediaStatus)
choice(MediaRejectionCode)


@entity
class Rendition:
    """One size of a picture in one format. Its address never shows anything else, so it may be kept for ever.

    width: Width in pixels.
    height: Height in pixels.
    format: Its content type, such as "image/webp".
    url: Where it is.
    """

    width: int
    height: int
    format: str
    url: AWSURL


@entity
class MediaRejection:
    """Why a file cannot be used.

    code: What stood against it; decide by this.
    message: One sentence for people, in English, that says what would be right.
    """

    code: MediaRejectionCode
    message: str


@entity
class Media(Node):
    """A picture, a film, a document or something that is sold as a download.

    kind: What it is for.
    status: How far it has come; what a product or a review shows is READY.
    alt: What it shows, for those who cannot see it.
    url: Where it is, of a picture the largest size as JPEG; null while it is not READY, and for what is sold.
    width: Width of what was sent, in pixels; null while it is not known, and for what is no picture.
    height: Height of what was sent, in pixels; null as width is.
    blurhash: Its colours in some letters (blurha.sh), to show while it loads; null as width is.
    renditions: Its sizes and formats, the smallest first; of a size, WebP comes before JPEG. Empty for what is no
      picture of ours, and in lists for pictures of a product behind its first 10.
    rejection: Why it cannot be used; null unless it is REJECTED.
    """

    kind: MediaKind
    status: MediaStatus
    alt: str | None
    url: AWSURL | None
    width: int | None
    height: int | None
    blurhash: str | None
    renditions: list[Rendition]
    rejection: MediaRejection | None
