"""A picture is shown as it is to be seen, in sizes that fit, and tells nothing but its pixels."""

import io

import pytest
from PIL import Image

from datasources.images.pictures import SIDES
from domain.shown import RenditionFormat
from tests.datasources.images.making import (
    BLUE,
    FORMATS,
    GREEN,
    RED,
    YELLOW,
    best,
    corners,
    exif,
    good,
    held,
    near,
    opened,
    photo,
    profile,
    quarters,
    written,
)

SECRET = "52.5163N-secret-garden"


@pytest.mark.parametrize(
    ("size", "sides"),
    [
        ((2400, 1600), [320, 640, 1280, 1920]),
        ((1600, 2400), [320, 640, 1280, 1920]),
        ((1920, 300), [320, 640, 1280, 1920]),
        ((1300, 900), [320, 640, 1300]),
        ((330, 200), [330]),
        ((7, 5), [7]),
        ((1, 1), [1]),
        ((1, 3000), [320, 640, 1280, 1920]),
    ],
)
def test_sizes_are_as_many_as_fit_and_never_larger_than_the_picture(size: tuple[int, int], sides: list[int]) -> None:
    found = good(written(photo(*size), "JPEG"))
    assert (found.width, found.height) == size
    for kind in RenditionFormat:
        images = [opened(one) for one in found.renditions if one.format is kind]
        assert [max(image.size) for image in images] == sides
        assert {image.format for image in images} == {kind.value}
        for image in images:
            scale = max(image.size) / max(size)
            assert all(abs(got - length * scale) <= 1 for got, length in zip(image.size, size, strict=True))
    assert [(one.width, one.height) for one in found.renditions] == [opened(one).size for one in found.renditions]
    assert len(found.blurhash) == 28


@pytest.mark.parametrize("format_", FORMATS)
def test_each_format_is_shown_in_its_colours(format_: str) -> None:
    found = good(written(quarters(400, 300), format_))
    for kind in RenditionFormat:
        assert all(map(near, corners(best(found, kind)), (RED, GREEN, BLUE, YELLOW)))


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned_as_the_camera_was_held(format_: str, orientation: int) -> None:
    visual = quarters(120, 80)
    found = good(written(held(visual, orientation), format_, exif=exif(orientation)))
    assert (found.width, found.height) == (120, 80)
    for kind in RenditionFormat:
        image = best(found, kind)
        assert image.size == (120, 80)
        assert all(map(near, corners(image), (RED, GREEN, BLUE, YELLOW)))


def test_a_large_one_is_turned_too() -> None:
    found = good(written(held(quarters(150, 100), 6).resize((2000, 3000)), "JPEG", exif=exif(6)))
    assert (found.width, found.height) == (3000, 2000)
    assert all(map(near, corners(best(found)), (RED, GREEN, BLUE, YELLOW)))


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_an_orientation_that_is_none_turns_nothing(orientation: int) -> None:
    found = good(written(quarters(40, 30), "JPEG", exif=exif(orientation)))
    assert (found.width, found.height) == (40, 30)


def test_exif_that_cannot_be_read_turns_nothing() -> None:
    found = good(written(quarters(40, 30), "JPEG", exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff broken"))
    assert (found.width, found.height) == (40, 30)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_no_output_tells_where_it_was_taken_or_by_whom(format_: str) -> None:
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    more = {"comment": SECRET.encode()} if format_ == "JPEG" else {}
    sent = written(photo(700, 500), format_, exif=exif(6, SECRET), xmp=xmp, icc_profile=SRGB_LIKE, **more)
    assert SECRET.encode() in sent
    for one in good(sent).renditions:
        assert SECRET.encode() not in one.data
        image = opened(one)
        assert dict(image.getexif()) == {}
        assert image.getexif().get_ifd(0x8825) == {}
        assert not {"exif", "xmp", "icc_profile", "comment", "XML:com.adobe.xmp"} & set(image.info)


def test_texts_of_a_png_and_comments_of_a_gif_are_gone_too() -> None:
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415 - its only use

    texts = PngInfo()
    texts.add_text("Author", SECRET)
    texts.add_itxt("Description", SECRET, zip=True)
    for sent in (
        written(photo(50, 40), "PNG", pnginfo=texts),
        written(photo(50, 40), "GIF", comment=SECRET.encode()),
    ):
        assert all(SECRET.encode() not in one.data for one in good(sent).renditions)


XYZ_RED, XYZ_GREEN, XYZ_BLUE = (28_578, 14_582, 912), (25_240, 46_981, 6_361), (9_374, 3_973, 46_788)
SRGB_LIKE = profile(red=XYZ_RED, green=XYZ_GREEN, blue=XYZ_BLUE)
SWAPPED = profile(red=XYZ_GREEN, green=XYZ_RED, blue=XYZ_BLUE)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_colours_are_those_of_the_pictures_own_profile(format_: str) -> None:
    """In a space where red and green have changed places, red pixels are green ones."""
    sent = written(Image.new("RGB", (60, 40), (200, 40, 40)), format_, icc_profile=SWAPPED)
    for kind in RenditionFormat:
        assert near(best(good(sent), kind).getpixel((30, 20)), (40, 200, 40), 25)
    plain = written(Image.new("RGB", (60, 40), (200, 40, 40)), format_, icc_profile=SRGB_LIKE)
    assert near(best(good(plain)).getpixel((30, 20)), (200, 40, 40), 25)


@pytest.mark.parametrize("broken", [b"no profile", SWAPPED[:200], bytes(5_000_000)])
def test_a_profile_that_cannot_be_used_is_as_none(broken: bytes) -> None:
    sent = written(quarters(60, 40), "JPEG", icc_profile=broken)
    assert all(map(near, corners(best(good(sent))), (RED, GREEN, BLUE, YELLOW)))


def test_transparency_stays_in_webp_and_is_white_in_jpeg() -> None:
    sent = quarters(200, 100).convert("RGBA")
    sent.paste((0, 0, 0, 0), (0, 0, 100, 50))
    for format_ in ("PNG", "WEBP", "AVIF"):
        found = good(written(sent, format_))
        webp, jpeg = best(found), best(found, RenditionFormat.JPEG)
        assert webp.mode == "RGBA"
        assert [pixel[3] > 128 for pixel in corners(webp)] == [False, True, True, True]
        assert all(map(near, corners(jpeg), ((255, 255, 255), GREEN, BLUE, YELLOW)))


def test_a_palette_with_a_transparent_colour_keeps_it() -> None:
    sent = quarters(200, 100).quantize(8)
    clear = sent.getpixel((10, 10))
    for format_ in ("PNG", "GIF"):
        found = good(written(sent, format_, transparency=clear))
        assert [pixel[3] > 128 for pixel in corners(best(found))] == [False, True, True, True]


def test_transparency_that_shows_nothing_is_dropped() -> None:
    assert best(good(written(quarters(60, 40).convert("RGBA"), "PNG"))).mode == "RGB"


def test_edges_against_nothing_have_no_rim_of_hidden_colours() -> None:
    """What is fully transparent has a colour too, which must not bleed when the picture is made smaller."""
    sent = Image.new("RGBA", (2400, 1200), (255, 0, 0, 0))
    sent.paste((0, 0, 255, 255), (1201, 0, 2400, 1200))
    small = next(opened(one) for one in good(written(sent, "PNG")).renditions if one.format is RenditionFormat.JPEG)
    red, _, blue = small.crop((140, 40, 180, 60)).split()
    assert all(one <= other + 10 for one, other in zip(red.tobytes(), blue.tobytes(), strict=True))


def test_a_cmyk_jpeg_is_shown_in_its_colours() -> None:
    found = good(written(quarters(120, 80).convert("CMYK"), "JPEG", quality=95))
    assert all(map(near, corners(best(found)), (RED, GREEN, BLUE, YELLOW)))


@pytest.mark.parametrize(("value", "wanted"), [(0, 0), (0x4000, 0x40), (0x8000, 0x80), (0xFFFF, 0xFF)])
def test_16_bits_of_grey_keep_their_brightness(value: int, wanted: int) -> None:
    found = good(written(Image.new("I;16", (40, 30), value), "PNG"))
    assert near(best(found).convert("RGB").getpixel((20, 15)), (wanted,) * 3, 3)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P"])
def test_black_white_and_grey_are_shown(mode: str) -> None:
    found = good(written(Image.new("RGB", (60, 40), (255, 255, 255)).convert(mode), "PNG"))
    assert near(best(found).convert("RGB").getpixel((30, 20)), (255, 255, 255), 3)


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "AVIF", "PNG"])
def test_of_what_moves_the_first_frame_is_shown(format_: str) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in (RED, GREEN, BLUE)]
    sent = written(frames[0], format_, save_all=True, append_images=frames[1:], duration=100)
    found = good(sent)
    for kind in RenditionFormat:
        assert near(best(found, kind).convert("RGB").getpixel((30, 20)), RED)
    assert all(getattr(opened(one), "n_frames", 1) == 1 for one in found.renditions)


def test_a_jpeg_of_several_pictures_as_phones_make_them_shows_the_first() -> None:
    sent = written(quarters(2400, 1600), "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40))])
    found = good(sent)
    assert (found.width, found.height) == (2400, 1600)
    assert all(map(near, corners(best(found)), (RED, GREEN, BLUE, YELLOW)))


@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_the_same_picture_gives_the_same_bytes(format_: str) -> None:
    sent = written(photo(1400, 900), format_)
    assert good(sent) == good(sent)


def test_sizes_are_in_order() -> None:
    found = good(written(photo(2400, 1600), "JPEG"))
    assert [one.width for one in found.renditions] == sorted(one.width for one in found.renditions)
    assert [one.width for one in found.renditions if one.format is RenditionFormat.JPEG] == list(SIDES)


def test_the_picture_that_is_hashed_is_the_one_that_is_seen() -> None:
    upright = good(written(quarters(120, 80), "PNG")).blurhash
    assert good(written(held(quarters(120, 80), 6), "PNG", exif=exif(6))).blurhash == upright
    assert Image.open(io.BytesIO(written(quarters(120, 80), "PNG"))).size == (120, 80)
