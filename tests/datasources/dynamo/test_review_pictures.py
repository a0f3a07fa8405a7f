"""Pictures of reviews on both stores: held by the transaction that shows them, and only as they were looked at."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from datasources.dynamo.media import MediaTable
from datasources.roundtrips import counted
from domain.ids import CustomerId, MediaId, ReviewId
from domain.keys import Key
from domain.media.attaching import attached
from domain.media.showing import shown_of
from domain.reviews import life
from domain.reviews.drafts import Known
from domain.reviews.reviews import Review
from domain.reviews.storing import Overtaken, Refusal, StoredReview
from domain.shown import MediaStatus, ShownMedia
from resolvers.media.settings import Settings
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.desks import Desk
from tests.datasources.dynamo.test_races import at_once
from tests.domain.media.making import PRODUCT, media
from tests.domain.reviews.making import ADA, BEN, NOON, draft, review

ONE, TWO = (MediaId(f"media_{number:026}") for number in (1, 2))
MANY, GET, WRITE = "dynamodb.BatchGetItem", "dynamodb.GetItem", "dynamodb.TransactWriteItems"


@pytest.fixture
def store(endpoint: str) -> MediaTable:
    """Two pictures of Ada's."""
    made = MediaTable(new_table(endpoint, Settings))
    for id_ in (ONE, TWO):
        own = replace(media(MediaStatus.READY, owner=ADA), id=id_)
        made.start(own, Key(caller="ada", key=f"key of {id_}", fingerprint=id_))
    return made


@pytest.fixture
def desk(endpoint: str, store: MediaTable) -> Desk:
    return Desk(endpoint, media=store.table.name)


def holders(store: MediaTable, id_: MediaId) -> list[str]:
    kept = store.get(id_)
    return [one.id for one in kept.media.holders] if kept else []


def showing(store: MediaTable, *ids: MediaId) -> tuple[ShownMedia, ...]:
    kept = store.many(ids)
    return tuple(shown_of(kept[one].media) for one in ids)


def edited(desk: Desk, of: ReviewId, *ids: MediaId) -> Any:
    """What the graph's answer does."""
    pictures = desk.reviews.pictures()

    def decide(one: Review) -> Review | Refusal:
        known = Known(author="Ada", bought=True, pictures=pictures.known(ids, one.customer_id, one.id, one.media))
        found = life.edit(one, draft(media_ids=ids), known, NOON)
        return found if isinstance(found, Review) else Refusal(errors=found)

    return desk.reviews.change(of, decide, hold=pictures.hold)


def test_a_review_holds_what_it_shows_from_first_to_last(desk: Desk, store: MediaTable) -> None:
    made = replace(review(), media=showing(store, ONE))
    assert desk.reviews.submit(made) == StoredReview(review=made)
    assert desk.reviews.get(made.id) == made
    assert (holders(store, ONE), holders(store, TWO)) == ([made.id], [])
    with counted() as sent:
        changed = edited(desk, made.id, TWO)
    assert sent == Counter({GET: 1, MANY: 1, WRITE: 1}), "what is taken up and let go of is looked at together"
    assert changed.review.media == showing(store, TWO)
    assert (holders(store, ONE), holders(store, TWO)) == ([], [made.id])
    with counted() as sent:
        desk.moderate(made.id)
    assert sent == Counter({GET: 1, WRITE: 1}), "who moves no picture looks at none"
    assert holders(store, TWO) == [made.id]
    with counted() as sent:
        desk.withdraw(made.id)
    assert sent == Counter({GET: 1, MANY: 1, WRITE: 1})
    assert holders(store, TWO) == []
    kept = store.get(TWO)
    assert kept is not None
    assert kept.media.let_go_at == NOON


def test_what_became_another_since_it_was_looked_at_is_not_held_so(desk: Desk, store: MediaTable) -> None:
    pictures, made = desk.reviews.pictures(), review()
    known = pictures.known([ONE], ADA, made.id)
    assert known == {ONE: showing(store, ONE)[0]}
    made = replace(made, media=showing(store, ONE))
    store.change(ONE, lambda one: attached(one, PRODUCT, NOON))
    assert desk.reviews.submit(made, hold=pictures.hold) == Overtaken()
    assert (holders(store, ONE), desk.reviews.get(made.id), desk.reviews.own(ADA, made.product_id)) == (
        [PRODUCT.id], None, None,
    )  # fmt: skip
    store.remove(ONE, lambda _: None)
    assert desk.reviews.pictures().known([ONE], ADA, made.id) == {}
    theirs = desk.reviews.pictures().known([TWO], BEN, made.id)[TWO]
    assert not isinstance(theirs, ShownMedia)


def test_edits_at_once_leave_each_picture_held_by_who_shows_it(desk: Desk, store: MediaTable) -> None:
    made = desk.submitted()
    wanted = [(ONE,), (TWO,), (TWO, ONE), ()]
    at_once(8, lambda number: edited(desk, made.id, *wanted[number % 4]))
    shown = [one.id for one in desk.there(made.id).media]
    for id_ in (ONE, TWO):
        assert holders(store, id_) == ([made.id] if id_ in shown else [])


def test_erasing_lets_go_though_a_picture_is_no_more(desk: Desk, store: MediaTable) -> None:
    made = replace(review(), media=showing(store, ONE, TWO))
    desk.reviews.submit(made)
    assert holders(store, TWO) == [made.id]
    store.remove(ONE, lambda _: None)
    while desk.reviews.erase(CustomerId(ADA)):
        pass
    assert desk.reviews.get(made.id) is None
    assert holders(store, TWO) == []
