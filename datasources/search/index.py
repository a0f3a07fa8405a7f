"""The search index: products in memory, found by words and filters, counted by facet, listed in any order."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import compress
from threading import RLock

from datasources.search.bitmaps import bits
from datasources.search.entries import Entry, entry
from datasources.search.orders import Orders, checked
from datasources.search.prices import PriceIndex
from datasources.search.ratings import RatingIndex
from datasources.search.snapshot import pack, unpack
from datasources.search.text import Ranking, TextIndex
from datasources.search.traits import CATEGORY, TraitIndex
from datasources.search.words import query_words
from domain.catalog.listing import Criteria, Facet, Found, ProductSort, Rated
from domain.catalog.products import Category, Product
from domain.ids import CategoryId, ProductId
from domain.money import CurrencyCode
from domain.pages import Place, Window


class SearchIndex:
    """All products that can be searched. Safe to ask and change from several threads.

    ``currency`` is the shop's own: where a product has no price in the buyer's currency, sorting by price uses the
    price in this one, and a product with neither comes last.
    """

    def __init__(self, currency: CurrencyCode) -> None:
        self._entries: list[Entry | None] = []
        self._free: list[int] = []
        self._ordinals: dict[str, int] = {}
        self._everything = 0
        self._statuses: dict[str, int] = defaultdict(int)
        self._collections: dict[str, int] = defaultdict(int)
        self._text, self._traits = TextIndex(), TraitIndex()
        self._prices, self._ratings, self._orders = PriceIndex(), RatingIndex(), Orders(currency)
        self._ranked: tuple[tuple[str, ...], Ranking] | None = None
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._ordinals)

    def put(self, product: Product, rated: Rated = Rated()) -> None:  # noqa: B008  # values never change
        """Add or replace a product and its rating; where neither is newer than what is known, nothing changes."""
        with self._lock:
            known = self._known(product.id)
            if known is None or known.version < product.version or known.rating_seq < rated.seq:
                self._place(entry(product, rated))

    def remove(self, product: ProductId) -> None:
        """Forget a product; an unknown one changes nothing."""
        with self._lock:
            known = self._known(product)
            if known is None:
                return
            ordinal = self._ordinals.pop(product)
            self._change(ordinal, known, None)
            self._free.append(ordinal)

    def find(self, criteria: Criteria, sort: ProductSort, window: Window) -> Found:
        """One page of matches.

        A place is kept by value, so products that come and go between two pages make none of the others be skipped
        or shown twice. Without words RELEVANCE is NEWEST, and so is BEST_SELLING: of sales nothing is known yet.
        Raises BadPage for a place that cannot be of this order.
        """
        after = checked(window.place, sort)
        with self._lock:
            words = tuple(query_words(criteria.search))
            admitted = self._admitted(criteria, words)
            if sort is ProductSort.RELEVANCE and words:
                places = self._by_score(admitted, self._ranking(words))
            else:
                places = self._orders.places(admitted, sort, criteria.currency, self._entries)
            return _page(places, after, window)

    def count(self, criteria: Criteria) -> int:
        """How many products fulfil the criteria."""
        with self._lock:
            return self._admitted(criteria, tuple(query_words(criteria.search))).bit_count()

    def facets(self, criteria: Criteria, tree: Mapping[CategoryId, Category] | None = None) -> tuple[Facet, ...]:
        """Every facet of the matches, with its most frequent values.

        With the ``tree`` of categories, a category counts what is anywhere below it and is labelled with its name;
        without, it counts only what is directly in it, and its label is its id.
        """
        with self._lock:
            common = self._common(criteria, tuple(query_words(criteria.search)))
            chosen = self._chosen(criteria)

            def others(slug: str) -> int:
                mask = common
                for facet, having in chosen:
                    mask &= mask if facet == slug else having
                return mask

            return self._traits.facets(others, None if tree is None else _subtrees(self._traits.categories(), tree))

    def suggest(self, prefix: str, criteria: Criteria, size: int) -> tuple[ProductId, ...]:
        """The best matches while a person is still typing; nothing for nothing. ``criteria.search`` plays no part."""
        words = tuple(query_words(prefix))
        if not words:
            return ()
        with self._lock:
            admitted = self._admitted(criteria, words)
            best = heapq.nsmallest(size, self._by_score(admitted, self._ranking(words)))
        return tuple(ProductId(str(product)) for _, product in best)

    def dump(self) -> bytes:
        """The whole index as a snapshot, compressed."""
        with self._lock:
            return pack([known for known in self._entries if known is not None])

    @classmethod
    def load(cls, snapshot: bytes, currency: CurrencyCode) -> "SearchIndex":
        """The index that was dumped; raises UnreadableSnapshot when these bytes are none of this format."""
        index = cls(currency)
        for known in unpack(snapshot):
            index._place(known)
        return index

    def _known(self, product: str) -> Entry | None:
        ordinal = self._ordinals.get(product)
        return None if ordinal is None else self._entries[ordinal]

    def _place(self, new: Entry) -> None:
        old = self._known(new.id)
        if old is None:
            self._ordinals[new.id] = self._free.pop() if self._free else len(self._entries)
            if self._ordinals[new.id] == len(self._entries):
                self._entries.append(None)
        self._change(self._ordinals[new.id], old, new)

    def _change(self, ordinal: int, old: Entry | None, new: Entry | None) -> None:
        bit = 1 << ordinal
        if old:
            self._everything ^= bit
            self._statuses[old.status] ^= bit
            for collection in set(old.collections):
                self._collections[collection] ^= bit
        if new:
            self._everything |= bit
            self._statuses[new.status] |= bit
            for collection in new.collections:
                self._collections[collection] |= bit
        self._text.change(ordinal, old, new)
        self._prices.change(ordinal, old, new)
        self._ratings.change(ordinal, old, new)
        self._orders.change(ordinal, new)
        self._traits.change(ordinal, old.traits if old else "", new.traits if new else "")
        self._entries[ordinal] = new
        self._ranked = None

    def _ranking(self, words: tuple[str, ...]) -> Ranking:
        # A page, its count and its facets are asked one after the other: the last words' ranking is kept.
        if self._ranked is None or self._ranked[0] != words:
            self._ranked = (words, self._text.ranking(words, self._everything))
        return self._ranked[1]

    def _admitted(self, criteria: Criteria, words: tuple[str, ...]) -> int:
        mask = self._common(criteria, words)
        for _, having in self._chosen(criteria):
            mask &= having
        return mask

    def _chosen(self, criteria: Criteria) -> list[tuple[str, int]]:
        """The filters that belong to a facet: its slug, and the products that pass."""
        chosen = [(each.slug, self._traits.having(each.slug, each.values)) for each in criteria.attributes]
        if criteria.categories is not None:
            chosen.append((CATEGORY, self._traits.having(CATEGORY, criteria.categories)))
        return chosen

    def _common(self, criteria: Criteria, words: tuple[str, ...]) -> int:
        """The products that pass every filter that belongs to no facet."""
        mask = self._everything
        if words:
            mask &= _union(mask for _, mask in self._ranking(words))
        if criteria.statuses is not None:
            mask &= _union(self._statuses.get(status.value, 0) for status in criteria.statuses)
        if criteria.collection is not None:
            mask &= self._collections.get(criteria.collection, 0)
        if criteria.price_min is not None or criteria.price_max is not None:
            mask &= self._prices.between(criteria.currency.value, criteria.price_min, criteria.price_max)
        if criteria.min_rating is not None:
            mask &= self._ratings.at_least(criteria.min_rating)
        return mask

    def _by_score(self, admitted: int, ranking: Ranking) -> list[Place]:
        found: list[Place] = []
        for score, mask in ranking:
            members = compress(self._entries, bits(admitted & mask))
            found += [(-score, known.id) for known in members if known]
        return found


def _page(places: list[Place], after: Place | None, window: Window) -> Found:
    backward = window.backward
    inside = places if after is None else [each for each in places if (each < after if backward else each > after)]
    chosen = sorted((heapq.nlargest if backward else heapq.nsmallest)(window.size, inside))
    beyond, behind = len(inside) > len(chosen), len(places) > len(inside)
    return Found(
        ids=tuple(ProductId(str(each[-1])) for each in chosen),
        places=tuple(chosen),
        has_next=behind if backward else beyond,
        has_previous=beyond if backward else behind,
    )


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union


def _subtrees(direct: Mapping[str, int], tree: Mapping[CategoryId, Category]) -> dict[str, tuple[str, int]]:
    """Every category of the tree that holds products: its name, and the products in it or anywhere below it."""
    masks: dict[CategoryId, int] = defaultdict(int)
    for category, mask in direct.items():
        above = tree.get(CategoryId(category))
        seen = set[CategoryId]()
        while above is not None and above.id not in seen:
            seen.add(above.id)
            masks[above.id] |= mask
            above = tree.get(above.parent_id) if above.parent_id else None
    return {category: (tree[category].name, mask) for category, mask in masks.items()}
