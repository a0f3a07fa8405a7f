"""Product files for tests: the real ones beside the checkout, and small ones written on the spot."""

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from clients.csv.drafts import BadProduct, FileProduct
from clients.csv.reading import Reading
from domain.money import CurrencyCode

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
REAL = SHARED / "data" / "shopify"
APPAREL = REAL / "apparel.csv"
HOME = REAL / "home-and-garden.csv"
SAMPLE = ROOT / "sample" / "products.csv"
HEADER = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price"

needs_real_files = pytest.mark.skipif(
    not SHARED.exists() and not os.environ.get("CI"),
    reason="Shopify's two sample files are not part of the repository; CI has them beside the checkout",
)


def read(
    path: Path, *, pictures_base: str | None = None, encoding: str | None = None
) -> list[FileProduct | BadProduct]:
    return list(Reading(path, CurrencyCode.USD, pictures_base=pictures_base, encoding=encoding))


def good(found: Iterable[FileProduct | BadProduct]) -> list[FileProduct]:
    """All of them, which must be good."""
    products = list(found)
    assert [one for one in products if isinstance(one, BadProduct)] == []
    return [one for one in products if isinstance(one, FileProduct)]


def problems(found: Iterable[FileProduct | BadProduct]) -> list[tuple[str, int, str | None, str]]:
    return [
        (one.handle, problem.row, problem.column, problem.message)
        for one in found
        if isinstance(one, BadProduct)
        for problem in one.problems
    ]


def table(header: Sequence[str], *rows: dict[str, str]) -> str:
    """A file of these rows, each by column."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "products.csv"
    path.write_bytes(text.encode(encoding))
    return path
