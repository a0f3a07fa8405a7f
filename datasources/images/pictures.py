"""From the bytes that somebody sent to what is shown: facts of the picture, and its renditions (docs/decisions/0021).

Whatever the bytes are, the answer is a picture or the reason why it is none. Of an animated one, the first frame is the
picture.
"""

import io
import math
import warnings
from collections.abc import Iterator
from typing import Any, Final

from PIL import Image

from datasources.images.blurhash import blurhash
from datasources.images.bounds import too_large, too_many_scans
from datasources.images.colours import bare, eight_bits, on_white, opaque, srgb
from domain.media.signatures import HEAD, content_type_of
from domain.shown import MediaRejection, MediaRejectionCode, RenditionFormat
from domain.values import value

SIDES: Final = (320, 640, 1280, 1920)
"""Pixels of the longer side: a thumbnail, a card, a product's page on a phone and on a desk, or zoomed in."""
DECODERS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
    "image/gif": "GIF",
}
"""Pillow's decoders that are ever tried: one, by content. It knows forty more, old ones among them."""
_JPEG: Final = "image/jpeg"
WRITTEN: Final[dict[RenditionFormat, dict[str, Any]]] = {
    RenditionFormat.WEBP: {"format": "WEBP", "quality": 75, "method": 4},
    RenditionFormat.JPEG: {"format": "JPEG", "quality": 80, "optimize": True, "progressive": True},
}
"""Alike to the eye; WebP has some 20 % fewer bytes (docs/decisions/0021)."""
_GAP: Final = 3.0
"""Large pictures are halved cheaply to this many times the size first; no eye sees it from 3.0 on, by Pillow's word."""
_APART: Final = 0.9
"""Two sizes that differ by less than a tenth serve nobody."""
_HASHED: Final = 32
_ORIENTATION: Final = 0x0112
"""The tag of EXIF that says how the camera was held (EXIF 2.3, 4.6.4)."""
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_ITS_SIDE: Final = frozenset({5, 6, 7, 8})


@value
class Rendered:
    """One rendition, written."""

    width: int
    height: int
    format: RenditionFormat
    data: bytes


@value
class Shown:
    """A picture: ``width`` and ``height`` of what was sent, as it is to be seen; the smallest rendition first."""

    width: int
    height: int
    blurhash: str
    renditions: tuple[Rendered, ...]


class _Refused(Exception):
    """Carries the reason out of the depths."""

    def __init__(self, rejection: MediaRejection) -> None:
        super().__init__(rejection.message)
        self.rejection = rejection


def shown(data: bytes) -> Shown | MediaRejection:
    """What is to be shown of a picture's bytes, or why nothing is. One at a time in a process: it hushes warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd metadata, which is dropped anyway
        try:
            return _shown(data)
        except _Refused as refused:
            return refused.rejection


def _shown(data: bytes) -> Shown:
    with _opened(data) as image:
        width, height = image.size
        _hold(too_large(width, height))
        profile = image.info.get("icc_profile")
        _decode(image)
        turn = _orientation(image)
        largest = _turned(srgb(_fitted(eight_bits(image), SIDES[-1]), profile), turn)
    largest = bare(largest)
    if opaque(largest):
        largest = largest.convert("RGB")
    if turn in _ON_ITS_SIDE:
        width, height = height, width
    return Shown(width=width, height=height, blurhash=_hash(largest), renditions=tuple(_renditions(largest)))


def _opened(data: bytes) -> Image.Image:
    """The picture with nothing read but its head."""
    content_type = content_type_of(data[:HEAD])
    decoder = DECODERS.get(content_type or "")
    if decoder is None:
        raise _Refused(
            MediaRejection(code=MediaRejectionCode.NOT_TAKEN, message=f"a picture is one of {', '.join(DECODERS)}")
        )
    if content_type == _JPEG:
        _hold(too_many_scans(data))
    try:
        return Image.open(io.BytesIO(data), formats=(decoder,))
    except Image.DecompressionBombError as error:
        message = "the picture has far more pixels than are taken"
        raise _Refused(MediaRejection(code=MediaRejectionCode.TOO_LARGE, message=message)) from error
    except Exception as error:  # decoders fail at hostile bytes in every way that there is
        raise _damaged() from error


def _decode(image: Image.Image) -> None:
    """Read the pixels of the first frame; of a large JPEG only as many as are needed."""
    try:
        image.draft(None, _inside(image.size, SIDES[-1]))
        image.load()
    except Exception as error:  # as above
        raise _damaged() from error


def _orientation(image: Image.Image) -> int:
    try:
        turn = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001  # EXIF that cannot be read says nothing
        return 1
    return turn if isinstance(turn, int) and turn in _TURNS else 1


def _turned(image: Image.Image, turn: int) -> Image.Image:
    return image.transpose(_TURNS[turn]) if turn in _TURNS else image


def _inside(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size with the longer side of at most ``side``, never larger than it was."""
    longer = max(size)
    if longer <= side:
        return size
    width, height = (max(1, math.floor(length * side / longer + 0.5)) for length in size)
    return width, height


def _fitted(image: Image.Image, side: int) -> Image.Image:
    size = _inside(image.size, side)
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=_GAP)


def _renditions(largest: Image.Image) -> Iterator[Rendered]:
    """In each size that is well below the picture's, and in its own."""
    longer = max(largest.size)
    sides = [side for side in SIDES if side < longer * _APART]
    for side in (*sides, longer):
        image = _fitted(largest, side)
        for format_, options in WRITTEN.items():
            written = io.BytesIO()
            (on_white(image) if format_ is RenditionFormat.JPEG else image).save(written, **options)
            width, height = image.size
            yield Rendered(width=width, height=height, format=format_, data=written.getvalue())


def _hash(image: Image.Image) -> str:
    """Of few pixels: what a hash can say of a picture, they say too."""
    small = on_white(_fitted(image, _HASHED))
    across, down = (4, 3) if image.width >= image.height else (3, 4)
    return blurhash(small.tobytes(), *small.size, across, down)


def _hold(rejection: MediaRejection | None) -> None:
    if rejection is not None:
        raise _Refused(rejection)


def _damaged() -> _Refused:
    return _Refused(MediaRejection(code=MediaRejectionCode.DAMAGED, message="the picture cannot be read to its end"))
