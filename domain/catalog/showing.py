"""What a draft asks a product to show: media of ours, and pictures that lie elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.catalog.drafts import MediaDraft
from domain.catalog.products import MOST_MEDIA, Product
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

    A picture that lies elsewhere may also be named by the id under which the product shows it already, and one that was
    fetched from there by its old address.
    """
    found.most(drafts, MOST_MEDIA, "media")
    there: Known = {one.id: one for one in current if one.url is not None} | dict(known)
    media = tuple(_shown(found, place, draft, owner, there) for place, draft in enumerate(drafts))
    ids = [one.id for one in media if one]
    if len(set(ids)) < len(ids):
        found.add("a picture is given twice", "media", code=ErrorCode.DUPLICATE)
    return tuple(filter(None, media))


def names_of(media: Sequence[ShownMedia], drafts: Sequence[MediaDraft], owner: ProductId) -> Mapping[str, MediaId]:
    """By what a variant may name the media of its product: their ids, and the addresses that the drafts give."""
    ids = {one.id for one in media}
    addresses = (one.url.strip() for one in drafts if one.url is not None)
    given = {url: id_ for url in addresses if (id_ := elsewhere_id(owner, url)) in ids}
    return given | {one: one for one in ids}


def elsewhere_id(owner: ProductId, url: str) -> MediaId:
    """The id of the picture at an address: a product's own, for ever, whoever sends it, and also once it is fetched."""
    return MediaId(derived("media", owner, url))


def brought(product: Product, fetched: Mapping[MediaId, ShownMedia], now: datetime) -> Product:
    """The product with pictures of ours in place of those that lay elsewhere; itself where it shows none of them.

    Each stays where it is, keeps its id, by which variants name it, and the words that the product has for it.
    """
    media = tuple(_brought(one, fetched) for one in product.media)
    if media == product.media:
        return product
    return replace(product, version=product.version + 1, media=media, updated_at=now)


def _brought(one: ShownMedia, fetched: Mapping[MediaId, ShownMedia]) -> ShownMedia:
    ours = fetched.get(one.id) if one.url is not None else None
    return one if ours is None else replace(ours, alt=one.alt)


def _shown(found: Findings, place: int, draft: MediaDraft, owner: ProductId, there: Known) -> ShownMedia | None:
    alt = found.text(draft.alt, LONGEST_WORD * 2, "media", place, "alt")
    if (draft.media_id is None) is (draft.url is None):
        found.add("give either mediaId or url", "media", place)
        return None
    if draft.media_id is None:
        url = found.required(draft.url, LONGEST_URL, "media", place, "url")
        id_ = elsewhere_id(owner, url)
        ours = there.get(id_)
        if isinstance(ours, ShownMedia) and ours.url is None:
            return replace(ours, alt=alt)
        return ShownMedia(id=id_, url=url, alt=alt)
    one = there.get(draft.media_id)
    if one is None or isinstance(one, InputError):
        code, message = (one.code, one.message) if one else (ErrorCode.NOT_FOUND, "there is no such media")
        found.add(message, "media", place, "mediaId", code=code)
        return None
    return one if alt is None else replace(one, alt=alt)
