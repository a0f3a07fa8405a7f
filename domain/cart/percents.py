"""Rates as people write them: per cent, with at most four decimals, which is whole parts per million."""

import re
from typing import Final

_PERCENT: Final = re.compile(r"(\d{1,3})(?:\.(\d+))?", re.ASCII)
_PLACES: Final = 4
_WHOLE: Final = 10**_PLACES
"""Parts per million of one per cent."""


class BadPercent(ValueError):
    """A text that is no rate; the message says what would be right."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f'"{text[:40]}" is not per cent with at most {_PLACES} decimals; write it like "12.5"')


def parse_percent(text: str) -> int:
    """Parts per million of ``"12.5"``; zeros beyond the fourth decimal are dropped. Raises BadPercent."""
    match = _PERCENT.fullmatch(text.strip())
    decimals = (match[2] or "").rstrip("0") if match else ""
    if match is None or len(decimals) > _PLACES:
        raise BadPercent(text)
    return int(match[1]) * _WHOLE + int(decimals.ljust(_PLACES, "0"))
