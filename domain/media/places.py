"""Where the bytes of media lie in the bucket: what was sent in private, renditions in public.

``originals/<media>`` is one object a media, written by whoever holds its ticket and read by us, or by links that
expire. ``wanted/<media>`` is an empty one: the wish that its file be fetched from elsewhere.
``public/<media>/<digest>-<width>.<ending>`` is a rendition, and the same without a width a film or a document
as it was sent: nobody can guess it who does not have its bytes, other bytes have another name, and the same work done
twice writes the same. So it may be kept by whoever got it, for ever.
"""

import base64
import hashlib
import re
from typing import Final

from domain.ids import MediaId, is_id
from domain.shown import RenditionFormat

ORIGINALS: Final = "originals/"
WANTED: Final = "wanted/"
PUBLIC: Final = "public/"
FOR_EVER: Final = "public, max-age=31536000, immutable"
"""The Cache-Control of a rendition. A year is what HTTP calls for ever."""
_ENDINGS: Final = {RenditionFormat.WEBP: "webp", RenditionFormat.JPEG: "jpg"}
_SYMBOLS: Final = 26
"""130 bits, as ids have."""
_FILE_ENDINGS: Final = {"video/mp4": "mp4", "video/webm": "webm", "application/pdf": "pdf"}
_KEY: Final = re.compile(
    r"(?:(?:originals|wanted)/([a-z0-9_]+)|public/([a-z0-9_]+)/[0-9a-v]{26}(?:-\d{1,5}\.(?:webp|jpg)|\.(?:mp4|webm|pdf)))"
)


def original_key(media: MediaId) -> str:
    """Where the file of a media is sent to."""
    return f"{ORIGINALS}{media}"


def wanted_key(media: MediaId) -> str:
    """Where the wish lies that a media be fetched."""
    return f"{WANTED}{media}"


def rendition_key(media: MediaId, data: bytes, width: int, format_: RenditionFormat) -> str:
    """Where one rendition lies. The media is part of the digest too: two of the same picture do not share a name."""
    return f"{shown_under(media)}{_name(media, data)}-{width}.{_ENDINGS[format_]}"


def file_key(media: MediaId, sha256: str, content_type: str) -> str:
    """Where a film or a document lies that is shown as it was sent."""
    return f"{shown_under(media)}{_name(media, bytes.fromhex(sha256))}.{_FILE_ENDINGS[content_type]}"


def shown_under(media: MediaId) -> str:
    """How the keys of all begin that is shown of a media."""
    return f"{PUBLIC}{media}/"


def _name(media: MediaId, content: bytes) -> str:
    digest = hashlib.sha256(media.encode() + b" " + content).digest()
    return base64.b32hexencode(digest).decode().lower()[:_SYMBOLS]


def media_at(key: str) -> MediaId | None:
    """The media that an object belongs to; None when it lies where none of ours would."""
    found = _KEY.fullmatch(key)
    id_ = (found[1] or found[2]) if found else ""
    return MediaId(id_) if is_id(id_, "media") else None
