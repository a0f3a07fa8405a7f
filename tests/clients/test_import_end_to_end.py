"""Importing and exporting through a whole running system, as staff, over its API."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from clients.csv import documents
from clients.csv.__main__ import main
from clients.csv.exporting import export_file
from clients.csv.importing import import_file
from clients.csv.report import Outcome
from clients.graph import Graph
from clients.sign_in import Credentials
from local.running import Running, running
from tests.clients.files import APPAREL, HEADER, HOME, SAMPLE, needs_real_files, written
from tests.resolvers.inventory.making import WAREHOUSE

LEVELS: Final = """
query Levels($slug: String!) { product(slug: $slug) {
  variants { edges { node { sku stockLevels { warehouse { code } onHand backorderLimit } } } }
} }"""
MOVEMENTS: Final = "{ stockMovements(first: 100) { edges { node { id delta reason reference } } } }"
STOCKED: Final = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,{tracker}"
TRACKER: Final = "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy"


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    """A shop of this module's own, with two warehouses and no product."""
    with running("--no-sample") as found:
        for priority, code in enumerate(("FIRST", "OTHER")):
            with admin(found) as graph:
                graph.ask(WAREHOUSE, {"input": {"code": code, "name": code, "priority": priority}})
        yield found


def admin(shop: Running) -> Graph:
    user = next(one for one in shop.outputs["custom"]["demo_users"] if "admin" in one["groups"])
    return Graph(shop.outputs, Credentials(username=user["username"], password=user["password"]))


def versions(shop: Running, *slugs: str) -> list[int | None]:
    """The version of each product, None for those that the shop does not have."""
    with Graph(shop.outputs, Credentials.of_staff(shop.outputs, {})) as graph:
        found = graph.ask(*documents.known(slugs))
    return [there and there["version"] for there in found.values()]


def slugs(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(dict.fromkeys(row["Handle"] for row in csv.DictReader(text)))


def stock(shop: Running, slug: str) -> dict[str, list[tuple[str, int, int]]]:
    """Warehouse, units on hand and backorder limit of each level, by SKU."""
    with admin(shop) as graph:
        edges = graph.ask(LEVELS, {"slug": slug})["product"]["variants"]["edges"]
    return {
        edge["node"]["sku"]: [
            (one["warehouse"]["code"], one["onHand"], one["backorderLimit"]) for one in edge["node"]["stockLevels"]
        ]
        for edge in edges
    }


def movements(shop: Running) -> list[dict[str, Any]]:
    """All there are, if no more than a page."""
    with admin(shop) as graph:
        return [edge["node"] for edge in graph.ask(MOVEMENTS)["stockMovements"]["edges"]]


@needs_real_files
@pytest.mark.parametrize("file", [APPAREL, HOME], ids=["apparel", "home-and-garden"])
def test_a_real_file_imports_completely_and_a_second_time_changes_nothing(shop: Running, file: Path) -> None:
    first = import_file(file, shop.outputs)
    before = versions(shop, *slugs(file))
    second = import_file(file, shop.outputs)

    assert (first.stopped, [line for line in first.lines if line.outcome is Outcome.FAILED]) == (None, [])
    assert (first.products.total(), first.currency) == (20, "USD")
    assert second.products == {Outcome.UNCHANGED: 20}
    assert versions(shop, *slugs(file)) == before
    assert set(before) == {1}


def test_the_sample_imports_without_a_failure_and_exports_to_what_imports_unchanged(
    shop: Running, tmp_path: Path
) -> None:
    first = import_file(SAMPLE, shop.outputs, pictures_base=f"{shop.url}/sample/")
    count = export_file(tmp_path / "one.csv", shop.outputs)
    again = import_file(tmp_path / "one.csv", shop.outputs)
    export_file(tmp_path / "two.csv", shop.outputs)

    assert not first.failed, first.lines
    assert stock(shop, "harbour-mug")["HAR-MUG-CRE"] == [("FIRST", 16, 0)]
    assert again.products == {Outcome.UNCHANGED: count}
    assert (tmp_path / "two.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()


def test_a_bad_row_stops_no_good_one_and_the_shops_own_findings_name_row_and_column(
    shop: Running, tmp_path: Path
) -> None:
    tags = " ".join(f"tag-{number}," for number in range(60))
    file = written(
        tmp_path,
        f"{HEADER}\n"
        f"e2e-good,Good,,,,,true,,,,12\n"
        f"e2e-price,Price,,,,,true,,,,twelve\n"
        f'e2e-tags,Tags,,,,"{tags}",true,,,,12\n'
        f"e2e-long,Long,,,,,true,Size,S,,12\n"
        f"e2e-long,,,,,,,,M,{'x' * 300},12\n"
        f"e2e-fine,Fine,,,,,true,,,,12\n",
    )
    told = import_file(file, shop.outputs, report=tmp_path / "report.json")

    assert told.failed
    assert [(line.row, line.handle, line.outcome, line.column, line.message) for line in told.lines] == [
        (2, "e2e-good", Outcome.CREATED, None, ""),
        (3, "e2e-price", Outcome.FAILED, "Variant Price", '"twelve" is not an amount in USD; write it like "12.50"'),
        (4, "e2e-tags", Outcome.FAILED, "Tags", "at most 50, not 60"),
        (6, "e2e-long", Outcome.FAILED, "Variant SKU", "at most 255 characters, not 300"),
        (7, "e2e-fine", Outcome.CREATED, None, ""),
    ]
    assert versions(shop, "e2e-long") == [None]
    assert json.loads((tmp_path / "report.json").read_text())["products"] == {"created": 2, "failed": 3}


def test_a_changed_row_is_an_update(shop: Running, tmp_path: Path) -> None:
    import_file(written(tmp_path, f"{HEADER}\ne2e-cup,Cup,,,,,true,,,,12\n"), shop.outputs)
    told = import_file(written(tmp_path, f"{HEADER}\ne2e-cup,Cup,,,,,true,,,,13\n"), shop.outputs)

    assert told.products == {Outcome.UPDATED: 1}
    assert versions(shop, "e2e-cup") == [2]


def stocked(folder: Path, slug: str, *cells: str) -> Path:
    rows = [f"{slug},Cup,Size,{size},{size},12,{cell}" for size, cell in zip("SML", cells, strict=False)]
    return written(folder, "\n".join([STOCKED.format(tracker=TRACKER), *rows]))


def test_stock_is_set_in_the_first_warehouse_and_a_second_time_moves_nothing(shop: Running, tmp_path: Path) -> None:
    file = stocked(tmp_path, "e2e-stock", "shopify,5,deny", "shopify,-2,continue", ",9,deny")
    first = import_file(file, shop.outputs)
    assert (first.products, first.notes) == ({Outcome.CREATED: 1}, ())
    assert stock(shop, "e2e-stock") == {"S": [("FIRST", 5, 0)], "M": [("FIRST", 0, 1_000_000)], "L": []}
    before = movements(shop)
    assert import_file(file, shop.outputs).products == {Outcome.UNCHANGED: 1}
    assert movements(shop) == before
    assert {(one["reason"], one["reference"]) for one in before} == {("COUNTED", "import")}

    other = stocked(tmp_path, "e2e-stock", "shopify,2,continue", "shopify,,deny", ",9,deny")
    assert import_file(other, shop.outputs).products == {Outcome.UPDATED: 1}
    assert stock(shop, "e2e-stock") == {"S": [("FIRST", 2, 1_000_000)], "M": [("FIRST", 0, 0)], "L": []}


def test_stock_is_written_and_read_back_to_the_same(shop: Running, tmp_path: Path) -> None:
    import_file(stocked(tmp_path, "e2e-back", "shopify,5,deny", "shopify,7,continue", ",,"), shop.outputs)
    export_file(tmp_path / "out.csv", shop.outputs)
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as text:
        rows = {row["Variant SKU"]: row for row in csv.DictReader(text) if row["Handle"] == "e2e-back"}
    columns = TRACKER.split(",")
    assert {sku: [row[column] for column in columns] for sku, row in rows.items()} == {
        "S": ["shopify", "5", "deny"], "M": ["shopify", "7", "continue"], "L": ["", "", ""],
    }  # fmt: skip
    again = import_file(tmp_path / "out.csv", shop.outputs)
    assert set(again.products) == {Outcome.UNCHANGED}


def test_categories_of_like_names_are_kept_apart(shop: Running, tmp_path: Path) -> None:
    header = "Handle,Title,Product Category,Collection,Variant Price"
    rows = ["e2e-a,A,Like > This,Sale!,1", "e2e-b,B,Like This,Sale,1", "e2e-c,C,Like-This,Sale?,1", "e2e-d,D,茶,茶,1"]
    file = written(tmp_path, "\n".join([header, *rows]))
    first, second = import_file(file, shop.outputs), import_file(file, shop.outputs)

    assert first.products == {Outcome.CREATED: 4}, first.lines
    assert second.products == {Outcome.UNCHANGED: 4}


def test_the_commands_end_with_zero_only_when_no_row_failed(
    shop: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = str(shop.data / "amplify_outputs.json")
    good = str(written(tmp_path, f"{HEADER}\ne2e-command,Command,,,,,true,,,,12\n"))

    assert main(["import", good, "--outputs", outputs, "--report", str(tmp_path / "report.csv")]) == 0
    assert "1 created" in capsys.readouterr().out
    assert (tmp_path / "report.csv").read_text().splitlines()[1] == "2,e2e-command,created,,"
    bad = str(written(tmp_path, "no,such,header\n1,2,3\n"))
    assert main(["import", bad, "--outputs", outputs]) == 1
    assert main(["export", str(tmp_path / "out.csv"), "--outputs", outputs]) == 0
    assert "e2e-command" in slugs(tmp_path / "out.csv")
