"""What the search index costs: building, memory, and the median of each kind of question.

``python -m benchmarks.search_index [PRODUCTS ...]`` (1,000 and 10,000 unless told), five variants a product.
"""

import gc
import json
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.table import Table

from datasources.search.index import SearchIndex
from domain.catalog.listing import AttributeFilter, Criteria, ProductSort
from domain.catalog.products import (
    AttributeValue,
    Product,
    ProductKind,
    ProductOption,
    ProductStatus,
    SelectedOption,
    Variant,
)
from domain.ids import CategoryId, CollectionId, ProductId, variant_id
from domain.money import CurrencyCode, Money
from domain.pages import Window

RESULTS: Final = Path(__file__).parent / "results" / "search_index.json"
SIZES: Final = (1_000, 10_000)
RUNS: Final = 60
_SYLLABLES: Final = [consonant + vowel for consonant in "bdfghklmnprst" for vowel in "aeio"]


def words(chance: random.Random, count: int) -> list[str]:
    """A vocabulary: words of two to four syllables, as long as English ones."""
    return ["".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(count)]


def catalogue(count: int, seed: int = 1) -> Iterator[Product]:
    """Products with five variants, words drawn as in prose: few are frequent, most are rare."""
    chance = random.Random(seed)
    vocabulary = words(chance, 20_000)
    cumulative = list(accumulate(1 / (rank + 10) for rank in range(len(vocabulary))))
    vendors, types, tags = (words(chance, size) for size in (100, 60, 200))

    def prose(length: int) -> str:
        return " ".join(chance.choices(vocabulary, cum_weights=cumulative, k=length))

    for number in range(count):
        described = _product(chance, number, ProductId(f"prod_{chance.getrandbits(104):026x}"))
        yield replace(
            described,
            name=prose(4).title(),
            description=f"<p>{prose(40)}</p><ul><li>{prose(20)}</li></ul><p>{prose(40)}</p>",
            vendor=chance.choice(vendors),
            product_type=chance.choice(types),
            tags=tuple(chance.sample(tags, 3)),
            attributes=(AttributeValue(slug="material", name="Material", value=chance.choice(types)),),
        )


def _product(chance: random.Random, number: int, product: ProductId) -> Product:
    colors, sizes = chance.sample(["Red", "Blue", "Green", "Black", "White", "Pink"], 5), ["XS", "S", "M", "L", "XL"]
    created = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10**7))
    return Product(
        id=product,
        version=1,
        slug=f"product-{number}",
        name="",
        status=chance.choices(list(ProductStatus), (5, 90, 5))[0],
        kind=ProductKind.PHYSICAL,
        category_id=CategoryId(f"cat_{chance.randrange(60)}"),
        collection_ids=(CollectionId(f"coll_{chance.randrange(20)}"),),
        options=(ProductOption(name="Color", values=tuple(colors)), ProductOption(name="Size", values=tuple(sizes))),
        variants=tuple(
            Variant(
                id=variant_id(product, at),
                sku=f"{chance.getrandbits(40):010X}",
                options=(SelectedOption(name="Color", value=colors[at]), SelectedOption(name="Size", value=sizes[at])),
                prices=(Money(chance.randrange(500, 50_000), CurrencyCode.USD),),
            )
            for at in range(5)
        ),
        variants_ever=5,
        created_at=created,
        updated_at=created,
    )


def median_ms(question: Callable[[int], object]) -> float:
    """Median over RUNS different questions, in milliseconds."""
    taken = []
    for run in range(RUNS):
        begun = time.perf_counter()
        question(run)
        taken.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(taken)


def measure(count: int) -> dict[str, float]:
    """Every figure for a catalogue of ``count`` products."""
    documents = [msgspec.json.encode(product) for product in catalogue(count)]
    gc.collect()
    begun = time.perf_counter()
    index = SearchIndex(CurrencyCode.USD)
    for document in documents:
        index.put(msgspec.json.decode(document, type=Product))
    figures = {"build from documents, s": time.perf_counter() - begun}
    begun = time.perf_counter()
    snapshot = index.dump()
    figures["dump a snapshot, s"] = time.perf_counter() - begun
    figures["snapshot, MB"] = len(snapshot) / 1e6
    begun = time.perf_counter()
    SearchIndex.load(snapshot, CurrencyCode.USD)
    figures["load a snapshot, s"] = time.perf_counter() - begun
    return figures | _questions(index, documents) | {"memory, MB": _memory(snapshot)}


def _memory(snapshot: bytes) -> float:
    tracemalloc.start()
    index = SearchIndex.load(snapshot, CurrencyCode.USD)
    index.suggest("a", Criteria(), 1)
    gc.collect()
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return used / 1e6


def _questions(index: SearchIndex, documents: list[bytes]) -> dict[str, float]:
    chance = random.Random(2)
    some = [msgspec.json.decode(chance.choice(documents), type=Product) for _ in range(RUNS)]
    asked = [max(product.name.split(), key=len) for product in some]
    shown, red = frozenset({ProductStatus.ACTIVE}), (AttributeFilter(slug="color", values=("red",)),)
    everything = Criteria(statuses=shown)
    narrow = Criteria(statuses=shown, attributes=red, price_max=10_000)
    index.find(Criteria(search="a"), ProductSort.RELEVANCE, Window(1))

    def search(text: str) -> None:
        criteria = Criteria(search=text, statuses=shown)
        index.find(criteria, ProductSort.RELEVANCE, Window(24))
        index.count(criteria)
        index.facets(criteria)

    return {
        "newest 24 of all, ms": median_ms(lambda _: index.find(everything, ProductSort.NEWEST, Window(24))),
        "cheapest 24, filtered, ms": median_ms(lambda _: index.find(narrow, ProductSort.PRICE_ASC, Window(24))),
        "facets of all, ms": median_ms(lambda _: index.facets(everything)),
        "facets, filtered, ms": median_ms(lambda _: index.facets(narrow)),
        "search one word + count + facets, ms": median_ms(lambda run: search(asked[run])),
        "search two words + count + facets, ms": median_ms(lambda run: search(" ".join(some[run].name.split()[:2]))),
        "search one letter + count + facets, ms": median_ms(lambda run: search("bdfghklmnprst"[run % 13])),
        "search a typo + count + facets, ms": median_ms(lambda run: search(_mistyped(chance, asked[run]))),
        "suggest for three letters, ms": median_ms(lambda run: index.suggest(asked[run][:3], everything, 10)),
        "update one product, ms": median_ms(
            lambda run: index.put(replace(some[run], version=run + 2, name=asked[run - 1], description="New " * run))
        ),
    }


def _mistyped(chance: random.Random, word: str) -> str:
    at = chance.randrange(len(word))
    return word[:at] + "x" + word[at + 1 :]


def main() -> None:
    """Measure each size, print a table, leave the figures in ``benchmarks/results/``."""
    sizes = [int(text) for text in sys.argv[1:]] or list(SIZES)
    figures = {size: measure(size) for size in sizes}
    table = Table("products (five variants each)", *(f"{size:,}" for size in sizes))
    for name in figures[sizes[0]]:
        table.add_row(name, *(f"{figures[size][name]:.2f}" for size in sizes))
    Console().print(table)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
