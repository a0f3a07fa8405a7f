"""What a product is: one document, with its variants, prices and pictures inside it."""

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Final

from domain.ids import CategoryId, CollectionId, MediaId, ProductId, VariantId
from domain.money import Money
from domain.shown import Good, ShownMedia
from domain.values import value

MOST_VARIANTS: Final = 100
MOST_OPTIONS: Final = 3
MOST_COLLECTIONS: Final = 10
MOST_CATEGORIES: Final = 1000
MOST_DEPTH: Final = 5
MOST_MEDIA: Final = 50
MOST_GOODS: Final = 10
MOST_ATTRIBUTES: Final = 50
MOST_TAGS: Final = 50
MOST_TRANSLATIONS: Final = 20
MOST_CURRENCIES: Final = 5
"""Bounds that keep a product inside one DynamoDB item (400 KB) and its listing entries inside one transaction (100)."""


class ProductStatus(Enum):
    """Who can see a product.

    DRAFT: Being prepared: staff see it, shoppers do not.
    ACTIVE: On sale: everybody sees it.
    ARCHIVED: Taken off sale for good: staff see it, old orders keep naming it.
    """

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    ARCHIVED = "ARCHIVED"


class ProductKind(Enum):
    """How a product reaches its buyer.

    PHYSICAL: Is packed and sent.
    DIGITAL: Is downloaded.
    """

    PHYSICAL = "PHYSICAL"
    DIGITAL = "DIGITAL"


@value
class AttributeValue:
    """One stated fact about a product, such as its material; products sharing a slug can be filtered by it."""

    slug: str
    name: str
    value: str
    unit: str | None = None


@value
class ProductOption:
    """A choice the buyer makes, such as Size, with its values in the order they are shown."""

    name: str
    values: tuple[str, ...]


@value
class SelectedOption:
    """The value that one variant has for one option."""

    name: str
    value: str


@value
class Variant:
    """What is actually bought. ``prices`` holds at most one amount a currency, and at least one amount.

    ``goods`` are the files that its buyers get.
    """

    id: VariantId
    sku: str
    barcode: str | None = None
    options: tuple[SelectedOption, ...] = ()
    prices: tuple[Money, ...]
    compare_at_prices: tuple[Money, ...] = ()
    weight_grams: int | None = None
    taxable: bool = True
    media_ids: tuple[MediaId, ...] = ()
    goods: tuple[Good, ...] = ()


@value
class Translation:
    """Name and description in another language; ``locale`` is a BCP 47 tag such as ``fr`` or ``pt-BR``."""

    locale: str
    name: str | None = None
    description: str | None = None


UNTRANSLATED: Final = Translation(locale="")


def translation(translations: Iterable[Translation], locale: str | None) -> Translation:
    """The translation for a language tag, else for its language, else an empty one."""
    known = {one.locale.casefold(): one for one in translations} if locale else {}
    tag = (locale or "").casefold()
    return known.get(tag, known.get(tag.split("-")[0], UNTRANSLATED))


@value
class Product:
    """A product as stored. ``version`` starts at 1 and grows by 1 with each stored change."""

    id: ProductId
    version: int
    slug: str
    name: str
    description: str | None = None
    status: ProductStatus
    kind: ProductKind
    vendor: str | None = None
    product_type: str | None = None
    tags: tuple[str, ...] = ()
    category_id: CategoryId | None = None
    collection_ids: tuple[CollectionId, ...] = ()
    attributes: tuple[AttributeValue, ...] = ()
    options: tuple[ProductOption, ...] = ()
    variants: tuple[Variant, ...]
    variants_ever: int
    media: tuple[ShownMedia, ...] = ()
    translations: tuple[Translation, ...] = ()
    seo_title: str | None = None
    seo_description: str | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def elsewhere(self) -> tuple[ShownMedia, ...]:
        """What it shows that is not ours."""
        return tuple(one for one in self.media if one.url is not None)


@value
class Category:
    """A place in the tree of categories; a product is in one category, and so in all above it."""

    id: CategoryId
    version: int
    slug: str
    name: str
    parent_id: CategoryId | None = None
    translations: tuple[Translation, ...] = ()


@value
class Collection:
    """A hand-picked set of products, such as "Spring sale"; a product can be in several."""

    id: CollectionId
    version: int
    slug: str
    name: str
    translations: tuple[Translation, ...] = ()
