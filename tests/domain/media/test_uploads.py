"""What may be sent is said before it is sent, and all that is wrong at once."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ErrorCode
from domain.media.uploads import (
    ALLOWED,
    EXTENSIONS,
    LONGEST_ALT,
    LONGEST_FILENAME,
    in_base64,
    in_hex,
    started,
    upload_errors,
)
from domain.shown import MediaKind, MediaStatus
from tests.domain.media.making import ADA, MEDIA, NOW, SHA256, upload


def wrong(kind: MediaKind = MediaKind.IMAGE, *, by_customer: bool = False, **parts: Any) -> set[str]:
    """The fields at which something is wrong."""
    found = upload_errors(upload(kind, **parts), by_customer=by_customer)
    assert all(one.field is not None and one.field[0] == "input" and one.message for one in found)
    return {one.field[1] for one in found if one.field}


@pytest.mark.parametrize("kind", MediaKind)
def test_each_kind_takes_its_types_and_no_others(kind: MediaKind) -> None:
    for content_type in EXTENSIONS:
        allowed = content_type in ALLOWED[kind].types
        assert wrong(kind, content_type=content_type, filename="a") == (set() if allowed else {"contentType"})


@pytest.mark.parametrize("content_type", ["image/svg+xml", "text/html", "image/PNG", "image/png; x=1", "", "image/*"])
def test_no_kind_takes_what_can_hold_programs_or_is_written_oddly(content_type: str) -> None:
    assert all("contentType" in wrong(kind, content_type=content_type) for kind in MediaKind)


@pytest.mark.parametrize("kind", MediaKind)
def test_each_kind_has_its_bound_of_bytes(kind: MediaKind) -> None:
    most = ALLOWED[kind].most_bytes
    assert [wrong(kind, size=size) for size in (1, most)] == [set(), set()]
    assert [wrong(kind, size=size) for size in (-1, 0, most + 1)] == [{"bytes"}] * 3
    assert most < 2**31


@pytest.mark.parametrize("sha256", ["", "5e" * 31, "5e" * 33, "5g" * 32, "XlxeXl5e" * 5 + "Xl4=", " " + "5e" * 32])
def test_a_checksum_is_64_hexadecimal_digits(sha256: str) -> None:
    assert wrong(sha256=sha256) == {"sha256"}


@pytest.mark.parametrize("name", ["a.png", "A.PNG", " a.png ", "no ending", "Größe 3 (neu).png", "写真.png", "a.b.png"])
def test_names_are_peoples_own(name: str) -> None:
    assert wrong(filename=name) == set()


@pytest.mark.parametrize(
    "name",
    [
        "", "  ", "../a.png", "a/b.png", "a\\b.png", "C:a.png", ".htaccess", "a\n.png", "a\0.png", "a\u2028.png",
        'a".png', "a?.png", "x" * LONGEST_FILENAME + ".png", "a.jpg", "a.svg", "a.png.exe",
    ],
)  # fmt: skip
def test_a_name_is_no_path_and_fits_the_type(name: str) -> None:
    assert wrong(filename=name) == {"filename"}


def test_a_text_for_those_who_do_not_see_it_is_one_line() -> None:
    assert wrong(alt="x" * LONGEST_ALT) == set()
    assert wrong(alt="x" * (LONGEST_ALT + 1)) == {"alt"}
    assert wrong(alt="a\nb") == {"alt"}


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = wrong(content_type="text/html", size=0, sha256="", filename="/", alt="\n")
    assert found == {"contentType", "bytes", "sha256", "filename", "alt"}


@pytest.mark.parametrize("kind", MediaKind)
def test_customers_send_pictures_only(kind: MediaKind) -> None:
    assert wrong(kind, by_customer=True) == (set() if kind is MediaKind.IMAGE else {"kind"})


def test_a_blank_name_is_one_that_is_missing() -> None:
    assert [one.code for one in upload_errors(upload(filename=" "), by_customer=False)] == [ErrorCode.REQUIRED]


def test_what_can_be_sent_is_awaited() -> None:
    made = started(MEDIA, upload(filename=" a.png ", alt="  ", sha256=SHA256.upper()), ADA, NOW)
    assert (made.version, made.status, made.owner) == (1, MediaStatus.AWAITING_UPLOAD, ADA)
    assert (made.filename, made.alt, made.sha256) == ("a.png", None, SHA256)
    assert timedelta(0) < made.upload_until - NOW <= timedelta(hours=1)


@given(digest=st.binary(min_size=32, max_size=32))
def test_checksums_are_the_same_in_both_writings(digest: bytes) -> None:
    assert in_hex(in_base64(digest.hex())) == digest.hex()
    assert len(in_base64(digest.hex())) == 44
