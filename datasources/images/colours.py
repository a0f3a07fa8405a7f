"""Pixels of any kind as those that all browsers show alike: 8 bits a colour, sRGB, with or without transparency."""

import io
from typing import Final

from PIL import Image, ImageCms

LARGEST_PROFILE: Final = 4_000_000
"""Bytes of a colour profile; those of printers have some 2 MB."""
_SIXTEEN_BITS: Final = frozenset({"I", "I;16", "I;16L", "I;16B", "I;16N"})
_SRGB: Final = ImageCms.createProfile("sRGB")
WHITE: Final = (255, 255, 255)


def eight_bits(image: Image.Image) -> Image.Image:
    """Pixels that can be made smaller without a loss: no palette, no 16 bits, transparency in a channel of its own."""
    if image.mode in _SIXTEEN_BITS:
        # Plain conversion would cut off all above 255.
        return image.point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    return image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")


def srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture as RGB or RGBA, by the colour profile that it came with; one that cannot be used is as none."""
    target = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile and len(profile) <= LARGEST_PROFILE:
        try:
            source = ImageCms.getOpenProfile(io.BytesIO(profile))
            found = ImageCms.profileToProfile(image, source, _SRGB, outputMode=target)
        except (ImageCms.PyCMSError, OSError, ValueError):
            found = None
        if found is not None:
            return found
    return image if image.mode == target else image.convert(target)


def bare(image: Image.Image) -> Image.Image:
    """The pixels and nothing else: no EXIF, no place where it was taken, no profile, no text, no comment."""
    return Image.frombytes(image.mode, image.size, image.tobytes())


def on_white(image: Image.Image) -> Image.Image:
    """Without transparency, as it looks on a white page."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, WHITE)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def opaque(image: Image.Image) -> bool:
    """Whether nothing shines through."""
    return image.mode != "RGBA" or image.getchannel("A").getextrema()[0] == WHITE[0]
