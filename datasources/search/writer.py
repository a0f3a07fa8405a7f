"""Telling every search index which products changed, and writing a snapshot when there is much to tell."""

import logging
from collections.abc import Callable, Sequence
from typing import Final

from datasources.faults import StoreFault
from datasources.s3.snapshots import Snapshots
from datasources.search.log import MOST_IDS, SearchLog, Snapshot, Tail
from datasources.search.reader import SearchReader
from datasources.search.snapshot import FORMAT
from domain.catalog.listing import SearchUnavailable
from domain.ids import ProductId

MOST_OUTSTANDING: Final = 100
"""Segments after which a snapshot is worth its making (about a second at 10,000 products): a new environment then has
at most this many segments to catch up with, and reads them in one request."""
SNAPSHOT_SECONDS: Final = 20 * 24 * 3600
"""A snapshot is renewed when older: the bucket forgets what is 30 days old."""
RETRY_SECONDS: Final = 60.0
"""After a snapshot could not be made, changes are only recorded for so long."""
PREFIX: Final = f"search/{FORMAT}/"

_log: Final = logging.getLogger(__name__)


class SearchWriter:
    """Where the table's stream reports changes. ``clock`` is the time of day, in seconds since 1970."""

    def __init__(
        self, log: SearchLog, snapshots: Snapshots, reader: SearchReader, *, clock: Callable[[], float]
    ) -> None:
        self._log, self._snapshots, self._reader, self._clock = log, snapshots, reader, clock
        self._not_before = 0.0

    def record(self, ids: Sequence[ProductId]) -> None:
        """Announce products that changed, were added or were removed; recording one twice does no harm.

        A snapshot that cannot be made is logged and left for later: the changes are recorded all the same.
        """
        changed = tuple(dict.fromkeys(ids))
        for first in range(0, len(changed), MOST_IDS):
            marks = self._log.append(changed[first : first + MOST_IDS])
            if self._due(marks):
                self._try_compact()

    def compact(self) -> bool:
        """Write a snapshot and delete what it covers; False when another compactor was faster.

        Each step leaves the log readable: bytes that nothing points to, segments that are covered already, or an old
        snapshot that nothing points to any more.
        """
        data, reach = self._reader.dump()
        before = self._log.marks().snapshot
        key = self._snapshots.put(f"{PREFIX}{reach:012}-", data)
        if not self._log.cover(Snapshot(key=key, reach=reach, made=int(self._clock()))):
            self._snapshots.delete(key)
            return False
        self._log.forget(reach)
        if before is not None:
            self._snapshots.delete(before.key)
        return True

    def _due(self, marks: Tail) -> bool:
        if self._clock() < self._not_before:
            return False
        newest = marks.snapshot
        return (
            newest is None
            or not newest.key.startswith(PREFIX)
            or marks.last - newest.reach > MOST_OUTSTANDING
            or self._clock() - newest.made > SNAPSHOT_SECONDS
        )

    def _try_compact(self) -> None:
        try:
            self.compact()
        except (StoreFault, SearchUnavailable):
            self._not_before = self._clock() + RETRY_SECONDS
            _log.exception("the search index could not be written as a snapshot; it is tried again later")
