"""Media on both stores: a request happens once, changes have no gaps, and what is due is found and lost for nobody."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from datasources.dynamo.media import KEPT_CHANGES, MediaTable
from datasources.dynamo.transactions import Transaction
from datasources.roundtrips import counted
from domain.errors import ErrorCode, InputError
from domain.ids import CustomerId, MediaId
from domain.keys import Key, KeyReused
from domain.media.attaching import attached, detached
from domain.media.fetching import fetched
from domain.media.life import begun, ready
from domain.media.media import Media
from domain.media.storing import NoMedia, Refusal, Removed, StoredMedia
from domain.media.sweeping import due_at
from resolvers.media.settings import Settings
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_races import at_once
from tests.domain.media.making import ADA, CAME, MEDIA, NOW, PICTURE, PRODUCT, REVIEW, SOURCE, elsewhere, media

REFUSED = Refusal(errors=(InputError(code=ErrorCode.INVALID, message="no"),))


@pytest.fixture
def store(endpoint: str) -> MediaTable:
    return MediaTable(new_table(endpoint, Settings))


def key(word: str = "a-key-of-ada", content: str = "a") -> Key:
    return Key(caller="ada", key=word, fingerprint=content)


def named(number: int, owner: CustomerId | None = None) -> Media:
    return replace(media(owner=owner), id=MediaId(f"media_{number:026}"))


def there(store: MediaTable, id_: MediaId = MEDIA) -> Media:
    kept = store.get(id_)
    assert kept is not None
    return kept.media


def shown(one: Media) -> Media:
    return ready(begun(one, NOW), PICTURE, NOW)


def due(store: MediaTable, days: float) -> list[MediaId]:
    return [id_ for one in store.due(NOW + timedelta(days=days)) for id_ in one.media]


def test_a_media_is_read_as_it_was_stored_with_all_that_happened_to_it(store: MediaTable) -> None:
    made = media(owner=ADA)
    assert store.start(made, key()) == StoredMedia(media=made)
    assert store.change(MEDIA, lambda one: begun(one, NOW)) == StoredMedia(media=begun(made, NOW))
    assert store.change(MEDIA, lambda one: one) == StoredMedia(media=begun(made, NOW)), "nothing new is no change"
    assert store.change(MEDIA, lambda _: REFUSED) == REFUSED
    kept = store.get(MEDIA)
    assert kept is not None
    assert [(one.seq, one.status.value) for one in kept.changes] == [(1, "AWAITING_UPLOAD"), (2, "PROCESSING")]
    assert store.many([MEDIA, named(2).id, MEDIA]) == {MEDIA: kept}
    assert store.of_owner(ADA) == (MEDIA,)
    assert store.of_owner(CustomerId("bob")) == ()
    assert store.change(named(2).id, lambda one: one) == NoMedia()


def test_what_is_to_be_fetched_is_stored_with_where_it_lies(store: MediaTable) -> None:
    store.start(elsewhere(), key())
    assert there(store) == elsewhere()
    store.change(MEDIA, lambda one: fetched(one, CAME, NOW))
    assert (there(store).source, there(store).to_be_fetched, due(store, 1)) == (SOURCE, False, [MEDIA])


def test_a_key_stands_for_one_media(store: MediaTable) -> None:
    assert store.start(REFUSED, key()) == REFUSED, "a refusal leaves the key free"
    told = at_once(10, lambda number: store.start(named(number), key()))
    ids = {one.media.id for one in told if isinstance(one, StoredMedia)}
    assert len(ids) == 1
    assert sum(isinstance(one, StoredMedia) and not one.replayed for one in told) == 1
    assert [id_ for id_ in (named(number).id for number in range(10)) if store.get(id_)] == list(ids)
    assert store.start(named(11), key(content="b")) == KeyReused()
    assert isinstance(store.start(REFUSED, key()), StoredMedia), "what happened already is answered as before"
    [id_] = ids
    store.remove(id_, lambda _: None)
    assert store.start(named(12), key()) == NoMedia()


def test_changes_at_once_all_happen_and_leave_no_gap(store: MediaTable) -> None:
    store.start(media(), key())
    at_once(8, lambda _: store.change(MEDIA, lambda one: begun(one, NOW)))
    kept = store.get(MEDIA)
    assert kept is not None
    assert [one.seq for one in kept.changes] == list(range(1, kept.media.version + 1))
    assert kept.media.tries == 5
    assert kept.media.rejection is not None, "each try counts, and the sixth is refused"


def test_no_more_changes_are_kept_than_fit(store: MediaTable) -> None:
    store.start(shown(media()), key())
    for number in range(KEPT_CHANGES):
        holder = replace(PRODUCT, id=str(number))
        store.change(MEDIA, lambda one, holder=holder: attached(one, holder, NOW))  # type: ignore[misc]  # its default
    kept = store.get(MEDIA)
    assert kept is not None
    assert [one.seq for one in kept.changes] == list(
        range(kept.media.version + 1 - KEPT_CHANGES, kept.media.version + 1)
    )


def test_removing_is_once_and_leaves_nothing(store: MediaTable) -> None:
    made = media(owner=ADA)
    store.start(made, key())
    assert store.remove(MEDIA, lambda _: REFUSED) == REFUSED
    told = at_once(4, lambda _: store.remove(MEDIA, lambda _: None))
    assert sorted(type(one).__name__ for one in told) == ["NoMedia", "NoMedia", "NoMedia", "Removed"]
    assert Removed(media=made) in told
    assert (store.get(MEDIA), store.of_owner(ADA)) == (None, ())


def test_what_is_due_is_found_by_then_until_it_is_dropped(store: MediaTable) -> None:
    store.start(media(), key("waiting-key"))
    store.start(shown(named(2)), key("shown-key"))
    assert due(store, 0) == []
    assert due(store, 1) == [MEDIA]
    assert due(store, 8) == [MEDIA, named(2).id]
    for one in store.due(NOW + timedelta(days=1)):
        store.dropped(one)
    assert due(store, 8) == [named(2).id]
    for number in range(3, 120):
        store.start(named(number), key(f"key-{number:04}"))
    assert len(due(store, 8)) == 118, "by more than one request"


def test_holding_is_stored_with_what_holds_and_only_if_the_media_is_as_it_was_seen(store: MediaTable) -> None:
    for number in (1, 2):
        store.start(shown(named(number)), key(f"key-{number:04}"))
    seen = [store.get(named(number).id) for number in (1, 2)]
    write = Transaction(store.table)
    held = [(kept, attached(kept.media, PRODUCT, NOW)) for kept in seen if kept]
    store.holding(write, held, "prod-1")
    with counted() as sent:
        assert not write.commit()
    assert sent == Counter({"dynamodb.TransactWriteItems": 1})
    assert [there(store, named(number).id).holders for number in (1, 2)] == [(PRODUCT,)] * 2
    again = Transaction(store.table)
    store.holding(again, held, "prod-2")
    assert again.commit() == {"media"}
    let_go = Transaction(store.table)
    now = NOW + timedelta(days=30)
    kept_now = [store.get(named(number).id) for number in (1, 2)]
    store.holding(let_go, [(kept, detached(kept.media, PRODUCT, now)) for kept in kept_now if kept], "prod-3")
    assert len(let_go) == 3, "one says of both when they are due"
    assert not let_go.commit()
    assert due_at(there(store)) == now + timedelta(days=7)
    assert due(store, 38)[-2:] == [MEDIA, named(2).id]
    assert attached(there(store), REVIEW, now).let_go_at is None
