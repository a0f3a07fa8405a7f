"""The reviews table: each review is one item, each change of it one transaction, each vote another.

The media that a review shows are held by its own transactions, in their table.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, records, review_items
from datasources.dynamo.media import MediaTable
from datasources.dynamo.review_pictures import Pictures
from datasources.dynamo.table import Item, Table, pause
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreBusy
from domain.ids import CustomerId, ProductId, ReviewId
from domain.keys import Key, KeyReused
from domain.reviews.life import readable, unmarkable, withdraw
from domain.reviews.ratings import Seen, seen_of
from domain.reviews.reviews import Review, Withdrawn
from domain.reviews.storing import Gone, KeptReview, NoReview, Overtaken, Refusal, Reviewed, StoredReview, Unchanged

TRIES: Final = 30
"""A change that others overtook is decided anew this often, after growing pauses: some five seconds in all."""
MOST_ERASED: Final = 25
"""Of a customer's reviews and votes at a time: some three round trips each, within the time of one invocation."""

type Decide = Callable[[Review], Review | Withdrawn | Unchanged | Refusal | NoReview]
type Outcome = StoredReview | Gone | NoReview | Refusal | KeyReused
type Hold = Callable[[Transaction, Review | None, Review | Withdrawn], None]


class ReviewTable:
    """Every read is strongly consistent; every change is one transaction. Makes its client at once.

    ``clock`` is the time of day, in seconds since 1970.
    """

    def __init__(
        self, table_name: str, media: MediaTable, *, beside: Table | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.table: Final = Table(table_name, review_items.INDEXES, beside=beside or media.table)
        self._media = media
        self._clock = clock

    def pictures(self) -> Pictures:
        """Something to look at media with, for one request; its ``hold`` is then to be given with the change."""
        return Pictures(self._media)

    def get(self, review_id: ReviewId) -> Review | None:
        """The review, by one request."""
        kept = self._kept(review_id)
        return kept.review if kept else None

    def seen(self, review_id: ReviewId) -> Seen | None:
        """What the table's stream told of a review last, for who has to count it and did not hear; by one request."""
        kept = self._kept(review_id)
        return seen_of(kept.there) if kept else None

    def own(self, customer: CustomerId, product: ProductId) -> Review | None:
        """What a customer has said of a product, by two requests; by one when they have not."""
        item = self.table.get(review_items.own_key(customer, product))
        return None if item is None else self.get(review_items.listed(item))

    def submit(
        self, review: Review | Refusal, *, key: Key | None = None, hold: Hold | None = None
    ) -> StoredReview | Gone | NoReview | Reviewed | Overtaken | Refusal | KeyReused:
        """Store a new review: one of a customer's and product's, and once for a ``key``.

        A repeated request is answered with the review as it is now; a refusal, and that the customer has Reviewed the
        product, are told only where the key has not been used.
        """
        if isinstance(review, Refusal):
            return (self._replay(key) if key else None) or review
        own, hold = review_items.own_key(review.customer_id, review.product_id), hold or self.pictures().hold
        for attempt in range(TRIES):
            write = Transaction(self.table)
            write.put(own, review_items.own_item(review), records.NEW, name="own")
            _put(write, None, review)
            hold(write, None, review)
            self._record(write, key, review.id)
            failed = write.commit()
            if not failed:
                return StoredReview(review=review)
            if key is not None and (replay := self._replay(key)) is not None:
                return replay
            if (there := self.table.get(own)) is not None:
                return Reviewed(review_id=review_items.listed(there))
            if "media" in failed:
                return Overtaken()
            # The other review was withdrawn meanwhile.
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the customer's review before each of {TRIES} tries")

    def change(
        self, review_id: ReviewId, decide: Decide, *, key: Key | None = None, hold: Hold | None = None
    ) -> Outcome:
        """Store what is decided of the review there is, decided anew whenever others came first; once for a ``key``.

        A repeated request is answered with the review as it is now. A refusal is given only where the key has not been
        used; that there is NoReview for who asks is told whatever the key, unless it was used to withdraw it. StoreBusy
        when others come first without end.
        """
        for attempt in range(TRIES):
            review = self.get(review_id)
            if review is None:
                return self._gone(key)
            decision = decide(review)
            if isinstance(decision, NoReview):
                return decision
            if isinstance(decision, Refusal):
                return (self._replay(key) if key else None) or decision
            write = self._writes(review, decision, key, hold or self.pictures().hold)
            failed = write.commit() if len(write) else frozenset[str]()
            if not failed:
                return _outcome(review, decision)
            if key is not None and "key" in failed and (replay := self._replay(key)) is not None:
                return replay
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others changed the review before each of {TRIES} tries")

    def mark(self, review_id: ReviewId, customer: CustomerId, *, helpful: bool) -> StoredReview | NoReview | Refusal:
        """Store that a customer finds a review helpful, or no longer does, with the count of those who do.

        Saying so again changes nothing. Two requests; StoreBusy when others come first without end.
        """
        key, vote = review_items.review_key(review_id), review_items.vote_key(customer, review_id)
        for attempt in range(TRIES):
            found = {item["sk"]["S"]: item for item in self.table.many([key, vote])}
            kept = documents.decoded(KeptReview, found[key.sk]) if key.sk in found else KeptReview()
            review, marked = kept.review, vote.sk in found
            if review is None or not readable(review, customer):
                return NoReview()
            if refused := unmarkable(review, customer):
                return Refusal(errors=refused)
            if marked is helpful or not self._count(review_id, review, customer, helpful=helpful):
                new = review if marked is helpful else _recounted(review, helpful=helpful)
                return StoredReview(review=new)
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others voted before each of {TRIES} tries")

    def votes(self, customer: CustomerId) -> tuple[ReviewId, ...]:
        """The reviews that a customer finds helpful, which may be gone; by a request for each 1 MB of their items."""
        found = (
            item["sk"]["S"] for part in self.table.answers(_pk(customer), attributes=["sk"]) for item in part.items
        )
        return tuple(ReviewId(sk.removeprefix(review_items.VOTE)) for sk in found if sk.startswith(review_items.VOTE))

    def erase(self, customer: CustomerId) -> int:
        """Withdraw some of what a customer has said, and take back some of their votes; gives how many of both.

        To be asked until it gives 0. Each is a transaction of its own, so that whoever dies meanwhile asks again.
        """
        now = datetime.fromtimestamp(self._clock(), UTC)
        items = self.table.query(_pk(customer), limit=MOST_ERASED).items
        for item in items:
            if item["sk"]["S"].startswith(review_items.VOTE):
                self._unmark(ReviewId(item["sk"]["S"].removeprefix(review_items.VOTE)), customer)
            else:
                self.change(review_items.listed(item), lambda one: withdraw(one, now))
        return len(items)

    def _kept(self, review_id: ReviewId) -> KeptReview | None:
        item = self.table.get(review_items.review_key(review_id))
        return None if item is None else documents.decoded(KeptReview, item)

    def _gone(self, key: Key | None) -> Gone | NoReview:
        """What is told of a review that there is not: to who withdrew it by this very request, that they did."""
        replay = self._replay(key) if key else None
        return replay if isinstance(replay, Gone) else NoReview()

    def _unmark(self, review_id: ReviewId, customer: CustomerId) -> None:
        """Take a vote back in whatever status the review is, and though it may be gone."""
        for attempt in range(TRIES):
            review = self.get(review_id)
            if not self._count(review_id, review, customer, helpful=False):
                return
            if self.table.get(review_items.vote_key(customer, review_id)) is None:
                return
            pause(attempt)
        raise StoreBusy(documents.STORE, f"others voted before each of {TRIES} tries")

    def _count(
        self, review_id: ReviewId, review: Review | None, customer: CustomerId, *, helpful: bool
    ) -> frozenset[str]:
        """Store a vote, or that it is taken back, with the review's count of them; gives what stood against it."""
        write, vote = Transaction(self.table), review_items.vote_key(customer, review_id)
        if helpful:
            write.put(vote, {"at": {"N": str(int(self._clock()))}}, records.NEW, name="vote")
        else:
            write.delete(vote, Path("pk").exists(), name="vote")
        if review is not None:
            _put(write, review, _recounted(review, helpful=helpful))
        return write.commit()

    def _writes(
        self, review: Review, decision: Review | Withdrawn | Unchanged, key: Key | None, hold: Hold
    ) -> Transaction:
        write = Transaction(self.table)
        new = None if isinstance(decision, Unchanged) or decision == review else decision
        if new is not None:
            _put(write, review, new)
            hold(write, review, new)
        elif key is not None:
            write.check(review_items.review_key(review.id), _is(review), name="review")
        if isinstance(new, Withdrawn):
            write.delete(review_items.own_key(review.customer_id, review.product_id))
        self._record(write, key, review.id)
        return write

    def _record(self, write: Transaction, key: Key | None, review: ReviewId) -> None:
        if key is not None:
            now = self._clock()
            record = records.record_item(key, documents.encoded(review), now)
            write.put(records.record_key(key), record, records.record_free(now), name="key")

    def _replay(self, key: Key) -> StoredReview | Gone | NoReview | KeyReused | None:
        """What became of the request before, as it is now; None when there was none."""
        answer = records.recorded(self.table, key, self._clock())
        if not isinstance(answer, str):
            return answer
        kept = self._kept(ReviewId(documents.read(str, answer)))
        if kept is None:
            return NoReview()
        there = kept.there
        if isinstance(there, Withdrawn):
            return Gone(withdrawn=there, replayed=True)
        return StoredReview(review=there, replayed=True)


def _pk(customer: CustomerId) -> str:
    return review_items.customer_pk(customer)


def _is(review: Review) -> Condition:
    """A review is still as it was read; votes count, though they make no version."""
    same: Condition = records.at_version(review.version) & (Path("helpful") == review.helpful)
    return same


def _recounted(review: Review, *, helpful: bool) -> Review:
    return replace(review, helpful=review.helpful + (1 if helpful else -1))


def _outcome(review: Review, decision: Review | Withdrawn | Unchanged) -> StoredReview | Gone:
    if isinstance(decision, Withdrawn):
        return Gone(withdrawn=decision)
    return StoredReview(review=review if isinstance(decision, Unchanged) else decision)


def _put(write: Transaction, old: Review | None, new: Review | Withdrawn) -> None:
    """A review's next version, and where it is listed."""
    condition = records.NEW if old is None else _is(old)
    write.put(review_items.review_key(new.id), review_items.review_item(new), condition, name="review")
    was: dict[object, Item] = {} if old is None else dict(review_items.entries(old))
    now = {} if isinstance(new, Withdrawn) else dict(review_items.entries(new))
    for key in was.keys() - now.keys():
        write.delete(key)  # type: ignore[arg-type]  # the keys of entries
    for key, item in now.items():
        if was.get(key) != item:
            write.put(key, item)
