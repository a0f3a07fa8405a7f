"""What lies elsewhere is announced by its address alone, and is what it is when it has come."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.media.fetching import NAMELESS, fetched, lacking, unreachable, wanted
from domain.media.life import GRACE, begun, mismatch, ready, rejected
from domain.media.uploads import TICKET_LASTS, Upload, upload_errors
from domain.shown import MediaKind, MediaRejectionCode, MediaStatus
from tests.domain.media.making import CAME, MEDIA, NO, NOW, PICTURE, SECOND, SHA256, SOURCE, elsewhere, media

PNG = CAME.head
WEBP = b"RIFF\0\0\0\0WEBP"
ADDRESSES = st.text(max_size=400) | st.from_regex(r"https?://[^/]*/[^?#]*[?#]?.*")


def test_it_waits_for_what_lies_there_as_long_as_for_a_file_that_is_sent() -> None:
    one = wanted(MEDIA, SOURCE, " A mug ", NOW)
    assert (one.status, one.version, one.kind, one.owner) == (MediaStatus.AWAITING_UPLOAD, 1, MediaKind.IMAGE, None)
    assert (one.source, one.alt, one.filename, one.upload_until) == (SOURCE, "A mug", "mug.jpg", NOW + TICKET_LASTS)
    assert one.to_be_fetched
    assert wanted(MEDIA, SOURCE, "  ", NOW).alt is None


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.example/b/c.jpg", "c.jpg"),
        ("https://a.example/b/c.jpg?v=1/2.png#x/y", "c.jpg"),
        ("https://a.example/b/", NAMELESS),
        ("https://a.example", NAMELESS),
        ("https://a.example/..", NAMELESS),
        ("https://a.example/.htaccess", "htaccess"),
        ('https://a.example/b/<"a:b|*">\u2028.jpg', "ab.jpg"),
        ("https://a.example/" + "x" * 300 + ".jpg", "x" * 196 + ".jpg"),
        ("", NAMELESS),
    ],
)
def test_it_is_called_like_the_last_part_of_its_address(url: str, name: str) -> None:
    assert wanted(MEDIA, url, None, NOW).filename == name


@given(url=ADDRESSES, head=st.sampled_from([PNG, WEBP, b"\xff\xd8\xff", b"<html>", b""]))
def test_whatever_came_from_wherever_has_a_name_and_a_type_that_could_have_been_announced(
    url: str, head: bytes
) -> None:
    one = fetched(wanted(MEDIA, url, None, NOW), replace(CAME, head=head), NOW)
    announced = Upload(
        kind=one.kind, filename=one.filename, content_type=one.content_type, size=one.size, sha256=one.sha256
    )
    assert upload_errors(announced, by_customer=False) == ()


def test_what_came_is_what_it_is_and_goes_the_way_of_every_file() -> None:
    one = fetched(elsewhere(), CAME, NOW + SECOND)
    assert (one.status, one.version, one.updated_at) == (MediaStatus.AWAITING_UPLOAD, 2, NOW + SECOND)
    assert (one.size, one.sha256, one.content_type, one.filename) == (1_000, SHA256, "image/png", "mug.png")
    assert (one.source, one.to_be_fetched) == (SOURCE, False)
    assert mismatch(one, CAME) is None
    assert ready(begun(one, NOW), PICTURE, NOW).status is MediaStatus.READY


def test_nothing_is_begun_before_it_has_come_and_nobody_comes_too_late_for_ever() -> None:
    one = elsewhere()
    assert begun(one, NOW) is one
    late = begun(one, NOW + TICKET_LASTS + GRACE)
    assert late.rejection is not None
    assert late.rejection.code is MediaRejectionCode.TOO_LATE


def test_it_comes_once_and_news_of_it_again_or_late_changes_nothing() -> None:
    other = replace(CAME, sha256="00" * 32)
    for there in (
        fetched(elsewhere(), CAME, NOW),
        elsewhere(MediaStatus.PROCESSING),
        elsewhere(MediaStatus.READY),
        rejected(elsewhere(), NO, NOW),
        media(),
    ):
        assert fetched(there, other, NOW + timedelta(days=1)) is there


def test_what_cannot_be_had_is_rejected_unless_another_has_it_by_then() -> None:
    assert unreachable(elsewhere(), NO, NOW).rejection == NO
    for there in (fetched(elsewhere(), CAME, NOW), elsewhere(MediaStatus.PROCESSING), elsewhere(MediaStatus.READY)):
        assert unreachable(there, NO, NOW) is there


def test_it_is_fetched_while_it_lacks_and_can_still_come() -> None:
    last = NOW + TICKET_LASTS + GRACE
    assert lacking(elsewhere(), last - SECOND)
    assert not lacking(elsewhere(), last)
    for there in (media(), fetched(elsewhere(), CAME, NOW), rejected(elsewhere(), NO, NOW)):
        assert not lacking(there, NOW)


@pytest.mark.parametrize(
    ("head", "word"),
    [(b"<!doctype html>", "none of image/jpeg"), (b"<svg/>", "PNG"), (b"%PDF-1.7", "none of"), (b"", "none of")],
)
def test_what_is_no_picture_is_found_out_like_any_other_file(head: bytes, word: str) -> None:
    found = replace(CAME, head=head)
    rejection = mismatch(fetched(elsewhere(), found, NOW), found)
    assert rejection is not None
    assert rejection.code is MediaRejectionCode.NOT_TAKEN
    assert word in rejection.message


def test_what_is_no_longer_what_came_is_found_out() -> None:
    one = fetched(elsewhere(), CAME, NOW)
    codes = [mismatch(one, replace(CAME, **{part: other})) for part, other in (("size", 9), ("sha256", "00" * 32))]  # type: ignore[arg-type]  # its own parts
    assert [found and found.code for found in codes] == [
        MediaRejectionCode.WRONG_SIZE,
        MediaRejectionCode.WRONG_CHECKSUM,
    ]
