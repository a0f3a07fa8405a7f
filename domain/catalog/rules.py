"""What may be stored: a draft becomes a product, a category or a collection, or the list of what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from domain.catalog.changes import changed_fields
from domain.catalog.drafts import (
    AttributeDraft,
    CategoryDraft,
    CollectionDraft,
    ProductDraft,
    TranslationDraft,
)
from domain.catalog.products import (
    MOST_ATTRIBUTES,
    MOST_CATEGORIES,
    MOST_COLLECTIONS,
    MOST_DEPTH,
    MOST_TAGS,
    MOST_TRANSLATIONS,
    AttributeValue,
    Category,
    Collection,
    Product,
    ProductStatus,
    Translation,
)
from domain.catalog.showing import Known, media_of, names_of
from domain.catalog.texts import LONGEST_NAME, LONGEST_PROSE, LONGEST_WORD, Findings, slugged
from domain.catalog.tree import ancestors, subtree
from domain.catalog.variants import Named, Sold, options_of, variants_of
from domain.errors import ErrorCode, InputError
from domain.ids import CategoryId, CollectionId, ProductId
from domain.money import CurrencyCode

type Refused = tuple[InputError, ...]


def product_of(
    draft: ProductDraft,
    current: Product | None,
    *,
    new_id: ProductId,
    now: datetime,
    shop: CurrencyCode,
    known: Known = MappingProxyType({}),
    sold: Sold = MappingProxyType({}),
) -> Product | Refused:
    """The product that ``draft`` asks for: the next version of ``current``, or the first one of ``new_id``.

    Equal content gives ``current`` itself back. Whether the category and collections exist is the caller's to check;
    ``known`` says which of the media that the draft names it may show, ``sold`` which its buyers may get.
    """
    found = Findings()
    owner = current.id if current else new_id
    drafts = draft.media or ()
    media = media_of(found, drafts, owner, current.media if current else (), known)
    named = Named(names_of(media, drafts, owner), sold)
    variants, ever = variants_of(found, draft.variants, owner, current, shop=shop, named=named)
    product = Product(
        id=owner,
        version=current.version + 1 if current else 1,
        slug=found.slug(draft.slug, "slug"),
        name=found.required(draft.name, LONGEST_NAME, "name"),
        description=found.text(draft.description, LONGEST_PROSE, "description"),
        status=draft.status or (current.status if current else ProductStatus.DRAFT),
        kind=draft.kind,
        vendor=found.text(draft.vendor, LONGEST_WORD, "vendor"),
        product_type=found.text(draft.product_type, LONGEST_WORD, "productType"),
        tags=_tags(found, draft.tags or ()),
        category_id=draft.category_id,
        collection_ids=_collections(found, draft.collection_ids or ()),
        attributes=_attributes(found, draft.attributes or ()),
        options=options_of(variants),
        variants=variants,
        variants_ever=ever,
        media=media,
        translations=_translations(found, draft.translations or ()),
        seo_title=found.text(draft.seo_title, LONGEST_NAME, "seoTitle"),
        seo_description=found.text(draft.seo_description, LONGEST_PROSE, "seoDescription"),
        created_at=current.created_at if current else now,
        updated_at=now,
    )
    if found.errors:
        return tuple(found.errors)
    return current if current and not changed_fields(current, product) else product


def with_status(current: Product, status: ProductStatus, now: datetime) -> Product:
    """``current`` itself when it has the status already."""
    if current.status is status:
        return current
    return replace(current, status=status, version=current.version + 1, updated_at=now)


def category_of(
    draft: CategoryDraft, current: Category | None, tree: Mapping[CategoryId, Category], *, new_id: CategoryId
) -> Category | Refused:
    """The category that ``draft`` asks for, within ``tree`` (every category there is)."""
    found = Findings()
    category = Category(
        id=current.id if current else new_id,
        version=current.version + 1 if current else 1,
        slug=found.slug(draft.slug, "slug"),
        name=found.required(draft.name, LONGEST_NAME, "name"),
        parent_id=draft.parent_id,
        translations=_translations(found, draft.translations or ()),
    )
    if current is None and len(tree) >= MOST_CATEGORIES:
        found.add(f"the shop has its {MOST_CATEGORIES:,} categories already")
    if draft.parent_id is not None:
        _check_parent(found, category, tree)
    if found.errors:
        return tuple(found.errors)
    return current if current == replace(category, version=category.version - 1) else category


def _check_parent(found: Findings, category: Category, tree: Mapping[CategoryId, Category]) -> None:
    if category.parent_id not in tree:
        found.add("there is no such category", "parentId", code=ErrorCode.NOT_FOUND)
        return
    above = ancestors(category.parent_id, tree)
    if category.id in above:
        found.add("a category cannot stand below itself", "parentId")
    elif len(above) + _height(category.id, tree) > MOST_DEPTH:
        found.add(f"categories are at most {MOST_DEPTH} deep", "parentId")


def _height(top: CategoryId, tree: Mapping[CategoryId, Category]) -> int:
    above = len(ancestors(top, tree))
    return 1 + max(len(ancestors(category, tree)) - above for category in subtree(top, tree.values()))


def collection_of(draft: CollectionDraft, current: Collection | None, *, new_id: CollectionId) -> Collection | Refused:
    """The collection that ``draft`` asks for."""
    found = Findings()
    collection = Collection(
        id=current.id if current else new_id,
        version=current.version + 1 if current else 1,
        slug=found.slug(draft.slug, "slug"),
        name=found.required(draft.name, LONGEST_NAME, "name"),
        translations=_translations(found, draft.translations or ()),
    )
    if found.errors:
        return tuple(found.errors)
    return current if current == replace(collection, version=collection.version - 1) else collection


def _tags(found: Findings, drafts: Sequence[str]) -> tuple[str, ...]:
    tags = [found.text(tag, LONGEST_WORD, "tags", place) for place, tag in enumerate(drafts)]
    kept = tuple(dict.fromkeys(tag for tag in tags if tag))
    found.most(kept, MOST_TAGS, "tags")
    return kept


def _collections(found: Findings, ids: Sequence[CollectionId]) -> tuple[CollectionId, ...]:
    kept = tuple(dict.fromkeys(ids))
    found.most(kept, MOST_COLLECTIONS, "collectionIds")
    return kept


def _attributes(found: Findings, drafts: Sequence[AttributeDraft]) -> tuple[AttributeValue, ...]:
    found.most(drafts, MOST_ATTRIBUTES, "attributes")
    return tuple(
        AttributeValue(
            name=found.required(draft.name, LONGEST_WORD, "attributes", place, "name"),
            value=found.required(draft.value, LONGEST_WORD * 4, "attributes", place, "value"),
            slug=_attribute_slug(found, draft, place),
            unit=found.text(draft.unit, LONGEST_WORD, "attributes", place, "unit"),
        )
        for place, draft in enumerate(drafts)
    )


def _attribute_slug(found: Findings, draft: AttributeDraft, place: int) -> str:
    slug = draft.slug or slugged(draft.name)
    if not slug and draft.name.strip():
        message = "no slug can be made from this name; give one"
        found.add(message, "attributes", place, "slug", code=ErrorCode.REQUIRED)
    return found.slug(slug, "attributes", place, "slug") if slug else slug


def _translations(found: Findings, drafts: Sequence[TranslationDraft]) -> tuple[Translation, ...]:
    found.most(drafts, MOST_TRANSLATIONS, "translations")
    if len({draft.locale.lower() for draft in drafts}) < len(drafts):  # tags know no case (RFC 5646, section 2.1.1)
        found.add("a language is given twice", "translations", code=ErrorCode.DUPLICATE)
    return tuple(
        Translation(
            locale=found.locale(draft.locale, "translations", place, "locale"),
            name=found.text(draft.name, LONGEST_NAME, "translations", place, "name"),
            description=found.text(draft.description, LONGEST_PROSE, "translations", place, "description"),
        )
        for place, draft in enumerate(drafts)
    )
