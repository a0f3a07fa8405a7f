"""The media table: each media is one item with its last changes, and each change of it one transaction."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, media_items, records
from datasources.dynamo.table import ItemKey, Table, pause
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy
from domain.ids import CustomerId, MediaId
from domain.keys import Key, KeyReused
from domain.media.media import Media
from domain.media.storing import Due, KeptMedia, NoMedia, Refusal, Removed, StoredMedia, change_of
from domain.media.sweeping import due_at

TRIES: Final = 30
"""A change that others overtook is decided anew this often, after growing pauses: some five seconds in all."""
KEPT_CHANGES: Final = 50
"""Of a media: some 4 KB. Who has missed more reads the media, which says all."""

type Decide = Callable[[Media], Media | Refusal | NoMedia]
type Held = Sequence[tuple[KeptMedia, Media]]
"""Media as they are stored, each with what it becomes when something begins or ceases to hold it."""


class MediaTable:
    """Every read is strongly consistent; every change is one transaction. Makes its client at once.

    ``clock`` is the time of day, in seconds since 1970.
    """

    def __init__(self, table_name: str, *, beside: Table | None = None, clock: Callable[[], float] = time.time) -> None:
        self.table: Final = Table(table_name, media_items.INDEXES, beside=beside)
        self._clock = clock

    def get(self, media_id: MediaId) -> KeptMedia | None:
        """The media, whoever asks, by one request."""
        item = self.table.get(media_items.media_key(media_id))
        return None if item is None else documents.decoded(KeptMedia, item)

    def many(self, ids: Iterable[MediaId]) -> Mapping[MediaId, KeptMedia]:
        """The media there are of ``ids``, by one request for each hundred."""
        found = self.table.many([media_items.media_key(one) for one in dict.fromkeys(ids)])
        return {kept.media.id: kept for kept in (documents.decoded(KeptMedia, item) for item in found)}

    def of_owner(self, customer: CustomerId) -> tuple[MediaId, ...]:
        """All media that a customer has sent, by a request for each 1 MB of their ids."""
        answers = self.table.answers(media_items.owner_pk(customer), attributes=["sk"])
        return tuple(MediaId(item["sk"]["S"]) for answer in answers for item in answer.items)

    def start(self, media: Media | Refusal, key: Key) -> StoredMedia | NoMedia | Refusal | KeyReused:
        """Store a new media, once for a key; a refusal is given only where the key has not been used.

        A repeated request is answered with the media as it is now.
        """
        if isinstance(media, Refusal):
            return self._replay(key) or media
        write = Transaction(self.table)
        self._put(write, None, media)
        if media.owner is not None:
            write.put(media_items.own_key(media.owner, media.id), {})
        now = self._clock()
        record = records.record_item(key, documents.encoded(media.id), now)
        write.put(records.record_key(key), record, records.record_free(now), name="key")
        if not write.commit():
            return StoredMedia(media=media)
        replay = self._replay(key)
        if replay is None:
            raise StoreBusy(documents.STORE, "the key of a new media was in use, and is no more")
        return replay

    def change(self, media_id: MediaId, decide: Decide) -> StoredMedia | NoMedia | Refusal:
        """Store what is decided of the media there is, decided anew whenever others came first.

        StoreBusy when others come first without end.
        """
        for attempt in range(TRIES):
            kept = self.get(media_id)
            if kept is None:
                return NoMedia()
            decision = decide(kept.media)
            if not isinstance(decision, Media):
                return decision
            if decision is kept.media:
                return StoredMedia(media=decision)
            write = Transaction(self.table)
            self._put(write, kept, decision)
            if not write.commit():
                return StoredMedia(media=decision)
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the media before each of {TRIES} tries")

    def remove(
        self, media_id: MediaId, refusal: Callable[[Media], Refusal | NoMedia | None]
    ) -> Removed | NoMedia | Refusal:
        """Have a media be no more, unless there is something against it; asked anew whenever others came first."""
        for attempt in range(TRIES):
            kept = self.get(media_id)
            if kept is None:
                return NoMedia()
            media = kept.media
            if (refused := refusal(media)) is not None:
                return refused
            write = Transaction(self.table)
            write.delete(media_items.media_key(media.id), records.at_version(media.version), name="media")
            if media.owner is not None:
                write.delete(media_items.own_key(media.owner, media.id))
            if not write.commit():
                return Removed(media=media)
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the media before each of {TRIES} tries")

    def holding(self, into: Transaction, held: Held, holder: str) -> None:
        """Add to a transaction, which may be another table's, that something begins or ceases to hold media.

        One write for each media, and one if any is let go of by all. Their failure is told by the name ``media``: one
        is no longer what was looked at, and all are to be looked at anew. ``holder`` is an id of the holder's change.
        """
        write = into.on(self.table)
        for kept, media in held:
            write.put(*_version(kept, media), records.at_version(kept.media.version), name="media")
        free: dict[datetime, list[MediaId]] = {}
        for _, media in held:
            if (at := due_at(media)) is not None:
                free.setdefault(at, []).append(media.id)
        for at, ids in free.items():
            write.put(media_items.due_key(at, holder), media_items.due_item(ids))

    def due(self, now: datetime) -> Iterator[Due]:
        """All that is due, the earliest first, by a request for each hundred; each is to be ``dropped``."""
        start = None
        while True:
            answer = self.table.query(media_items.DUE, Path("sk") < media_items.moment(now), limit=100, start=start)
            for item in answer.items:
                yield Due(place=item["sk"]["S"], media=tuple(MediaId(one["S"]) for one in item["media"]["L"]))
            start = answer.rest
            if start is None:
                return

    def dropped(self, due: Due) -> None:
        """It has been looked at."""
        write = Transaction(self.table)
        write.delete(ItemKey(media_items.DUE, due.place))
        write.commit()

    def _put(self, write: Transaction, kept: KeptMedia | None, media: Media) -> None:
        """A media's next version, and when the sweep is to look at it."""
        condition = records.at_version(kept.media.version) if kept else records.NEW
        write.put(*_version(kept, media), condition, name="media")
        at = due_at(media)
        if at is not None and at != (due_at(kept.media) if kept else None):
            write.put(media_items.due_key(at, media.id), media_items.due_item([media.id]))

    def _replay(self, key: Key) -> StoredMedia | NoMedia | KeyReused | None:
        answer = records.recorded(self.table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        kept = self.get(MediaId(documents.read(str, answer)))
        return StoredMedia(media=kept.media, replayed=True) if kept else NoMedia()


def _version(kept: KeptMedia | None, media: Media) -> tuple[ItemKey, dict[str, dict[str, str]]]:
    changes = (*(kept.changes if kept else ()), change_of(media))[-KEPT_CHANGES:]
    return media_items.media_key(media.id), media_items.media_item(KeptMedia(media=media, changes=changes))
