"""Who may hold which media: a shop's products the shop's own, a review what its author sent."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.errors import ErrorCode, InputError
from domain.ids import CustomerId
from domain.media.media import Holder, HolderKind, Media
from domain.shown import MediaKind, MediaStatus
from domain.values import value

MOST_HOLDERS: Final = 100
"""Things that show one media: some 5 KB of the media's document."""


@value
class Holding:
    """What a kind of holder may hold."""

    kinds: frozenset[MediaKind]
    of_customers: bool


HOLDING: Final[Mapping[HolderKind, Holding]] = {
    HolderKind.PRODUCT: Holding(
        kinds=frozenset({MediaKind.IMAGE, MediaKind.VIDEO, MediaKind.DOCUMENT}), of_customers=False
    ),
    HolderKind.GOODS: Holding(kinds=frozenset({MediaKind.DIGITAL_GOOD}), of_customers=False),
    HolderKind.REVIEW: Holding(kinds=frozenset({MediaKind.IMAGE}), of_customers=True),
}


def unattachable(media: Media | None, holder: Holder, author: CustomerId | None) -> InputError | None:
    """Why this cannot hold the media, for the caller to put at its place; None when it can, or does already.

    ``author`` is the customer whose thing the holder is, None: the shop's. Another's media is told apart from none by
    nobody. Only what is ready may be held, since a holder copies what it shows.
    """
    if media is None or media.owner != author:
        return InputError(code=ErrorCode.NOT_FOUND, message="there is no such media")
    rule = HOLDING[holder.kind]
    if media.kind not in rule.kinds or (author is not None) is not rule.of_customers:
        taken = ", ".join(kind.value for kind in MediaKind if kind in rule.kinds)
        return InputError(code=ErrorCode.INVALID, message=f"takes {taken} only")
    if media.rejection is not None:
        return InputError(code=ErrorCode.MEDIA_REJECTED, message=f"it was rejected: {media.rejection.message}")
    if media.status is not MediaStatus.READY:
        return InputError(code=ErrorCode.INVALID, message="it is not READY yet")
    if holder not in media.holders and len(media.holders) >= MOST_HOLDERS:
        return InputError(code=ErrorCode.INVALID, message=f"at most {MOST_HOLDERS} things show one media")
    return None


def attached(media: Media, holder: Holder, now: datetime) -> Media:
    """The media, held by this too; as it was when it is already."""
    if holder in media.holders:
        return media
    holders = (*media.holders, holder)
    return replace(media, version=media.version + 1, holders=holders, let_go_at=None, updated_at=now)


def detached(media: Media, holder: Holder, now: datetime) -> Media:
    """The media, no longer held by this; as it was when it is not."""
    if holder not in media.holders:
        return media
    left = tuple(one for one in media.holders if one != holder)
    return replace(media, version=media.version + 1, holders=left, let_go_at=None if left else now, updated_at=now)
