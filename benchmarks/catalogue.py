"""A catalogue for measuring: products with five variants and three pictures, written straight into the table."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Final

from datasources.dynamo.catalog import CatalogTable
from domain.catalog.drafts import AttributeDraft, CategoryDraft, MediaDraft, OptionDraft, ProductDraft, VariantDraft
from domain.catalog.products import Category, Product, ProductKind, ProductStatus
from domain.catalog.rules import category_of, product_of
from domain.ids import CategoryId, ProductId
from domain.money import CurrencyCode, MoneyDraft
from resolvers._kit.ids import new_id

CATEGORIES: Final = 10
SIZES: Final = ("XS", "S", "M", "L", "XL")
WORDS: Final = (
    "linen", "cotton", "oak", "brass", "wool", "copper", "clay", "paper", "glass", "leather", "stone", "silk",
    "lamp", "chair", "table", "shirt", "scarf", "bowl", "vase", "basket", "blanket", "kettle", "knife", "board",
    "pot", "tray", "rug", "mirror", "clock", "shelf",
)  # fmt: skip
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
WRITERS: Final = 8


def categories() -> tuple[Category, ...]:
    """The categories that the products stand in."""
    made = (
        category_of(CategoryDraft(slug=f"room-{n}", name=f"Room {n}"), None, {}, new_id=CategoryId(new_id("cat")))
        for n in range(CATEGORIES)
    )
    return tuple(one for one in made if isinstance(one, Category))


def products(count: int, shelves: tuple[Category, ...]) -> Iterator[Product]:
    """``count`` products, the same texts and prices for the same count."""
    chance = random.Random(count)
    for number in range(count):
        words = chance.sample(WORDS, 3)
        cents = chance.randrange(500, 50_000)
        media = tuple(MediaDraft(url=f"https://pictures.example/{number}/{n}.webp", alt=words[0]) for n in range(3))
        draft = ProductDraft(
            slug=f"{words[0]}-{words[1]}-{number}",
            name=" ".join(words).capitalize(),
            description=f"<p>A {' '.join(words)} for every day.</p>" * 5,
            kind=ProductKind.PHYSICAL,
            status=ProductStatus.ACTIVE,
            vendor=f"Maker {number % 25}",
            tags=tuple(words),
            category_id=shelves[number % len(shelves)].id,
            attributes=(AttributeDraft(name="Material", value=words[2]),),
            media=media,
            variants=tuple(
                VariantDraft(
                    sku=f"{number}-{size}",
                    options=(OptionDraft(name="Size", value=size),),
                    prices=(MoneyDraft(amount=f"{(cents + place) / 100:.2f}", currency=CurrencyCode.USD),),
                )
                for place, size in enumerate(SIZES)
            ),
        )
        made = product_of(
            draft, None, new_id=ProductId(new_id("prod")), now=START + timedelta(seconds=number), shop=CurrencyCode.USD
        )
        assert isinstance(made, Product), made
        yield made


def seed(store: CatalogTable, count: int) -> tuple[tuple[Category, ...], list[Product]]:
    """Store a catalogue of ``count`` products; gives what was stored."""
    shelves = categories()
    for one in shelves:
        store.save_category(None, one)
    made = list(products(count, shelves))
    with ThreadPoolExecutor(WRITERS) as pool:
        for _ in pool.map(lambda product: store.create(product, ()), made):
            pass
    return shelves, made
