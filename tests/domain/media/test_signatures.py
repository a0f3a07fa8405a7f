"""What a file is, is told by its bytes alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.media.signatures import HEAD, content_type_of
from domain.media.uploads import EXTENSIONS


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"\xff\xd8\xff\xe1\0\x10Exif", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
        (b"GIF87a\1\0", "image/gif"),
        (b"GIF89a\1\0", "image/gif"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "image/avif"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "image/avif"),
        (b"\0\0\0\x1cftypavis\0\0\0\0avismsf1iso8", "image/avif"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video/mp4"),
        (b"\0\0\0\x18ftypM4V \0\0\0\0M4V isom", "video/mp4"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x84webm", "video/webm"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zip", "application/epub+zip"),
        (b"PK\x03\x04" + bytes(60), "application/zip"),
        (b"ID3\4\0", "audio/mpeg"),
        (b"\xff\xfb\x90\x44", "audio/mpeg"),
        (b"%PDF-1.7\n%", "application/pdf"),
        (bytes(500) + b"%PDF-1.4", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- --><SVG/>", "image/svg+xml"),
        (b"<svg>%PDF-</svg>", "image/svg+xml"),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\x82\x88matroska", None),
        (b"\0\0\0\x18ftypqt  \0\0\0\0qt  ", None),
        (b"MZ\x90\0", None),
        (b"<html><script>", None),
        (bytes(HEAD) + b"%PDF-1.4", None),
        (b"\xff", None),
        (b"", None),
    ],
)
def test_a_file_is_what_it_begins_as(head: bytes, content_type: str | None) -> None:
    assert content_type_of(head) == content_type


@given(data=st.binary(max_size=100), begins=st.sampled_from([b"", b"\0\0\0\x40ftyp", b"\xff", b"RIFF", b"PK\x03\x04"]))
def test_any_bytes_are_something_we_know_or_nothing(data: bytes, begins: bytes) -> None:
    assert content_type_of(begins + data) in {*EXTENSIONS, "image/svg+xml", "image/heic", None}
