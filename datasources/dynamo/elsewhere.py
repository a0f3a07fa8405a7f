"""How pictures that were fetched take the places of those that lay elsewhere, in one transaction with their media."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.documents import STORE
from datasources.dynamo.media import MediaTable
from datasources.dynamo.table import pause
from datasources.faults import StoreBusy
from domain.catalog.products import Product
from domain.catalog.showing import brought
from domain.catalog.storing import Replaced, TooLarge
from domain.ids import MediaId, ProductId
from domain.media.attaching import attached, unattachable
from domain.media.media import Holder, HolderKind
from domain.media.showing import shown_of

TRIES: Final = 30
"""What others overtook is looked at anew this often, after growing pauses: some five seconds in all."""


class Elsewhere:
    """Changes of products that fetch what they show; to be used by one thread."""

    def __init__(self, catalog: CatalogTable, media: MediaTable, *, now: Callable[[], datetime]) -> None:
        self._catalog = catalog
        self._media = media
        self._now = now

    def bring(self, id_: ProductId, pictures: Iterable[MediaId]) -> Product | TooLarge | None:
        """Have a product show these of its pictures as our own, as far as they are READY and it shows them still.

        The product as it is then, unchanged when there is nothing to do; None when there is none. StoreBusy when
        others change it without end.
        """
        wanted = sorted(set(pictures))
        for attempt in range(TRIES):
            product = self._catalog.get(id_)
            if product is None:
                return None
            outcome = self._brought(product, wanted)
            if outcome is not None:
                return outcome
            pause(attempt)
        raise StoreBusy(STORE, f"others changed {id_} before each of {TRIES} tries")

    def _brought(self, product: Product, wanted: list[MediaId]) -> Product | TooLarge | None:
        """What one try came to; None when others came first."""
        now, holder = self._now(), Holder(kind=HolderKind.PRODUCT, id=product.id)
        there = [one for one in self._media.many(wanted).values() if not unattachable(one.media, holder, None)]
        new = brought(product, {one.media.id: shown_of(one.media) for one in there}, now)
        if new is product:
            return product
        shown = {one.id for one in new.media if one.url is None}
        taken = [one for one in there if one.media.id in shown and holder not in one.media.holders]
        held = [(one, attached(one.media, holder, now)) for one in taken]
        outcome = self._catalog.replace(
            product, new, (), (), also=lambda write: self._media.holding(write, held, f"{new.id}-{new.version}")
        )
        match outcome:
            case Replaced(product=stored):
                return stored
            case TooLarge():
                return outcome
            case _:
                return None
