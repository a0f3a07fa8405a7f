"""One function a field: load, decide, store, return."""

from typing import Final

import msgspec

from domain.ids import MediaId, OrderLineId
from resolvers._kit.app import App
from resolvers._kit.callers import Anyone, Publisher, Shopper, Staff
from resolvers._kit.faults import BadRequest
from resolvers._kit.limits import Limit
from resolvers._kit.media import Media
from resolvers._kit.views import DeletePayload
from resolvers.media import sending, views
from resolvers.media.announcing import Announcement
from resolvers.media.giving import Wish, give
from resolvers.media.ports import Uploads
from resolvers.media.sending import MediaInput, seen_by
from resolvers.media.settings import DOMAIN
from resolvers.media.views import MediaChange, MediaDownloadPayload, MediaPayload

app: Final = App[Uploads](DOMAIN)


def sendings(uploads: Uploads) -> Limit:
    """How often one user may announce a file."""
    return uploads.sendings


def edits(uploads: Uploads) -> Limit:
    """How often one member of staff may remove a media."""
    return uploads.edits


def downloads(uploads: Uploads) -> Limit:
    """How often one buyer may get a link."""
    return uploads.downloads


@app.field("Query.media")
def media(uploads: Uploads, caller: Shopper, *, id: str) -> Media | None:
    """A media by its id, as far as there is one for the caller."""
    kept = seen_by(uploads, caller, id)
    return Media.of_stored(kept.media, uploads.base) if kept else None


@app.field("Query.mediaChanges")
def media_changes(uploads: Uploads, caller: Shopper, *, media_id: str, after_seq: int) -> tuple[MediaChange, ...]:
    """What happened to a media after a version."""
    if after_seq < 0:
        raise BadRequest(f"afterSeq is 0 or more, not {after_seq}")
    kept = seen_by(uploads, caller, media_id)
    if kept is None:
        return ()
    return views.changes_of(kept.media, [one for one in kept.changes if one.seq > after_seq], uploads.base)


@app.field("Mutation.mediaUploadStart", limit=sendings)
def media_upload_start(uploads: Uploads, caller: Shopper, *, input: MediaInput, idempotency_key: str) -> MediaPayload:
    """Announce a file, and get what it is sent with."""
    return sending.announce(uploads, caller, input.upload, idempotency_key)


@app.field("Mutation.mediaDownload", limit=downloads)
def media_download(
    uploads: Uploads, caller: Anyone, *, order_id: str, line_id: OrderLineId, media_id: MediaId, idempotency_key: str
) -> MediaDownloadPayload:
    """Get a link to a file that was bought."""
    wish = Wish(order_id=order_id, line_id=line_id, media_id=media_id, key=idempotency_key)
    return give(uploads, caller, wish)


@app.field("Mutation.mediaDelete", limit=edits)
def media_delete(uploads: Uploads, caller: Staff, *, id: str) -> DeletePayload:
    """Remove a media that nothing holds."""
    return sending.remove(uploads, id)


@app.field("Mutation.publishMediaChange")
def publish_media_change(uploads: Uploads, caller: Publisher, *, seq: int, payload: object) -> MediaChange:
    """Tell of a stored change; the answer is what subscribers are told."""
    try:
        news = msgspec.convert(payload, Announcement)
    except msgspec.ValidationError as error:
        raise BadRequest(f"payload is no change of a media: {error}") from error
    return views.told(seq, news, uploads.base)


@app.field("Subscription.mediaChanged")
def media_changed(uploads: Uploads, caller: Shopper, *, media_id: str) -> None:
    """Let in who may see the media."""
    if seen_by(uploads, caller, media_id) is None:
        raise BadRequest("there is no such media")
