"""The catalogue's wire shapes, and how stored things become them for one buyer."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Final

from msgspec import Struct, structs

from domain import money
from domain.catalog import products as stored
from domain.catalog.listing import Criteria
from domain.catalog.products import (
    AttributeValue,
    ProductKind,
    ProductOption,
    ProductStatus,
    SelectedOption,
)
from domain.ids import CategoryId, CollectionId, MediaId, ProductId, VariantId
from domain.money import CurrencyCode, price_in, price_of
from domain.pages import BadPage, Place, Window
from resolvers._kit.media import Media
from resolvers._kit.views import Money, PageInfo, cursors_of
from resolvers._kit.wire import Hidden

BY_AMOUNT: Final = attrgetter("minor")


class Buyer(Struct, frozen=True):
    """For whom prices and texts are chosen; ``shop`` is the currency every variant has a price in.

    ``pictures`` is where the shop's own pictures are, for whomever.
    """

    shop: CurrencyCode
    currency: CurrencyCode
    locale: str | None = None
    pictures: str = ""

    def text(self, translations: Iterable[stored.Translation]) -> stored.Translation:
        """The translation for the buyer's language tag, else for its language, else an empty one."""
        return stored.translation(translations, self.locale)

    def price(self, prices: tuple[money.Money, ...]) -> money.Money:
        """The price in the buyer's currency, else in the shop's."""
        return price_of(prices, self.currency, self.shop)


class PriceRange(Struct, frozen=True, kw_only=True):
    """Lowest and highest price of a product."""

    min: Money
    max: Money


class Category(Struct, frozen=True, kw_only=True):
    """A category; its buyer travels on to what is below it."""

    id: CategoryId
    slug: str
    name: str
    version: int
    parent_id: Hidden[CategoryId | None]
    buyer: Hidden[Buyer]


class Collection(Struct, frozen=True, kw_only=True):
    """A collection; its buyer travels on to its products."""

    id: CollectionId
    slug: str
    name: str
    version: int
    buyer: Hidden[Buyer]


class CollectionEdge(Struct, frozen=True, kw_only=True):
    """A collection at its place."""

    cursor: str
    node: Collection


class CollectionConnection(Struct, frozen=True, kw_only=True):
    """A page of collections."""

    edges: tuple[CollectionEdge, ...]
    page_info: PageInfo


class ProductVariant(Struct, frozen=True, kw_only=True):
    """A variant priced for one buyer."""

    id: VariantId
    sku: str
    barcode: str | None
    options: tuple[SelectedOption, ...]
    price: Money
    compare_at_price: Money | None
    weight_grams: int | None
    taxable: bool
    media: tuple[Media, ...]
    goods: Hidden[tuple[MediaId, ...]]
    buyer: Hidden[Buyer]


class ProductVariantEdge(Struct, frozen=True, kw_only=True):
    """A variant at its place."""

    cursor: str
    node: ProductVariant


class ProductVariantConnection(Struct, frozen=True, kw_only=True):
    """A page of variants."""

    edges: tuple[ProductVariantEdge, ...]
    page_info: PageInfo
    total_count: int


class Product(Struct, frozen=True, kw_only=True):
    """A product as one buyer sees it; what its child fields need of it travels hidden."""

    id: ProductId
    slug: str
    name: str
    description: str | None
    status: ProductStatus
    kind: ProductKind
    version: int
    vendor: str | None
    product_type: str | None
    tags: tuple[str, ...]
    attributes: tuple[AttributeValue, ...]
    options: tuple[ProductOption, ...]
    media: tuple[Media, ...]
    price_range: PriceRange
    seo_title: str | None
    seo_description: str | None
    created_at: datetime
    updated_at: datetime
    category_id: Hidden[CategoryId | None]
    collection_ids: Hidden[tuple[CollectionId, ...]]
    variant_ids: Hidden[tuple[VariantId, ...]]
    buyer: Hidden[Buyer]
    whole: Hidden[stored.Product | None] = None
    """What its child fields are to be answered from, where what is stored by then would be another version."""


class ProductChange(Struct, frozen=True, kw_only=True):
    """A change of a product, for one buyer."""

    seq: int
    product_id: ProductId
    changed: tuple[str, ...]
    product: Product | None
    at: datetime


class ProductEdge(Struct, frozen=True, kw_only=True):
    """A product at its place."""

    cursor: str
    node: Product


class ProductConnection(Struct, frozen=True, kw_only=True):
    """A page of products; what was asked travels on to its facets and its count."""

    edges: tuple[ProductEdge, ...]
    page_info: PageInfo
    criteria: Hidden[Criteria]
    scope: Hidden[str | None]


MOST_SEEN: Final = 2048
"""Products kept as buyers see them, a few KB each."""
LISTED_PICTURES: Final = 10
"""What is shown of a product where others are beside it; 2 KB each."""
_SEEN: Final[dict[tuple[ProductId, int, Buyer], Product]] = {}


def price_range_of(product: stored.Product, buyer: Buyer) -> PriceRange:
    """Lowest and highest price, in the shop's currency as soon as one variant lacks the buyer's."""
    prices = [price_of(variant.prices, buyer.currency, buyer.shop) for variant in product.variants]
    if buyer.currency is not buyer.shop and any(price.currency is not buyer.currency for price in prices):
        prices = [price_of(variant.prices, buyer.shop) for variant in product.variants]
    lowest, highest = min(prices, key=BY_AMOUNT), max(prices, key=BY_AMOUNT)
    return PriceRange(min=Money.of(lowest), max=Money.of(highest))


def product_of(product: stored.Product, buyer: Buyer) -> Product:
    """A product on the wire. Kept for the next who asks: a version is stored once and never changes."""
    key = (product.id, product.version, buyer)
    seen = _SEEN.get(key)
    if seen is None:
        if len(_SEEN) >= MOST_SEEN:
            _SEEN.clear()
        seen = _SEEN[key] = _product_of(product, buyer)
    return seen


def listed_of(product: stored.Product, buyer: Buyer) -> Product:
    """A product in a list: of many pictures, those behind the first LISTED_PICTURES are without renditions, since
    Lambda gives 6 MB, and a hundred products with fifty pictures are ten.
    """
    whole = product_of(product, buyer)
    if len(whole.media) <= LISTED_PICTURES:
        return whole
    others = (structs.replace(one, renditions=()) for one in whole.media[LISTED_PICTURES:])
    return structs.replace(whole, media=(*whole.media[:LISTED_PICTURES], *others))


def _product_of(product: stored.Product, buyer: Buyer) -> Product:
    text = buyer.text(product.translations)
    return Product(
        id=product.id,
        slug=product.slug,
        name=text.name or product.name,
        description=text.description or product.description,
        status=product.status,
        kind=product.kind,
        version=product.version,
        vendor=product.vendor,
        product_type=product.product_type,
        tags=product.tags,
        attributes=product.attributes,
        options=product.options,
        media=tuple(Media.of(one, buyer.pictures) for one in product.media),
        price_range=price_range_of(product, buyer),
        seo_title=product.seo_title,
        seo_description=product.seo_description,
        created_at=product.created_at,
        updated_at=product.updated_at,
        category_id=product.category_id,
        collection_ids=product.collection_ids,
        variant_ids=tuple(variant.id for variant in product.variants),
        buyer=buyer,
    )


def variant_of(product: stored.Product, variant: stored.Variant, buyer: Buyer) -> ProductVariant:
    """A variant on the wire; the price compared with is shown in the currency of the price only."""
    price = buyer.price(variant.prices)
    compared = price_in(variant.compare_at_prices, price.currency)
    return ProductVariant(
        id=variant.id,
        sku=variant.sku,
        barcode=variant.barcode,
        options=variant.options,
        price=Money.of(price),
        compare_at_price=None if compared is None else Money.of(compared),
        weight_grams=variant.weight_grams,
        taxable=variant.taxable,
        media=tuple(Media.of(one, buyer.pictures) for one in product.media if one.id in variant.media_ids),
        goods=tuple(one.media_id for one in variant.goods),
        buyer=buyer,
    )


def variant_in(product: stored.Product | None, id_: VariantId, buyer: Buyer) -> ProductVariant | None:
    """A product's variant on the wire, if there is such a product and it has such a variant."""
    variant = next((one for one in product.variants if one.id == id_), None) if product else None
    return variant_of(product, variant, buyer) if product and variant else None


def category_of(category: stored.Category, buyer: Buyer) -> Category:
    """A category on the wire."""
    text = buyer.text(category.translations)
    return Category(
        id=category.id,
        slug=category.slug,
        name=text.name or category.name,
        version=category.version,
        parent_id=category.parent_id,
        buyer=buyer,
    )


def collection_of(collection: stored.Collection, buyer: Buyer) -> Collection:
    """A collection on the wire."""
    text = buyer.text(collection.translations)
    return Collection(
        id=collection.id,
        slug=collection.slug,
        name=text.name or collection.name,
        version=collection.version,
        buyer=buyer,
    )


def _position(place: Place | None) -> int:
    match place:
        case None:
            return 0
        case (int(position),) if position >= 0:
            return position
    raise BadPage("the cursor is not one of this list; pass a cursor from its own pages, or none")


def variants_page(product: stored.Product | None, wanted: Window, buyer: Buyer) -> ProductVariantConnection:
    """A page of a product's variants, placed by their position; a product that is gone has none.

    Raises BadPage for a place of another shape: cursors can be forged.
    """
    variants = product.variants if product else ()
    after = _position(wanted.place)
    page = variants[after : after + wanted.size]
    cursors = cursors_of("variants", tuple((after + position + 1,) for position in range(len(page))))
    return ProductVariantConnection(
        edges=tuple(
            ProductVariantEdge(cursor=cursor, node=variant_of(product, variant, buyer))
            for cursor, variant in zip(cursors, page, strict=True)
            if product
        ),
        page_info=PageInfo.of(cursors, has_next=after + len(page) < len(variants), has_previous=after > 0),
        total_count=len(variants),
    )
