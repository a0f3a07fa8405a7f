"""What a customer wishes for: variants, each once, the newest wish first."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.customers.customers import Refused
from domain.errors import ErrorCode, InputError
from domain.ids import VariantId
from domain.pages import BadPage, Page, Place, Window
from domain.values import value

MOST_WISHES: Final = 200
"""Of one customer: two pages of the longest. 100 bytes each, 20 KB in all, lie in one item."""
WRONG_PLACE: Final = "the cursor is not one of this list; pass a cursor from its own pages, or none"


@value
class Wish:
    """A variant, whether or not it is still sold, and since when it is wished for."""

    variant_id: VariantId
    at: datetime


@value
class Wishlist:
    """Newest first; a list that nobody has written to is version 0."""

    version: int = 0
    wishes: tuple[Wish, ...] = ()


def wished(wishlist: Wishlist, variant: VariantId, now: datetime) -> Wishlist | Refused:
    """The list with a variant. One that is on it stays where it is, so that a repeated request does nothing."""
    if any(one.variant_id == variant for one in wishlist.wishes):
        return wishlist
    if len(wishlist.wishes) >= MOST_WISHES:
        message = f"a wishlist takes at most {MOST_WISHES} wishes; take one away"
        return (InputError(code=ErrorCode.INVALID, message=message, field=("variantId",)),)
    # Clocks differ: where a wish stands is said by its own moment, and a cursor by that too.
    wishes = sorted((Wish(variant_id=variant, at=now), *wishlist.wishes), key=_newness, reverse=True)
    return replace(wishlist, version=wishlist.version + 1, wishes=tuple(wishes))


def unwished(wishlist: Wishlist, variant: VariantId) -> Wishlist:
    """The list without a variant."""
    left = tuple(one for one in wishlist.wishes if one.variant_id != variant)
    return wishlist if left == wishlist.wishes else replace(wishlist, version=wishlist.version + 1, wishes=left)


def page_of(wishlist: Wishlist, window: Window) -> Page[Wish]:
    """One page of the list; raises BadPage for a place that is none of ours."""
    place = None if window.place is None else _read(window.place)
    if place is None:
        left = list(wishlist.wishes)
    elif window.backward:
        left = [one for one in wishlist.wishes if _newness(one) > place]
    else:
        left = [one for one in wishlist.wishes if _newness(one) < place]
    shown = left[-window.size :] if window.backward else left[: window.size]
    more, behind = len(left) > window.size, place is not None
    return Page(
        items=tuple(shown),
        places=tuple((one.at.isoformat(), one.variant_id) for one in shown),
        has_next=behind if window.backward else more,
        has_previous=more if window.backward else behind,
    )


def _newness(wish: Wish) -> tuple[datetime, str]:
    return wish.at, wish.variant_id


def _read(place: Place) -> tuple[datetime, str]:
    match place:
        case (str(moment), str(variant)):
            try:
                at = datetime.fromisoformat(moment)
            except ValueError as error:
                raise BadPage(WRONG_PLACE) from error
            if at.tzinfo is not None:
                return at, variant
    raise BadPage(WRONG_PLACE)
