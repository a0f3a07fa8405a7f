"""What staff ask to be stored, as they ask it: unchecked."""

from domain.catalog.products import ProductKind, ProductStatus
from domain.ids import CategoryId, CollectionId, MediaId, VariantId
from domain.money import MoneyDraft
from domain.values import value


@value
class OptionDraft:
    """A variant's value for an option."""

    name: str
    value: str


@value
class AttributeDraft:
    """A stated fact; its slug is made from the name when absent."""

    name: str
    value: str
    slug: str | None = None
    unit: str | None = None


@value
class MediaDraft:
    """A media of ours by its id, or a picture by reference: one of both."""

    media_id: MediaId | None = None
    url: str | None = None
    alt: str | None = None


@value
class TranslationDraft:
    """Texts in another language."""

    locale: str
    name: str | None = None
    description: str | None = None


@value
class VariantDraft:
    """One variant; ``id`` says which existing one it is, if the caller knows."""

    sku: str
    prices: tuple[MoneyDraft, ...]
    options: tuple[OptionDraft, ...] | None = None
    id: VariantId | None = None
    barcode: str | None = None
    compare_at_prices: tuple[MoneyDraft, ...] | None = None
    weight_grams: int | None = None
    taxable: bool | None = None
    media_urls: tuple[str, ...] | None = None
    media_ids: tuple[MediaId, ...] | None = None
    digital_media_ids: tuple[MediaId, ...] | None = None


@value
class ProductDraft:
    """The whole content of a product."""

    slug: str
    name: str
    kind: ProductKind
    variants: tuple[VariantDraft, ...]
    description: str | None = None
    status: ProductStatus | None = None
    vendor: str | None = None
    product_type: str | None = None
    tags: tuple[str, ...] | None = None
    category_id: CategoryId | None = None
    collection_ids: tuple[CollectionId, ...] | None = None
    attributes: tuple[AttributeDraft, ...] | None = None
    media: tuple[MediaDraft, ...] | None = None
    translations: tuple[TranslationDraft, ...] | None = None
    seo_title: str | None = None
    seo_description: str | None = None


@value
class CategoryDraft:
    """The whole content of a category."""

    slug: str
    name: str
    parent_id: CategoryId | None = None
    translations: tuple[TranslationDraft, ...] | None = None


@value
class CollectionDraft:
    """The whole content of a collection."""

    slug: str
    name: str
    translations: tuple[TranslationDraft, ...] | None = None
