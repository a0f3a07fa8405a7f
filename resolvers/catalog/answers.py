"""One function a field: load, decide, store, return."""

from collections.abc import Sequence
from typing import Final

from domain.catalog.drafts import CategoryDraft, CollectionDraft, ProductDraft
from domain.catalog.listing import Criteria, Facet, ProductSort, SearchUnavailable
from domain.catalog.products import ProductStatus
from domain.catalog.rules import with_status
from domain.catalog.tree import children_of
from domain.ids import CollectionId, MediaId, ProductId, VariantId, noun_of, product_of_variant
from domain.pages import window
from domain.sessions import GuestContext
from resolvers._kit.app import App
from resolvers._kit.callers import Anyone, Publisher, Staff
from resolvers._kit.faults import BadRequest
from resolvers._kit.limits import Limit
from resolvers._kit.media import Media
from resolvers._kit.views import PageInfo, cursors_of
from resolvers.catalog import editing
from resolvers.catalog.browsing import (
    Asked,
    ProductFilter,
    buyer_of,
    by_slug,
    connection_of,
    connections_in,
    expect,
    facets_of,
    listing_of,
    media_in,
    products_in,
    reads_for,
    sees,
    total_of,
    tree_with,
    variants_in,
)
from resolvers.catalog.changes import changes_of, told
from resolvers.catalog.editing import CategoryPayload, CollectionPayload, ProductPayload
from resolvers.catalog.parents import (
    CategoryParent,
    CollectionParent,
    LineParent,
    ListParent,
    ProductParent,
    SessionParent,
    SoldParent,
    VariantParent,
    VariantsParent,
    WishParent,
)
from resolvers.catalog.ports import Catalog
from resolvers.catalog.settings import DOMAIN
from resolvers.catalog.views import (
    Category,
    Collection,
    CollectionConnection,
    CollectionEdge,
    Product,
    ProductChange,
    ProductConnection,
    ProductVariant,
    ProductVariantConnection,
    category_of,
    collection_of,
    product_of,
    variant_in,
    variants_page,
)

app: Final = App[Catalog](DOMAIN)
MOST_SUGGESTIONS, USUAL_SUGGESTIONS = 20, 8


def edits(catalog: Catalog) -> Limit:
    """How often one member of staff may change the catalogue."""
    return catalog.edits


@app.field("Query.node")
def node(
    catalog: Catalog, caller: Anyone, *, id: str
) -> Product | ProductVariant | Category | Collection | Media | None:
    """Anything by its id; the id's own prefix says of which kind."""
    reads, buyer, noun = reads_for(catalog, caller), buyer_of(catalog, None), noun_of(id)
    if noun == "Category":
        return next((category_of(one, buyer) for one in reads.categories() if one.id == id), None)
    if noun == "Media":
        return media_in(catalog, caller, MediaId(id))
    if noun == "Collection":
        found = reads.collections_many([CollectionId(id)]).get(CollectionId(id))
        return None if found is None else collection_of(found, buyer)
    owner = product_of_variant(VariantId(id)) if noun == "ProductVariant" else ProductId(id)
    there = products_in(catalog, caller, [owner]).get(owner) if noun and owner else None
    if there is None:
        return None
    return product_of(there, buyer) if noun == "Product" else variant_in(there, VariantId(id), buyer)


@app.field("Query.product")
def product(
    catalog: Catalog, caller: Anyone, *, slug: str | None = None, id: str | None = None,
    context: GuestContext | None = None,
) -> Product | None:  # fmt: skip
    """One product, by slug or by id."""
    if (slug is None) is (id is None):
        raise BadRequest("give either slug or id")
    expect(id, "Product", "id")
    reads = reads_for(catalog, caller)
    wanted = ProductId(id or "")
    there = by_slug(catalog, reads, slug) if slug is not None else reads.many([wanted]).get(wanted)
    return product_of(there, buyer_of(catalog, context)) if there and sees(caller, there) else None


@app.field("Query.products")
def products(
    catalog: Catalog, caller: Anyone, *, filter: ProductFilter | None = None, sort: ProductSort | None = None,
    context: GuestContext | None = None, first: int | None = None, after: str | None = None,
    last: int | None = None, before: str | None = None,
) -> ProductConnection:  # fmt: skip
    """A page of products."""
    buyer = buyer_of(catalog, context)
    listing = listing_of(catalog, caller, buyer, filter or ProductFilter(), sort)
    return connection_of(catalog, caller, buyer, listing, Asked(first=first, after=after, last=last, before=before))


@app.field("Query.suggest")
def suggest(
    catalog: Catalog, caller: Anyone, *, prefix: str, context: GuestContext | None = None, first: int | None = None
) -> tuple[Product, ...]:
    """The best matches for what has been typed; none while the search index is out of reach."""
    if first is not None and not 1 <= first <= MOST_SUGGESTIONS:
        raise BadRequest(f"first is from 1 to {MOST_SUGGESTIONS}, not {first}")
    buyer = buyer_of(catalog, context)
    criteria = Criteria(statuses=frozenset({ProductStatus.ACTIVE}), currency=buyer.currency)
    try:
        ids = catalog.search().suggest(prefix, criteria, first or USUAL_SUGGESTIONS)
    except SearchUnavailable:
        catalog.count("SearchUnavailable")
        ids = ()
    there = products_in(catalog, caller, ids)
    return tuple(product_of(there[one], buyer) for one in ids if one in there)


@app.field("Query.productChanges")
def product_changes(catalog: Catalog, caller: Anyone, *, product_id: str, after_seq: int) -> tuple[ProductChange, ...]:
    """What happened to a product since a version."""
    return changes_of(catalog, caller, product_id, after_seq)


@app.field("Query.categories")
def categories(catalog: Catalog, caller: Anyone) -> tuple[Category, ...]:
    """Every category, those above before those below."""
    below, buyer = children_of(reads_for(catalog, caller).categories()), buyer_of(catalog, None)
    ordered = list(below.get(None, ()))
    for one in ordered:
        ordered.extend(below.get(one.id, ()))
    return tuple(category_of(one, buyer) for one in ordered)


@app.field("Query.collections")
def collections(
    catalog: Catalog, caller: Anyone, *, first: int | None = None, after: str | None = None
) -> CollectionConnection:
    """A page of collections, by name."""
    page = reads_for(catalog, caller).collections_page(window("collections", first=first, after=after))
    buyer, cursors = buyer_of(catalog, None), cursors_of("collections", page.places)
    return CollectionConnection(
        edges=tuple(
            CollectionEdge(cursor=cursor, node=collection_of(one, buyer))
            for cursor, one in zip(cursors, page.items, strict=True)
        ),
        page_info=PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous),
    )


@app.batch("Product.category")
def product_category(catalog: Catalog, caller: Anyone, parents: Sequence[ProductParent]) -> list[Category | None]:
    """The category each product stands in."""
    tree = tree_with(catalog, caller, {parent.category_id for parent in parents if parent.category_id})
    found = [(tree.get(parent.category_id) if parent.category_id else None, parent.buyer) for parent in parents]
    return [None if one is None else category_of(one, buyer) for one, buyer in found]


@app.batch("Product.collections")
def product_collections(
    catalog: Catalog, caller: Anyone, parents: Sequence[ProductParent]
) -> list[tuple[Collection, ...]]:
    """The collections each product is part of, by name."""
    wanted = dict.fromkeys(one for parent in parents for one in parent.collection_ids)
    there = reads_for(catalog, caller).collections_many(tuple(wanted))
    shown = [
        [collection_of(there[one], parent.buyer) for one in parent.collection_ids if one in there] for parent in parents
    ]
    return [tuple(sorted(some, key=lambda one: one.name.casefold())) for some in shown]


@app.batch("Product.variants")
def product_variants(
    catalog: Catalog, caller: Anyone, parents: Sequence[VariantsParent], *, first: int | None = None,
    after: str | None = None,
) -> list[ProductVariantConnection]:  # fmt: skip
    """A page of each product's variants."""
    wanted = window("variants", first=first, after=after)
    there = products_in(catalog, caller, [parent.id for parent in parents if parent.whole is None])
    there |= {parent.id: parent.whole for parent in parents if parent.whole}
    return [variants_page(there.get(parent.id), wanted, parent.buyer) for parent in parents]


@app.batch("ProductVariant.product")
def product_variant_product(
    catalog: Catalog, caller: Anyone, parents: Sequence[VariantParent]
) -> list[Product | BadRequest]:
    """The product each variant is of."""
    owners = [product_of_variant(parent.id) for parent in parents]
    there = products_in(catalog, caller, [owner for owner in owners if owner])
    return [
        product_of(there[owner], parent.buyer) if owner in there else BadRequest("the product is not on sale any more")
        for owner, parent in zip(owners, parents, strict=True)
    ]


@app.batch("ProductVariant.digitalMediaIds")
def product_variant_digital_media_ids(
    catalog: Catalog, caller: Staff, parents: Sequence[SoldParent]
) -> list[tuple[str, ...] | None]:
    """The files that the buyers of each variant get."""
    return [parent.goods for parent in parents]


@app.batch("CartLine.variant")
def cart_line_variant(catalog: Catalog, caller: Anyone, parents: Sequence[LineParent]) -> list[ProductVariant | None]:
    """The variant of each line, as far as the caller sees it."""
    return variants_in(catalog, caller, parents)


@app.batch("WishlistEdge.node")
def wishlist_edge_node(catalog: Catalog, caller: Anyone, parents: Sequence[WishParent]) -> list[ProductVariant | None]:
    """The variant of each wish, as far as the caller sees it."""
    return variants_in(catalog, caller, parents)


@app.batch("Session.recentlyViewed")
def session_recently_viewed(
    catalog: Catalog, caller: Anyone, parents: Sequence[SessionParent]
) -> list[tuple[Product, ...]]:
    """The products that each guest looked at, as far as the caller sees them."""
    there = products_in(catalog, caller, [one for parent in parents for one in parent.viewed])
    buyers = [buyer_of(catalog, GuestContext(currency=one.currency, locale=one.locale)) for one in parents]
    return [
        tuple(product_of(there[one], buyer) for one in parent.viewed if one in there)
        for parent, buyer in zip(parents, buyers, strict=True)
    ]


@app.batch("Category.parent")
def category_parent(catalog: Catalog, caller: Anyone, parents: Sequence[CategoryParent]) -> list[Category | None]:
    """The category above each."""
    tree = {one.id: one for one in reads_for(catalog, caller).categories()}
    found = [(tree.get(parent.parent_id) if parent.parent_id else None, parent.buyer) for parent in parents]
    return [None if one is None else category_of(one, buyer) for one, buyer in found]


@app.batch("Category.children")
def category_children(
    catalog: Catalog, caller: Anyone, parents: Sequence[CategoryParent]
) -> list[tuple[Category, ...]]:
    """The categories directly below each."""
    below = children_of(reads_for(catalog, caller).categories())
    return [tuple(category_of(one, parent.buyer) for one in below.get(parent.id, ())) for parent in parents]


@app.batch("Category.products")
def category_products(
    catalog: Catalog, caller: Anyone, parents: Sequence[CategoryParent], *, first: int | None = None,
    after: str | None = None,
) -> list[ProductConnection]:  # fmt: skip
    """A page of each category's products on sale."""
    page = Asked(first=first, after=after)
    wanted = [(parent.buyer, ProductFilter(category=parent.id, status=ProductStatus.ACTIVE)) for parent in parents]
    return connections_in(catalog, caller, wanted, page)


@app.batch("Collection.products")
def collection_products(
    catalog: Catalog, caller: Anyone, parents: Sequence[CollectionParent], *, first: int | None = None,
    after: str | None = None,
) -> list[ProductConnection]:  # fmt: skip
    """A page of each collection's products on sale."""
    page = Asked(first=first, after=after)
    wanted = [(parent.buyer, ProductFilter(collection=parent.id, status=ProductStatus.ACTIVE)) for parent in parents]
    return connections_in(catalog, caller, wanted, page)


@app.batch("ProductConnection.totalCount")
def product_connection_total_count(
    catalog: Catalog, caller: Anyone, parents: Sequence[ListParent]
) -> list[int | BadRequest]:
    """How many products each list has."""
    return [total_of(catalog, parent) for parent in parents]


@app.batch("ProductConnection.facets")
def product_connection_facets(
    catalog: Catalog, caller: Anyone, parents: Sequence[ListParent]
) -> list[tuple[Facet, ...]]:
    """What each list can be narrowed by."""
    tree = {one.id: one for one in reads_for(catalog, caller).categories()}
    return [facets_of(catalog, parent, tree) for parent in parents]


@app.field("Mutation.productCreate", limit=edits)
def product_create(catalog: Catalog, caller: Staff, *, input: ProductDraft, idempotency_key: str) -> ProductPayload:
    """Store a new product."""
    return editing.create_product(catalog, caller, input, idempotency_key)


@app.field("Mutation.productUpdate", limit=edits)
def product_update(
    catalog: Catalog, caller: Staff, *, id: str, input: ProductDraft, expected_version: int | None = None
) -> ProductPayload:
    """Replace the content of a product."""
    return editing.replace_product(catalog, id, expected_version, input)


@app.field("Mutation.productSetStatus", limit=edits)
def product_set_status(
    catalog: Catalog, caller: Staff, *, id: str, status: ProductStatus, expected_version: int | None = None
) -> ProductPayload:
    """Put a product on sale, back to draft, or archive it."""
    return editing.update_product(
        catalog, id, expected_version, lambda current, _: with_status(current, status, catalog.now())
    )


@app.field("Mutation.publishProductChange")
def publish_product_change(catalog: Catalog, caller: Publisher, *, seq: int, payload: object) -> ProductChange:
    """Tell of a stored change; the answer is what subscribers are told."""
    return told(catalog, seq, payload)


@app.field("Mutation.categorySave", limit=edits)
def category_save(
    catalog: Catalog, caller: Staff, *, input: CategoryDraft, id: str | None = None, expected_version: int | None = None
) -> CategoryPayload:
    """Store a category."""
    return editing.save_category(catalog, input, id, expected_version)


@app.field("Mutation.collectionSave", limit=edits)
def collection_save(
    catalog: Catalog, caller: Staff, *, input: CollectionDraft, id: str | None = None,
    expected_version: int | None = None,
) -> CollectionPayload:  # fmt: skip
    """Store a collection."""
    return editing.save_collection(catalog, input, id, expected_version)
