"""How reviews hold what they show: in their own transaction, and only what was looked at when it was decided."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from datasources.dynamo.media import MediaTable
from datasources.dynamo.transactions import Transaction
from domain.errors import InputError
from domain.ids import CustomerId, MediaId, ReviewId, is_id
from domain.media.attaching import attached, detached, unattachable
from domain.media.media import Holder, HolderKind
from domain.media.showing import shown_of
from domain.media.storing import KeptMedia
from domain.reviews.drafts import MOST_PICTURES
from domain.reviews.reviews import Review, Withdrawn
from domain.shown import ShownMedia


class Pictures:
    """The media that one change of a review is about, as they were when the change was decided last."""

    def __init__(self, media: MediaTable) -> None:
        self._media: Final = media
        self._seen: Mapping[MediaId, KeptMedia] = {}

    def known(
        self, ids: Sequence[MediaId], author: CustomerId, review: ReviewId, shown: Sequence[ShownMedia] = ()
    ) -> Mapping[MediaId, ShownMedia | InputError]:
        """What of ``ids`` the author's review may show, or why it may not; ``shown`` is what it shows so far.

        Looked at anew each time, by one request at most.
        """
        named = {one for one in ids[:MOST_PICTURES] if is_id(one, "media")}
        self._seen = self._looked({*named, *(one.id for one in shown)})
        holder = Holder(kind=HolderKind.REVIEW, id=review)
        kept = {one: self._seen[one].media for one in named if one in self._seen}
        return {one: unattachable(media, holder, author) or shown_of(media) for one, media in kept.items()}

    def hold(self, into: Transaction, old: Review | None, new: Review | Withdrawn) -> None:
        """Add to the transaction of a change that the review begins to hold what it shows now, and lets go of the rest.

        A request more for what was not looked at. Its failure has the name ``media``.
        """
        before, after = _ids(old), _ids(new)
        moved = before ^ after
        kept = {**self._looked(moved - self._seen.keys()), **self._seen} if moved else {}
        holder, at = Holder(kind=HolderKind.REVIEW, id=new.id), new.updated_at if isinstance(new, Review) else new.at
        changes = [(kept[one], attached if one in after else detached) for one in sorted(moved) if one in kept]
        held = [(one, change(one.media, holder, at)) for one, change in changes]
        self._media.holding(into, held, f"{new.id}-{new.version}")

    def _looked(self, ids: Iterable[MediaId]) -> Mapping[MediaId, KeptMedia]:
        asked = sorted(ids)
        return self._media.many(asked) if asked else {}


def _ids(review: Review | Withdrawn | None) -> frozenset[MediaId]:
    return frozenset(one.id for one in review.media) if isinstance(review, Review) else frozenset()
