"""What the catalogue's answers need from outside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from domain.catalog.changes import Change
from domain.catalog.listing import Criteria, Facet, Found, ProductSort, Shown
from domain.catalog.products import Category, Collection, Product
from domain.catalog.storing import Also, Created, Overtaken, Replaced, Saved, SlugTaken, Stale, TooLarge
from domain.ids import CategoryId, CollectionId, MediaId, ProductId
from domain.keys import Key, KeyReused
from domain.media.media import Media as HeldMedia
from domain.media.storing import KeptMedia
from domain.money import CurrencyCode
from domain.pages import Page, Window
from resolvers._kit.limits import Limit


class Reads(Protocol):
    """Reading the catalogue; the store itself for staff, through the cache for shoppers."""

    def many(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]:
        """The products there are of ``ids``."""

    def id_of_slug(self, slug: str) -> ProductId | None:
        """Which product has the slug, or, through the cache, had it a while ago: its own slug tells."""

    def page(self, scope: str, sort: ProductSort, window: Window, currency: CurrencyCode) -> Found:
        """One page of a listing kept with the products themselves."""

    def pages(self, shown: Sequence[Shown]) -> Sequence[Found]:
        """A page of each of several listings."""

    def categories(self) -> tuple[Category, ...]:
        """Every category."""

    def collections_many(self, ids: Sequence[CollectionId]) -> Mapping[CollectionId, Collection]:
        """The collections there are of ``ids``."""

    def collections_page(self, window: Window) -> Page[Collection]:
        """One page of collections, by name."""


class Store(Reads, Protocol):
    """Changing the catalogue: each change is one transaction, or nothing."""

    def get(self, id: ProductId) -> Product | None:  # noqa: A002  # the domain's word
        """The product as it is now."""

    def count(self, scope: str) -> int:
        """How many products a listing has; reads all of it."""

    def scan(self) -> Iterator[Product]:
        """Every product, in no order."""

    def changes(self, id: ProductId, after_seq: int) -> tuple[Change, ...]:  # noqa: A002  # the domain's word
        """What happened to a product after a version, oldest first: at most 100 changes, at most a week back."""

    def create(
        self,
        product: Product,
        ancestors: Sequence[CategoryId],
        *,
        key: Key | None = None,
        also: Also | None = None,
    ) -> Created | SlugTaken | KeyReused | Overtaken | TooLarge:
        """Store a first version, and in its transaction what ``also`` adds."""

    def replace(
        self,
        old: Product,
        new: Product,
        old_ancestors: Sequence[CategoryId],
        new_ancestors: Sequence[CategoryId],
        *,
        also: Also | None = None,
    ) -> Replaced | Stale | SlugTaken | Overtaken | TooLarge:
        """Store the next version, if the old one still stands, and in its transaction what ``also`` adds."""

    def relist(
        self, product: Product, old_ancestors: Sequence[CategoryId], new_ancestors: Sequence[CategoryId]
    ) -> bool:
        """List a product below other ancestors, if its version still stands."""

    def save_category(
        self, old: Category | None, new: Category, *, above: Sequence[Category] = ()
    ) -> Saved[Category] | Stale | SlugTaken:
        """Store a category, if those ``above`` it still stand as they are: two moves at once must not make a ring."""

    def save_collection(self, old: Collection | None, new: Collection) -> Saved[Collection] | Stale | SlugTaken:
        """Store a collection."""


class Media(Protocol):
    """The shop's media, which products hold."""

    def many(self, ids: Iterable[MediaId]) -> Mapping[MediaId, KeptMedia]:
        """The media there are of ``ids``."""

    def holding(self, into: Any, held: Sequence[tuple[KeptMedia, HeldMedia]], holder: str) -> None:
        """Add to a transaction that something begins or ceases to hold media, if they are what was looked at."""


class Index(Protocol):
    """The search read model."""

    def find(self, criteria: Criteria, sort: ProductSort, window: Window) -> Found:
        """One page of matches."""

    def count(self, criteria: Criteria) -> int:
        """How many products match."""

    def facets(self, criteria: Criteria, tree: Mapping[CategoryId, Category]) -> tuple[Facet, ...]:
        """What the matches can be narrowed by; ``tree`` names the categories."""

    def suggest(self, prefix: str, criteria: Criteria, size: int) -> tuple[ProductId, ...]:
        """The best matches for an unfinished word."""


class Catalog(Struct, frozen=True, kw_only=True):
    """Everything an answer of the catalogue may use; ``pictures`` is where the shop's own pictures are."""

    store: Store
    media: Media
    pictures: str
    shelf: Reads
    search: Callable[[], Index]
    shop: CurrencyCode
    now: Callable[[], datetime]
    new_id: Callable[[str], str]
    count: Callable[[str], None]
    edits: Limit
