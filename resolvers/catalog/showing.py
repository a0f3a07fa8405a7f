"""How products come to show the shop's media: looked at once, and held by the transaction that stores the product."""

from collections.abc import Mapping
from typing import Any, Final

from domain.catalog.drafts import ProductDraft
from domain.catalog.products import Product
from domain.catalog.showing import Known
from domain.catalog.storing import Also
from domain.errors import ErrorCode, InputError
from domain.ids import MediaId, ProductId
from domain.media.attaching import attached, detached, unattachable
from domain.media.media import Holder, HolderKind
from domain.media.showing import shown_of
from domain.media.storing import KeptMedia
from resolvers.catalog.ports import Catalog

MOST_MOVED: Final = 50
"""Media that a change takes up or lets go of: with all else that it writes, a transaction has room for them."""


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
