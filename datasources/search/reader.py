"""The search index of this process, kept up with the shop: from a snapshot, the log after it, and the products."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import batched
from threading import Lock
from typing import Final

from datasources.faults import StoreFault
from datasources.s3.snapshots import Snapshots
from datasources.search.index import SearchIndex
from datasources.search.log import MOST_IDS, SearchLog, Snapshot, Tail
from datasources.search.snapshot import UnreadableSnapshot
from domain.catalog.listing import Rated, SearchUnavailable
from domain.catalog.products import Product
from domain.ids import ProductId
from domain.money import CurrencyCode

REFRESH_SECONDS: Final = 1.0
"""How old the index may be when it is asked: one small request a second and environment."""
STALE_SECONDS: Final = 300.0
"""How long the last good index goes on serving while the stores are out of reach: most outages are shorter, and prices
and stock are read elsewhere."""
RETRY_SECONDS: Final = 10.0
"""How long stores that failed are left alone while an older index serves: a try can take all of their timeouts."""
REBUILDS: Final = 3
"""A snapshot can be replaced while it is being read; after three in a row the products themselves are read."""


class SearchReader:
    """Where answers get the index from.

    ``load_products`` reads a hundred products at most and omits (or maps to None) those that are gone;
    ``load_ratings`` reads what there is of their ratings; ``scan_products`` reads all products. They must be strongly
    consistent: a change is announced once. ``clock`` counts seconds.
    """

    def __init__(
        self,
        log: SearchLog,
        snapshots: Snapshots,
        *,
        load_products: Callable[[Sequence[ProductId]], Mapping[ProductId, Product | None]],
        load_ratings: Callable[[Sequence[ProductId]], Mapping[ProductId, Rated]],
        scan_products: Callable[[], Iterable[Product]],
        clock: Callable[[], float],
        currency: CurrencyCode,
    ) -> None:
        self._log, self._snapshots = log, snapshots
        self._load_products, self._scan_products = load_products, scan_products
        self._load_ratings = load_ratings
        self._clock, self._currency = clock, currency
        self._index: SearchIndex | None = None
        self._position = 0
        self._good_at = self._next_at = float("-inf")
        self._failure: StoreFault | None = None
        self._lock = Lock()

    def index(self) -> SearchIndex:
        """The index as of at most REFRESH_SECONDS ago; while the stores fail, at most STALE_SECONDS ago.

        Raises SearchUnavailable when there is none as young as that.
        """
        with self._lock:
            if self._clock() >= self._next_at:
                self._try()
            if self._index is None or (self._failure and self._clock() - self._good_at > STALE_SECONDS):
                raise SearchUnavailable("the search index is out of reach") from self._failure
            return self._index

    def dump(self) -> tuple[bytes, int]:
        """A snapshot as of now, and the last segment of the log that it holds. Raises SearchUnavailable."""
        with self._lock:
            index = self._try()
            if index is None:
                raise SearchUnavailable("the search index is out of reach") from self._failure
            return index.dump(), self._position

    def _try(self) -> SearchIndex | None:
        try:
            self._index = self._refreshed()
        except StoreFault as failure:
            wait = REFRESH_SECONDS if self._index is None else RETRY_SECONDS
            self._failure, self._next_at = failure, self._clock() + wait
            return None
        self._failure, self._good_at = None, self._clock()
        self._next_at = self._good_at + REFRESH_SECONDS
        return self._index

    def _refreshed(self) -> SearchIndex:
        if self._index is not None:
            tail = self._log.read(self._position)
            if tail.unbroken:
                self._apply(self._index, tail)
                self._position = tail.reach
                return self._index
        return self._rebuilt()

    def _rebuilt(self) -> SearchIndex:
        tried: Snapshot | None = None
        for _ in range(REBUILDS):
            snapshot = self._log.marks().snapshot
            if snapshot is None or snapshot == tried:
                break
            tried, index = snapshot, self._from_snapshot(snapshot)
            tail = self._log.read(snapshot.reach)
            if index is not None and tail.unbroken:
                self._apply(index, tail)
                self._position = tail.reach
                return index
        return self._scanned()

    def _from_snapshot(self, snapshot: Snapshot) -> SearchIndex | None:
        data = self._snapshots.get(snapshot.key)
        try:
            return SearchIndex.load(data, self._currency) if data is not None else None
        except UnreadableSnapshot:
            return None  # of an older or newer release, whose bytes this one does not know

    def _scanned(self) -> SearchIndex:
        # What changes during the scan is announced after this position, and so is read once more.
        position, index = self._log.marks().last, SearchIndex(self._currency)
        for some in batched(self._scan_products(), MOST_IDS, strict=False):
            rated = self._load_ratings([product.id for product in some])
            for product in some:
                index.put(product, rated.get(product.id, Rated()))
        self._position = position
        return index

    def _apply(self, index: SearchIndex, tail: Tail) -> None:
        ids = list(dict.fromkeys(one for segment in tail.segments for one in segment.ids))
        for first in range(0, len(ids), MOST_IDS):
            chunk = ids[first : first + MOST_IDS]
            loaded, rated = self._load_products(chunk), self._load_ratings(chunk)
            for one in chunk:
                product = loaded.get(one)
                if product is None:
                    index.remove(one)
                else:
                    index.put(product, rated.get(one, Rated()))
