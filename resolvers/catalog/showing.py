"""How products come to show the shop's media: looked at once, and held by the transaction that stores the product."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from domain.catalog.drafts import MediaDraft, ProductDraft, VariantDraft
from domain.catalog.products import MOST_GOODS, MOST_MEDIA, MOST_VARIANTS, Product
from domain.catalog.showing import Known
from domain.catalog.storing import Also
from domain.catalog.variants import Sold
from domain.errors import ErrorCode, InputError
from domain.ids import MediaId, ProductId, is_id
from domain.media.attaching import attached, detached, unattachable
from domain.media.media import Holder, HolderKind, Media
from domain.media.places import PUBLIC, media_at
from domain.media.showing import good_of, shown_of
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
        ids = {one for one in (*_named(draft), *_held(current)) if is_id(one, "media")}
        self._kept = self._catalog.media.many(ids) if ids else {}
        return self._judged(Holder(kind=HolderKind.PRODUCT, id=owner), shown_of)

    def sold(self, owner: ProductId) -> Sold:
        """What its buyers may get of what the draft names, or why they may not; to be asked after ``known``."""
        return self._judged(Holder(kind=HolderKind.GOODS, id=owner), good_of)

    def _judged[T](self, holder: Holder, made: Callable[[Media], T]) -> Mapping[MediaId, T | InputError]:
        found: dict[MediaId, T | InputError] = {}
        for id_, kept in self._kept.items():
            refused = unattachable(kept.media, holder, None)
            found[id_] = made(kept.media) if refused is None else refused
        return found

    def held(self, old: Product | None, new: Product) -> Also | InputError | None:
        """What is to be stored with the product's next version, None: nothing; or why it is too much at once."""
        now = self._catalog.now()
        before, after = _held(old), _held(new)
        changed = {id_: (attached, after[id_]) for id_ in after.keys() - before.keys()}
        changed |= {id_: (detached, before[id_]) for id_ in before.keys() - after.keys()}
        if len(changed) > MOST_MOVED:
            message = f"at most {MOST_MOVED} media can be put in and taken out at once, not {len(changed)}"
            return InputError(code=ErrorCode.INVALID, message=message, field=("input", "media"))
        there = [(self._kept[id_], *change) for id_, change in changed.items() if id_ in self._kept]
        held = [(kept, change(kept.media, holder, now)) for kept, change, holder in there]
        if not held:
            return None
        return lambda write: self._catalog.media.holding(write, held, f"{new.id}-{new.version}")


def _named(draft: ProductDraft) -> set[MediaId]:
    """What it names, of as much as is taken at most."""
    shown = {one.media_id for one in (draft.media or ())[:MOST_MEDIA] if one.media_id is not None}
    variants = draft.variants[:MOST_VARIANTS]
    return shown.union(*((one.digital_media_ids or ())[:MOST_GOODS] for one in variants))


def _held(product: Product | None) -> dict[MediaId, Holder]:
    """The shop's own media that a product shows, or gives to its buyers; pictures elsewhere are held by nobody."""
    if product is None:
        return {}
    showing, selling = (Holder(kind=kind, id=product.id) for kind in (HolderKind.PRODUCT, HolderKind.GOODS))
    goods = (one.media_id for variant in product.variants for one in variant.goods)
    return {one.id: showing for one in product.media if one.url is None} | dict.fromkeys(goods, selling)
