"""The explorer page asks what the graph can answer."""

import re
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from local.front import EXPLORER

ROOT = Path(__file__).parents[2]
PAGE = EXPLORER.read_text()
EXAMPLES = dict(re.findall(r'^  "([^"]+)": `([^`]+)`,$', PAGE, re.MULTILINE))
SDL = "\n".join((ROOT / file).read_text() for file in ("schema/prelude.graphql", "schema.graphql"))
SCHEMA = build_schema(SDL)


def test_there_are_examples_for_guests_and_for_staff() -> None:
    assert len(EXAMPLES) >= 4
    assert any("staff" in name for name in EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_fits_the_schema(name: str) -> None:
    assert validate(SCHEMA, parse(EXAMPLES[name])) == []


def test_its_own_question_about_the_schema_fits() -> None:
    kinds = re.search(r'const TYPE = "([^"]+)"', PAGE)
    question = re.search(r"const INTROSPECTION = `([^`]+)`", PAGE)
    assert kinds
    assert question
    assert validate(SCHEMA, parse(question[1].replace("${TYPE}", kinds[1]))) == []
