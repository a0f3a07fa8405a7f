"""A media goes one way only, each step once, however often and late it is told of what came."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.media.life import (
    GRACE,
    MOST_TRIES,
    Arrived,
    begun,
    expired,
    mismatch,
    ready,
    rejected,
    stalled,
    unsettled,
    wrong_type,
)
from domain.media.media import Media
from domain.media.storing import change_of
from domain.media.uploads import TICKET_LASTS
from domain.shown import MediaKind, MediaRejectionCode, MediaStatus
from tests.domain.media.making import MEDIA, NO, NOW, PICTURE, SECOND, SHA256, media, upload

HEADS = {
    MediaKind.IMAGE: b"\x89PNG\r\n\x1a\n",
    MediaKind.VIDEO: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    MediaKind.DOCUMENT: b"%PDF-1.7",
    MediaKind.DIGITAL_GOOD: b"PK\x03\x04",
}
SETTLED = (MediaStatus.READY, MediaStatus.REJECTED)


def arrived(kind: MediaKind = MediaKind.IMAGE, **parts: object) -> Arrived:
    made = Arrived(size=1_000, sha256=SHA256, head=HEADS[kind])
    return replace(made, **parts)  # type: ignore[arg-type]  # its own parts


@pytest.mark.parametrize("kind", MediaKind)
def test_it_comes_is_looked_at_and_is_ready(kind: MediaKind) -> None:
    one = media(kind=kind)
    assert (one.status, one.version) == (MediaStatus.AWAITING_UPLOAD, 1)
    one = begun(one, NOW + SECOND)
    assert (one.status, one.version, one.updated_at) == (MediaStatus.PROCESSING, 2, NOW + SECOND)
    picture = PICTURE if kind is MediaKind.IMAGE else None
    one = ready(one, picture, NOW + 2 * SECOND)
    assert (one.status, one.version, one.picture) == (MediaStatus.READY, 3, picture)


@pytest.mark.parametrize("kind", MediaKind)
def test_pictures_have_a_picture_and_nothing_else_has(kind: MediaKind) -> None:
    with pytest.raises(ValueError, match="picture"):
        ready(media(MediaStatus.PROCESSING, kind), None if kind is MediaKind.IMAGE else PICTURE, NOW)


@pytest.mark.parametrize("status", SETTLED)
def test_what_is_settled_stays_so(status: MediaStatus) -> None:
    one = media(status)
    assert begun(one, NOW) is ready(one, PICTURE, NOW) is rejected(one, NO, NOW) is one
    assert not unsettled(one)


def test_nothing_is_ready_that_has_not_come() -> None:
    one = media()
    assert ready(one, PICTURE, NOW) is one


@pytest.mark.parametrize("status", [MediaStatus.AWAITING_UPLOAD, MediaStatus.PROCESSING])
def test_it_is_rejected_with_a_code_and_a_sentence(status: MediaStatus) -> None:
    one = rejected(media(status), NO, NOW)
    assert (one.status, one.rejection) == (MediaStatus.REJECTED, NO)


def test_what_was_begun_in_time_may_take_a_while_and_what_comes_after_that_is_too_late() -> None:
    one = media()
    last = NOW + TICKET_LASTS + GRACE
    assert begun(one, last - SECOND).status is MediaStatus.PROCESSING
    assert not expired(one, last - SECOND)
    assert expired(one, last)
    late = begun(one, last)
    assert late.rejection is not None
    assert late.rejection.code is MediaRejectionCode.TOO_LATE


def test_what_never_comes_to_an_end_is_given_up() -> None:
    one = media()
    for _ in range(MOST_TRIES):
        one = begun(one, NOW)
        assert one.status is MediaStatus.PROCESSING
    one = begun(one, NOW)
    assert one.rejection is not None
    assert one.rejection.code is MediaRejectionCode.FAILED


def test_it_is_stalled_when_no_function_can_live_any_more() -> None:
    one = begun(media(), NOW)
    assert not stalled(one, NOW + timedelta(minutes=15) - SECOND)
    assert stalled(one, NOW + timedelta(minutes=15))
    assert not any(stalled(media(status), NOW + timedelta(days=9)) for status in SETTLED)


@pytest.mark.parametrize("kind", MediaKind)
def test_what_was_announced_has_no_mismatch(kind: MediaKind) -> None:
    assert mismatch(media(kind=kind), arrived(kind)) is None


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (arrived(size=999), MediaRejectionCode.WRONG_SIZE),
        (arrived(size=1_001), MediaRejectionCode.WRONG_SIZE),
        (arrived(sha256="00" * 32), MediaRejectionCode.WRONG_CHECKSUM),
        (arrived(head=b"\xff\xd8\xff\xe0"), MediaRejectionCode.WRONG_TYPE),
        (arrived(head=b"<svg><script>alert(1)</script></svg>"), MediaRejectionCode.NOT_TAKEN),
        (arrived(head=b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), MediaRejectionCode.NOT_TAKEN),
        (arrived(head=b"%PDF-1.7"), MediaRejectionCode.NOT_TAKEN),
        (arrived(head=b"MZ"), MediaRejectionCode.NOT_TAKEN),
        (arrived(head=b""), MediaRejectionCode.NOT_TAKEN),
    ],
)
def test_what_was_not_announced_is_found_out(found: Arrived, code: MediaRejectionCode) -> None:
    rejection = mismatch(media(), found)
    assert rejection is not None
    assert rejection.code is code
    assert rejection.message


def test_who_sends_what_is_not_taken_is_told_what_is() -> None:
    for head, word in ((b"<svg/>", "PNG"), (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "JPEG"), (b"MZ", "image/avif")):
        rejection = wrong_type(media(), head)
        assert rejection is not None
        assert word in rejection.message


STEPS = {
    "begun": lambda one: begun(one, NOW),
    "ready": lambda one: ready(one, PICTURE, NOW),
    "rejected": lambda one: rejected(one, NO, NOW),
    "late": lambda one: begun(one, NOW + timedelta(days=1)),
}
LEADS = {
    MediaStatus.AWAITING_UPLOAD: {MediaStatus.PROCESSING, MediaStatus.REJECTED},
    MediaStatus.PROCESSING: {MediaStatus.PROCESSING, MediaStatus.READY, MediaStatus.REJECTED},
}


@given(steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=12))
def test_whatever_is_told_in_whatever_order_each_version_is_one_step_on_the_way(steps: list[str]) -> None:
    one: Media = media()
    for name in steps:
        after = STEPS[name](one)
        if after is one:
            continue
        assert after.version == one.version + 1
        assert after.status in LEADS[one.status]
        assert (after.id, after.sha256, after.created_at) == (MEDIA, SHA256, NOW)
        assert change_of(after).seq == after.version
        assert change_of(after).status is after.status
        one = after
    assert one.tries <= MOST_TRIES
    assert (one.picture is not None) is (one.status is MediaStatus.READY)
    assert upload().sha256 == one.sha256
