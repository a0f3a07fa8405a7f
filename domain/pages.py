"""Pages of a list that can grow, and the opaque cursor that marks a place in one."""

import base64
import json
from dataclasses import dataclass
from typing import Final

LARGEST_PAGE: Final = 100
USUAL_PAGE: Final = 20
_VERSION: Final = 1
_encode: Final = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_BEYOND: Final = 2**63
"""What a signed 64-bit integer cannot hold, and so no number of a stored sort key."""


class BadPage(ValueError):
    """The page asked for cannot be given; the message is one sentence that says what would be right."""


type Place = tuple[str | int, ...]
"""Where an item stands in a list: its sort key and its id, say. A cursor is a place made opaque."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for (Relay cursor connections): ``size`` items after or before a place.

    ``backward`` is True for ``last``/``before``: the items just before the place, still given in list order.
    """

    size: int = USUAL_PAGE
    place: Place | None = None
    backward: bool = False


@dataclass(frozen=True, slots=True)
class Page[T]:
    """``items`` in list order, each with its place, and whether more lie on either side."""

    items: tuple[T, ...]
    places: tuple[Place, ...]
    has_next: bool
    has_previous: bool


def window(
    listing: str,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Window:
    """Read Relay's four arguments for ``listing``.

    Raises BadPage when they are out of bounds, contradict each other, or hold a cursor of another list.
    """
    if first is not None and last is not None:
        raise BadPage("give either first or last, not both")
    if after is not None and before is not None:
        raise BadPage("give either after or before, not both")
    backward = last is not None or before is not None
    if backward and (first is not None or after is not None):
        raise BadPage("first goes with after, last goes with before")
    size = last if backward else first
    if size is not None and not 1 <= size <= LARGEST_PAGE:
        raise BadPage(f"{'last' if backward else 'first'} is from 1 to {LARGEST_PAGE}, not {size}")
    text = before if backward else after
    place = None if text is None else place_of(text, listing)
    return Window(USUAL_PAGE if size is None else size, place, backward)


def cursor(listing: str, *place: str | int) -> str:
    """An opaque cursor: the place of an item within the list called ``listing``."""
    text = _encode([_VERSION, listing, *place])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(text: str, listing: str) -> Place:
    """Read a cursor of ``listing``.

    Raises BadPage when the text is not exactly what ``cursor`` makes of a place in that list: a cursor is never
    trusted to be ours, so what is read holds only texts that can be encoded and numbers of 64 bits.
    """
    try:
        _, _, *place = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        ours = all(map(_is_placeable, place)) and cursor(listing, *place) == text
    except (ValueError, TypeError, RecursionError):
        ours, place = False, []
    if not ours:
        raise BadPage("the cursor is not one of this list; pass a cursor from its own pages, or none")
    return tuple(place)


def _is_placeable(part: object) -> bool:
    return type(part) is str or (type(part) is int and -_BEYOND <= part < _BEYOND)
