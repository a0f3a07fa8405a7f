"""A desk where reviews are written, read and counted, on real stores, by what the graph's answers will do."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Final

import boto3
import pytest

from datasources.dynamo import review_stream
from datasources.dynamo.media import MediaTable
from datasources.dynamo.ratings import Ratings
from datasources.dynamo.review_lists import ReviewLists
from datasources.dynamo.reviews import ReviewTable
from datasources.dynamo.table import Table as Store
from domain.errors import UserError
from domain.ids import CustomerId, ProductId, ReviewId
from domain.keys import Key
from domain.pages import Window
from domain.reviews import life
from domain.reviews.ratings import KeptRating, RatingChange, RatingSummary, recount
from domain.reviews.reviews import Review, ReviewStatus
from domain.reviews.storing import Refusal, StoredReview
from resolvers.reviews.settings import Settings
from tests.datasources.conftest import new_table
from tests.domain.reviews.making import BUYER, NOON, PRODUCT, draft, review
from tests.shop import REGION

STAFF: Final = "staff"
NUMBERS: Final = count(1)
PUBLISHED, REJECTED = ReviewStatus.PUBLISHED, ReviewStatus.REJECTED


def key(text: str = "key-0001", content: str = "a", caller: str = "ada") -> Key:
    return Key(caller=caller, key=text, fingerprint=content)


class Desk:
    def __init__(self, endpoint: str, clock: Callable[[], float] = time.time, media: str = "none") -> None:
        self.name = new_table(endpoint, Settings)
        self.reviews = ReviewTable(self.name, MediaTable(media), clock=clock)
        self.lists = ReviewLists(self.reviews.table)
        self.ratings = Ratings(self.reviews.table, clock=clock)
        self.stream = Stream(endpoint, self.name)

    def submitted(self, customer: str = "ada", product: ProductId = PRODUCT, **parts: Any) -> Review:
        found = self.reviews.submit(review(next(NUMBERS), CustomerId(customer), product, **parts))
        assert isinstance(found, StoredReview), found
        return found.review

    def published(self, customer: str = "ada", product: ProductId = PRODUCT, **parts: Any) -> Review:
        found = self.moderate(self.submitted(customer, product, **parts).id)
        assert isinstance(found, StoredReview), found
        return found.review

    def edit(self, of: ReviewId, key: Key | None = None, **parts: Any) -> Any:
        return self.reviews.change(of, lambda one: _decided(life.edit(one, draft(**parts), BUYER, NOON)), key=key)

    def moderate(self, of: ReviewId, status: ReviewStatus = PUBLISHED, key: Key | None = None, **parts: Any) -> Any:
        return self.reviews.change(of, lambda one: _decided(life.moderate(one, status, NOON, **parts)), key=key)

    def withdraw(self, of: ReviewId, key: Key | None = None) -> Any:
        return self.reviews.change(of, lambda one: life.withdraw(one, NOON), key=key)

    def there(self, of: ReviewId) -> Review:
        found = self.reviews.get(of)
        assert found is not None
        return found

    def items(self) -> list[Mapping[str, Any]]:
        """Everything in the table."""
        table = self.reviews.table
        found: list[Mapping[str, Any]] = table.connection.scan(table.name, consistent_read=True)["Items"]
        return found

    def there_are(self) -> set[tuple[str, str]]:
        return {(item["pk"]["S"], item["sk"]["S"]) for item in self.items()}

    def rating(self, product: ProductId = PRODUCT) -> KeptRating:
        return self.ratings.many([product])[product]

    def recounted(self, product: ProductId = PRODUCT) -> RatingSummary:
        """What all reviews say that there are, by two ways that must agree."""
        reviews = [
            self.reviews.get(ReviewId(pk.removeprefix("REVIEW#"))) for pk, sk in self.there_are() if sk == "REVIEW"
        ]
        found = recount(one for one in reviews if one is not None and one.product_id == product)
        assert found == self.ratings.recount(product)
        return found

    def hear(self, records: Iterable[Mapping[str, Any]], ratings: Ratings | None = None) -> list[RatingChange]:
        """Count what the stream tells, as the reaction to it will."""
        told = (review_stream.review_seen(one) for one in records)
        made = ((ratings or self.ratings).count(seen) for seen in told if seen)
        return [one for one in made if one]


class Stream:
    """What a table's own stream tells, in its order, each time only what is new."""

    def __init__(self, endpoint: str, table: str) -> None:
        self._client = boto3.client("dynamodbstreams", endpoint_url=endpoint, region_name=REGION)
        self._table = table
        self._seen: set[str] = set()

    def new(self) -> list[Mapping[str, Any]]:
        found = [one for one in self._all() if one["dynamodb"]["SequenceNumber"] not in self._seen]
        self._seen |= {one["dynamodb"]["SequenceNumber"] for one in found}
        return found

    def _all(self) -> Iterator[Mapping[str, Any]]:
        (stream,) = self._client.list_streams(TableName=self._table)["Streams"]
        arn = stream["StreamArn"]
        for shard in self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
            at: Any = self._client.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while at:
                got: Any = self._client.get_records(ShardIterator=at, Limit=1000)
                yield from got["Records"]
                at = got.get("NextShardIterator") if got["Records"] else None


class Crash(Exception):
    """The process is gone."""


class Deaths:
    """Ends the process at some call that a table makes to the store: before it, or after it was carried out."""

    def __init__(self, table: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.passed = 0, 0
        for name in ("get_item", "batch_get_item", "query", "transact_write_items"):
            monkeypatch.setattr(table.connection, name, self._around(getattr(table.connection, name)))

    def _around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **named: Any) -> Any:
            self._boundary()
            answer = act(*given, **named)
            self._boundary()
            return answer

        return called

    def _boundary(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            raise Crash


def until_done[T](act: Callable[[], T]) -> T:
    """What a client or an event source does: the same again until it is answered."""
    while True:
        try:
            return act()
        except Crash:
            continue


def walked(page: Any, size: int, *, backward: bool) -> list[ReviewId]:
    """All pages of a list, in the order of the list."""
    found: list[ReviewId] = []
    window = Window(size, None, backward)
    while True:
        one = page(window)
        ids = [each.id for each in one.items]
        assert len(ids) <= size
        found = ids + found if backward else found + ids
        if not (one.has_previous if backward else one.has_next):
            return found
        assert ids, "a page that is not the last holds something to go on from"
        window = Window(size, one.places[0 if backward else -1], backward)


def _decided(found: Review | tuple[UserError, ...]) -> Review | Refusal:
    return found if isinstance(found, Review) else Refusal(errors=found)
