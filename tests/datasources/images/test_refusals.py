"""Whatever somebody sends: a picture or a reason, soon, and in little memory."""

import random
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from datasources.images.bounds import LONGEST_SIDE, MOST_PIXELS, MOST_SCANS, scans
from datasources.images.pictures import Shown, shown
from domain.shown import MediaRejection, MediaRejectionCode
from tests.datasources.images.making import (
    FORMATS,
    PNG,
    chunk,
    exif,
    good,
    photo,
    png,
    quarters,
    refused,
    riff,
    written,
    zeros,
)

ROOT: Final = Path(__file__).resolve().parents[3]
MOST_SECONDS: Final = 5.0
"""Of CPU, for whatever fuzz there is; a picture at the bound takes as long."""
MOST_MB: Final = 150
"""Of a process that refuses something: the interpreter and Pillow are some 40."""
SVG: Final = (
    b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.cookie)</script>'
    b'<image href="file:///etc/passwd"/></svg>'
)
MEASURE: Final = """
import re, sys
from datasources.images.pictures import shown
code = shown(sys.stdin.buffer.read()).code.value
print(code, int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""
"""Not by getrusage, which counts what the process was before it became another program, too."""


def alone(data: bytes) -> tuple[str, int]:
    """The code by which it is refused, and the megabytes that a process of its own took for it."""
    done = subprocess.run([sys.executable, "-c", MEASURE], input=data, cwd=ROOT, capture_output=True, check=True)
    code, megabytes = done.stdout.split()
    return code.decode(), int(megabytes)


def text_bomb(name: bytes) -> bytes:
    """A packed text of a gigabyte in a small PNG."""
    packed = zeros(1000)
    said = b"Comment\0\0" + packed if name == b"zTXt" else b"Comment\0\1\0\0\0" + packed
    return png(2, 2, chunk(name, said), chunk(b"IDAT", zlib.compress(bytes(14))))


def scan_bomb(times: int) -> bytes:
    """A progressive JPEG whose last scan comes over and over again."""
    sent = written(Image.new("RGB", (640, 480)), "JPEG", progressive=True)
    last, end = sent.rindex(b"\xff\xda"), sent.rindex(b"\xff\xd9")
    return sent[:last] + sent[last:end] * times + sent[end:]


def forged_webp(side: int) -> bytes:
    """Its head promises a canvas, and there is next to nothing on it."""
    small = written(Image.new("RGB", (8, 8)), "WEBP")[12:]
    length = (side - 1).to_bytes(3, "little")
    return riff(b"VP8X" + struct.pack("<I", 10) + bytes(4) + length + length, small)


def forged_gif(side: int) -> bytes:
    sent = written(Image.new("RGB", (8, 8)), "GIF")
    return sent[:6] + struct.pack("<HH", side, side) + sent[10:]


def wide_frame(side: int) -> bytes:
    """A GIF with a frame that is far larger than the picture is said to be."""
    sent = written(Image.new("RGB", (8, 8)), "GIF")
    frame = sent.index(b",", 13)
    return sent[: frame + 5] + struct.pack("<HH", side, side) + sent[frame + 9 :]


def forged_avif(side: int) -> bytes:
    """Its head says a size that its stream does not have."""
    said = b"ispe" + bytes(4)
    sent = written(quarters(64, 48), "AVIF")
    return sent.replace(said + struct.pack(">II", 64, 48), said + struct.pack(">II", side, side))


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (png(10_000, 10_000, chunk(b"IDAT", zlib.compress(bytes(99)))), MediaRejectionCode.TOO_LARGE),
        (png(10_000, 10_000, chunk(b"IDAT", zeros(300))), MediaRejectionCode.TOO_LARGE),
        (png(2**31 - 1, 2**31 - 1), MediaRejectionCode.TOO_LARGE),
        (png(LONGEST_SIDE + 1, 1), MediaRejectionCode.TOO_LARGE),
        (png(7_000, 7_143), MediaRejectionCode.TOO_LARGE),
        (png(7_000, 7_000), MediaRejectionCode.DAMAGED),
        (png(0, 10), MediaRejectionCode.DAMAGED),
        (text_bomb(b"zTXt"), MediaRejectionCode.DAMAGED),
        (text_bomb(b"iTXt"), MediaRejectionCode.DAMAGED),
        (scan_bomb(20_000), MediaRejectionCode.TOO_LARGE),
        (forged_webp(16_383), MediaRejectionCode.TOO_LARGE),
        (forged_gif(60_000), MediaRejectionCode.TOO_LARGE),
        (wide_frame(60_000), MediaRejectionCode.TOO_LARGE),
        (forged_avif(16_000), MediaRejectionCode.TOO_LARGE),
    ],
    ids=[
        "100 megapixels in a head", "100 megapixels of zeros", "4 exapixels", "a very long line", "one row too many",
        "a picture without pixels", "no width", "a packed text of 1 GB", "another", "20,000 scans",
        "a WebP with nothing on it", "a GIF with nothing on it",
        "a GIF with a wide frame", "an AVIF with nothing on it",
    ],
)  # fmt: skip
def test_a_bomb_is_refused_in_little_memory(sent: bytes, code: MediaRejectionCode) -> None:
    assert len(sent) < 10_000_000
    found, megabytes = alone(sent)
    assert found == code.value
    assert megabytes < MOST_MB


def test_data_that_unpacks_to_more_than_the_pixels_is_not_unpacked() -> None:
    sent = png(10, 10, chunk(b"IDAT", zeros(300)))
    began = time.process_time()
    assert isinstance(shown(sent), Shown | MediaRejection)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "sent",
    [
        SVG,
        b"\xef\xbb\xbf  <svg onload='alert(1)'/>",
        b"",
        b"hello",
        b"%PDF-1.7\n",
        b"PK\x03\x04" + bytes(40),
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        written(photo(20, 20), "TIFF"),
        written(photo(20, 20), "BMP"),
        written(photo(20, 20), "ICO"),
        written(photo(20, 20), "PPM"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    ],
    ids=["SVG with a script", "another", "nothing", "text", "PDF", "ZIP", "HEIC", "TIFF", "BMP", "ICO", "PPM", "EPS"],
)
def test_what_is_no_picture_of_the_web_is_not_taken(sent: bytes) -> None:
    assert refused(sent) is MediaRejectionCode.NOT_TAKEN


@pytest.mark.parametrize("format_", FORMATS)
def test_a_picture_that_breaks_off_is_damaged(format_: str) -> None:
    sent = written(photo(300, 200), format_)
    for part in range(1, 10):
        assert refused(sent[: len(sent) * part // 10]) in {MediaRejectionCode.DAMAGED, MediaRejectionCode.NOT_TAKEN}


@pytest.mark.parametrize("progressive", [False, True])
def test_of_a_jpeg_not_even_the_last_byte_may_be_missing(progressive: bool) -> None:
    sent = written(photo(300, 200), "JPEG", progressive=progressive)
    assert refused(sent[:-1]) is MediaRejectionCode.DAMAGED
    good(sent)


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG"])
def test_of_a_thousand_frames_one_is_decoded(format_: str) -> None:
    frames = [Image.new("RGB", (16, 16), (number % 256, number // 256, 0)) for number in range(1_000)]
    sent = written(frames[0], format_, save_all=True, append_images=frames[1:], duration=20)
    began = time.process_time()
    good(sent)
    assert time.process_time() - began < 0.5


def test_the_largest_picture_that_is_taken_is_shown() -> None:
    width = 8_000
    sent = written(Image.new("1", (width, MOST_PIXELS // width)), "PNG")
    assert good(sent).height == MOST_PIXELS // width


def test_a_progressive_jpeg_may_have_as_many_scans_as_encoders_make() -> None:
    sent = scan_bomb(1)
    assert 3 <= scans(sent) <= MOST_SCANS // 4
    good(scan_bomb(1 + MOST_SCANS - scans(sent)))
    assert refused(scan_bomb(2 + MOST_SCANS - scans(sent))) is MediaRejectionCode.TOO_LARGE


def test_scans_within_a_thumbnail_do_not_count() -> None:
    thumbnail = written(quarters(16, 16), "JPEG", progressive=True)
    sent = written(photo(64, 48), "JPEG", exif=exif() + thumbnail * 30)
    assert scans(sent) == 1


@given(data=st.binary(max_size=300))
def test_counting_scans_ends_with_any_bytes(data: bytes) -> None:
    assert 0 <= scans(b"\xff\xd8" + data) <= MOST_SCANS + 1


def judged(sent: bytes) -> None:
    began = time.process_time()
    found = shown(sent)
    assert time.process_time() - began < MOST_SECONDS
    assert isinstance(found, Shown | MediaRejection)


@given(data=st.binary(max_size=2_000))
def test_random_bytes_are_judged(data: bytes) -> None:
    judged(data)


BEGINNINGS: Final = (
    b"\xff\xd8\xff\xe0", PNG, b"GIF89a", b"RIFF\x24\0\0\0WEBPVP8 ", b"RIFF\x24\0\0\0WEBPVP8X",
    b"RIFF\x24\0\0\0WEBPVP8L", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
)  # fmt: skip


@given(begins=st.sampled_from(BEGINNINGS), data=st.binary(max_size=1_000))
def test_random_bytes_behind_a_true_beginning_are_judged(begins: bytes, data: bytes) -> None:
    judged(begins + data)


def spoiled(sent: bytes, chance: random.Random) -> bytes:
    """The picture with some bits turned, bytes replaced, a stretch left out or doubled, or its end cut off."""
    data = bytearray(sent)
    reach = len(data) if chance.random() < 0.5 else min(len(data), 400)  # heads are where decoders are misled
    for _ in range(chance.choice((1, 2, 8, 40))):
        at = chance.randrange(max(1, min(reach, len(data) - 1)))
        match chance.randrange(5):
            case 0 | 1:
                data[at] ^= 1 << chance.randrange(8)
            case 2:
                data[at] = chance.choice((0, 0xFF, 0x7F, 0x80))
            case 3:
                data[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0"))
            case _:
                stretch = chance.randrange(1, 60)
                data[at : at + stretch] = data[at : at + stretch] * (
                    chance.choice((0, 2)) if len(data) > 2 * stretch else 2
                )
    return bytes(data[: chance.randrange(len(data))] if chance.random() < 0.2 else data)


def seeds() -> Iterator[tuple[str, bytes]]:
    small = photo(61, 47)
    for format_ in FORMATS:
        yield format_, written(small, format_)
    for format_ in ("JPEG", "PNG", "WEBP", "AVIF"):
        yield f"{format_} with EXIF", written(small, format_, exif=exif(6, "somewhere"))
    yield "progressive JPEG", written(small, "JPEG", progressive=True)
    yield "CMYK JPEG", written(small.convert("CMYK"), "JPEG")
    yield "palette PNG", written(small.quantize(16), "PNG", transparency=3)
    yield "16-bit PNG", written(Image.new("I;16", (30, 20), 40_000), "PNG")
    yield "transparent WebP", written(small.convert("RGBA"), "WEBP", lossless=True)
    for format_ in ("GIF", "WEBP", "AVIF"):
        yield f"animated {format_}", written(small, format_, save_all=True, append_images=[quarters(61, 47)])


SEEDS: Final = dict(seeds())


@pytest.mark.parametrize("name", SEEDS)
def test_spoiled_pictures_are_judged(name: str) -> None:
    """150 of each kind, drawn anew for each kind and always the same."""
    chance = random.Random(name)
    for _ in range(150):
        judged(spoiled(SEEDS[name], chance))


@pytest.mark.parametrize("name", SEEDS)
def test_a_picture_that_breaks_off_anywhere_is_judged(name: str) -> None:
    sent = SEEDS[name]
    for at in range(0, len(sent), max(1, len(sent) // 60)):
        judged(sent[:at])
