"""Reviews on both stores: one of a customer's and product's, each change once, a vote once each."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from datasources.roundtrips import counted
from domain.errors import ConflictError, ErrorCode, InputError
from domain.ids import CustomerId, ProductId, ReviewId
from domain.keys import KeyReused
from domain.pages import Window
from domain.reviews.reviews import Review, ReviewSort, ReviewStatus
from domain.reviews.storing import Gone, NoReview, Refusal, Reviewed, StoredReview, Unchanged
from tests.datasources.dynamo.desks import PUBLISHED, REJECTED, STAFF, Deaths, Desk, key, until_done
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_races import at_once
from tests.domain.reviews.making import ADA, BEN, PRODUCT, review

NOWHERE = ReviewId("rev_" + "0" * 26)
OTHER = ProductId("prod_" + "q" * 26)
GET, MANY, WRITE = "dynamodb.GetItem", "dynamodb.BatchGetItem", "dynamodb.TransactWriteItems"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(endpoint: str, clock: Clock) -> Desk:
    return Desk(endpoint, clock)


def waiting(desk: Desk) -> list[ReviewId]:
    return [one.id for one in desk.lists.waiting(Window(100)).items]


def shown(desk: Desk) -> list[ReviewId]:
    return [one.id for one in desk.lists.of_product(PRODUCT, ReviewSort.NEWEST, Window(100)).items]


def voters(desk: Desk, of: ReviewId) -> int:
    return sum(sk == f"VOTE#{of}" for _, sk in desk.there_are())


def test_a_review_is_read_as_it_was_stored(desk: Desk) -> None:
    with counted() as sent:
        made = desk.submitted()
    assert sent == Counter({WRITE: 1})
    assert desk.reviews.get(made.id) == made
    assert desk.reviews.own(ADA, PRODUCT) == made
    assert desk.reviews.own(BEN, PRODUCT) is None
    assert desk.reviews.own(ADA, OTHER) is None
    assert desk.reviews.get(NOWHERE) is None


def test_of_twenty_submits_at_once_without_a_key_one_is_stored(desk: Desk) -> None:
    told = at_once(20, lambda number: desk.reviews.submit(review(number)))
    (stored,) = [one.review for one in told if isinstance(one, StoredReview)]
    assert told.count(Reviewed(review_id=stored.id)) == 19
    assert waiting(desk) == [stored.id]


def test_twenty_submits_with_one_key_are_one_and_answered_alike(desk: Desk) -> None:
    told = at_once(20, lambda number: desk.reviews.submit(review(number), key=key()))
    stored = [one for one in told if isinstance(one, StoredReview)]
    assert len(stored) == 20
    assert len({one.review for one in stored}) == 1
    assert sum(not one.replayed for one in stored) == 1
    assert waiting(desk) == [stored[0].review.id]
    assert desk.reviews.submit(review(30), key=key(content="b")) == KeyReused()
    assert desk.reviews.submit(review(30), key=key("key-0002")) == Reviewed(review_id=stored[0].review.id)


def test_a_repeated_submit_is_answered_before_what_stands_against_it_now(desk: Desk) -> None:
    desk.reviews.submit(review(1), key=key())
    refusal = Refusal(errors=(InputError(code=ErrorCode.INVALID, message="not bought any more"),))
    assert desk.reviews.submit(refusal, key=key()) == StoredReview(review=review(1), replayed=True)
    assert desk.reviews.submit(refusal, key=key("key-0002")) == refusal
    assert desk.reviews.submit(refusal) == refusal


def test_many_customers_review_one_product_at_once(desk: Desk) -> None:
    at_once(20, lambda number: desk.submitted(f"customer-{number}"))
    assert len(waiting(desk)) == 20


def test_who_withdrew_a_review_may_write_another(desk: Desk) -> None:
    first = desk.published()
    gone = desk.withdraw(first.id, key())
    assert isinstance(gone, Gone)
    assert (gone.withdrawn.version, desk.reviews.get(first.id), shown(desk)) == (3, None, [])
    second = desk.submitted()
    assert desk.reviews.own(ADA, PRODUCT) == second
    assert desk.withdraw(first.id, key()) == Gone(withdrawn=gone.withdrawn, replayed=True)
    assert desk.withdraw(first.id, key("key-0002")) == desk.withdraw(first.id) == NoReview()
    assert desk.reviews.own(ADA, PRODUCT) == second


def test_withdrawing_and_writing_anew_at_once_leaves_one_at_most(desk: Desk) -> None:
    for turn in range(3):
        at_once(8, withdrawing(desk, desk.submitted().id, 10**6 + 100 * turn))
        own = desk.reviews.own(ADA, PRODUCT)
        assert waiting(desk) == ([own.id] if own else [])
        if own:
            desk.withdraw(own.id)


def withdrawing(desk: Desk, of: ReviewId, number: int) -> Callable[[int], object]:
    """Half of the callers withdraw a review, half write another."""
    return lambda n: desk.withdraw(of) if n % 2 else desk.reviews.submit(review(number + n))


def test_a_review_is_listed_where_it_belongs(desk: Desk) -> None:
    made = desk.submitted()
    steps: tuple[Callable[[], object], ...] = (
        lambda: desk.moderate(made.id, REJECTED),
        lambda: desk.moderate(made.id),
        lambda: desk.moderate(made.id, reply="Thanks."),
        lambda: desk.edit(made.id, rating=1),
        lambda: desk.moderate(made.id),
        lambda: desk.withdraw(made.id),
    )
    places = []
    for step in steps:
        step()
        places.append((waiting(desk) == [made.id], shown(desk) == [made.id]))
    assert places == [(False, False), (False, True), (False, True), (True, False), (False, True), (False, False)]


@pytest.mark.parametrize("action", ["edit", "moderate", "withdraw"])
def test_twenty_calls_with_one_key_happen_once_and_are_answered_alike(desk: Desk, action: str) -> None:
    made = desk.submitted()
    acts = {
        "edit": lambda: desk.edit(made.id, key(), rating=1),
        "moderate": lambda: desk.moderate(made.id, PUBLISHED, key(), seen=1),
        "withdraw": lambda: desk.withdraw(made.id, key()),
    }
    told = at_once(20, lambda _: acts[action]())
    assert sum(not one.replayed for one in told) == 1
    if action == "withdraw":
        assert {one.withdrawn.version for one in told} == {2}
    else:
        assert {one.review for one in told} == {desk.there(made.id)}
        assert desk.there(made.id).version == 2
    assert acts[action]().replayed


def test_a_key_is_of_one_request_and_used_where_nothing_is_to_change_too(desk: Desk) -> None:
    made = desk.submitted()
    assert desk.reviews.change(made.id, lambda _: Unchanged(), key=key()) == StoredReview(review=made)
    assert desk.edit(made.id, key("key-0002")) == StoredReview(review=made), "the same again"
    assert desk.reviews.change(made.id, lambda _: Unchanged(), key=key()) == StoredReview(review=made, replayed=True)
    assert desk.edit(made.id, key(content="b"), rating=1) == KeyReused()
    assert desk.reviews.change(made.id, lambda _: Unchanged()) == StoredReview(review=made)
    assert desk.there(made.id) == made


def test_a_review_that_is_not_for_who_asks_is_none(desk: Desk) -> None:
    made = desk.submitted()
    assert desk.reviews.change(made.id, lambda _: NoReview(), key=key()) == NoReview()
    assert desk.moderate(NOWHERE) == NoReview()
    assert desk.reviews.mark(NOWHERE, BEN, helpful=True) == NoReview()
    assert desk.reviews.mark(made.id, BEN, helpful=True) == NoReview(), "a stranger does not know of it"
    assert isinstance(desk.reviews.mark(made.id, ADA, helpful=True), Refusal)


def test_what_the_shop_has_not_read_is_never_published_by_who_edits_meanwhile(desk: Desk) -> None:
    for turn in range(4):
        made = desk.submitted(f"customer-{turn}")
        told = at_once(8, meeting(desk, made.id))
        there = desk.there(made.id)
        assert (there.rating, there.status) == (1, ReviewStatus.PENDING)
        stale = [one.errors[0] for one in told if isinstance(one, Refusal)]
        assert all(isinstance(one, ConflictError) for one in stale)
        assert there.version == (2 if len(stale) == 4 else 3), "published first, or not at all"


def meeting(desk: Desk, of: ReviewId) -> Callable[[int], object]:
    """Half of the callers edit a review, half publish what it was before."""
    return lambda n: desk.edit(of, rating=1) if n % 2 else desk.moderate(of, seen=1)


def test_fifty_votes_of_one_customer_are_one(desk: Desk) -> None:
    made = desk.published()
    told = at_once(50, lambda _: desk.reviews.mark(made.id, BEN, helpful=True))
    assert all(isinstance(one, StoredReview) for one in told)
    assert (desk.there(made.id).helpful, voters(desk, made.id)) == (1, 1)
    assert desk.reviews.votes(BEN) == (made.id,)
    told = at_once(20, lambda _: desk.reviews.mark(made.id, BEN, helpful=False))
    assert all(isinstance(one, StoredReview) for one in told)
    assert (desk.there(made.id).helpful, voters(desk, made.id)) == (0, 0)


def test_votes_of_many_at_once_are_all_counted_and_no_version(desk: Desk) -> None:
    made = desk.published()
    at_once(20, lambda number: desk.reviews.mark(made.id, CustomerId(f"customer-{number}"), helpful=True))
    there = desk.there(made.id)
    assert (there.helpful, there.version, voters(desk, made.id)) == (20, made.version, 20)
    with counted() as sent:
        desk.reviews.mark(made.id, BEN, helpful=True)
    assert sent == Counter({MANY: 1, WRITE: 1})
    with counted() as sent:
        desk.reviews.mark(made.id, BEN, helpful=True)
    assert sent == Counter({MANY: 1})


def test_votes_edits_and_moderation_at_once_lose_nothing(desk: Desk) -> None:
    made = desk.published()

    def act(number: int) -> object:
        if number < 10:
            return desk.reviews.mark(made.id, CustomerId(f"customer-{number}"), helpful=True)
        return desk.edit(made.id, rating=number % 5 + 1) if number % 2 else desk.moderate(made.id)

    told = at_once(16, act)
    there = desk.there(made.id)
    assert there.helpful == voters(desk, made.id) == sum(isinstance(one, StoredReview) for one in told[:10])
    assert (waiting(desk) == [made.id], shown(desk) == [made.id]) == (not there.shown, there.shown)


def test_the_votes_stay_with_a_review_that_is_edited(desk: Desk) -> None:
    made = desk.published()
    desk.reviews.mark(made.id, BEN, helpful=True)
    desk.edit(made.id, rating=1)
    assert desk.reviews.mark(made.id, BEN, helpful=False) == NoReview(), "it cannot be read"
    desk.moderate(made.id)
    assert desk.there(made.id).helpful == 1


def test_wherever_the_process_ends_what_is_asked_again_happens_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths = Deaths(desk.reviews.table, monkeypatch)
    bought(desk, 0)
    boundaries = deaths.passed
    assert boundaries == 18, "seven requests that change something, and two to look"
    for at in range(1, boundaries + 1):
        deaths.at, deaths.passed = at, 0
        there = bought(desk, at)
        assert (there.version, there.status, there.rating, there.helpful) == (3, ReviewStatus.PENDING, 1, 1)
        deaths.at = 0
        assert voters(desk, there.id) == 1
    assert len(waiting(desk)) == boundaries + 1


def bought(desk: Desk, number: int) -> Review:
    """A life by keys, each request repeated until it is answered."""
    made = review(number, CustomerId(f"customer-{number}"))
    texts = [key(f"{what}-{number:06}") for what in ("submit", "publish", "edit")]
    until_done(lambda: desk.reviews.submit(made, key=texts[0]))
    until_done(lambda: desk.moderate(made.id, PUBLISHED, texts[1], seen=1))
    until_done(lambda: desk.reviews.mark(made.id, BEN, helpful=True))
    told = until_done(lambda: desk.edit(made.id, texts[2], rating=1))
    until_done(lambda: desk.reviews.erase(CustomerId("nobody")))
    assert isinstance(told, StoredReview)
    return until_done(lambda: desk.there(made.id))


def test_what_is_known_of_a_customer_is_erased_and_nothing_of_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasources.dynamo.reviews.MOST_ERASED", 4)
    own = [desk.published("ada", ProductId(f"prod_{number:026}"), body="canary") for number in range(2)]
    others = [desk.published(f"customer-{number}") for number in range(5)]
    for one in others:
        desk.reviews.mark(one.id, ADA, helpful=True)
        desk.reviews.mark(one.id, BEN, helpful=True)
    desk.reviews.mark(own[0].id, BEN, helpful=True)
    desk.edit(others[0].id, rating=1)
    desk.withdraw(others[1].id)
    desk.hear(desk.stream.new())
    assert [desk.reviews.erase(ADA) for _ in range(3)] == [4, 3, 0]
    desk.hear(desk.stream.new())
    left = [item for item in desk.items() if "canary" in str(item) or "'ada'" in str(item) or "#ada'" in str(item)]
    assert left == []
    assert [desk.there(one.id).helpful for one in others if one is not others[1]] == [1] * 4
    assert len(desk.reviews.votes(BEN)) == 6
    assert [desk.reviews.erase(BEN) for _ in range(3)] == [4, 2, 0]
    assert [desk.there(one.id).helpful for one in others if one is not others[1]] == [0] * 4


def test_erasing_at_once_takes_each_vote_back_once(desk: Desk) -> None:
    made = [desk.published(f"customer-{number}") for number in range(4)]
    for one in made:
        desk.reviews.mark(one.id, BEN, helpful=True)
        desk.reviews.mark(one.id, ADA, helpful=True)
    at_once(4, lambda _: desk.reviews.erase(BEN))
    assert [desk.there(one.id).helpful for one in made] == [1] * 4


def test_what_is_left_of_a_withdrawn_review_ends_by_itself(desk: Desk) -> None:
    made = desk.published(body="canary")
    desk.hear(desk.stream.new())
    desk.withdraw(made.id)
    desk.hear(desk.stream.new())
    left = {(item["pk"]["S"], item["sk"]["S"]): item for item in desk.items()}
    assert {pk for (pk, _), item in left.items() if "expires_at" not in item} == {f"RATING#{PRODUCT}"}
    assert "canary" not in str(left)
    ends = datetime.fromtimestamp(int(left[f"REVIEW#{made.id}", "REVIEW"]["expires_at"]["N"]), UTC)
    assert ends - made.created_at == timedelta(days=7)


def test_each_change_is_two_requests(desk: Desk) -> None:
    made = desk.submitted()
    acts: tuple[Callable[[], object], ...] = (
        lambda: desk.moderate(made.id, key=key(caller=STAFF)),
        lambda: desk.edit(made.id, key("key-0002"), rating=1),
        lambda: desk.withdraw(made.id, key("key-0003")),
    )
    for act in acts:
        with counted() as sent:
            act()
        assert sent == Counter({GET: 1, WRITE: 1})
