"""What follows from a stored change: the cache is refreshed, the search read model told, moved categories relisted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from msgspec import Struct

from domain.catalog.listing import ProductSort
from domain.catalog.products import Category, Product
from domain.catalog.storing import Stored
from domain.catalog.tree import ancestors
from domain.ids import CategoryId, ProductId
from domain.money import CurrencyCode
from domain.pages import LARGEST_PAGE, Window
from resolvers.catalog.ports import Store

TRIES: Final = 5
"""A product that is being edited while its category moves is listed anew by its newest version."""


class Shelf(Protocol):
    """The cache, as the stream keeps it fresh."""

    def refresh(self, products: Sequence[Product]) -> None:
        """Put products there, unless a newer one is."""

    def forget_taxonomy(self) -> None:
        """Read categories and collections anew from now on."""


class Reactions(Struct, frozen=True, kw_only=True):
    """Everything a reaction of the catalogue may use."""

    read: Callable[[Mapping[str, Any]], Stored]
    store: Store
    shelf: Shelf
    record: Callable[[Sequence[ProductId]], None]
    shop: CurrencyCode


def react_to(reactions: Reactions, event: Mapping[str, Any]) -> None:
    """React to one stretch of the table's stream. A failure leaves the whole stretch to be given again."""
    stored = reactions.read(event)
    if stored.products:
        reactions.shelf.refresh(stored.products)
    if changed := [*(product.id for product in stored.products), *stored.rated]:
        reactions.record(changed)
    if stored.categories or stored.collections:
        reactions.shelf.forget_taxonomy()
    for old, new in stored.categories:
        if old is not None and old.parent_id != new.parent_id:
            _relist(reactions, old, new)


def _relist(reactions: Reactions, old: Category, new: Category) -> None:
    """List the products of a moved category below its new ancestors, and no longer below the old ones."""
    now = {one.id: one for one in reactions.store.categories()}
    before = now | {old.id: old}
    for product in tuple(_products_in(reactions, new.id)):
        _relist_one(reactions, product, before, now)


def _relist_one(
    reactions: Reactions, product: Product, before: Mapping[CategoryId, Category], now: Mapping[CategoryId, Category]
) -> None:
    current: Product | None = product
    for _ in range(TRIES):
        if current is None:
            return
        ways = [ancestors(current.category_id, tree) for tree in (before, now)]
        if reactions.store.relist(current, *ways):
            return
        current = reactions.store.get(product.id)
    raise TimeoutError(f"{product.id} changed under each of {TRIES} tries to list it anew")


def _products_in(reactions: Reactions, category: CategoryId) -> Iterator[Product]:
    place = None
    while True:
        page = reactions.store.page(
            f"category:{category}", ProductSort.NEWEST, Window(LARGEST_PAGE, place), reactions.shop
        )
        yield from reactions.store.many(page.ids).values()
        if not page.has_next:
            return
        place = page.places[-1]
