"""How a file is announced, and how a media is found and removed again."""

from msgspec import Struct

from domain import keys
from domain.errors import ErrorCode, InputError
from domain.ids import CustomerId, MediaId, is_id
from domain.keys import Key, KeyReused
from domain.media import media as stored
from domain.media.showing import keys_of
from domain.media.storing import KeptMedia, NoMedia, Refusal, Removed, StoredMedia
from domain.media.uploads import Upload, started, upload_errors
from domain.shown import MediaKind, MediaStatus
from resolvers._kit.callers import Anyone, Shopper
from resolvers._kit.media import Media, may_see
from resolvers._kit.views import DeletePayload
from resolvers.media.ports import Uploads
from resolvers.media.views import MediaPayload, ticket_of

PREFIX = "media"


class MediaInput(Struct, frozen=True, kw_only=True):
    """A file that somebody wants to send, as they describe it."""

    kind: MediaKind
    filename: str
    content_type: str
    bytes: int
    sha256: str
    alt: str | None = None

    @property
    def upload(self) -> Upload:
        """In the domain's words."""
        return Upload(
            kind=self.kind,
            filename=self.filename,
            content_type=self.content_type,
            size=self.bytes,
            sha256=self.sha256,
            alt=self.alt,
        )


def announce(uploads: Uploads, caller: Shopper, wanted: Upload, key: str) -> MediaPayload:
    """Store a media that waits for its file, once for a key. Staff send for the shop, all others for themselves."""
    if (refused := keys.refused(key)) is not None:
        return MediaPayload(user_errors=(refused,))
    owner = None if caller.staff else CustomerId(caller.sub)
    errors = upload_errors(wanted, by_customer=owner is not None)
    media_id = MediaId(uploads.new_id(PREFIX))
    media = Refusal(errors=errors) if errors else started(media_id, wanted, owner, uploads.now())
    outcome = uploads.store.start(media, Key(caller=caller.sub, key=key, fingerprint=keys.fingerprint(wanted)))
    match outcome:
        case StoredMedia(media=there):
            return _announced(uploads, there)
        case Refusal(errors=found):
            return MediaPayload(user_errors=found)
        case KeyReused():
            return MediaPayload(user_errors=(keys.REUSED,))
        case NoMedia():
            gone = InputError(
                code=ErrorCode.NOT_FOUND,
                message="the media of this key was removed: take a new key",
                field=("idempotencyKey",),
            )
            return MediaPayload(user_errors=(gone,))


def _announced(uploads: Uploads, media: stored.Media) -> MediaPayload:
    waits = media.status is MediaStatus.AWAITING_UPLOAD and uploads.now() < media.upload_until
    upload = ticket_of(uploads.ticket(media)) if waits else None
    return MediaPayload(media=Media.of_stored(media, uploads.base), upload=upload)


def seen_by(uploads: Uploads, caller: Anyone, id_: str) -> KeptMedia | None:
    """The media with this id, as far as there is one for the caller."""
    kept = uploads.store.get(MediaId(id_)) if is_id(id_, PREFIX) else None
    return kept if kept and may_see(caller.sub, kept.media, staff=caller.staff) else None


def remove(uploads: Uploads, id_: str) -> DeletePayload:
    """Have a media be no more, and then its objects: whoever dies between leaves strays, which the sweep finds."""
    outcome = uploads.store.remove(MediaId(id_), _held) if is_id(id_, PREFIX) else NoMedia()
    match outcome:
        case Removed(media=media):
            uploads.discard(keys_of(media))
            return DeletePayload(deleted_id=media.id)
        case Refusal(errors=errors):
            return DeletePayload(user_errors=errors)
        case NoMedia():
            error = InputError(code=ErrorCode.NOT_FOUND, message="there is no such media", field=("id",))
            return DeletePayload(user_errors=(error,))


def _held(media: stored.Media) -> Refusal | None:
    if not media.holders:
        return None
    first, count = media.holders[0].id, len(media.holders)
    others = f" and {count - 1} more" if count > 1 else ""
    message = f"{first}{others} still shows or sells it: take it out there first"
    return Refusal(errors=(InputError(code=ErrorCode.CONFLICT, message=message, field=("id",)),))
