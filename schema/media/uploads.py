"""How files are sent: announced here, then sent straight to where they are kept."""

from schema.errors import UserError
from schema.media.types import Media, MediaKind
from schema.prose import entity, wanted
from schema.scalars import AWSURL, AWSDateTime


@wanted
class MediaInput:
    """A file that is to be sent. What is sent must be exactly this.

    kind: What it is for. Customers send IMAGE, the shop everything.
    filename: What it is called, with an ending that fits its type; a download has this name.
    content_type: Its type, such as "image/jpeg". An IMAGE is JPEG, PNG, WebP, AVIF or GIF, at most 25 MB and 50
      megapixels; a VIDEO MP4 or WebM, at most 200 MB; a DOCUMENT PDF, at most 50 MB; a DIGITAL_GOOD PDF, EPUB, ZIP, MP3
      or MP4, at most 1 GB.
    bytes: How many bytes it has.
    sha256: The SHA-256 of its bytes, as 64 hexadecimal digits.
    alt: What it shows, for those who cannot see it; one line of at most 500 characters.
    """

    kind: MediaKind
    filename: str
    content_type: str
    bytes: int
    sha256: str
    alt: str | None = None


@entity
class UploadField:
    """One field of the form by which a file is sent.

    name: The field's name.
    value: The field's value.
    """

    name: str
    value: str


@entity
class UploadTicket:
    """With what a file is sent: a form (multipart/form-data) that is posted.

    Whoever has it can send exactly the file that was announced, and nothing else. Browsers may send it from any page.

    url: Where the form is posted to; no credentials go with it.
    fields: The fields of the form, all of them, before the file, whose field is called "file" and comes last.
    max_bytes: How many bytes the file has.
    expires_at: The sending has to begin before; then announce the file anew.
    """

    url: AWSURL
    fields: list[UploadField]
    max_bytes: int
    expires_at: AWSDateTime


@entity
class MediaDownloadPayload:
    """What became of the wish for a link.

    url: Where the file is, for whoever has the link, under its own name; null when there are user errors.
    expires_at: The download has to begin before; null as url is.
    left: How many links can be had after this one; null as url is.
    user_errors: What stood against it; no link was counted when there are any.
    """

    url: AWSURL | None
    expires_at: AWSDateTime | None
    left: int | None
    user_errors: list[UserError]


@entity
class MediaPayload:
    """What became of an announced file.

    media: The media that waits for its file; null when there are user errors.
    upload: With what the file is sent; null when there are user errors, and when the key was used before and the file
      has come already, or cannot come any more.
    user_errors: What stood against it; nothing was stored when there are any.
    """

    media: Media | None
    upload: UploadTicket | None
    user_errors: list[UserError]
