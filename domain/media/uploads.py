"""What may be sent: by kind of media the types, the bytes, the names; and the ticket with which it is sent."""

import base64
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from domain.addresses import UNPRINTABLE
from domain.errors import ErrorCode, InputError
from domain.ids import CustomerId, MediaId
from domain.media.media import Media
from domain.shown import MediaKind
from domain.values import value

LONGEST_FILENAME: Final = 200
"""Characters; file systems take 255 bytes, and a download may get a number behind its name."""
LONGEST_ALT: Final = 500
"""Characters: some sentences. Who listens to a page cannot skim."""
TICKET_LASTS: Final = timedelta(minutes=15)
"""From the promise to the begin of the sending: a person has chosen the file already. Well within the life of the
credentials of a function, with which the ticket ends in any case."""
_MB: Final = 1_000_000
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")
_FORBIDDEN: Final = re.compile(r'[/\\:*?"<>|]')
"""What no name of a file has on every system: so it can be downloaded everywhere as it is called."""

EXTENSIONS: Final[Mapping[str, frozenset[str]]] = {
    "image/jpeg": frozenset({"jpg", "jpeg", "jpe", "jfif"}),
    "image/png": frozenset({"png"}),
    "image/webp": frozenset({"webp"}),
    "image/avif": frozenset({"avif"}),
    "image/gif": frozenset({"gif"}),
    "video/mp4": frozenset({"mp4", "m4v"}),
    "video/webm": frozenset({"webm"}),
    "application/pdf": frozenset({"pdf"}),
    "application/zip": frozenset({"zip"}),
    "application/epub+zip": frozenset({"epub"}),
    "audio/mpeg": frozenset({"mp3"}),
}
"""How the names of files of a type end."""


@value
class Allowed:
    """What a kind takes."""

    types: tuple[str, ...]
    most_bytes: int


ALLOWED: Final[Mapping[MediaKind, Allowed]] = {
    MediaKind.IMAGE: Allowed(
        types=("image/jpeg", "image/png", "image/webp", "image/avif", "image/gif"), most_bytes=25 * _MB
    ),  # a camera's 50 megapixels as JPEG are 10 to 20 MB
    MediaKind.VIDEO: Allowed(types=("video/mp4", "video/webm"), most_bytes=200 * _MB),
    MediaKind.DOCUMENT: Allowed(types=("application/pdf",), most_bytes=50 * _MB),
    MediaKind.DIGITAL_GOOD: Allowed(
        types=("application/pdf", "application/epub+zip", "application/zip", "audio/mpeg", "video/mp4"),
        most_bytes=1_000 * _MB,
    ),  # read once to know its checksum, at some 80 MB a second: well within a function's 15 minutes
}
CUSTOMERS_SEND: Final = frozenset({MediaKind.IMAGE})
"""For their reviews; all else is the shop's to send."""


@value
class Upload:
    """A file that somebody wants to send, as they describe it: ``size`` is in bytes."""

    kind: MediaKind
    filename: str
    content_type: str
    size: int
    sha256: str
    alt: str | None = None


@value
class UploadTicket:
    """With what a file is sent: a form with these ``fields``, then the file, to ``url``, before ``expires_at``."""

    url: str
    fields: tuple[tuple[str, str], ...]
    most_bytes: int
    expires_at: datetime


def upload_errors(upload: Upload, *, by_customer: bool) -> tuple[InputError, ...]:
    """All reasons why this cannot be sent, each at its field; none when it can."""
    if by_customer and upload.kind not in CUSTOMERS_SEND:
        return (_invalid("customers send pictures only", "kind"),)
    return (*_content_errors(upload), *_name_errors(upload))


def started(media_id: MediaId, upload: Upload, owner: CustomerId | None, now: datetime) -> Media:
    """The media that waits for a file that has no ``upload_errors``."""
    return Media(
        id=media_id,
        version=1,
        kind=upload.kind,
        owner=owner,
        filename=upload.filename.strip(),
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256.lower(),
        alt=(upload.alt or "").strip() or None,
        upload_until=now + TICKET_LASTS,
        created_at=now,
        updated_at=now,
    )


def named(like: str) -> str | None:
    """The name that is most like this of those that a file may have; None when nothing of it is left."""
    letters = _FORBIDDEN.sub("", UNPRINTABLE.sub("", like))
    return letters[-LONGEST_FILENAME:].lstrip(". ").rstrip() or None


def renamed(name: str, content_type: str) -> str:
    """The name that a file turns out to need which is of this type: with an ending of its type, or none."""
    if _fits(name, content_type):
        return name
    ending = "." + content_type.rpartition("/")[2]
    return name.rpartition(".")[0][: LONGEST_FILENAME - len(ending)] + ending


def in_base64(sha256: str) -> str:
    """A checksum in hexadecimal digits, as people's tools write it, in the way that S3 does."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


def in_hex(sha256: str) -> str:
    """The other way."""
    return base64.b64decode(sha256).hex()


def _content_errors(upload: Upload) -> Iterator[InputError]:
    allowed = ALLOWED[upload.kind]
    if upload.content_type not in allowed.types:
        yield _invalid(f"{upload.kind.value} takes {', '.join(allowed.types)}", "contentType")
    if not 1 <= upload.size <= allowed.most_bytes:
        yield _invalid(f"1 to {allowed.most_bytes:,} bytes, not {upload.size:,}", "bytes")
    if not _SHA256.fullmatch(upload.sha256):
        yield _invalid("write the SHA-256 of the file as 64 hexadecimal digits", "sha256")


def _name_errors(upload: Upload) -> Iterator[InputError]:
    name = upload.filename.strip()
    if not name:
        yield InputError(code=ErrorCode.REQUIRED, message="must not be blank", field=("input", "filename"))
    elif len(name) > LONGEST_FILENAME or UNPRINTABLE.search(name) or _FORBIDDEN.search(name) or name[0] == ".":
        message = f'is a name of at most {LONGEST_FILENAME} characters without / \\ : * ? " < > | and no dot in front'
        yield _invalid(message, "filename")
    elif not _fits(name, upload.content_type):
        yield _invalid(f"a file of {upload.content_type} is not called so", "filename")
    if upload.alt is not None and (len(upload.alt) > LONGEST_ALT or UNPRINTABLE.search(upload.alt)):
        yield _invalid(f"is one line of at most {LONGEST_ALT} characters", "alt")


def _fits(name: str, content_type: str) -> bool:
    """Whether a name may be that of such a file: one without an ending may be of all."""
    _, dot, ending = name.rpartition(".")
    return not dot or ending.lower() in EXTENSIONS.get(content_type, {ending.lower()})


def _invalid(message: str, field: str) -> InputError:
    return InputError(code=ErrorCode.INVALID, message=message, field=("input", field))
