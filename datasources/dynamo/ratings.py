"""What a product's reviews say together, kept in the reviews table: counted from its stream, each review once.

What was counted of a review is stored in the transaction that counts it. So whoever hears the stream may hear a thing
twice, late, or at the same time as others, and may die at any moment.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, records, review_items
from datasources.dynamo.table import Table, pause
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy
from domain.ids import ProductId
from domain.reviews.ratings import (
    Counted,
    KeptRating,
    RatingChange,
    RatingSummary,
    Seen,
    changed,
    counted,
)

TRIES: Final = 30
"""Others may count another review of the product at the same time; some five seconds in all."""
MOST_CHANGES: Final = 100
"""Told at once to who was away: some 20 KB. Who missed more asks again from the last that they were told."""
WITHDRAWN_SECONDS: Final = review_items.GONE_SECONDS


type Also = Callable[[Transaction, KeptRating], None]


class Ratings:
    """Every read is strongly consistent. ``clock`` is the time of day, in seconds since 1970.

    ``also`` adds to the transaction that counts what is to be stored elsewhere of the rating that it makes.
    """

    def __init__(
        self, table: Table, *, also: Also = lambda _into, _kept: None, clock: Callable[[], float] = time.time
    ) -> None:
        self._table = table
        self._also = also
        self._clock = clock

    def many(self, products: Iterable[ProductId]) -> Mapping[ProductId, KeptRating]:
        """The rating of each product, by one request for each hundred; one without reviews has an empty one."""
        asked = dict.fromkeys(products)
        items = self._table.many([review_items.rating_key(one) for one in asked])
        found = {one.product_id: one for one in (documents.decoded(KeptRating, item) for item in items)}
        return {one: found.get(one) or KeptRating(product_id=one) for one in asked}

    def changes(self, product: ProductId, after_seq: int) -> tuple[RatingChange, ...]:
        """The first MOST_CHANGES changes after one, in their order, by one request; they are kept for a week."""
        if after_seq >= review_items.LAST_SEQ:
            return ()
        first, last = (review_items.change_key(product, seq) for seq in (after_seq + 1, review_items.LAST_SEQ))
        answer = self._table.query(first.pk, Path("sk").between(first.sk, last.sk), limit=MOST_CHANGES)
        return tuple(documents.read(RatingChange, item["change"]["S"], item) for item in answer.items)

    def count(self, seen: Seen) -> RatingChange | None:
        """Count what is told of a review; gives the change that this makes, None when it makes none.

        Two requests; one when it has been counted. StoreBusy when others come first without end.
        """
        for attempt in range(TRIES):
            kept, before = self._known(seen)
            found = counted(kept, before, seen)
            if found is None:
                return None
            if not self._writes(kept, before, *found, seen).commit():
                return found[0].last if found[0] is not kept else None
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others counted reviews of the product before each of {TRIES} tries")

    def recount(self, product: ProductId) -> RatingSummary:
        """What the product's published reviews say themselves, by reading all of their places; for who checks."""
        rating, pk = RatingSummary(), review_items.listing_pk(product)
        for answer in self._table.answers(pk, attributes=["rated"]):
            for item in answer.items:
                rating = changed(rating, None, int(item["rated"]["S"].partition("#")[0]))
        return rating

    def _known(self, seen: Seen) -> tuple[KeptRating, Counted]:
        rating, own = review_items.rating_key(seen.product_id), review_items.counted_key(seen.review_id)
        found = {item["sk"]["S"]: item for item in self._table.many([rating, own])}
        kept = found.get(rating.sk)
        return (
            KeptRating(product_id=seen.product_id) if kept is None else documents.decoded(KeptRating, kept),
            review_items.counted_of(found.get(own.sk)),
        )

    def _writes(self, kept: KeptRating, before: Counted, new: KeptRating, after: Counted, seen: Seen) -> Transaction:
        write, now = Transaction(self._table), self._clock()
        expires = int(now) + WITHDRAWN_SECONDS if seen.gone else None
        own = records.at_version(before.version) if before.version else records.NEW
        write.put(review_items.counted_key(seen.review_id), review_items.counted_item(after, expires), own, name="own")
        if new is not kept and new.last is not None:
            is_kept = records.at_version(kept.seq) if kept.seq else records.NEW
            write.put(review_items.rating_key(new.product_id), review_items.rating_item(new), is_kept, name="rating")
            where = review_items.change_key(new.product_id, new.seq)
            write.put(where, review_items.change_item(new.last, now), records.NEW, name="change")
            self._also(write, new)
        return write
