"""What is refused of a picture before any of its pixels is decoded: sizes, and files made to keep a decoder busy."""

import re
from typing import Final

from domain.shown import MediaRejection, MediaRejectionCode

MOST_PIXELS: Final = 50_000_000
"""What cameras of phones give at most, as a rule; so many take 200 MB when decoded (docs/decisions/0021)."""
LONGEST_SIDE: Final = 20_000
"""Pixels: a wide panorama."""
MOST_SCANS: Final = 64
"""Of a progressive JPEG: encoders make 3 to 12. Each costs a pass over all pixels and can be written in some bytes."""
_MARKER: Final = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
"""In the data of a scan, 0xFF is followed by zero, by a restart mark (D0 to D7), by more of its kind, or it ends."""
_SCAN: Final = 0xDA
_ALONE: Final = frozenset({0x01, 0xD8, 0xD9})
"""Markers that nothing belongs to: of no use, of begin and of end."""


def too_large(width: int, height: int) -> MediaRejection | None:
    """Why a picture of so many pixels is not taken."""
    if width * height <= MOST_PIXELS and max(width, height) <= LONGEST_SIDE:
        return None
    message = f"{width:,} by {height:,} pixels; at most {MOST_PIXELS:,} are taken, and {LONGEST_SIDE:,} on a side"
    return MediaRejection(code=MediaRejectionCode.TOO_LARGE, message=message)


def too_many_scans(data: bytes) -> MediaRejection | None:
    """Why a JPEG that is painted over too often is not taken."""
    if scans(data) <= MOST_SCANS:
        return None
    message = f"the JPEG paints its pixels more than {MOST_SCANS} times over"
    return MediaRejection(code=MediaRejectionCode.TOO_LARGE, message=message)


def scans(data: bytes) -> int:
    """How many scans a JPEG has, as far as its marks can be followed; what comes behind them is for the decoder."""
    found, at = 0, 0
    while found <= MOST_SCANS and (marker := _MARKER.search(data, at)):
        at = marker.end()
        if marker[1][0] in _ALONE:
            continue
        found += marker[1][0] == _SCAN
        at += int.from_bytes(data[at : at + 2])
    return found
