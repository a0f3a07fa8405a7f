"""Laws of execution, against random data and against graphql-core's own executor."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

from graphql import build_schema, execute_sync, parse, specified_rules, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from local.appsync.access import Profile
from local.appsync.deployed import Mode
from local.appsync.documents import Document
from local.appsync.execution import Result, project
from local.appsync.plan import Planner
from local.appsync.validation import errors
from tests.conformance.points import DOC, INFER, point
from tests.local.appsync.world import World, world

TREES = st.recursive(
    st.fixed_dictionaries({"id": st.integers(0, 99)}),
    lambda inner: st.fixed_dictionaries({"id": st.integers(0, 99), "below": st.lists(inner, max_size=3)}),
    max_leaves=15,
)
TREE_SDL = "type Query { tree: Node } type Node { id: Int! below: [Node] label(x: Int): String }"


def labels(event: Any) -> Any:
    """Answers a single event, and a batch in the form of a batch."""
    if isinstance(event, list):
        return [{"data": label(one)} for one in event]
    return label(event)


def label(event: dict[str, Any]) -> str | None:
    number = event["source"]["id"]
    return None if number % 5 == 0 else f"n{number}-{event['arguments'].get('x')}"


@settings(deadline=None, max_examples=40)
@given(TREES, st.integers(1, 8))
def test_batching_changes_no_answer(tree: dict[str, Any], size: int) -> None:
    query = (
        "{ tree { ...n below { ...n below { ...n below { ...n } } } } } fragment n on Node { id label a: label(x: 1) }"
    )
    answers: dict[str, Callable[[Any], Any]] = {"Query.tree": lambda _event: tree, "Node.label": labels}
    alone = world(answers, sdl=TREE_SDL)
    together = world(answers, {"Node.label": size}, sdl=TREE_SDL)
    assert asyncio.run(alone.ask(query)) == asyncio.run(together.ask(query))
    assert all(len(events) <= size for events in together.functions.asked("Node.label"))


class Chance:
    """Random schemas, results and the query that asks for all of them."""

    names = ("A", "B", "C")
    query = """
      { ...q toA { ...a toB { ...b any { ...any } } } toC { ...c toA { ...a toC { ...c } } } any { ...any } }
      fragment q on Query { int string }
      fragment a on A { ai: int as: string }
      fragment b on B { bi: int bs: string }
      fragment c on C { ci: int cs: string again: int }
      fragment any on Any { __typename ...a ...b ... on C { ...c below: toB { ...b } } }
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.sdl = " ".join([*(self.type(name) for name in ("Query", *self.names)), "union Any = A | B | C"])
        self.schema = build_schema(self.sdl)

    def type(self, name: str) -> str:
        kinds = {"int": "Int", "string": "String", "any": "Any"} | {f"to{other}": other for other in self.names}
        return f"type {name} {{ {' '.join(f'{key}: {self.wrapped(kind)}' for key, kind in kinds.items())} }}"

    def wrapped(self, kind: str) -> str:
        for _ in range(self.random.choice((0, 0, 1, 2))):
            kind = f"[{kind}{self.random.choice(('', '!'))}]"
        return kind + self.random.choice(("", "!"))

    def result(self, type_name: str, depth: int) -> dict[str, Any]:
        type_: Any = self.schema.type_map[type_name]
        given = [name for name in type_.fields if self.random.random() > 0.03]
        found = {name: self.value(str(type_.fields[name].type), depth) for name in given}
        return {"__typename": type_name, **found}

    def value(self, kind: str, depth: int) -> Any:
        """A result for a type: mostly right, now and then null or of a wrong shape."""
        kind = kind.rstrip("!")
        if self.random.random() < 0.04:
            return None
        if kind not in {*self.names, "Any"} and self.random.random() < 0.02:
            return "wrong"
        if kind.startswith("["):
            return [self.value(kind[1:-1], depth) for _ in range(self.random.randint(0, 2))]
        if kind in {"Int", "String"}:
            return 1 if kind == "Int" else "s"
        if depth == 0:
            return None
        return self.result(self.random.choice(self.names) if kind == "Any" else kind, depth - 1)


def projected(there: World, query: str, value: dict[str, Any]) -> Result:
    """The selection answered from a map alone."""
    graph = there.gateway.graph
    document = Document(graph, parse(query))
    assert document.errors == []
    planner = Planner(graph, document.fragments, Profile(mode=Mode.API_KEY), {}, over_map=True)
    return project(planner.plan(document.operations[0]), value)


@settings(deadline=None, max_examples=80)
@given(st.integers(0, 2**32))
@point("1.5", DOC)
def test_nulls_bubble_as_in_graphql_cores_executor(seed: int) -> None:
    chance = Chance(seed)
    root = chance.result("Query", 3)
    theirs = execute_sync(
        chance.schema, parse(chance.query), root, field_resolver=lambda source, info, **_: source.get(info.field_name)
    )
    there = world({f"Query.{name}": _constant(root.get(name)) for name in root}, sdl=chance.sdl)
    ours = projected(there, chance.query, root)
    assert ours.data == theirs.data
    assert bool(ours.errors) == bool(theirs.errors)
    assert asyncio.run(there.ask(chance.query))["data"] == theirs.data


def _constant(value: Any) -> Callable[[Any], Any]:
    return lambda _event: value


FIELDS = {
    "Query": ("text", "text", "animal", "animals", "pets", "pet", "keeper", "strict"),
    "Animal": ("id", "name", "kind", "keeper", "friends", "mother", "weight", "tags", "nickname"),
    "Keeper": ("id", "name", "animals", "salary"),
    "Named": ("id", "name"),
    "Pet": ("__typename",),
}
BELOW = {
    **dict.fromkeys(("animal", "animals", "friends", "mother"), "Animal"),
    **dict.fromkeys(("pets", "pet"), "Pet"),
    **dict.fromkeys(("keeper", "strict"), "Keeper"),
}
MEETS = {
    "Query": ("Query",),
    "Animal": ("Animal", "Named", "Pet"),
    "Keeper": ("Keeper", "Named", "Pet"),
    "Named": ("Named", "Animal", "Keeper", "Pet"),
    "Pet": ("Pet", "Animal", "Keeper", "Named"),
}
GOOD = {
    "animal": ("(id: 1)", "(id: 1)", "(id: 2)"),
    "animals": ("", "", "(first: 1)", "(kinds: [DOG])", "(kinds: DOG)", "(where: {must: true})"),
    "text": ("", "", '(value: "a")', "(value: null)"),
    "nickname": ("", "", '(suffix: "a")'),
}
BAD = (
    "(nope: 1)",
    "(id: null)",
    "(first: 1.5)",
    "(where: {})",
    '(value: "a", value: "b")',
    "(id: $v)",
    "(id: {a: 1, a: 2})",
)
BAD_DIRECTIVES = (" @nope", " @skip", " @skip(if: 1)", " @skip(if: $b)", " @skip(if: true) @skip(if: true)")
BAD_HEADERS = ("query($v: ID!)", "query($n: Nope)", "query($a: Animal)", "query($n: Int = X)", "query @skip(if: true)")


class Scribble:
    """Random documents over the world's schema: some wrong here and there, many with fields that clash."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.wrong = self.random.choice((0.0, 0.0, 0.05))
        self.fragments: dict[str, str] = {}

    def document(self) -> str:
        header = self.random.choice(("", "query", "query A"))
        operation = (self.random.choice(BAD_HEADERS) if self.errs() else header) + self.selection("Query", 3)
        if self.errs():
            operation += " query A" + self.selection("Query", 1)
        return " ".join([operation, *self.fragments.values()])

    def errs(self) -> bool:
        return self.random.random() < self.wrong

    def selection(self, on: str, depth: int) -> str:
        return "{ " + " ".join(self.selected(on, depth) for _ in range(self.random.randint(1, 3))) + " }"

    def selected(self, on: str, depth: int) -> str:
        chance = self.random.random()
        if chance < 0.15:
            inner = self.random.choice(tuple(MEETS) if self.errs() else MEETS[on])
            return f"... on {inner} {self.selection(inner, max(depth - 1, 0))}"
        if chance < 0.25:
            return f"...{self.fragment(on)}"
        return self.field(on, depth)

    def fragment(self, on: str) -> str:
        name = f"f{on}" if not self.errs() else self.random.choice(("nope", "fAnimal", "fPet"))
        if name == f"f{on}" and name not in self.fragments:
            self.fragments[name] = ""
            self.fragments[name] = f"fragment {name} on {on} {self.selection(on, 1)}"
        return name

    def field(self, on: str, depth: int) -> str:
        name = "nope" if self.errs() else self.random.choice(FIELDS[on])
        if name in BELOW and depth == 0:
            return "__typename"
        alias = self.random.choice(("", "", "", "x: ", "y: "))
        given = self.random.choice(BAD) if self.errs() else self.random.choice(GOOD.get(name, ("",)))
        directive = (
            self.random.choice(BAD_DIRECTIVES) if self.errs() else self.random.choice(("", "", " @skip(if: true)"))
        )
        below = self.selection(BELOW[name], depth - 1) if (name in BELOW) is not self.errs() and name in BELOW else ""
        return f"{alias}{name}{given}{directive}{below}"


SCRIBBLED = world()


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 2**32))
@point("1.4", INFER)
def test_a_document_is_valid_exactly_when_graphql_core_says_so(seed: int) -> None:
    text = Scribble(seed).document()
    node = parse(text)
    theirs = validate(SCRIBBLED.gateway.graph.schema, node, specified_rules)
    ours = errors(SCRIBBLED.gateway.graph, node)
    assert bool(ours) == bool(theirs), (text, ours, theirs)
    assert not any("InvalidSyntax" in error["message"] for error in ours)
