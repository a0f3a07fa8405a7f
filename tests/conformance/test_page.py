"""docs/appsync-fidelity.md: its tables are in step with the tests, complete, and its links lead somewhere."""

import re

from tests.conformance.page import FILE, filled, sections, within
from tests.conformance.points import DOC, Point, known

PAGE = FILE.read_text(encoding="utf-8")


def test_its_tables_are_in_step_with_the_tests() -> None:
    assert filled(PAGE, known()) == PAGE, "run `.venv/bin/python -m tests.conformance.page`"


def test_every_point_stands_in_a_table_of_its_section() -> None:
    tables = [what for what in sections(PAGE) if what[0].isdigit()]
    assert [one.section for one in known() if sum(within(one.section, what) for what in tables) != 1] == []


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", PAGE)
    assert len(links) > 100
    assert [link for link in links if not (FILE.parent / link).exists()] == []


def test_a_changed_point_changes_its_table_alone() -> None:
    page = "a\n<!-- points 1.3 -->\nold\n<!-- end -->\nb\n<!-- points 2 -->\n<!-- end -->\n"
    new = Point(section="2.10", sure=DOC, statement="it is so", module="tests.conformance.test_x", test="test_it_is_so")
    assert filled(page, [new]).endswith(
        "| § | what is true | sure | proof |\n|---|---|---|---|\n"
        "| 2.10 | It is so | DOC | **[x](../tests/conformance/test_x.py)** |\n<!-- end -->\n"
    )
