"""The rules of the house that no linter knows: names, sizes, rooms, reasons, and what must not be written down."""

import ast
import io
import re
import subprocess
import tokenize
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from infra.domains import discover
from resolvers._kit.settings import Borrowed, Cache, Table, Users

ROOT: Final = Path(__file__).resolve().parents[2]
LONGEST_FILE: Final = 400
"""Lines of a module outside tests: what can be read at one sitting."""
EMPTY_NAMES: Final = {"utils", "helpers", "common", "base", "manager", "service"}
"""Names that say nothing of what a module knows, so that everything ends up in it."""
READ_ENVIRONMENT: Final = (
    "resolvers/*/handler.py", "resolvers/*/publisher.py", "resolvers/*/reactor.py", "resolvers/*/triggers.py",
    "resolvers/*/webhooks.py",
    "resolvers/_kit/telemetry.py", "resolvers/_kit/tracing.py",
    "local/*", "infra/*", "benchmarks/*", "clients/*", "tests/*",
)  # fmt: skip
"""Who may: elsewhere a setting is an argument, so that a test can give it."""
NAME_FIELDS: Final = ("resolvers/*/answers.py", "tests/*", "benchmarks/*")
FIELD_NAME: Final = re.compile(r"(Query|Mutation|Subscription)\.[a-z]\w*")
CLOCKS: Final = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic"}
REASON: Final = re.compile(r"[A-Za-z]{3}")
"""A reason is at least a word."""
EXCUSES: Final = {
    "noqa": re.compile(r"#\s*noqa\b(?P<codes>: [A-Z]+\d+(?:, ?[A-Z]+\d+)*)?(?:\s+[#-]\s*(?P<reason>.*))?"),
    "type: ignore": re.compile(
        r"#\s*type:\s*ignore(?P<codes>\[[a-z-]+(?:, ?[a-z-]+)*\])?(?:\s+(?:#(?!\s*noqa)|-)\s*(?P<reason>.*))?"
    ),
}
MACHINE: Final = re.compile(
    r"(?<![\w.])/(?:root|work|home)/[\w.]"  # somebody's folders
    r"|(?:https?://|index-url[ =]+)[^\s\"'`]*(?:/simple\b|artifactory|nexus|jfrog|codeartifact|pypi|npmjs)"  # hosts
    r"|\bAKIA[0-9A-Z]{16}\b|\baws_secret_access_key\s*=\s*[A-Za-z0-9/+]{40}\b"  # credentials
)
OWN_EXAMPLES: Final = {"tests/contract/test_house.py"}
"""This page names what it looks for."""


@cache
def tracked() -> tuple[str, ...]:
    """Every file that is committed or about to be; where there is no repository, every file that could be."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        found = [name for name in done.stdout.split("\0") if name]
    else:
        found = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not _hidden(path)]
    return tuple(sorted(name for name in found if (ROOT / name).is_file()))


def _hidden(path: Path) -> bool:
    first = path.relative_to(ROOT).parts[0]
    return first.startswith(".") or "__pycache__" in path.parts or first == "node_modules"


def modules(*rooms: str) -> list[str]:
    return [name for name in tracked() if name.endswith(".py") and (not rooms or name.split("/")[0] in rooms)]


@cache
def source(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(source(name), name)


def within(name: str, rooms: tuple[str, ...]) -> bool:
    return any(fnmatch(name, room) for room in rooms)


def dotted(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""


def found_in(names: list[str], finder: type["Finder"]) -> list[str]:
    """``file:line`` of all that ``finder`` finds."""
    return [f"{name}:{line}" for name in names for line in finder.lines(tree(name))]


class Finder:
    """One rule over one syntax tree."""

    @staticmethod
    def breaks(node: ast.AST) -> bool:
        raise NotImplementedError

    @classmethod
    def lines(cls, module: ast.Module) -> Iterator[int]:
        for node in ast.walk(module):
            if cls.breaks(node):
                yield getattr(node, "lineno", 0)


class Floats(Finder):
    """A number with a point, a division, or the type itself."""

    @staticmethod
    def breaks(node: ast.AST) -> bool:
        if isinstance(node, ast.Constant):
            return isinstance(node.value, float | complex)
        division = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        names = {ast.Name: "id", ast.Attribute: "attr"}
        named = type(node) in names and getattr(node, names[type(node)]) in {"float", "Float"}
        return (division and not _is_path(node)) or named


def _is_path(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node)) or any(
        dotted(part) in {"Path", "ROOT"} for part in ast.walk(node)
    )


class Environment(Finder):
    @staticmethod
    def breaks(node: ast.AST) -> bool:
        return dotted(node) in {"os.environ", "os.getenv", "os.environb"}


class Clocks(Finder):
    @staticmethod
    def breaks(node: ast.AST) -> bool:
        return any(dotted(node) == clock or dotted(node).endswith(f".{clock}") for clock in CLOCKS)


class FieldNames(Finder):
    @staticmethod
    def breaks(node: ast.AST) -> bool:
        return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(FIELD_NAME.fullmatch(node.value))


def test_no_float_touches_money_or_the_wire() -> None:
    assert found_in(modules("domain", "schema"), Floats) == []


def test_the_environment_is_read_at_the_edge_only() -> None:
    assert found_in([name for name in modules() if not within(name, READ_ENVIRONMENT)], Environment) == []


def test_the_domain_has_no_clock() -> None:
    assert found_in(modules("domain"), Clocks) == []


def test_a_field_is_named_by_its_answer_only() -> None:
    assert found_in([name for name in modules() if not within(name, NAME_FIELDS)], FieldNames) == []


def test_a_modules_name_says_what_it_knows() -> None:
    parts = {name: set(Path(name).with_suffix("").parts) for name in modules()}
    assert [name for name, named in parts.items() if named & EMPTY_NAMES] == []


def test_a_file_is_read_at_one_sitting() -> None:
    explorer = [name for name in tracked() if name.startswith("explorer/src/")]
    sizes = {name: source(name).count("\n") for name in modules() + explorer if not name.startswith("tests/")}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}


def test_every_module_opens_with_one_sentence_that_says_what_it_knows() -> None:
    def silent(name: str) -> bool:
        first = (ast.get_docstring(tree(name)) or "").partition("\n\n")[0].strip()
        return not first.endswith((".", ":", "?", "``"))

    assert [name for name in modules() if source(name).strip() and silent(name)] == []


def test_every_excuse_carries_a_code_and_a_reason() -> None:
    assert [where for name in modules() for where in unexcused(name)] == []


def unexcused(name: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source(name)).readline):
        if token.type == tokenize.COMMENT:
            for kind, shape in EXCUSES.items():
                if any(not excused(match) for match in shape.finditer(token.string)):
                    yield f"{name}:{token.start[0]} {kind}"


def excused(match: re.Match[str]) -> bool:
    return bool(match["codes"] and REASON.search(match["reason"] or _after(match)))


def _after(match: re.Match[str]) -> str:
    """Two excuses on one line share the reason that ends it."""
    return match.string.rpartition("# ")[2] if match.string.count("#") > 2 else ""


def test_no_machine_no_registry_and_no_credential_is_written_down() -> None:
    assert [
        f"{name}:{line}"
        for name in tracked()
        if name not in OWN_EXAMPLES
        for line, text in enumerate(readable(name), 1)
        if MACHINE.search(text)
    ] == []


def readable(name: str) -> list[str]:
    try:
        return source(name).splitlines()
    except UnicodeDecodeError:
        return []


def test_every_domain_is_kept_apart_and_has_a_lock() -> None:
    """What new rooms are to be written into, for these are read by tools that cannot look for rooms."""
    domains = {name.split("/")[1] for name in modules("resolvers") if name.endswith("/answers.py")}
    known = tomllib.loads(source("pyproject.toml"))
    contracts = {one["name"].partition(":")[0]: one for one in known["tool"]["importlinter"]["contracts"]}
    rules = {name.split("/")[1] for name in modules("domain") if name.count("/") == 2}
    assert set(contracts["Apart"]["modules"]) == {f"domain.{domain}" for domain in rules}
    assert domains <= rules
    assert set(contracts["Alone"]["modules"]) == {f"resolvers.{domain}" for domain in domains}
    wired = {"answers", "handler", "publisher", "reactor", "triggers", "webhooks"}
    rooms = [Path(name).with_suffix("") for name in modules("resolvers") if name.split("/")[1] in domains]
    hidden = [".".join(room.parts) for room in rooms if room.name in wired]
    assert set(contracts["Derived"]["forbidden_modules"]) == {
        "datasources", *hidden, *(f"schema.{domain}" for domain in domains)
    }  # fmt: skip
    assert domains <= set(known["dependency-groups"])
    (locked,) = re.findall(r"for group in ([\w ]+);", source("Makefile"))
    assert set(locked.split()) == set(known["dependency-groups"])


@pytest.mark.parametrize("page", [name for name in tracked() if fnmatch(name, "docs/decisions/*.md")])
def test_a_decision_says_what_enforces_it(page: str) -> None:
    sections = re.findall(r"(?m)^## (.*)$", source(page))
    assert [section for section in sections if section in {"Context", "Decision", "Enforced by"}] == [
        "Context", "Decision", "Enforced by",
    ]  # fmt: skip
    assert source(page).partition("## Enforced by")[2].strip()


@pytest.mark.parametrize("page", [name for name in tracked() if fnmatch(name, "docs/decisions/*.md")])
def test_a_decision_names_files_that_are_there(page: str) -> None:
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*\.\w+)`", source(page))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_no_two_decisions_share_a_number() -> None:
    numbers = [Path(name).name[:4] for name in tracked() if fnmatch(name, "docs/decisions/*.md")]
    assert sorted(set(numbers)) == sorted(numbers)


@pytest.mark.parametrize(
    ("finder", "code", "broken"),
    [
        (Floats, "x = 1.5", True),
        (Floats, "def f(x: float): ...", True),
        (Floats, "x = 3 / 2", True),
        (Floats, "x = 3 // 2", False),
        (Floats, "Path(__file__) / 'x'", False),
        (Environment, "import os; os.environ['X']", True),
        (Environment, "def f(environ): return environ['X']", False),
        (Clocks, "from datetime import datetime; datetime.now()", True),
        (Clocks, "import datetime; datetime.datetime.now()", True),
        (Clocks, "def f(now): return now", False),
        (FieldNames, "x = 'Query.product'", True),
        (FieldNames, "x = 'such as Query.product'", False),
    ],
)
def test_each_rule_sees_what_it_forbids_and_nothing_else(finder: type[Finder], code: str, broken: bool) -> None:
    assert bool(list(finder.lines(ast.parse(code)))) is broken


@pytest.mark.parametrize(
    ("comment", "fine"),
    [
        ("# noqa: S101  # the reason stands here", True),
        ("# noqa: S101 - the reason stands here", True),
        ("# noqa: S101", False),
        ("# noqa", False),
        ("# noqa  # for no rule", False),
        ("# type: ignore[arg-type]  # the reason stands here", True),
        ("# type: ignore[arg-type]", False),
        ("# type: ignore  # for no error", False),
        ("# type: ignore[attr-defined]  # noqa: SLF001  # the reason of both", True),
        ("# type: ignore[attr-defined]  # noqa: SLF001", False),
    ],
)
def test_an_excuse_without_code_or_reason_is_seen(comment: str, fine: bool) -> None:
    matches = [match for shape in EXCUSES.values() for match in shape.finditer(comment)]
    assert matches
    assert all(map(excused, matches)) is fine


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("see /" + "root/.cache/x", True),
        ("cd /" + "work/main", True),
        ("/home/somebody/souk", True),
        ("--index-url https://mirror.example/simple", True),
        ("AKIA" + "ABCDEFGHIJKLMNOP", True),
        ("POST /graphql, see resolvers/_kit/app.py", False),
        ("https://docs.aws.amazon.com/appsync/latest", False),
        ("network/home/page", False),
    ],
)
def test_what_must_not_be_written_down_is_seen(text: str, seen: bool) -> None:
    assert bool(MACHINE.search(text)) is seen


def test_a_setting_of_one_name_is_the_same_in_every_domain() -> None:
    """The tests give all domains one environment, and people read one name as one thing."""
    said: dict[str, set[str]] = {}
    for domain in discover():
        for variable, resource in domain.resources.items():
            if not isinstance(resource, Borrowed | Table | Cache | Users):
                said.setdefault(variable, set()).add(repr(resource))
    assert {variable: each for variable, each in said.items() if len(each) > 1} == {}
