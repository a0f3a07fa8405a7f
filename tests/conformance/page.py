"""The tables of docs/appsync-fidelity.md, made from the points that tests state.

``python -m tests.conformance.page`` makes them, between ``<!-- points X -->`` and ``<!-- end -->``. X is a section
(``1.3``, or ``5`` for all that begins so), a certainty (``UNKNOWN``) or ``all``, for how many there are of each.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.conformance.points import Point, Sure, known

ROOT: Final = Path(__file__).parent.parent.parent
FILE: Final = ROOT / "docs" / "appsync-fidelity.md"
BLOCK: Final = re.compile(r"(<!-- points (?P<what>[\w.]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str, points: Sequence[Point]) -> str:
    """The page with its tables made anew."""
    return BLOCK.sub(lambda block: block[1] + _table(block["what"], points) + block[3], page)


def sections(page: str) -> list[str]:
    """What the page has tables of."""
    return [block["what"] for block in BLOCK.finditer(page)]


def within(section: str, what: str) -> bool:
    """Whether a section is one of those a table is of."""
    return section == what or section.startswith(f"{what}.")


def _table(what: str, points: Sequence[Point]) -> str:
    if what == "all":
        return _counts(points)
    chosen = [one for one in points if one.sure == what or within(one.section, what)]
    lines = ["| § | what is true | sure | proof |", "|---|---|---|---|"]
    lines += [f"| {one.section} | {_sentence(one)} | {one.sure} | {_proof(one)} |" for one in chosen]
    return "\n".join(lines) + "\n"


def _sentence(point: Point) -> str:
    return point.statement[0].upper() + point.statement[1:]


def _proof(point: Point) -> str:
    """A link to the test's file; those that can ask any endpoint are set in bold."""
    path = point.module.replace(".", "/") + ".py"
    link = f"[{Path(path).stem.removeprefix('test_')}](../{path})"
    return f"**{link}**" if point.over_the_network else link


def _counts(points: Sequence[Point]) -> str:
    found, asked = Counter(one.sure for one in points), Counter(one.sure for one in points if one.over_the_network)
    rows = [f"| {sure} | {found[sure]} | {asked[sure]} |" for sure in Sure]
    total = f"| | **{found.total()}** | **{asked.total()}** |"
    return "\n".join(["| sure | points | of them asked over the network |", "|---|---|---|", *rows, total]) + "\n"


if __name__ == "__main__":
    FILE.write_text(filled(FILE.read_text(encoding="utf-8"), known()), encoding="utf-8")
