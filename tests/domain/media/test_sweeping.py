"""What nobody needs goes, and nothing that anybody does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.ids import MediaId
from domain.media.attaching import attached, detached
from domain.media.life import begun
from domain.media.places import original_key, wanted_key
from domain.media.sweeping import Sweep, due_at, stray, sweep
from domain.shown import MediaKind, MediaStatus
from tests.domain.media.making import GOODS, MEDIA, NOW, PICTURE, PRODUCT, SECOND, elsewhere, media

FOREVER = NOW + timedelta(days=10_000)
DAY = timedelta(days=1)
RENDITION = PICTURE.renditions[0].key
OTHER_RENDITION = RENDITION.replace("-320", "-640")


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (MediaStatus.AWAITING_UPLOAD, Sweep.REMOVE),
        (MediaStatus.PROCESSING, Sweep.AGAIN),
        (MediaStatus.REJECTED, Sweep.REMOVE),
        (MediaStatus.READY, Sweep.REMOVE),
    ],
)
def test_each_status_has_its_time_and_then_its_end(status: MediaStatus, wanted: Sweep) -> None:
    one = media(status)
    due = due_at(one)
    assert due is not None
    assert sweep(one, NOW) is sweep(one, due - SECOND) is Sweep.NOTHING
    assert sweep(one, due) is sweep(one, FOREVER) is wanted


def test_what_is_held_stays_for_ever_and_what_was_let_go_of_for_some_days() -> None:
    held = attached(media(MediaStatus.READY), PRODUCT, NOW)
    assert due_at(held) is None
    assert sweep(held, FOREVER) is Sweep.NOTHING
    let_go = detached(held, PRODUCT, NOW + 100 * DAY)
    assert sweep(let_go, NOW + 106 * DAY) is Sweep.NOTHING
    assert sweep(let_go, NOW + 107 * DAY) is Sweep.REMOVE


def test_what_is_processed_again_is_given_its_time_again() -> None:
    one = media(MediaStatus.PROCESSING)
    due = due_at(one)
    assert due is not None
    assert sweep(begun(one, due), due) is Sweep.NOTHING


def test_what_is_held_but_not_ready_is_carried_on() -> None:
    one = attached(media(MediaStatus.PROCESSING), PRODUCT, NOW)
    assert sweep(one, FOREVER) is Sweep.AGAIN


@pytest.mark.parametrize("key", [original_key(MEDIA), RENDITION, OTHER_RENDITION])
@pytest.mark.parametrize("status", [*MediaStatus, None])
def test_objects_that_no_media_needs_are_strays_once_they_are_old(key: str, status: MediaStatus | None) -> None:
    one = None if status is None else media(status, now=NOW + 2 * DAY)
    assert not stray(key, NOW, one, NOW + DAY - SECOND)
    needed = {
        MediaStatus.AWAITING_UPLOAD: {original_key(MEDIA)},
        MediaStatus.PROCESSING: {original_key(MEDIA), RENDITION, OTHER_RENDITION},
        MediaStatus.READY: {original_key(MEDIA), RENDITION},
        MediaStatus.REJECTED: set(),
        None: set(),
    }[status]
    assert stray(key, NOW, one, NOW + 2 * DAY) is (key not in needed)


def test_what_came_for_an_expired_ticket_is_a_stray() -> None:
    assert stray(original_key(MEDIA), NOW, media(), NOW + 2 * DAY)


def test_an_original_under_another_media_is_a_stray() -> None:
    other = replace(media(MediaStatus.READY), id=MediaId("media_00000000000000000000000002"))
    assert stray(original_key(MEDIA), NOW, other, NOW + 2 * DAY)


def test_goods_that_were_sold_once_are_never_swept_and_others_are() -> None:
    goods = media(MediaStatus.READY, MediaKind.DIGITAL_GOOD)
    assert sweep(goods, FOREVER) is Sweep.REMOVE
    sold = detached(attached(goods, GOODS, NOW), GOODS, NOW)
    assert due_at(sold) is None
    assert sweep(sold, FOREVER) is Sweep.NOTHING


def test_a_wish_is_needed_until_its_file_has_come_or_nobody_came_for_it() -> None:
    wish = wanted_key(MEDIA)
    later = NOW + 2 * DAY
    assert not stray(wish, NOW, elsewhere(now=later), later)
    assert stray(wish, NOW, elsewhere(), later)
    for status in (MediaStatus.READY, MediaStatus.REJECTED):
        assert stray(wish, NOW, elsewhere(status, now=later), later)
    for none in (None, media(now=later)):
        assert stray(wish, NOW, none, later)
    assert not stray(wish, NOW, None, NOW + DAY - SECOND)


@pytest.mark.parametrize("status", [MediaStatus.AWAITING_UPLOAD, MediaStatus.REJECTED, MediaStatus.READY])
def test_what_was_wanted_ends_like_everything_else(status: MediaStatus) -> None:
    assert sweep(elsewhere(status), FOREVER) is Sweep.REMOVE
