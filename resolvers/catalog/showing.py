"""How products come to show the shop's media: looked at once, and held by the transaction that stores the product."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from domain.catalog.drafts import MediaDraft, ProductDraft, VariantDraft
from domain.catalog.products import Product
from domain.catalog.showing import Known
from domain.catalog.storing import Also
from domain.errors import ErrorCode, InputError
from domain.ids import MediaId, ProductId
from domain.media.attaching import attached, detached, unattachable
from domain.media.media import Holder, HolderKind
from domain.media.places import PUBLIC, media_at
from domain.media.showing import shown_of
from domain.media.storing import KeptMedia
from resolvers.catalog.ports import Catalog

MOST_MOVED: Final = 50
"""Media that a change takes up or lets go of: with all else that it writes, a transaction has room for them."""


def by_id(draft: ProductDraft, base: str) -> ProductDraft:
    """The draft with the shop's own media named by id, where it says at what address below ``base`` they are shown: so
    who reads a product and sends it back changes nothing.
    """
    media = tuple(_by_id(one, base) for one in draft.media or ())
    if media == (draft.media or ()):
        return draft
    return replace(draft, media=media, variants=tuple(_variant(one, base) for one in draft.variants))


def _by_id(one: MediaDraft, base: str) -> MediaDraft:
    found = _media_at(one.url, base) if one.url is not None and one.media_id is None else None
    return one if found is None else replace(one, url=None, media_id=found)


def _variant(variant: VariantDraft, base: str) -> VariantDraft:
    known = {url: _media_at(url, base) for url in variant.media_urls or ()}
    ids = tuple(found for found in known.values() if found is not None)
    urls = tuple(url for url, found in known.items() if found is None)
    return replace(variant, media_urls=urls, media_ids=(*(variant.media_ids or ()), *ids))


def _media_at(url: str, base: str) -> MediaId | None:
    return media_at(url.strip().removeprefix(f"{base}/")) if url.strip().startswith(f"{base}/{PUBLIC}") else None


class Exhibits:
    """The media that one try to store a product is about, read once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._kept: Mapping[MediaId, KeptMedia] = {}

    def known(self, draft: ProductDraft, owner: ProductId, current: Product | None) -> Known:
        """What the product may show of what the draft names, or why it may not."""
        named = [one.media_id for one in draft.media or () if one.media_id is not None]
        ids = {*named, *_own(current)}
        self._kept = self._catalog.media.many(ids) if ids else {}
        holder = _holder(owner)
        found: dict[MediaId, Any] = {}
        for kept in self._kept.values():
            refused = unattachable(kept.media, holder, None)
            found[kept.media.id] = refused or shown_of(kept.media)
        return found

    def held(self, old: Product | None, new: Product) -> Also | InputError | None:
        """What is to be stored with the product's next version, None: nothing; or why it is too much at once."""
        holder, now = _holder(new.id), self._catalog.now()
        before, after = _own(old), _own(new)
        changed = dict.fromkeys(after - before, attached) | dict.fromkeys(before - after, detached)
        if len(changed) > MOST_MOVED:
            message = f"at most {MOST_MOVED} media can be put in and taken out at once, not {len(changed)}"
            return InputError(code=ErrorCode.INVALID, message=message, field=("input", "media"))
        there = [(self._kept[id_], change) for id_, change in changed.items() if id_ in self._kept]
        held = [(kept, change(kept.media, holder, now)) for kept, change in there]
        if not held:
            return None
        return lambda write: self._catalog.media.holding(write, held, f"{new.id}-{new.version}")


def _own(product: Product | None) -> set[MediaId]:
    """The shop's own media that a product shows; others lie elsewhere."""
    return {one.id for one in product.media if one.url is None} if product else set()


def _holder(product: ProductId) -> Holder:
    return Holder(kind=HolderKind.PRODUCT, id=product)
