"""What a file really is, by its first bytes: names and promises say nothing."""

from collections.abc import Callable
from typing import Final

HEAD: Final = 1024
"""Bytes that are enough to tell. PDF's own readers look for its mark this far."""
SVG: Final = "image/svg+xml"
HEIC: Final = "image/heic"
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_MP4_BRANDS: Final = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"}
)
_EPUB: Final = b"mimetypeapplication/epub+zip"
_MP3_FRAMES: Final = frozenset({0xF2, 0xF3, 0xFA, 0xFB})
"""The second byte of a frame of MPEG-1 or -2, layer III, with or without its checksum."""


def content_type_of(head: bytes) -> str | None:
    """The content type of a file that begins so, of those we know; None when it is none of them."""
    return next((name for name, begins in _KNOWN if begins(head)), None)


def _starting(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


def _webp(head: bytes) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _brands(head: bytes) -> frozenset[bytes]:
    """What an ISO media file says to be: its main brand and those that it is compatible with."""
    if head[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(head[:4]), len(head))
    return frozenset(head[at : at + 4] for at in (8, *range(16, end - 3, 4)))


def _branded(brands: frozenset[bytes]) -> Callable[[bytes], bool]:
    return lambda head: bool(_brands(head) & brands)


def _webm(head: bytes) -> bool:
    return head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]


def _pdf(head: bytes) -> bool:
    return b"%PDF-" in head[:HEAD]


def _epub(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and head[30 : 30 + len(_EPUB)] == _EPUB


def _mp3(head: bytes) -> bool:
    return head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] != b"" and head[1] in _MP3_FRAMES)


def _svg(head: bytes) -> bool:
    text = head[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith(b"<") and b"<svg" in text


_KNOWN: Final[tuple[tuple[str, Callable[[bytes], bool]], ...]] = (
    ("image/jpeg", _starting(b"\xff\xd8\xff")),
    ("image/png", _starting(b"\x89PNG\r\n\x1a\n")),
    ("image/gif", _starting(b"GIF87a", b"GIF89a")),
    ("image/webp", _webp),
    ("image/avif", _branded(_AVIF_BRANDS)),  # before HEIC, whose brands AVIF files have too
    (HEIC, _branded(_HEIC_BRANDS)),
    ("video/mp4", _branded(_MP4_BRANDS)),
    ("video/webm", _webm),
    ("application/epub+zip", _epub),  # before ZIP, which it is too
    ("application/zip", _starting(b"PK\x03\x04")),
    ("audio/mpeg", _mp3),
    (SVG, _svg),
    ("application/pdf", _pdf),  # the last, for its mark may stand anywhere
)
