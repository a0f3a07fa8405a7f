"""What may be said in a review: a draft becomes its texts, stars and pictures, or the list of what is wrong with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from domain.addresses import UNPRINTABLE
from domain.errors import ErrorCode, InputError
from domain.ids import MediaId
from domain.reviews.reviews import STARS
from domain.shown import ShownMedia
from domain.values import value

LONGEST_AUTHOR: Final = 100
LONGEST_TITLE: Final = 150
"""Characters: a line on a wide screen."""
LONGEST_BODY: Final = 5_000
"""Characters: two printed pages. With a reply as long, four bytes each, and six pictures, a review is 60 KB of the
400 KB of an item. A page of a hundred full ones, of two bytes each, is 3.7 MB of the 5 MB that AppSync answers."""
LONGEST_REPLY: Final = 5_000
MOST_PICTURES: Final = 6
_LINE_ENDS: Final = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_NO_PROSE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Unicode's categories Cc, but for tab and line feed, and Cs; and what turns the direction of all that stands behind it
(UAX #9, explicit embeddings, overrides and isolates), by which a text could reach into the page around it."""
_NO_LINE: Final = re.compile(f"{UNPRINTABLE.pattern}|[\u202a-\u202e\u2066-\u2069]")

type Refused = tuple[InputError, ...]
type Pictures = Mapping[MediaId, ShownMedia | InputError]
"""Media that a draft names, as they are shown, or why its review cannot show them."""

NO_PICTURES: Final[Pictures] = MappingProxyType({})
_UNKNOWN: Final = InputError(code=ErrorCode.NOT_FOUND, message="there is no such media")


@value
class ReviewDraft:
    """What a buyer asks to have said; without ``media_ids`` the pictures are to stay as they are."""

    rating: int
    title: str | None = None
    body: str | None = None
    media_ids: tuple[MediaId, ...] | None = None


@value
class Known:
    """What others know of who writes: the name to be read by all, whether orders say that they bought the product, and
    what they may show of the pictures that the draft names.
    """

    author: str
    bought: bool
    pictures: Pictures = NO_PICTURES


@value
class Said:
    """A draft as it is kept: texts without outer space, with line feeds only; blank is None."""

    author: str
    rating: int
    title: str | None
    body: str | None
    media: tuple[ShownMedia, ...]


def said(draft: ReviewDraft, known: Known, shown: tuple[ShownMedia, ...] = ()) -> Said | Refused:
    """What is kept of a draft, or all that is wrong with it, each at its place in the request; ``shown`` is so far."""
    asked = draft.media_ids
    errors = (*_wrong_texts(draft, known), *_wrong_pictures(asked or (), known.pictures))
    return errors or Said(
        author=known.author.strip(),
        rating=draft.rating,
        title=_clean(draft.title),
        body=prose(draft.body),
        media=shown if asked is None else tuple(_pictures(asked, known.pictures)),
    )


def prose(text: str | None) -> str | None:
    """A text of several lines as it is kept."""
    return _clean(_LINE_ENDS.sub("\n", text or ""))


def prose_errors(text: str | None, longest: int, *path: str) -> Refused:
    """Why a text of several lines cannot be kept."""
    clean = prose(text) or ""
    if len(clean) > longest:
        return (_invalid(f"at most {longest:,} characters, not {len(clean):,}", *path),)
    if _NO_PROSE.search(clean):
        return (_invalid("control characters and unpaired surrogates are not accepted", *path),)
    return ()


def _wrong_texts(draft: ReviewDraft, known: Known) -> Iterator[InputError]:
    if draft.rating not in STARS:
        yield _invalid(f"{STARS[0]} to {STARS[-1]} stars, not {draft.rating}", "input", "rating")
    author, title = known.author.strip(), _clean(draft.title) or ""
    if not author:
        yield InputError(code=ErrorCode.REQUIRED, message="a review is read with a name", field=("input", "author"))
    for text, longest, part in ((author, LONGEST_AUTHOR, "author"), (title, LONGEST_TITLE, "title")):
        if len(text) > longest or _NO_LINE.search(text):
            yield _invalid(f"one line of at most {longest} characters", "input", part)
    yield from prose_errors(draft.body, LONGEST_BODY, "input", "body")


def _wrong_pictures(asked: Sequence[MediaId], pictures: Pictures) -> Iterator[InputError]:
    if len(asked) > MOST_PICTURES:
        yield _invalid(f"at most {MOST_PICTURES} pictures, not {len(asked):,}", "input", "mediaIds")
        return
    if len(set(asked)) < len(asked):
        message = "a picture is given twice"
        yield InputError(code=ErrorCode.DUPLICATE, message=message, field=("input", "mediaIds"))
    for place, one in enumerate(asked):
        found = pictures.get(one, _UNKNOWN)
        if isinstance(found, InputError):
            yield replace(found, field=("input", "mediaIds", str(place)))


def _pictures(asked: Sequence[MediaId], pictures: Pictures) -> Iterator[ShownMedia]:
    """What is shown, in the order that was asked for."""
    for one in asked:
        found = pictures[one]
        assert isinstance(found, ShownMedia)
        yield found


def _clean(text: str | None) -> str | None:
    return (text or "").strip() or None


def _invalid(message: str, *path: str) -> InputError:
    return InputError(code=ErrorCode.INVALID, message=message, field=path)
