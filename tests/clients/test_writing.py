"""Any product, written as rows, is read back as the same product."""

import csv
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.csv.columns import stated_order
from clients.csv.drafts import FileProduct, FileStock, Places
from clients.csv.writing import Widths, rows_of_product
from domain.catalog.drafts import AttributeDraft, MediaDraft, OptionDraft, ProductDraft, VariantDraft
from domain.catalog.products import ProductKind, ProductStatus
from domain.catalog.texts import slugged
from domain.inventory.stock import MOST_UNITS
from domain.money import CurrencyCode, Money, MoneyDraft
from tests.clients.files import HEADER, ROOT, good, read

LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Z"))
WORDS = st.text(LETTERS | st.sampled_from(' ,;"\n\r\t'), min_size=1, max_size=12).map(str.strip).filter(bool)
NAMES = st.text(LETTERS, min_size=1, max_size=8).filter(lambda name: name not in {"Title", "Uncategorized"})
FACTS = WORDS.filter(lambda name: slugged(name) and "\n" not in name and "\r" not in name)
SLUGS = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
URLS = st.from_regex(r"https://[a-z]{1,8}\.test/[a-zA-Z0-9@_,%.-]{1,12}", fullmatch=True)
PRICES = st.integers(0, 10**9).map(lambda minor: Money(minor, CurrencyCode.USD).amount)


def money(amount: str) -> MoneyDraft:
    return MoneyDraft(amount=amount, currency=CurrencyCode.USD)


@st.composite
def attributes(draw: st.DrawFn) -> tuple[AttributeDraft, ...]:
    names = st.one_of(FACTS, st.sampled_from(["Type", "Price / X", "Attribute: A", "W [cm]", "SKU", "Gift Card"]))
    units = st.none() | st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=3)
    stated = draw(st.lists(st.builds(AttributeDraft, name=names, value=WORDS, unit=units), max_size=4))
    return tuple(sorted(stated, key=stated_order))


@st.composite
def variants(draw: st.DrawFn, urls: list[str]) -> tuple[VariantDraft, ...]:
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    chosen = draw(st.lists(st.tuples(*[WORDS] * len(names)), min_size=1, max_size=4 if names else 1, unique=True))
    skus = draw(st.lists(WORDS, min_size=len(chosen), max_size=len(chosen), unique=True))
    shown = st.lists(st.sampled_from(urls), max_size=2, unique=True) if urls else st.just([])
    return tuple(
        VariantDraft(
            sku=sku,
            prices=(money(draw(PRICES)),),
            options=tuple(OptionDraft(name=name, value=value) for name, value in zip(names, values, strict=True)),
            barcode=draw(st.none() | WORDS),
            compare_at_prices=tuple(money(price) for price in draw(st.lists(PRICES, max_size=1)) if price != "0.00"),
            weight_grams=draw(st.none() | st.integers(0, 2**31 - 1)),
            taxable=draw(st.booleans()),
            media_urls=tuple(draw(shown)),
        )
        for sku, values in zip(skus, chosen, strict=True)
    )


@st.composite
def products(draw: st.DrawFn) -> FileProduct:
    urls = draw(st.lists(URLS, max_size=4, unique=True))
    collections = draw(st.lists(WORDS, max_size=3, unique_by=str.casefold))
    product = ProductDraft(
        slug=draw(SLUGS),
        name=draw(WORDS),
        kind=draw(st.sampled_from(ProductKind)),
        variants=draw(variants(urls)),
        description=draw(st.none() | WORDS),
        status=draw(st.sampled_from(ProductStatus)),
        vendor=draw(st.none() | WORDS),
        product_type=draw(st.none() | WORDS),
        tags=tuple(draw(st.lists(WORDS.filter(lambda tag: "," not in tag), max_size=3, unique=True))),
        attributes=draw(attributes()),
        media=tuple(MediaDraft(url=url, alt=draw(st.none() | WORDS)) for url in urls),
        seo_title=draw(st.none() | WORDS),
        seo_description=draw(st.none() | WORDS),
    )
    path = draw(st.lists(WORDS.filter(lambda name: ">" not in name and name != "Uncategorized"), max_size=5))
    counted = st.builds(FileStock, quantity=st.integers(0, MOST_UNITS), backorders=st.booleans())
    stocks = tuple(draw(st.none() | counted) for _ in product.variants)
    return FileProduct(
        product=product,
        stocks=stocks if any(stocks) else (),
        category=tuple(path),
        collections=tuple(sorted(collections, key=str.casefold)),
        places=Places(first=0),
    )


def write(path: Path, listed: Iterable[FileProduct]) -> Path:
    known, widths = list(listed), Widths()
    for one in known:
        widths.see(one)
    header = widths.header()
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        for one in known:
            writer.writerows(rows_of_product(one, header))
    return path


@settings(max_examples=60)
@given(listed=st.lists(products(), min_size=1, max_size=3, unique_by=lambda one: one.product.slug))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, listed: list[FileProduct]) -> None:
    path = write(tmp_path_factory.mktemp("csv") / "products.csv", listed)

    again = good(read(path))
    assert again == listed
    assert write(path.with_name("again.csv"), again).read_bytes() == path.read_bytes()


def test_what_shopifys_own_column_cannot_say_of_a_gift_card_has_a_column_of_its_own(tmp_path: Path) -> None:
    stated = (
        AttributeDraft(name="Gift Card", value="true", unit="x"),
        AttributeDraft(name="Gift Card", value="true"),
        AttributeDraft(name="Gift Card", value="true"),
    )
    product = ProductDraft(
        slug="card",
        name="Card",
        kind=ProductKind.DIGITAL,
        variants=(VariantDraft(sku="card", prices=(money("10.00"),), taxable=False),),
        attributes=stated,
    )
    [again] = good(read(write(tmp_path / "card.csv", [FileProduct(product=product, places=Places(first=0))])))

    assert sorted((one.value, one.unit or "") for one in again.product.attributes or ()) == [
        ("true", ""),
        ("true", ""),
        ("true", "x"),
    ]


PEAK = """
import resource, sys
from pathlib import Path
from clients.csv.reading import Reading
from domain.inventory.stock import MOST_UNITS
from domain.money import CurrencyCode
rows = sum(one.rows for one in Reading(Path(sys.argv[1]), CurrencyCode.USD))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def rows_and_peak(path: Path, products: int) -> tuple[int, int]:
    """Rows read from a file of so many products, four rows each, and the most bytes its reader's process ever held."""
    with path.open("w", encoding="utf-8") as out:
        out.write(f"{HEADER}\n")
        for number in range(products):
            out.write(f"product-{number},Product {number},{'<p>Text</p>' * 80},,,,true,Size,1,,9.99\n")
            out.writelines(f"product-{number},,,,,,,,{size},,9.99\n" for size in (2, 3, 4))
    asked = [sys.executable, "-c", PEAK, str(path)]
    rows, peak = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return int(rows), int(peak)


def test_a_hundred_thousand_rows_are_read_in_bounded_memory(tmp_path: Path) -> None:
    _, small = rows_and_peak(tmp_path / "small.csv", 250)
    rows, large = rows_and_peak(tmp_path / "large.csv", 25_000)

    assert rows == 100_000
    assert (tmp_path / "large.csv").stat().st_size > 20_000_000
    assert large - small < 10_000_000, (
        "an entry a handle, about 200 bytes each, and one product at a time; not the file"
    )
