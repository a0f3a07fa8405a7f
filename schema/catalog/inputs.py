"""What clients send about products."""

import strawberry

from schema.catalog.choices import ProductKind, ProductStatus
from schema.money import MoneyInput
from schema.prose import wanted
from schema.scalars import AWSURL


@wanted
class AttributeFilter:
    """Products having at least one of the values.

    slug: A facet's slug, such as "vendor", "tag", "size" or "material".
    values: The values, as facets give them; at most 50.
    """

    slug: str
    values: list[str]


@wanted
class ProductFilter:
    """What a product must fulfil to be listed: all that is given.

    search: Words to find in name, vendor, type, tags, description and SKU; the last one may be unfinished.
    category: Only products of this category and of those below it.
    collection: Only products of this collection.
    status: Only products of this status; for staff, shoppers always see just the ACTIVE ones.
    attributes: Only products having, for each entry, one of its values.
    price_min: Lowest price in the buyer's currency, as decimal text, itself included.
    price_max: Highest price in the buyer's currency, as decimal text, itself included.
    min_rating: Only products rated so well or better: a mean of stars from 1 to 5 as decimal text with at most two
      places, such as "4" or "4.5". Products without a review are left out.
    """

    search: str | None = None
    category: strawberry.ID | None = None
    collection: strawberry.ID | None = None
    status: ProductStatus | None = None
    attributes: list[AttributeFilter] | None = None
    price_min: str | None = None
    price_max: str | None = None
    min_rating: str | None = None


@wanted
class AttributeInput:
    """One stated fact about a product.

    name: What the fact is called, such as "Material".
    value: The fact itself, such as "Wool".
    slug: The fact's key; made from the name when left out.
    unit: The unit of the value, such as "cm".
    """

    name: str
    value: str
    slug: str | None = None
    unit: str | None = None


@wanted
class OptionInput:
    """What a variant is for one of its product's options.

    name: The option, such as "Size".
    value: The value of it, such as "Large".
    """

    name: str
    value: str


@wanted
class ProductMediaInput:
    """What a product shows: a media of ours that is READY, or a picture that lies elsewhere. Give exactly one of both.

    media_id: The media, which the shop has sent by mediaUploadStart.
    url: Where the picture is.
    alt: What it shows, for those who cannot see it; what the media says itself when left out.
    """

    media_id: strawberry.ID | None = None
    url: AWSURL | None = None
    alt: str | None = None


@wanted
class TranslationInput:
    """Texts in another language.

    locale: The language, a BCP 47 tag such as "fr" or "pt-BR".
    name: The name in that language.
    description: The description in that language, as HTML; for products only.
    """

    locale: str
    name: str | None = None
    description: str | None = None


@wanted
class VariantInput:
    """One variant of a product.

    sku: The shop's own code for it, unique within the product.
    prices: Its price list: one amount a currency, at least one in the shop's own currency.
    options: One value for each option; the options of all variants together make the product's options.
    id: Which existing variant this is; when left out, the one with the same options or SKU, else a new one.
    barcode: Its EAN, UPC or ISBN.
    compare_at_prices: The prices it is compared with when it is reduced, each in a currency of its price list.
    weight_grams: What it weighs, in grams.
    taxable: Whether tax applies to it; true when left out.
    media_urls: Which of the product's pictures show this very variant, by the URLs that are given for them.
    media_ids: Which of the product's media show this very variant, by the ids that are given for them.
    digital_media_ids: The files that its buyers get, media of the shop's own that are a DIGITAL_GOOD and READY; at most
      10. Those that there are stay when it is left out.
    """

    sku: str
    prices: list[MoneyInput]
    options: list[OptionInput] | None = None
    id: strawberry.ID | None = None
    barcode: str | None = None
    compare_at_prices: list[MoneyInput] | None = None
    weight_grams: int | None = None
    taxable: bool | None = None
    media_urls: list[AWSURL] | None = None
    media_ids: list[strawberry.ID] | None = None
    digital_media_ids: list[strawberry.ID] | None = None


@wanted
class ProductInput:
    """The whole content of a product: what is left out is empty afterwards, but for the status, which stays.

    slug: Unique name in addresses: lower-case letters, digits and dashes.
    name: The product's name, up to 255 characters.
    kind: How the product reaches its buyer.
    variants: 1 to 100 variants, in the order to show them.
    description: What the product is, as HTML, up to 60,000 characters.
    status: Who can see it; DRAFT when a new product leaves it out.
    vendor: Who makes or supplies it.
    product_type: The shop's own word for what it is.
    tags: Words to find it by; at most 50.
    category_id: The category it stands in.
    collection_ids: The collections it is part of; at most 10.
    attributes: Stated facts about it; at most 50.
    media: Its pictures, films and documents, in the order to show them; at most 50.
    translations: Name and description in other languages; at most 20.
    seo_title: Title for search engines.
    seo_description: Description for search engines.
    """

    slug: str
    name: str
    kind: ProductKind
    variants: list[VariantInput]
    description: str | None = None
    status: ProductStatus | None = None
    vendor: str | None = None
    product_type: str | None = None
    tags: list[str] | None = None
    category_id: strawberry.ID | None = None
    collection_ids: list[strawberry.ID] | None = None
    attributes: list[AttributeInput] | None = None
    media: list[ProductMediaInput] | None = None
    translations: list[TranslationInput] | None = None
    seo_title: str | None = None
    seo_description: str | None = None


@wanted
class CategoryInput:
    """The whole content of a category.

    slug: Unique name in addresses: lower-case letters, digits and dashes.
    name: The category's name, up to 255 characters.
    parent_id: The category above; null puts it at the top.
    translations: The name in other languages.
    """

    slug: str
    name: str
    parent_id: strawberry.ID | None = None
    translations: list[TranslationInput] | None = None


@wanted
class CollectionInput:
    """The whole content of a collection; which products are in it is said by each product's collectionIds.

    slug: Unique name in addresses: lower-case letters, digits and dashes.
    name: The collection's name, up to 255 characters.
    translations: The name in other languages.
    """

    slug: str
    name: str
    translations: list[TranslationInput] | None = None
