"""A rating on both stores, counted from the table's own stream: a recount's, whoever dies and whatever repeats."""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from datasources.dynamo import review_items, review_stream
from datasources.dynamo.ratings import Ratings
from datasources.dynamo.table import Table
from datasources.roundtrips import counted
from domain.ids import CustomerId, ProductId, ReviewId
from domain.reviews.ratings import Seen
from domain.reviews.reviews import Review, ReviewStatus
from tests.datasources.dynamo.desks import NUMBERS, PUBLISHED, REJECTED, Deaths, Desk, until_done
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_races import at_once
from tests.domain.reviews.making import BEN, PRODUCT, published

OTHER = ProductId("prod_" + "q" * 26)
type Records = list[Mapping[str, Any]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(endpoint: str, clock: Clock) -> Desk:
    return Desk(endpoint, clock)


def live(desk: Desk, chance: random.Random, steps: int) -> None:
    """Reviews of two products are written, read, voted for and withdrawn."""
    ids: list[ReviewId] = []
    acts: tuple[Callable[[ReviewId], object], ...] = (
        lambda of: desk.moderate(of, PUBLISHED),
        lambda of: desk.moderate(of, PUBLISHED),
        lambda of: desk.moderate(of, REJECTED),
        lambda of: desk.edit(of, rating=chance.randint(1, 5)),
        lambda of: desk.moderate(of, PUBLISHED, reply=f"Thanks {chance.random()}"),
        lambda of: desk.reviews.mark(of, BEN, helpful=chance.random() < 0.7),
        desk.withdraw,
    )
    for _ in range(steps):
        if len(ids) < 3 or chance.random() < 0.2:
            product = chance.choice([PRODUCT, PRODUCT, OTHER])
            ids.append(desk.submitted(f"customer-{next(NUMBERS)}", product, rating=chance.randint(1, 5)).id)
        else:
            chance.choice(acts)(chance.choice(ids))


def assert_counted(desk: Desk) -> None:
    for product in (PRODUCT, OTHER):
        kept = desk.rating(product)
        assert kept.rating == desk.recounted(product)
        told = desk.ratings.changes(product, 0)
        assert [one.seq for one in told] == list(range(1, kept.seq + 1))
        assert (told[-1] if told else None) == kept.last


def again_and_again(records: Records, chance: random.Random) -> Records:
    """At least once delivery: some stretches come again from somewhere before."""
    heard: Records = []
    at = 0
    while at < len(records):
        end = min(len(records), at + chance.randint(1, 8))
        heard += records[at:end]
        at = chance.randint(max(0, end - 8), end)
        if chance.random() < 0.5:
            at = end
    return heard


@pytest.mark.parametrize("seed", range(2))
def test_a_stream_that_repeats_itself_counts_as_a_recount_does(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(2):
        live(desk, chance, 12)
        records = desk.stream.new()
        desk.hear(again_and_again(records, chance))
        assert_counted(desk)
    assert desk.rating().seq > 0


def test_all_of_it_again_and_in_any_order_changes_nothing(desk: Desk) -> None:
    chance = random.Random(7)
    live(desk, chance, 20)
    records = desk.stream.new()
    desk.hear(records)
    before = desk.ratings.many([PRODUCT, OTHER])
    chance.shuffle(records)
    assert desk.hear(records) == []
    assert desk.ratings.many([PRODUCT, OTHER]) == before
    assert_counted(desk)


def test_what_is_heard_in_no_order_counts_as_a_recount_does(desk: Desk) -> None:
    chance = random.Random(8)
    live(desk, chance, 20)
    records = desk.stream.new()
    chance.shuffle(records)
    desk.hear(records)
    assert_counted(desk)


def test_many_who_hear_the_same_at_once_count_each_once(desk: Desk, clock: Clock) -> None:
    chance = random.Random(9)
    live(desk, chance, 16)
    records = desk.stream.new()
    made = at_once(4, lambda _: desk.hear(records))
    assert_counted(desk)
    changes = [one for part in made for one in part]
    told = [*desk.ratings.changes(PRODUCT, 0), *desk.ratings.changes(OTHER, 0)]
    assert Counter(changes) == Counter(told), "each change is one hearer's"


def test_many_reviews_published_at_once_are_all_counted(desk: Desk) -> None:
    ids = [desk.submitted(f"customer-{number}", rating=number % 5 + 1).id for number in range(10)]
    at_once(10, lambda number: desk.moderate(ids[number]))
    records = desk.stream.new()
    at_once(5, lambda number: desk.hear(records[number::5]))
    assert desk.rating().rating.histogram == (2, 2, 2, 2, 2)
    assert_counted(desk)


def heard(ratings: Ratings, told: Sequence[Seen], batch: int) -> None:
    """Count in batches; one in which the process ends is delivered again, whole."""
    for first in range(0, len(told), batch):
        until_done(lambda part=told[first : first + batch]: [ratings.count(seen) for seen in part])  # type: ignore[misc]  # bound now


def test_wherever_the_process_ends_each_review_is_counted_once(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch, thorough: bool
) -> None:
    """At every place, and at every fourth on the slow store."""
    first, second = desk.submitted("ada", rating=5), desk.submitted("ben", rating=2)
    desk.moderate(first.id)
    desk.moderate(second.id)
    desk.edit(first.id, rating=4)
    desk.moderate(first.id)
    desk.withdraw(second.id)
    told = [seen for one in desk.stream.new() if (seen := review_stream.review_seen(one))]
    assert len(told) == 7
    table = Table(desk.name, review_items.INDEXES)
    deaths, ratings = Deaths(table, monkeypatch), Ratings(table, clock=clock)
    heard(ratings, told, 3)
    boundaries, oracle = deaths.passed, desk.rating()
    assert boundaries == 4 * len(told)
    assert oracle.rating == desk.recounted()
    for at in range(1, boundaries + 1, 1 if thorough else 4):
        product = ProductId(f"prod_{at:026}")
        deaths.at, deaths.passed = at, 0
        heard(ratings, [elsewhere(seen, product) for seen in told], 3)
        kept = desk.rating(product)
        assert (kept.rating, kept.seq) == (oracle.rating, oracle.seq), at
        assert [one.seq for one in desk.ratings.changes(product, 0)] == list(range(1, oracle.seq + 1))


def elsewhere(seen: Seen, product: ProductId) -> Seen:
    """The same of another product's review."""
    review_id = ReviewId(f"{seen.review_id}-{product}")
    return replace(seen, product_id=product, review_id=review_id)


def test_the_stream_tells_of_each_change_of_the_rating_with_its_review(desk: Desk) -> None:
    made = desk.published("ada", rating=5, body="canary")
    desk.submitted("ben")
    desk.hear(desk.stream.new())
    desk.moderate(made.id, reply="Thanks.")
    desk.reviews.mark(made.id, BEN, helpful=True)
    desk.edit(made.id, rating=1)
    desk.hear(desk.stream.new())
    desk.moderate(made.id)
    desk.moderate(made.id, REJECTED)
    desk.withdraw(made.id)
    records = desk.stream.new()
    desk.hear(records)
    records += desk.stream.new()
    told = [kept for one in records if (kept := review_stream.rating_told(one))]
    assert [one.seq for one in told] == [2, 3, 4, 5]
    assert [one.review.reply if one.review else None for one in told] == ["Thanks.", None, "Thanks.", None]
    assert [one.rating.histogram for one in told] == [(0, 0, 0, 0, 1), (0,) * 5, (1, 0, 0, 0, 0), (0,) * 5]
    changes = desk.ratings.changes(PRODUCT, 0)
    assert [(one.seq, one.shown) for one in changes] == [(1, True), (2, True), (3, False), (4, True), (5, False)]
    assert tuple(one.last for one in told) == changes[1:]
    assert desk.ratings.changes(PRODUCT, 3) == changes[3:]
    assert desk.ratings.changes(PRODUCT, 10**15) == ()
    assert "canary" not in str([item for item in desk.items() if item["pk"]["S"].startswith("RATING#")])


def test_what_was_never_heard_is_mended_by_counting_what_there_is(desk: Desk) -> None:
    made, gone = desk.published("ada", rating=5), desk.published("ben", rating=1)
    desk.hear(desk.stream.new())
    desk.edit(made.id, rating=4)
    desk.moderate(made.id)
    desk.withdraw(gone.id)
    desk.stream.new()
    assert desk.rating().rating != desk.recounted()
    for one in (made, gone):
        seen = desk.reviews.seen(one.id)
        assert seen is not None
        desk.ratings.count(seen)
    assert_counted(desk)
    assert desk.reviews.seen(ReviewId("rev_of_nobody")) is None


def test_what_a_product_was_never_told_of_has_no_rating(desk: Desk) -> None:
    desk.submitted()
    desk.hear(desk.stream.new())
    assert (desk.rating().seq, desk.rating().rating.average, desk.ratings.changes(PRODUCT, 0)) == (0, None, ())
    assert all("RATING" not in pk for pk, _ in desk.there_are())


def test_counting_costs_the_same_however_many_there_are(desk: Desk) -> None:
    many, write = "dynamodb.BatchGetItem", "dynamodb.TransactWriteItems"
    costs = []
    for size in (10, 90):
        for number in range(size):
            put(desk, number + size)
        desk.stream.new()
        made = desk.published(f"customer-of-{size}")
        _, record = (one for one in desk.stream.new() if review_stream.review_seen(one))
        with counted() as first:
            desk.hear([record])
        with counted() as again:
            desk.hear([record])
        desk.reviews.mark(made.id, BEN, helpful=True)
        with counted() as vote:
            desk.hear(desk.stream.new()[:2])
        with counted() as read:
            desk.ratings.many([PRODUCT, OTHER])
        costs.append((first, again, vote, read))
    assert costs[0] == costs[1]
    assert costs[0] == (Counter({many: 1, write: 1}), Counter({many: 1}), Counter(), Counter({many: 1}))


def put(desk: Desk, number: int) -> Review:
    one = published(next(NUMBERS), customer=CustomerId(f"customer-{number}"))
    desk.reviews.submit(one)
    assert one.status is ReviewStatus.PUBLISHED
    return one
