"""Pictures to try things with, good and bad, all made by code."""

import io
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any, Final

from PIL import Image

from datasources.images.pictures import Rendered, Shown, shown
from domain.shown import MediaRejection, MediaRejectionCode, RenditionFormat

FORMATS: Final = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 170, 60), (40, 60, 200), (230, 210, 40)
PNG: Final = b"\x89PNG\r\n\x1a\n"

type Pixel = tuple[int, int, int]


def quarters(width: int, height: int) -> Image.Image:
    """Red, green, blue, yellow: left and right above, left and right below."""
    image = Image.new("RGB", (width, height))
    for place, colour in enumerate((RED, GREEN, BLUE, YELLOW)):
        left, top = place % 2 * width // 2, place // 2 * height // 2
        image.paste(colour, (left, top, left + width - width // 2, top + height - height // 2))
    return image


def photo(width: int, height: int, seed: int = 1) -> Image.Image:
    """Something of coarse and fine structure, always the same."""
    chance = random.Random(seed)
    image = Image.new("RGB", (width, height), (90, 110, 130))
    side = 4
    while side <= min(width, height):
        rows = max(1, side * height // width)
        coarse = Image.frombytes("RGB", (side, rows), chance.randbytes(3 * side * rows))
        image = Image.blend(image, coarse.resize((width, height), Image.Resampling.BICUBIC), 0.3)
        side *= 4
    return image


def written(image: Image.Image, format_: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def good(data: bytes) -> Shown:
    found = shown(data)
    assert isinstance(found, Shown), found
    return found


def refused(data: bytes) -> MediaRejectionCode:
    found = shown(data)
    assert isinstance(found, MediaRejection)
    assert found.message
    return found.code


def opened(one: Rendered) -> Image.Image:
    image = Image.open(io.BytesIO(one.data))
    image.load()
    return image


def best(found: Shown, format_: RenditionFormat = RenditionFormat.WEBP) -> Image.Image:
    """The largest rendition in a format."""
    return opened([one for one in found.renditions if one.format is format_][-1])


def near(found: Any, wanted: Pixel, tolerance: int = 12) -> bool:
    return all(abs(one - other) <= tolerance for one, other in zip(found[:3], wanted, strict=True))


def corners(image: Image.Image) -> list[Any]:
    """The pixels in the middle of each quarter, in the order of ``quarters``."""
    width, height = image.size
    return [image.getpixel((width * x // 4, height * y // 4)) for y in (1, 3) for x in (1, 3)]


def held(visual: Image.Image, orientation: int) -> Image.Image:
    """The pixels that a camera held in this way stores of what is to be seen, by the words of EXIF 2.3, 4.6.4:
    on which side of what is to be seen the first row and the first column are.
    """
    row, column = (
        ("top", "left"), ("top", "right"), ("bottom", "right"), ("bottom", "left"),
        ("left", "top"), ("right", "top"), ("right", "bottom"), ("left", "bottom"),
    )[orientation - 1]  # fmt: skip
    width, height = visual.size
    places: dict[str, Callable[[int], tuple[str, int]]] = {
        "top": lambda n: ("y", n), "bottom": lambda n: ("y", height - 1 - n),
        "left": lambda n: ("x", n), "right": lambda n: ("x", width - 1 - n),
    }  # fmt: skip
    stored = Image.new("RGB", visual.size if row in {"top", "bottom"} else (height, width))
    for at in range(stored.height):
        for across in range(stored.width):
            place = dict([places[row](at), places[column](across)])
            stored.putpixel((across, at), visual.getpixel((place["x"], place["y"])) or 0)
    return stored


def exif(orientation: int = 1, secret: str = "") -> bytes:
    """EXIF with an orientation, and, if there is a secret, a place and an owner that tell it."""
    made = Image.Exif()
    made[0x0112] = orientation
    if secret:
        made[0x013B] = secret
        made.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 59.0), 3: "E", 4: (13.0, 22.0, 39.0), 27: secret.encode()})
    return made.tobytes()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG whose head says this, whatever follows."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return PNG + chunk(b"IHDR", head) + b"".join(chunks) + chunk(b"IEND", b"")


def zeros(megabytes: int) -> bytes:
    """So many, packed to a thousandth."""
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(bytes(1_000_000)) for _ in range(megabytes)), packer.flush()])


def riff(*chunks: bytes) -> bytes:
    """A WebP of these chunks."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def profile(*, red: Pixel, green: Pixel, blue: Pixel) -> bytes:
    """A colour profile (ICC.1, version 2) in which the three colours are these, in units of 1/65536 of X, Y and Z."""

    def xyz(colour: Pixel) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *colour)

    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, int(2.2 * 256)) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78 + 1)
    copyright_ = b"text\0\0\0\0none\0\0\0\0"
    white = xyz((63_190, 65_536, 54_061))
    tags = {
        b"desc": text, b"cprt": copyright_, b"wtpt": white, b"rXYZ": xyz(red), b"gXYZ": xyz(green), b"bXYZ": xyz(blue),
        b"rTRC": gamma, b"gTRC": gamma, b"bTRC": gamma,
    }  # fmt: skip
    table, body, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        padded = tag + bytes(-len(tag) % 4)
        table += name + struct.pack(">II", start + len(body), len(tag))
        body += padded
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63_190, 65_536, 54_061)
    return head + bytes(128 - len(head)) + struct.pack(">I", len(tags)) + table + body
