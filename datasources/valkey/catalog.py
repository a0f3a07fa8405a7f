"""The catalogue as shoppers read it: through the cache, with the same methods as the table."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, Protocol

import msgspec

from datasources.valkey.cache import Cache
from datasources.valkey.freshness import PRODUCT_SECONDS, SEEN_SECONDS
from datasources.valkey.keys import digest
from datasources.valkey.looks import Decode, Versioned
from domain.catalog.listing import Found, ProductSort, Shown
from domain.catalog.products import Category, Collection, Product
from domain.ids import CollectionId, ProductId
from domain.money import CurrencyCode
from domain.pages import Page, Window

PREFIX: Final = "catalog"
"""Of its keys, whichever function reads or refreshes them."""
PRODUCT: Final = "product"
COLLECTION: Final = "collection"
CATEGORIES: Final = "categories"
SLUG: Final = "slug"

MOST_KEPT: Final = 512
LARGEST_KEPT: Final = 16_384
"""Decoded documents that a process keeps, and the bytes of one: some 30 MB of objects at most."""

_read_product: Final = msgspec.json.Decoder(Product).decode
_kept_product: Final = lru_cache(MOST_KEPT)(_read_product)
_collection: Final = msgspec.json.Decoder(Collection).decode
_categories: Final = lru_cache(1)(msgspec.json.Decoder(tuple[Category, ...]).decode)
_collections: Final = msgspec.json.Decoder(Page[Collection]).decode
_found: Final = msgspec.json.Decoder(Found).decode
_owner: Final[Decode[ProductId]] = msgspec.json.Decoder(ProductId).decode


class Source(Protocol):
    """Where the catalogue is kept."""

    def many(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]: ...

    def id_of_slug(self, slug: str) -> ProductId | None: ...

    def pages(self, shown: Sequence[Shown]) -> Sequence[Found]: ...

    def categories(self) -> tuple[Category, ...]: ...

    def collections_many(self, ids: Sequence[CollectionId]) -> Mapping[CollectionId, Collection]: ...

    def collections_page(self, window: Window) -> Page[Collection]: ...


class CachedCatalog:
    """Each read is one round trip to the cache while it is warm, however many things it asks for; see freshness."""

    def __init__(self, cache: Cache, source: Source) -> None:
        self._cache = cache
        self._source = source

    def get(self, id: ProductId) -> Product | None:  # noqa: A002  # the domain's word
        """One product."""
        return self.many([id]).get(id)

    def many(self, ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        """The products there are of ``ids``."""
        return self._cache.documents(
            PRODUCT, ids, self._source.many, encode=_encoded, decode=_product, seconds=PRODUCT_SECONDS
        )

    def id_of_slug(self, slug: str) -> ProductId | None:
        """Which product has the slug, or had it at most PRODUCT_SECONDS ago: the product itself says which it has."""
        name = digest(slug)

        def load(_: Sequence[str]) -> Mapping[str, ProductId]:
            found = self._source.id_of_slug(slug)
            return {} if found is None else {name: found}

        owners = self._cache.documents(SLUG, [name], load, encode=_named, decode=_owner, seconds=PRODUCT_SECONDS)
        return owners.get(name)

    def page(self, scope: str, sort: ProductSort, window: Window, currency: CurrencyCode) -> Found:
        """One page of a listing."""
        return self.pages([Shown(scope, sort, window, currency)])[0]

    def pages(self, shown: Sequence[Shown]) -> list[Found]:
        """A page of each of several listings."""
        names = [digest(repr(one)) for one in shown]
        wanted = dict(zip(names, shown, strict=True))

        def load(missing: Sequence[str]) -> Mapping[str, Found]:
            return dict(zip(missing, self._source.pages([wanted[name] for name in missing]), strict=True))

        found = self._cache.values("page", names, load, _found)
        return [found[name] for name in names]

    def categories(self) -> tuple[Category, ...]:
        """Every category."""
        return self._cache.value(CATEGORIES, "all", self._source.categories, _categories)

    def collections_many(self, ids: Sequence[CollectionId]) -> dict[CollectionId, Collection]:
        """The collections there are of ``ids``."""
        return self._cache.documents(
            COLLECTION, ids, self._source.collections_many, encode=_encoded, decode=_collection, seconds=SEEN_SECONDS
        )

    def collections_page(self, window: Window) -> Page[Collection]:
        """One page of collections, by name."""
        load, name = self._source.collections_page, digest(repr(window))
        return self._cache.value("collections", name, lambda: load(window), _collections)

    def refresh(self, products: Sequence[Product]) -> None:
        """Show these products from now on, each unless a newer version is shown already."""
        self._cache.refresh(PRODUCT, {product.id: _encoded(product) for product in products}, PRODUCT_SECONDS)

    def forget_taxonomy(self) -> None:
        """Read the categories anew; collections are never older than SEEN_SECONDS anyway."""
        self._cache.forget(CATEGORIES, "all")


def _product(document: bytes) -> Product:
    """Read a product, or find it read already: equal bytes are an equal product, and reading 20 of them takes 1 ms."""
    return _kept_product(document) if len(document) <= LARGEST_KEPT else _read_product(document)


def _named(owner: ProductId) -> Versioned:
    return 1, msgspec.json.encode(owner)


def _encoded(value: Product | Collection) -> Versioned:
    return value.version, msgspec.json.encode(value)
