"""Exporting the whole catalogue through the API, as a file that imports back to the same catalogue."""

import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from clients.csv import documents
from clients.csv.drafts import FileProduct, Places
from clients.csv.shelves import Shelves
from clients.csv.stocks import first_warehouse, stock_of
from clients.csv.writing import Widths, rows_of_product
from clients.graph import Graph
from clients.sign_in import Credentials
from domain.catalog.drafts import AttributeDraft, MediaDraft, OptionDraft, ProductDraft, VariantDraft
from domain.catalog.products import ProductKind, ProductStatus
from domain.money import CurrencyCode, MoneyDraft

PAGE: Final = 25
"""Products a page: 25 with the longest descriptions (60,000 characters) and 100 variants stay below AppSync's 5 MB."""


def export_file(
    path: Path,
    outputs: Mapping[str, Any],
    *,
    progress: Callable[[int], None] | None = None,
    credentials: Credentials | None = None,
) -> int:
    """Write every product, by name, and give their number; the file appears whole or not at all.

    Products wait in a temporary file, because the header must know them all. Raises GraphFault, NotSignedIn, OSError.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        with (
            Graph(outputs, credentials or Credentials.of_staff(outputs)) as graph,
            tempfile.TemporaryFile("w+", encoding="utf-8") as spool,
        ):
            shelves, widths = Shelves(graph), Widths()
            sights = Sights(path=shelves.path, warehouse=first_warehouse(graph))
            count = _gather(graph, sights, widths, spool, progress)
            _write(draft, sights, widths, spool)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """What a product is seen by: the names above a category, and the warehouse whose stock a file tells."""

    path: Callable[[str | None], tuple[str, ...]]
    warehouse: str | None


def _gather(
    graph: Graph, sights: Sights, widths: Widths, spool: IO[str], progress: Callable[[int], None] | None
) -> int:
    count = 0
    for count, node in enumerate(_products(graph), start=1):
        widths.see(product_of(node, sights))
        json.dump(node, spool)
        spool.write("\n")
        if progress is not None:
            progress(count)
    return count


def _write(draft: Path, sights: Sights, widths: Widths, spool: IO[str]) -> None:
    header = widths.header()
    spool.seek(0)
    with draft.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        for line in spool:
            writer.writerows(rows_of_product(product_of(json.loads(line), sights), header))


def _products(graph: Graph) -> Iterator[Mapping[str, Any]]:
    after: str | None = None
    while True:
        page = graph.ask(documents.PRODUCTS, {"first": PAGE, "after": after})["products"]
        for edge in page["edges"]:
            yield edge["node"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return


def product_of(node: Mapping[str, Any], sights: Sights) -> FileProduct:
    """A product of the graph as a file has it."""
    stocks = tuple(stock_of(edge["node"]["stockLevels"], sights.warehouse) for edge in node["variants"]["edges"])
    return FileProduct(
        product=ProductDraft(
            slug=node["slug"],
            name=node["name"],
            kind=ProductKind(node["kind"]),
            variants=tuple(_variant(edge["node"]) for edge in node["variants"]["edges"]),
            description=node["description"],
            status=ProductStatus(node["status"]),
            vendor=node["vendor"],
            product_type=node["productType"],
            tags=tuple(node["tags"]),
            attributes=tuple(
                AttributeDraft(name=one["name"], value=one["value"], unit=one["unit"]) for one in node["attributes"]
            ),
            media=tuple(MediaDraft(url=one["url"], alt=one["alt"]) for one in node["media"]),
            seo_title=node["seoTitle"],
            seo_description=node["seoDescription"],
        ),
        stocks=stocks if any(stocks) else (),
        category=sights.path(node["category"]["id"] if node["category"] else None),
        collections=tuple(one["name"] for one in node["collections"]),
        places=Places(first=0),
    )


def _variant(node: Mapping[str, Any]) -> VariantDraft:
    compared = node["compareAtPrice"]
    return VariantDraft(
        sku=node["sku"],
        prices=(_money(node["price"]),),
        options=tuple(OptionDraft(name=one["name"], value=one["value"]) for one in node["options"]),
        barcode=node["barcode"],
        compare_at_prices=(_money(compared),) if compared else (),
        weight_grams=node["weightGrams"],
        taxable=node["taxable"],
        media_urls=tuple(one["url"] for one in node["media"]),
    )


def _money(node: Mapping[str, Any]) -> MoneyDraft:
    return MoneyDraft(amount=node["amount"], currency=CurrencyCode(node["currency"]))
