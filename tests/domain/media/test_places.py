"""Keys lead to their media and say what may be done with what lies there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import MediaId
from domain.media.places import (
    ORIGINALS,
    PUBLIC,
    WANTED,
    file_key,
    media_at,
    original_key,
    rendition_key,
    shown_under,
    wanted_key,
)
from domain.shown import RenditionFormat
from tests.domain.media.making import MEDIA

IDS = st.text("0123456789abcdefghijklmnopqrstuv", min_size=26, max_size=26).map(lambda key: MediaId(f"media_{key}"))
FORMATS = st.sampled_from(RenditionFormat)


@given(media=IDS, data=st.binary(max_size=50), width=st.integers(1, 99_999), format_=FORMATS)
def test_a_key_leads_to_its_media(media: MediaId, data: bytes, width: int, format_: RenditionFormat) -> None:
    assert media_at(original_key(media)) == media
    assert media_at(wanted_key(media)) == media
    assert wanted_key(media).startswith(WANTED)
    key = rendition_key(media, data, width, format_)
    assert media_at(key) == media
    assert key.startswith(shown_under(media))
    assert key.startswith(PUBLIC)
    assert original_key(media).startswith(ORIGINALS)
    assert media_at(file_key(media, data.hex(), "application/pdf")) == media


@given(one=IDS, other=IDS, data=st.binary(max_size=50), more=st.binary(max_size=50), format_=FORMATS)
def test_a_name_is_given_to_one_content_of_one_media(
    one: MediaId, other: MediaId, data: bytes, more: bytes, format_: RenditionFormat
) -> None:
    key = rendition_key(one, data, 320, format_)
    assert key == rendition_key(one, data, 320, format_)
    assert (key == rendition_key(one, more, 320, format_)) is (data == more)
    names = [rendition_key(media, data, 320, format_).rpartition("/")[2] for media in (one, other)]
    assert (names[0] == names[1]) is (one == other)


@pytest.mark.parametrize(
    "key",
    [
        "", "originals/", "originals/x", f"originals/{MEDIA}/x", f"public/{MEDIA}", f"public/{MEDIA}/x.jpg", MEDIA,
        "originals/prod_00000000000000000000000001", f"public/{MEDIA}/{'0' * 26}-320.html", f"/originals/{MEDIA}",
        "wanted/", f"wanted/{MEDIA}/x",
    ],
)  # fmt: skip
def test_what_lies_elsewhere_belongs_to_none(key: str) -> None:
    assert media_at(key) is None
