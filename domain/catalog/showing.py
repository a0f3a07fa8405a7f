"""What a draft asks a product to show: media of ours, and pictures that lie elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from domain.catalog.drafts import MediaDraft
from domain.catalog.products import MOST_MEDIA
from domain.catalog.texts import LONGEST_WORD, Findings
from domain.errors import ErrorCode, InputError
from domain.ids import MediaId, ProductId, derived
from domain.shown import ShownMedia

LONGEST_URL: Final = 2048

type Known = Mapping[MediaId, ShownMedia | InputError]
"""Media of ours that a draft names, as they are shown, or why a product cannot show them."""


def media_of(
    found: Findings, drafts: Sequence[MediaDraft], owner: ProductId, current: Sequence[ShownMedia], known: Known
) -> tuple[ShownMedia, ...]:
    """What is to be shown, in the order of the draft; findings go to ``found``.

    A picture that lies elsewhere may also be named by the id under which the product shows it already.
    """
    found.most(drafts, MOST_MEDIA, "media")
    there: Known = {one.id: one for one in current if one.url is not None} | dict(known)
    media = tuple(_shown(found, place, draft, owner, there) for place, draft in enumerate(drafts))
    ids = [one.id for one in media if one]
    if len(set(ids)) < len(ids):
        found.add("a picture is given twice", "media", code=ErrorCode.DUPLICATE)
    return tuple(filter(None, media))


def names_of(media: Sequence[ShownMedia]) -> Mapping[str, MediaId]:
    """By what a variant may name the media of its product."""
    return {one.url: one.id for one in media if one.url is not None} | {one.id: one.id for one in media}


def _shown(found: Findings, place: int, draft: MediaDraft, owner: ProductId, there: Known) -> ShownMedia | None:
    alt = found.text(draft.alt, LONGEST_WORD * 2, "media", place, "alt")
    if (draft.media_id is None) is (draft.url is None):
        found.add("give either mediaId or url", "media", place)
        return None
    if draft.media_id is None:
        url = found.required(draft.url, LONGEST_URL, "media", place, "url")
        # The same picture of the same product keeps its id for ever, whoever sends it.
        return ShownMedia(id=MediaId(derived("media", owner, url)), url=url, alt=alt)
    one = there.get(draft.media_id)
    if one is None or isinstance(one, InputError):
        code, message = (one.code, one.message) if one else (ErrorCode.NOT_FOUND, "there is no such media")
        found.add(message, "media", place, "mediaId", code=code)
        return None
    return one if alt is None else replace(one, alt=alt)
