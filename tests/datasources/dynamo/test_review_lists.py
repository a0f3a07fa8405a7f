"""Lists of reviews on both stores: what an oracle says, both ways, at a cost that does not grow."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from datasources.roundtrips import counted
from domain.ids import CustomerId, ProductId, ReviewId
from domain.pages import BadPage, Page, Window
from domain.reviews.reviews import Review, ReviewSort, ReviewStatus
from domain.reviews.storing import StoredReview
from tests.datasources.dynamo.desks import NUMBERS, Desk, walked
from tests.domain.reviews.making import ADA, NOON, PRODUCT, published, review

type Lists = Callable[[Window], Page[Review]]


@pytest.fixture
def desk(endpoint: str) -> Desk:
    return Desk(endpoint)


def put(desk: Desk, one: Review) -> Review:
    assert isinstance(desk.reviews.submit(one), StoredReview)
    return one


def many(desk: Desk, count: int, **parts: Any) -> list[Review]:
    """Reviews of one product, of few moments, ratings and votes, so that many are equal in each."""
    chance, made = random.Random(next(NUMBERS)), list[Review]()
    for _ in range(count):
        number = next(NUMBERS)
        one = review(number, CustomerId(f"customer-{number}"), now=NOON + timedelta(hours=chance.randint(-5, 5)))
        # Ids are in no order, as they are made of chance.
        digits = "".join(chance.sample("0123456789abcdefghijklmnopqrstuv", 26))
        said: dict[str, Any] = {
            "id": ReviewId(f"rev_{digits}"),
            "status": ReviewStatus.PUBLISHED,
            "rating": chance.randint(1, 5),
            "helpful": chance.choice([0, 0, 1, 2, 9, 10, 11]),
        }
        made.append(put(desk, replace(one, **(said | parts))))
    return made


ORACLES: dict[ReviewSort, Callable[[Review], Any]] = {
    ReviewSort.NEWEST: lambda one: (one.created_at, one.id),
    ReviewSort.HIGHEST: lambda one: (one.rating, one.created_at, one.id),
    ReviewSort.LOWEST: lambda one: (one.rating, one.created_at, one.id),
    ReviewSort.MOST_HELPFUL: lambda one: (one.helpful, one.created_at, one.id),
}


def expected(reviews: list[Review], sort: ReviewSort) -> list[ReviewId]:
    ordered = sorted(reviews, key=ORACLES[sort], reverse=sort is not ReviewSort.LOWEST)
    return [one.id for one in ordered if one.shown]


def of_product(desk: Desk, sort: ReviewSort) -> Lists:
    return lambda window: desk.lists.of_product(PRODUCT, sort, window)


def test_every_order_is_what_the_oracle_says_both_ways(desk: Desk) -> None:
    every = many(desk, 20) + many(desk, 3, status=ReviewStatus.REJECTED) + many(desk, 3, status=ReviewStatus.PENDING)
    put(desk, published(next(NUMBERS), product=ProductId("prod_" + "q" * 26)))
    for sort in ReviewSort:
        for size in (3, 7, 30):
            for backward in (False, True):
                assert walked(of_product(desk, sort), size, backward=backward) == expected(every, sort)


def test_orders_follow_votes_edits_and_withdrawals(desk: Desk) -> None:
    every = many(desk, 8)
    chance = random.Random(1)
    for one in every:
        for number in range(chance.randint(0, 3)):
            desk.reviews.mark(one.id, CustomerId(f"voter-{number}"), helpful=True)
    desk.edit(every[0].id, rating=1)
    desk.edit(every[1].id, rating=5)
    desk.moderate(every[1].id)
    desk.withdraw(every[2].id)
    there = [found for one in every if (found := desk.reviews.get(one.id))]
    assert len(there) == 7
    for sort in ReviewSort:
        assert walked(of_product(desk, sort), 3, backward=False) == expected(there, sort)


def test_a_customers_own_and_the_queue_are_in_order_both_ways(desk: Desk) -> None:
    own = []
    for number, hours in enumerate(random.Random(2).sample(range(12), 12)):
        product = ProductId(f"prod_{number:026}")
        own.append(put(desk, review(next(NUMBERS), ADA, product, NOON + timedelta(hours=hours // 2))))
    desk.reviews.mark(many(desk, 1)[0].id, ADA, helpful=True)
    desk.moderate(own[0].id)
    desk.moderate(own[1].id, ReviewStatus.REJECTED)
    newest = sorted(own, key=lambda one: (one.created_at, one.id), reverse=True)
    oldest = sorted(own[2:], key=lambda one: (one.updated_at, one.id))
    for backward in (False, True):
        for size in (1, 5):
            found = walked(lambda window: desk.lists.of_customer(ADA, window), size, backward=backward)
            assert found == [one.id for one in newest]
            assert walked(desk.lists.waiting, size, backward=backward) == [one.id for one in oldest]
    assert desk.lists.of_customer(CustomerId("nobody"), Window()).items == ()


def test_what_comes_and_goes_while_pages_are_turned_moves_nothing_else(desk: Desk, thorough: bool) -> None:
    every = many(desk, 24)
    staying = {one.id for one in every[16:]}
    for number, sort in enumerate([*ReviewSort][: None if thorough else 1]):
        for backward in (False, True):
            going = every[4 * number : 4 * number + 4][backward::2]
            lists = of_product(desk, sort)
            found = walked(turning(desk, lists, going), 5, backward=backward)
            assert len(set(found)) == len(found), "none twice"
            whole = walked(lists, 100, backward=backward)
            assert [one for one in found if one in staying] == [one for one in whole if one in staying]


def turning(desk: Desk, lists: Lists, going: list[Review]) -> Lists:
    """After each page one review comes and one goes."""

    def turn(window: Window) -> Page[Review]:
        page = lists(window)
        many(desk, 1)
        if going:
            desk.withdraw(going.pop().id)
        return page

    return turn


def test_a_page_of_which_all_has_just_left_the_list_is_passed_over(desk: Desk) -> None:
    every = many(desk, 6)
    order = expected(every, ReviewSort.NEWEST)
    hidden = set(order[:4])
    read = desk.lists.many
    desk.lists.many = lambda ids: {id_: one for id_, one in read(ids).items() if id_ not in hidden}  # type: ignore[method-assign]  # as if withdrawn since
    page = desk.lists.of_product(PRODUCT, ReviewSort.NEWEST, Window(2))
    assert [one.id for one in page.items] == order[4:]
    assert not page.has_next
    page = desk.lists.of_product(PRODUCT, ReviewSort.NEWEST, Window(3))
    assert ([one.id for one in page.items], page.has_next) == (order[4:], False)


def test_a_page_costs_the_same_however_many_there_are(desk: Desk, thorough: bool) -> None:
    costs = []
    for size in (10, 90 if thorough else 30):
        many(desk, size)
        many(desk, 10, status=ReviewStatus.PENDING)
        found = {}
        for shown in (10, 100):
            for name, lists in {
                **{sort.value: of_product(desk, sort) for sort in ReviewSort},
                "queue": desk.lists.waiting,
            }.items():
                with counted() as sent:
                    lists(Window(shown))
                found[name, shown] = sent
        costs.append(found)
    assert costs[0] == costs[1]
    assert set(map(str, costs[0].values())) == {str(Counter({"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1}))}


FORGED: tuple[Any, ...] = (
    (1,), ("x" * 2000, "y"), ("\udc80", "a"), ("a",), (), ("a", 1), (1, "a"), ("a", "b", "c"),
)  # fmt: skip


def test_a_forged_place_is_refused(desk: Desk) -> None:
    own: Lists = lambda window: desk.lists.of_customer(ADA, window)  # noqa: E731  # one of several
    for lists in (desk.lists.waiting, own, *(of_product(desk, sort) for sort in ReviewSort)):
        for place in FORGED:
            with pytest.raises(BadPage):
                lists(Window(10, place))
        assert lists(Window(10, ("0", "nobody"))).items == ()
