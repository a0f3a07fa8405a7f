"""What a person and a program read of an import."""

import csv
import io
import json
from pathlib import Path

from rich.console import Console

from clients.csv.report import MOST_SHOWN, Line, Outcome, Report


def report(good: int, bad: int) -> Report:
    told = Report(file="products.csv", rows=good + bad, currency="USD")
    for number in range(bad):
        message = "say [red], not [blue]"
        line = Line(row=900 - number, handle=f"bad-{number}", outcome=Outcome.FAILED, column="Tags", message=message)
        told.add([line, line], 2)
    for number in range(good):
        told.add([Line(row=number + 2, handle=f"good-{number}", outcome=Outcome.CREATED)], 1)
    told.finish(2.0, ("left out: Cost per item",))
    return told


def shown(told: Report) -> str:
    out = io.StringIO()
    told.show(Console(file=out, width=200))
    return out.getvalue()


def test_a_short_report_lists_every_product_in_the_order_of_the_file() -> None:
    text = shown(report(good=2, bad=1))

    assert text.index("good-0") < text.index("good-1") < text.index("bad-0")
    assert "say [red], not [blue]" in text
    assert "note: left out: Cost per item\n" in text
    assert text.endswith(
        "products.csv: 3 products in 3 rows, prices in USD: "
        "2 created, 0 updated, 0 unchanged, 1 failed; 2.0 s (2 products/s)\n"
    )


def test_a_long_report_lists_only_what_failed_and_not_endlessly() -> None:
    text = shown(report(good=500, bad=MOST_SHOWN))

    assert "good-" not in text
    assert text.count("bad-") == MOST_SHOWN
    assert f"and {MOST_SHOWN} more" in text


def test_only_a_failure_or_an_early_end_makes_it_failed() -> None:
    assert not report(good=1, bad=0).failed
    assert report(good=1, bad=1).failed
    assert Report(file="x", stopped="the shop does not answer").failed


def test_it_is_written_whole_as_csv_and_as_json(tmp_path: Path) -> None:
    told = report(good=100, bad=1)
    told.write(tmp_path / "report.csv")
    told.write(tmp_path / "report.json")

    rows = list(csv.DictReader((tmp_path / "report.csv").read_text().splitlines()))
    facts = json.loads((tmp_path / "report.json").read_text())
    assert len(rows) == len(facts["lines"]) == 102
    assert rows[0] == {"row": "2", "handle": "good-0", "outcome": "created", "column": "", "message": ""}
    assert facts["lines"][0]["row"] == 2
    assert (facts["products"], facts["failed"]) == ({"failed": 1, "created": 100}, True)
