"""Which listing answers a request: one kept with the products, or the search read model."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Final

from msgspec import Struct

from domain.catalog.listing import (
    MILLION,
    AttributeFilter,
    Criteria,
    Facet,
    Found,
    ProductSort,
    SearchUnavailable,
    Shown,
)
from domain.catalog.products import Category, Product, ProductStatus
from domain.catalog.tree import subtree
from domain.ids import CategoryId, CollectionId, MediaId, ProductId, noun_of, product_of_variant
from domain.money import BadAmount, CurrencyCode, Money
from domain.pages import Window, window
from domain.sessions import GuestContext
from resolvers._kit.callers import Anyone
from resolvers._kit.faults import BadRequest
from resolvers._kit.media import Media, may_see
from resolvers._kit.views import PageInfo, cursors_of
from resolvers.catalog.parents import LineParent, ListParent, WishParent
from resolvers.catalog.ports import Catalog, Reads
from resolvers.catalog.views import (
    Buyer,
    ProductConnection,
    ProductEdge,
    ProductVariant,
    listed_of,
    variant_in,
)

MOST_FILTERS, MOST_FILTER_VALUES = 20, 50
_STARS: Final = re.compile(r"[1-4](\.[0-9]{1,2})?|5(\.0{1,2})?")
BY_PRICE = frozenset({ProductSort.PRICE_ASC, ProductSort.PRICE_DESC})


class ProductFilter(Struct, frozen=True, kw_only=True):
    """Which products, as asked."""

    search: str | None = None
    category: CategoryId | None = None
    collection: CollectionId | None = None
    status: ProductStatus | None = None
    attributes: tuple[AttributeFilter, ...] | None = None
    price_min: str | None = None
    price_max: str | None = None
    min_rating: str | None = None


class Asked(Struct, frozen=True, kw_only=True):
    """Relay's page arguments, as asked."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


class Listing(Struct, frozen=True, kw_only=True):
    """What is listed: ``scope`` names a listing kept with the products, None needs the search read model."""

    criteria: Criteria
    sort: ProductSort
    scope: str | None

    @property
    def name(self) -> str:
        """Told apart from every other listing, so that a cursor of one is refused by another."""
        what = f"{self.scope} {self.sort.value}" if self.scope else f"{sorted_form(self.criteria)} {self.sort.value}"
        return hashlib.sha256(what.encode(errors="surrogatepass")).hexdigest()[:12]


def sorted_form(criteria: Criteria) -> str:
    """One text for equal criteria; sets have no order of their own."""
    parts = asdict(criteria)
    return repr({key: sorted(map(str, part)) if isinstance(part, frozenset) else part for key, part in parts.items()})


def buyer_of(catalog: Catalog, context: GuestContext | None) -> Buyer:
    """The buyer asked for, else one who pays in the shop's currency."""
    context = context or GuestContext()
    currency = context.currency or catalog.shop
    return Buyer(shop=catalog.shop, currency=currency, locale=context.locale, pictures=catalog.pictures)


def variants_in(
    catalog: Catalog, caller: Anyone, lines: Sequence[LineParent | WishParent]
) -> list[ProductVariant | None]:
    """The variant of each line of a cart or a wishlist that the caller sees, for whom the line is shown: whoever's cart
    it is pays in its currency.
    """
    owners = [product_of_variant(line.variant_id) for line in lines]
    there = products_in(catalog, caller, [owner for owner in owners if owner])
    buyers = [line_buyer(catalog, line) for line in lines]
    return [
        variant_in(there.get(owner) if owner else None, line.variant_id, buyer)
        for owner, line, buyer in zip(owners, lines, buyers, strict=True)
    ]


def line_buyer(catalog: Catalog, line: LineParent | WishParent) -> Buyer:
    """For whom a line of a cart or a wishlist is shown."""
    currency = line.currency or catalog.shop
    return Buyer(shop=catalog.shop, currency=currency, locale=line.locale, pictures=catalog.pictures)


def reads_for(catalog: Catalog, caller: Anyone) -> Reads:
    """Staff read the store itself, so that they see what they wrote; shoppers read through the cache."""
    return catalog.store if caller.staff else catalog.shelf


def tree_with(catalog: Catalog, caller: Anyone, ids: AbstractSet[CategoryId]) -> dict[CategoryId, Category]:
    """Every category; of the store when the cache does not know one of ``ids`` yet, which products are in already."""
    tree = {one.id: one for one in reads_for(catalog, caller).categories()}
    return tree if ids <= tree.keys() else {one.id: one for one in catalog.store.categories()}


def sees(caller: Anyone, product: Product | None) -> bool:
    """Whether there is a product, as far as the caller is concerned."""
    return product is not None and (caller.staff or product.status is ProductStatus.ACTIVE)


def media_in(catalog: Catalog, caller: Anyone, id_: MediaId) -> Media | None:
    """A media by its id, as far as there is one for the caller."""
    kept = catalog.media.many([id_]).get(id_)
    if kept is None or not may_see(caller.sub, kept.media, staff=caller.staff):
        return None
    return Media.of_stored(kept.media, catalog.pictures)


def expect(id_: str | None, noun: str, argument: str) -> None:
    """Refuse an id of another kind by name; None passes."""
    if id_ is not None and noun_of(id_) != noun:
        raise BadRequest(f'{argument} is not the id of a {noun}: "{id_[:60]}"')


def listing_of(
    catalog: Catalog, caller: Anyone, buyer: Buyer, asked: ProductFilter, sort: ProductSort | None
) -> Listing:
    """Decide what is listed. Raises BadRequest for a filter that cannot be."""
    expect(asked.category, "Category", "filter.category")
    expect(asked.collection, "Collection", "filter.collection")
    statuses = _statuses(caller, asked)
    criteria = Criteria(
        search=(asked.search or "").strip() or None,
        categories=subtree(asked.category, reads_for(catalog, caller).categories()) if asked.category else None,
        collection=asked.collection,
        statuses=statuses,
        attributes=_attributes(asked),
        currency=buyer.currency,
        price_min=_minor(asked.price_min, buyer.currency, "filter.priceMin"),
        price_max=_minor(asked.price_max, buyer.currency, "filter.priceMax"),
        min_rating=_millionths(asked.min_rating),
    )
    chosen = sort or (ProductSort.RELEVANCE if criteria.search else ProductSort.NEWEST)
    kept = not _needs_search(criteria, chosen, buyer)
    return Listing(criteria=criteria, sort=chosen, scope=_scope(asked, statuses) if kept else None)


def _statuses(caller: Anyone, asked: ProductFilter) -> frozenset[ProductStatus] | None:
    if not caller.staff:
        return frozenset({ProductStatus.ACTIVE})
    return frozenset({asked.status}) if asked.status else None


def _needs_search(criteria: Criteria, sort: ProductSort, buyer: Buyer) -> bool:
    narrowed = criteria.search or criteria.attributes
    bounds = (criteria.price_min, criteria.price_max, criteria.min_rating)
    if narrowed or any(bound is not None for bound in bounds) or sort is ProductSort.BEST_RATED:
        return True
    return sort in BY_PRICE and buyer.currency is not buyer.shop


def _scope(asked: ProductFilter, statuses: frozenset[ProductStatus] | None) -> str | None:
    active = statuses == frozenset({ProductStatus.ACTIVE})
    if asked.category or asked.collection:
        if not active or (asked.category and asked.collection):
            return None
        return f"category:{asked.category}" if asked.category else f"collection:{asked.collection}"
    if active:
        return "all"
    return f"status:{asked.status.value}" if asked.status else "every"


def _attributes(asked: ProductFilter) -> tuple[AttributeFilter, ...]:
    filters = asked.attributes or ()
    if len(filters) > MOST_FILTERS or any(len(one.values) > MOST_FILTER_VALUES for one in filters):
        raise BadRequest(f"filter.attributes takes at most {MOST_FILTERS} entries of {MOST_FILTER_VALUES} values each")
    return filters


def _minor(text: str | None, currency: CurrencyCode, argument: str) -> int | None:
    if text is None:
        return None
    try:
        return Money.parse(text, currency).minor
    except BadAmount as error:
        raise BadRequest(f"{argument}: {error}") from error


def _millionths(text: str | None) -> int | None:
    """A mean of stars as decimal text, of as many decimals as ratings are shown with."""
    if text is None:
        return None
    if not _STARS.fullmatch(text):
        raise BadRequest(f'filter.minRating is a number from 1 to 5 with at most 2 decimals: "{text[:60]}"')
    whole, _, decimals = text.partition(".")
    return (int(whole) * 100 + int(decimals.ljust(2, "0"))) * (MILLION // 100)


def connection_of(catalog: Catalog, caller: Anyone, buyer: Buyer, listing: Listing, asked: Asked) -> ProductConnection:
    """One page of a listing: one read for the ids, one for the products, whatever the page's size."""
    return connections_of(catalog, caller, [(buyer, listing)], asked)[0]


def connections_of(
    catalog: Catalog, caller: Anyone, listings: Sequence[tuple[Buyer, Listing]], asked: Asked
) -> list[ProductConnection]:
    """One page of each listing: one read for all their ids, one for all the products."""
    wanted = [
        window(listing.name, first=asked.first, after=asked.after, last=asked.last, before=asked.before)
        for _, listing in listings
    ]
    reads = reads_for(catalog, caller)
    found = _found(catalog, reads, listings, wanted)
    there = reads.many([id_ for page in found for id_ in page.ids])
    return [
        _connection(caller, buyer, listing, page, there) for (buyer, listing), page in zip(listings, found, strict=True)
    ]


def _found(
    catalog: Catalog, reads: Reads, listings: Sequence[tuple[Buyer, Listing]], wanted: Sequence[Window]
) -> list[Found]:
    shown = [
        Shown(listing.scope, listing.sort, part, buyer.currency) if listing.scope is not None else None
        for (buyer, listing), part in zip(listings, wanted, strict=True)
    ]
    kept = [one for one in shown if one]
    pages = iter(reads.pages(kept) if kept else ())
    return [
        next(pages) if one else _searched(catalog, listing, part)
        for one, (_, listing), part in zip(shown, listings, wanted, strict=True)
    ]


def _connection(
    caller: Anyone, buyer: Buyer, listing: Listing, found: Found, there: Mapping[ProductId, Product]
) -> ProductConnection:
    cursors = cursors_of(listing.name, found.places)
    edges = tuple(
        ProductEdge(cursor=cursor, node=listed_of(there[id_], buyer))
        for id_, cursor in zip(found.ids, cursors, strict=True)
        if sees(caller, there.get(id_))
    )
    return ProductConnection(
        edges=edges,
        page_info=PageInfo.of(cursors, has_next=found.has_next, has_previous=found.has_previous),
        criteria=listing.criteria,
        scope=listing.scope,
    )


def by_slug(catalog: Catalog, reads: Reads, slug: str) -> Product | None:
    """The product that has the slug; one that only had it, as the cache may say, sends us to the store."""
    for source in (reads, catalog.store):
        owner = source.id_of_slug(slug)
        product = reads.many([owner]).get(owner) if owner else None
        if product is None or product.slug == slug:
            return product
    return None


def products_in(catalog: Catalog, caller: Anyone, ids: Sequence[ProductId]) -> dict[ProductId, Product]:
    """The products of ``ids`` that the caller may see, by one read."""
    there = reads_for(catalog, caller).many(tuple(dict.fromkeys(ids)))
    return {id_: product for id_, product in there.items() if sees(caller, product)}


def _searched(catalog: Catalog, listing: Listing, wanted: Window) -> Found:
    try:
        return catalog.search().find(listing.criteria, listing.sort, wanted)
    except SearchUnavailable as error:
        catalog.count("SearchUnavailable")
        raise BadRequest(
            "searching and filtering are out of reach for the moment; browse without them, or try again"
        ) from error


def connections_in(
    catalog: Catalog, caller: Anyone, parents: Sequence[tuple[Buyer, ProductFilter]], asked: Asked
) -> list[ProductConnection]:
    """One page for each parent."""
    listings = [(buyer, listing_of(catalog, caller, buyer, wanted, None)) for buyer, wanted in parents]
    return connections_of(catalog, caller, listings, asked)


def total_of(catalog: Catalog, parent: ListParent) -> int | BadRequest:
    """How many products a list has: by the search index, or by reading the listing while that is out of reach."""
    try:
        return catalog.search().count(parent.criteria)
    except SearchUnavailable:
        catalog.count("SearchUnavailable")
    if parent.scope is not None:
        return catalog.store.count(parent.scope)
    return BadRequest("counting matches is out of reach for the moment; ask without totalCount, or try again")


def facets_of(catalog: Catalog, parent: ListParent, tree: Mapping[CategoryId, Category]) -> tuple[Facet, ...]:
    """What a list can be narrowed by; nothing while the search index is out of reach."""
    try:
        return catalog.search().facets(parent.criteria, tree)
    except SearchUnavailable:
        catalog.count("SearchUnavailable")
        return ()
