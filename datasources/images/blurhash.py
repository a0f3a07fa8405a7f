"""BlurHash: a picture's colours in some 28 letters, for its place while it loads (https://blurha.sh, the algorithm).

The mean colour, then the strongest waves of a cosine transform in linear light, all quantized and written to base 83.
"""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import starmap
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_DARK_STEP: Final = 0.04045
_DARK_LIGHT: Final = 0.0031308
"""Below, sRGB's curve is a line (IEC 61966-2-1)."""
_MOST: Final = 9
"""Waves in each direction that the first letter has room for."""

type Colour = tuple[float, float, float]


def blurhash(rgb: bytes, width: int, height: int, across: int, down: int) -> str:
    """The hash of ``width * height`` pixels of three bytes, by ``across`` and ``down`` waves of 1 to 9."""
    if not (1 <= across <= _MOST and 1 <= down <= _MOST and len(rgb) == 3 * width * height > 0):
        raise ValueError(f"{across} by {down} waves of {len(rgb):,} bytes as {width} by {height} pixels")
    rows = _rows(rgb, width)
    mean, *waves = (_wave(rows, x, y) for y in range(down) for x in range(across))
    strongest = max((abs(part) for wave in waves for part in wave), default=0)
    quantized = max(0, min(82, math.floor(strongest * 166 - 0.5))) if waves else 0
    scale = (quantized + 1) / 166
    parts = [(across - 1 + (down - 1) * _MOST, 1), (quantized, 1), (_mean(mean), 4)]
    return "".join(starmap(_written, [*parts, *((_strength(wave, scale), 2) for wave in waves)]))


def _rows(rgb: bytes, width: int) -> list[list[Colour]]:
    light = _linear()
    pixels = [(light[r], light[g], light[b]) for r, g, b in zip(rgb[::3], rgb[1::3], rgb[2::3], strict=True)]
    return [pixels[at : at + width] for at in range(0, len(pixels), width)]


def _wave(rows: Sequence[Sequence[Colour]], x: int, y: int) -> Colour:
    """How strongly one wave is in each of the colours."""
    height, width = len(rows), len(rows[0])
    across, down = _cosines(x, width), _cosines(y, height)
    scale = (1 if x == y == 0 else 2) / (width * height)
    red = green = blue = 0.0
    for row, weight in zip(rows, down, strict=True):
        for (r, g, b), cosine in zip(row, across, strict=True):
            basis = cosine * weight
            red, green, blue = red + basis * r, green + basis * g, blue + basis * b
    return red * scale, green * scale, blue * scale


def _cosines(wave: int, length: int) -> list[float]:
    return [math.cos(math.pi * wave * place / length) for place in range(length)]


def _mean(colour: Colour) -> int:
    red, green, blue = (_srgb(part) for part in colour)
    return (red << 16) + (green << 8) + blue


def _strength(wave: Colour, scale: float) -> int:
    """Of the strongest wave, by the square root of its share, as eyes see it: 19 steps a colour."""
    red, green, blue = _steps(wave, scale)
    return (red * 19 + green) * 19 + blue


def _steps(wave: Colour, scale: float) -> Iterator[int]:
    for part in wave:
        rooted = math.copysign(math.sqrt(abs(part / scale)), part)
        yield max(0, min(18, math.floor(rooted * 9 + 9.5)))


@cache
def _linear() -> tuple[float, ...]:
    """The light of each of sRGB's 256 steps."""
    steps = (step / 255 for step in range(256))
    return tuple(step / 12.92 if step <= _DARK_STEP else ((step + 0.055) / 1.055) ** 2.4 for step in steps)


def _srgb(light: float) -> int:
    """The step of an amount of light."""
    part = max(0.0, min(1.0, light))
    curved = part * 12.92 if part <= _DARK_LIGHT else 1.055 * part ** (1 / 2.4) - 0.055
    return int(curved * 255 + 0.5)


def _written(number: int, length: int) -> str:
    return "".join(_ALPHABET[number // 83**place % 83] for place in reversed(range(length)))
