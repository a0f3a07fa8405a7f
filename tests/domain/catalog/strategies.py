"""Random drafts and trees of categories: what staff may send, and what a shop may hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import product as combinations
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st

from domain.catalog.drafts import (
    AttributeDraft,
    CategoryDraft,
    CollectionDraft,
    MediaDraft,
    OptionDraft,
    ProductDraft,
    TranslationDraft,
    VariantDraft,
)
from domain.catalog.products import MOST_DEPTH, Category, Product, ProductKind, ProductStatus
from domain.catalog.rules import product_of
from domain.ids import CategoryId, CollectionId, ProductId
from domain.money import LARGEST_MINOR, CurrencyCode, Money, MoneyDraft

SHOP: Final = CurrencyCode.USD
NOW: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PRODUCT_ID: Final = ProductId("prod_" + "7" * 26)
HALF: Final = settings(max_examples=50)
"""For laws over several whole products, whose making costs milliseconds."""
KEYS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def key(number: int) -> str:
    """The 26 letters of an id, made from a number."""
    return str(number).rjust(26, "0")


WORDS: Final = (
    "Coat", "Rain coat 2", "caf\u00e9", "e\u0301te\u0301",
    "\u5916\u5957", "\u0633\u062a\u0631\u0629", "\u041a\u0443\u0440\u0442\u043a\u0430",
    "\u091c\u0948\u0915\u0947\u091f",
    "\U0001f9e5", "\ufb01t & \u00dfp", " a\tb\n", "<p>Warm</p>", '"; --', "0", "null", "\u200bx",
)  # fmt: skip


@cache
def texts(longest: int = 6) -> st.SearchStrategy[str]:
    """A text in any script that is not blank and has no control characters; mostly one of few, which is quicker."""
    letters = st.characters(exclude_categories=["Cs", "Cc"])
    any_text = st.text(letters, min_size=1, max_size=longest).filter(str.strip)
    return st.sampled_from(WORDS) | st.sampled_from(WORDS) | st.sampled_from(WORDS) | any_text


@cache
def maybe[T](some: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | some


def distinct[T](some: st.SearchStrategy[T], most: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(some, max_size=most, unique=True).map(tuple)


SLUGS: Final = st.sampled_from(["coat", "red-shirt", "2-by-4", "x"]) | st.integers(0, 10**9).map("p-{}".format)
LOCALES: Final = st.sampled_from(["fr", "de", "pt-BR", "zh-Hant-TW", "sr-Latn", "arn", "es-419"])
URLS: Final = SLUGS.map("https://pictures.example/{}.jpg".format)
CATEGORY_IDS: Final = st.integers(1, 999).map(lambda number: CategoryId("cat_" + key(number)))
COLLECTION_IDS: Final = st.integers(1, 999).map(lambda number: CollectionId("coll_" + key(number)))


TRANSLATIONS: Final = st.lists(
    st.builds(TranslationDraft, locale=LOCALES, name=maybe(texts()), description=maybe(texts())),
    max_size=3,
    unique_by=lambda draft: draft.locale,
).map(tuple)


FEW: Final = st.integers(0, 3)
MINORS: Final = st.integers(0, LARGEST_MINOR)
OTHERS: Final = st.lists(
    st.builds(Money, MINORS, st.sampled_from([one for one in CurrencyCode if one is not SHOP])),
    max_size=3,
    unique_by=lambda price: price.currency,
)
NAMES: Final = distinct(st.sampled_from(["Size", "Colour", "Talla", "\u6750\u8d28"]), most=2)
VALUES: Final = st.lists(st.sampled_from(["S", "M", "L", "\u00c9"]), min_size=1, unique=True)
PICKS: Final = st.lists(st.integers(0, 15), min_size=1, max_size=5)
SKUS: Final = st.lists(
    st.sampled_from(["a", "b", "c", "d", "e", "f"]) | texts().map(str.strip), min_size=5, max_size=5, unique=True
)


def _money(price: Money) -> MoneyDraft:
    return MoneyDraft(amount=price.amount, currency=price.currency)


@st.composite
def variant_drafts(draw: st.DrawFn, options: tuple[OptionDraft, ...], sku: str, urls: Sequence[str]) -> VariantDraft:
    """A variant with these options, priced in the shop's currency and perhaps others."""
    prices, place = draw(OTHERS), draw(FEW)
    prices.insert(place, Money(draw(MINORS), SHOP))
    return VariantDraft(
        sku=sku,
        options=options,
        prices=tuple(map(_money, prices)),
        compare_at_prices=draw(st.sampled_from([None, tuple(map(_money, prices[:place]))])),
        barcode=draw(maybe(texts())),
        weight_grams=draw(maybe(st.integers(0, 2**31 - 1))),
        taxable=draw(maybe(st.booleans())),
        media_urls=tuple(urls[draw(FEW) :]) or None,
    )


@st.composite
def variant_lists(draw: st.DrawFn, urls: Sequence[str] = ()) -> tuple[VariantDraft, ...]:
    """One to five variants that differ in their options, if there are any options."""
    names = draw(NAMES)
    choices = list(combinations(*(draw(VALUES) for _ in names)))
    chosen = dict.fromkeys(choices[pick % len(choices)] for pick in draw(PICKS))
    return tuple(
        draw(
            variant_drafts(
                tuple(OptionDraft(name=name, value=value) for name, value in zip(names, picked, strict=True)), sku, urls
            )
        )
        for picked, sku in zip(chosen, draw(SKUS), strict=False)
    )


ATTRIBUTES: Final = st.builds(AttributeDraft, name=texts(), value=texts(), slug=SLUGS, unit=maybe(texts())) | st.builds(
    AttributeDraft, name=st.sampled_from(["Material", "Sl\u00e9eve length"]), value=texts()
)


ATTRIBUTE_LISTS: Final = maybe(st.lists(ATTRIBUTES, max_size=3).map(tuple))
COLLECTIONS: Final = maybe(distinct(COLLECTION_IDS))
KINDS: Final = st.sampled_from(ProductKind)
STATUSES: Final = maybe(st.sampled_from(ProductStatus))
TAGS: Final = maybe(st.lists(texts(), max_size=4).map(tuple))
MEDIA: Final = maybe(
    st.lists(st.builds(MediaDraft, url=URLS, alt=maybe(texts())), max_size=3, unique_by=lambda one: one.url)
)


@st.composite
def product_drafts(draw: st.DrawFn) -> ProductDraft:
    """The content of a product that the rules accept, without ids of variants."""
    media = draw(MEDIA)
    return ProductDraft(
        slug=draw(SLUGS),
        name=draw(texts()),
        kind=draw(KINDS),
        variants=draw(variant_lists([one.url for one in media or ()])),
        description=draw(maybe(texts())),
        status=draw(STATUSES),
        vendor=draw(maybe(texts())),
        product_type=draw(maybe(texts())),
        tags=draw(TAGS),
        category_id=draw(maybe(CATEGORY_IDS)),
        collection_ids=draw(COLLECTIONS),
        attributes=draw(ATTRIBUTE_LISTS),
        media=None if media is None else tuple(media),
        translations=draw(maybe(TRANSLATIONS)),
        seo_title=draw(maybe(texts())),
        seo_description=draw(maybe(texts())),
    )


CATEGORY_DRAFTS: Final = st.builds(CategoryDraft, slug=SLUGS, name=texts(), translations=maybe(TRANSLATIONS))
COLLECTION_DRAFTS: Final = st.builds(CollectionDraft, slug=SLUGS, name=texts(), translations=maybe(TRANSLATIONS))


def stored(draft: ProductDraft, current: Product | None = None) -> Product:
    """The product a draft becomes; fails when it is refused."""
    found = product_of(draft, current, new_id=PRODUCT_ID, now=NOW, shop=SHOP)
    assert isinstance(found, Product), found
    return found


def products() -> st.SearchStrategy[Product]:
    """A product as first stored."""
    return product_drafts().map(stored)


@st.composite
def trees(draw: st.DrawFn, most: int = 15) -> dict[CategoryId, Category]:
    """Categories by id, without rings and at most MOST_DEPTH deep."""
    tree: dict[CategoryId, Category] = {}
    depth: dict[CategoryId | None, int] = {None: 0}
    for number, pick in enumerate(draw(st.lists(st.integers(0, most), max_size=most))):
        open_ = [one for one, deep in depth.items() if deep < MOST_DEPTH]
        parent = open_[-1 - pick % len(open_)]
        new = CategoryId("cat_" + key(number))
        tree[new] = Category(id=new, version=1, slug=f"c{number}", name=WORDS[pick % 5], parent_id=parent)
        depth[new] = depth[parent] + 1
    return tree


@st.composite
def snarls(draw: st.DrawFn) -> dict[CategoryId, Category]:
    """Categories by id with any parents at all: rings and unknown ones among them."""
    tree = draw(trees())
    parents = st.sampled_from([None, CategoryId("cat_" + "z" * 26), *tree])
    return {one: replace(category, parent_id=draw(parents)) for one, category in tree.items()}
