"""What follows from a wish or a file that has come, and from time that passes: nobody has to ask for it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import batched
from typing import Any, Final

from domain.ids import MediaId
from domain.media.fetching import fetched, lacking, unreachable
from domain.media.life import begun, mismatch, ready, rejected
from domain.media.media import Media, Picture
from domain.media.places import media_at, original_key, rendition_key, wanted_key
from domain.media.showing import keys_of, public_file
from domain.media.storing import NoMedia, Refusal, Removed, StoredMedia
from domain.media.sweeping import Sweep, stray, sweep
from domain.shown import MediaKind, MediaRejection, MediaRejectionCode, MediaStatus, Rendition
from resolvers.media.reacting_ports import Reactor, Rendered

CREATED: Final = "Object Created"
"""What EventBridge calls it that an object has come (S3 guide, "EventBridge event message structure")."""
AT_ONCE: Final = 100
"""Media that are looked at by one request."""
VANISHED: Final = MediaRejection(code=MediaRejectionCode.FAILED, message="the file has come, and is no more")

ANOTHERS: Final = Refusal(errors=())
"""What was fetched is looked at by who fetched it, at once; S3's news of it come too late for anything."""
NOBODY: Final = MediaId("")

type Found = Picture | MediaRejection | None
"""The picture of one, nothing of what is none, or why it cannot be used."""


def react(reactor: Reactor, event: Mapping[str, Any]) -> None:
    """A wish or a file has come, or it is time to sweep. What fails is given again."""
    if event.get("detail-type") == CREATED:
        arrive(reactor, event["detail"]["object"]["key"])
    else:
        tidy(reactor)


def arrive(reactor: Reactor, key: str) -> None:
    """A file has come; news of it may come twice, late, or after the media is gone."""
    media_id = media_at(key)
    if media_id is None:
        return  # not where tickets lead to: the sweep takes it away
    if key == original_key(media_id):
        process(reactor, media_id, lambda media: begun(media, reactor.now()) if media.source is None else ANOTHERS)
    elif key == wanted_key(media_id):
        bring(reactor, media_id)


def bring(reactor: Reactor, media_id: MediaId) -> None:
    """Fetch what is wanted, and look at it at once. To be done again by who is told again, whoever died."""
    media = _media(reactor.store.many([media_id]), media_id)
    if media is not None and media.source is not None:
        if lacking(media, reactor.now()):
            _fetch(reactor, media_id, media.source)
        process(reactor, media_id, lambda one: begun(one, reactor.now()))
    reactor.files.delete([wanted_key(media_id)])


def _fetch(reactor: Reactor, media_id: MediaId, source: str) -> None:
    """Once, whoever tries at the same moment or died: what came first is what it is."""
    key = original_key(media_id)
    if (arrived := reactor.files.arrived(key)) is None:
        found = reactor.fetch(source)
        if isinstance(found, MediaRejection):
            reactor.store.change(media_id, lambda media: unreachable(media, found, reactor.now()))
            return
        reactor.files.keep(key, found)
        arrived = reactor.files.arrived(key)
    if arrived is not None:
        reactor.store.change(media_id, lambda media: fetched(media, arrived, reactor.now()))


def process(reactor: Reactor, media_id: MediaId, begin: Callable[[Media], Media | Refusal]) -> None:
    """Look at what has come, and say what becomes of it. To be done again by who begins anew, whoever died."""
    outcome = reactor.store.change(media_id, begin)
    if isinstance(outcome, NoMedia):
        reactor.files.delete([original_key(media_id)])
    elif isinstance(outcome, StoredMedia):
        _processed(reactor, outcome)


def _processed(reactor: Reactor, outcome: StoredMedia) -> None:
    media_id = outcome.media.id
    if outcome.media.status is not MediaStatus.PROCESSING:
        _tidied(reactor, outcome.media)
        return
    found = _looked_at(reactor, outcome.media)
    settled = reactor.store.change(media_id, lambda media: _settled(media, found, reactor.now()))
    if isinstance(settled, StoredMedia):
        _tidied(reactor, settled.media)
    else:
        reactor.files.delete(keys_of(_settled(outcome.media, found, reactor.now())))  # removed while it was looked at


def _settled(media: Media, found: Found, now: datetime) -> Media:
    return rejected(media, found, now) if isinstance(found, MediaRejection) else ready(media, found, now)


def _tidied(reactor: Reactor, media: Media) -> None:
    """Nothing is left of what was rejected."""
    if media.status is MediaStatus.REJECTED:
        reactor.files.delete(keys_of(media))


def _looked_at(reactor: Reactor, media: Media) -> Found:
    """What it is, or why it cannot be used. What is shown of it lies there by then."""
    arrived = reactor.files.arrived(original_key(media.id))
    if arrived is None:
        return VANISHED
    if (found := mismatch(media, arrived)) is not None:
        return found
    if (shown := public_file(media)) is not None:
        reactor.files.publish(original_key(media.id), shown, media.content_type)
    return _picture(reactor, media) if media.kind is MediaKind.IMAGE else None


def _picture(reactor: Reactor, media: Media) -> Found:
    data = reactor.files.read(original_key(media.id), media.size)
    found = VANISHED if data is None else reactor.render(data)
    if isinstance(found, MediaRejection):
        return found
    renditions = tuple(_shown(reactor, media.id, one) for one in found.renditions)
    return Picture(width=found.width, height=found.height, blurhash=found.blurhash, renditions=renditions)


def _shown(reactor: Reactor, media_id: MediaId, one: Rendered) -> Rendition:
    key = rendition_key(media_id, one.data, one.width, one.format)
    reactor.files.show(key, one.data)
    return Rendition(width=one.width, height=one.height, format=one.format, size=len(one.data), key=key)


def tidy(reactor: Reactor) -> None:
    """Remove what nobody needs, and go on with what was left undone: the media that are due, then strays of the bucket.

    One that cannot be gone on with is left to the next time.
    """
    for due in reactor.store.due(reactor.now()):
        for media_id, kept in reactor.store.many(due.media).items():
            match sweep(kept.media, reactor.now()):
                case Sweep.AGAIN:
                    process(reactor, media_id, lambda media: begun(media, reactor.now()))
                case Sweep.REMOVE:
                    _removed(reactor, media_id)
                case Sweep.NOTHING:
                    pass
        reactor.store.dropped(due)
    _remove_strays(reactor)


def _removed(reactor: Reactor, media_id: MediaId) -> None:
    """If it is still to be removed: somebody may just have taken it up again."""
    outcome = reactor.store.remove(
        media_id, lambda media: None if sweep(media, reactor.now()) is Sweep.REMOVE else NoMedia()
    )
    if isinstance(outcome, Removed):
        reactor.files.delete(keys_of(outcome.media))


def _remove_strays(reactor: Reactor) -> None:
    """Objects that no media names: what was sent twice, or written by who died."""
    for some in batched(reactor.files.under(""), AT_ONCE, strict=False):
        owners = {one.key: media_at(one.key) or NOBODY for one in some}
        there = reactor.store.many({owner for owner in owners.values() if owner != NOBODY})
        strays = [
            one.key for one in some if stray(one.key, one.written_at, _media(there, owners[one.key]), reactor.now())
        ]
        if strays:
            reactor.files.delete(strays)


def _media(there: Mapping[MediaId, Any], media_id: MediaId | None) -> Media | None:
    kept = there.get(media_id) if media_id is not None else None
    return kept.media if kept else None
