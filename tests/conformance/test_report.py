"""What a run tells of another endpoint: what differs fails where we were sure, and is settled where we were not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from local.running import ROOT
from tests.conformance.__main__ import main
from tests.conformance.points import DOC, UNKNOWN, Point, Sure
from tests.conformance.record import Row, Verdict
from tests.conformance.report import counted, points

CASES = """
import pytest
from tests.conformance.points import DOC, INFER, UNKNOWN, point

@point("1.1", DOC)
def test_sure_and_same(same): same(1, 1)
@point("1.2", DOC)
def test_sure_and_different(same): same("theirs", "ours")
@point("1.3", UNKNOWN)
def test_unsure_and_same(same): same(1, 1)
@point("1.4", UNKNOWN)
def test_unsure_and_different(same): same(1, 1); same("theirs", "ours")
@point("1.5", INFER)
def test_unsure_and_broken(same): raise KeyError("errors")
@point("2.1", DOC)
def test_unasked(same): pytest.skip("nobody told how to be staff at this endpoint")
"""
RUN = """
import json, pytest, sys
from tests.conformance.endpoint import Endpoint
from tests.conformance.record import Record
record = Record(Endpoint(url="https://elsewhere.example/graphql", realtime="wss://elsewhere.example/graphql"))
pytest.main(["-n0", "-q", "-p", "no:randomly", "-p", "tests.conformance.conftest", sys.argv[1]], plugins=[record])
print(json.dumps([[row.point.section, row.verdict, row.ours, row.theirs] for row in record.rows]))
"""


def test_what_differs_is_different_where_we_were_sure_and_else_to_be_settled(tmp_path: Path) -> None:
    (tmp_path / "test_cases.py").write_text(CASES)
    command = [sys.executable, "-c", RUN, str(tmp_path / "test_cases.py")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [
        ["1.1", "same", "1", "1"],
        ["1.2", "different", "'ours'", "'theirs'"],
        ["1.3", "same", "1", "1"],
        ["1.4", "to be settled", "'ours'", "'theirs'"],
        ["1.5", "to be settled", "", "KeyError: 'errors'"],
        ["2.1", "not asked", "", "nobody told how to be staff at this endpoint"],
    ], done.stdout


def row(section: str, verdict: Verdict, sure: Sure = DOC) -> Row:
    point = Point(section=section, sure=sure, statement=section, module="tests.conformance.x", test=section)
    return Row(point=point, verdict=verdict, ours="", theirs="")


def test_a_point_is_as_grave_as_its_gravest_case_and_sections_are_in_order() -> None:
    rows = [
        row("10", Verdict.SAME),
        row("2.1", Verdict.SAME),
        row("2.1", Verdict.DIFFERENT),
        row("2.1", Verdict.SKIPPED),
    ]
    rows += [row("2.2", Verdict.SETTLED, UNKNOWN), row("2.2", Verdict.SAME, UNKNOWN)]
    found = points(rows)
    assert [(one.point.section, one.verdict) for one in found] == [
        ("2.1", Verdict.DIFFERENT),
        ("2.2", Verdict.SETTLED),
        ("10", Verdict.SAME),
    ]
    assert counted(found) == "1 different, 1 to be settled, 1 same"


def test_an_endpoint_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--url", "http://127.0.0.1:9/graphql", "--api-key", "da2-x"]) == 1
    assert capsys.readouterr().err.startswith("conformance: http://127.0.0.1:9/graphql cannot be reached: ")
