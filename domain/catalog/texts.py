"""Checks of single texts and lists, each finding said as an InputError at its place in the request."""

import re
import unicodedata
from collections.abc import Sized
from typing import Final

from domain.errors import ErrorCode, InputError

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LOCALE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""The shape of a BCP 47 language tag (RFC 5646, section 2.1), without its rarer forms."""
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unicode's categories Cc, but for tab and line ends, and Cs: what UTF-8 or a screen has no place for."""
LONGEST_LOCALE: Final = 35
"""Room for every well-formed tag in use (RFC 5646, section 4.4.1)."""
LONGEST_SLUG: Final = 255
LONGEST_NAME: Final = 255
LONGEST_WORD: Final = 255
LONGEST_PROSE: Final = 60_000


class Findings:
    """Collects what is wrong with a request, so that the caller learns all of it at once."""

    def __init__(self) -> None:
        self.errors: list[InputError] = []

    def add(self, message: str, *path: str | int, code: ErrorCode = ErrorCode.INVALID) -> None:
        """Note one finding; ``path`` leads into the arguments, without the leading ``input``."""
        self.errors.append(InputError(code=code, message=message, field=("input", *map(str, path))))

    def text(self, value: str | None, longest: int, *path: str | int) -> str | None:
        """An optional text without outer space; blank is None."""
        clean = (value or "").strip()
        if len(clean) > longest:
            self.add(f"at most {longest:,} characters, not {len(clean):,}", *path)
        if _NO_TEXT.search(clean):
            self.add("control characters and unpaired surrogates are not accepted", *path)
        return clean or None

    def required(self, value: str | None, longest: int, *path: str | int) -> str:
        """A text that must not be blank."""
        clean = self.text(value, longest, *path)
        if clean is None:
            self.add("must not be blank", *path, code=ErrorCode.REQUIRED)
        return clean or ""

    def slug(self, value: str, *path: str | int) -> str:
        """A unique name in addresses."""
        if not SLUG.fullmatch(value) or len(value) > LONGEST_SLUG:
            self.add(
                f'"{value[:40]}" is not a slug: lower-case letters, digits and single dashes, such as "red-shirt"',
                *path,
            )
        return value

    def locale(self, value: str, *path: str | int) -> str:
        """A language tag."""
        if not LOCALE.fullmatch(value) or len(value) > LONGEST_LOCALE:
            self.add(f'"{value[:40]}" is not a language tag such as "fr" or "pt-BR"', *path)
        return value

    def most(self, values: Sized, most: int, *path: str | int) -> None:
        """A list of bounded length."""
        if len(values) > most:
            self.add(f"at most {most}, not {len(values)}", *path)


def slugged(text: str) -> str:
    """A slug made from a name: letters without their accents, everything else a dash.

    Empty when no letter or digit of ASCII is in it; cut at LONGEST_SLUG characters.
    """
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:LONGEST_SLUG].rstrip("-")
