"""Requests that are made to keep a server busy, and what becomes of each: a corpus for tests and for benchmarks.

They are asked of the API of ``world``. What AppSync itself answers is answered here too, at a cost that is bounded.
"""

import asyncio
import json
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from local.appsync.limits import TOKENS
from tests.local.appsync.world import World, world

TOO_LONG: Final = "Maximum char length exceeded"
NO_NAME: Final = "Missing operation name."
UNPARSED: Final = "Unable to parse GraphQL query."
TOO_DEEP: Final = "The query is nested more than 100 levels deep."
TOO_MANY_FIELDS: Final = "The query asks for more than 20000 fields."
TOO_MANY_VALUES: Final = "The variables have more than 50000 values."
ANSWERED: Final = ""
INVALID: Final = "Validation error of type "


@dataclass(frozen=True, slots=True)
class Attack:
    """One request; ``said`` is how its first error begins, or nothing when it is answered without one."""

    body: bytes
    said: str
    status: int = 200


def document(query: str, said: str = ANSWERED, variables: Any = None) -> Attack:
    """A document, with variables if it has any."""
    asked = {"query": query, **({} if variables is None else {"variables": variables})}
    refused = said in {TOO_LONG, NO_NAME, UNPARSED, TOO_DEEP, TOO_MANY_FIELDS, TOO_MANY_VALUES}
    return Attack(json.dumps(asked).encode(), said, 400 if refused else 200)


def victim() -> World:
    """An API whose functions answer soon, so that what is measured is the data plane's own work."""
    answers = {"Query.text": "x", "Query.animal": {"id": "1"}, "Query.animals": [], "Query.echo": {"int": 1}}
    return world({name: partial(_soon, answer) for name, answer in answers.items()})


async def _soon(answer: Any, _event: Any) -> Any:
    await asyncio.sleep(0)  # others have their turn, as while a function of another process is waited for
    return answer


def repeated(text: str, times: int) -> str:
    """The text so many times, ``%d`` in it being the number of each."""
    return " ".join(text.replace("%d", str(number)) for number in range(times))


def spreads(count: int) -> str:
    """A chain of fragments, each the next, the last of them harmless."""
    links = "".join(f"fragment f{number} on Query {{ ...f{number + 1} }}" for number in range(count))
    return f"{{...f0}} {links} fragment f{count} on Query {{ text }}"


ON_QUERY = "fragment f%d on Query { a: animal(id: 1) { ...g%d } text ...f%d ...f%d }"
ON_ANIMAL = "fragment g%d on Animal { l: mother { ...g%d } r: mother { ...g%d } }"
DOUBLING: Final = (
    "{...f0}"
    + "".join(ON_QUERY % (n, n, n + 1, n + 1) for n in range(40))
    + "fragment f40 on Query { text }"
    + "".join(ON_ANIMAL % (n, n + 1, n + 1) for n in range(40))
    + "fragment g40 on Animal { id }"
)
"""Fragments that spread into two of themselves, forty times."""
MESH: Final = "{...f0}" + "".join(
    f"fragment f{n} on Query {{ {' '.join(f'...f{m}' for m in range(60) if m != n)} }}" for n in range(60)
)
LADDER: Final = "{...f0}" + "".join(
    f"fragment f{n} on Query {{ text {' '.join(f'...f{m}' for m in range(n + 1, 80))} }}" for n in range(80)
)
PIECES: Final = f"{{ {repeated('...f%d', 500)} }}" + repeated(
    'fragment f%d on Query { t%d: text animal(id: "1") { id } }', 500
)
INTROSPECTION: Final = "__schema { types { name fields { name type { name ofType { name } } } } }"
CYCLE: Final = INVALID + "FragmentCycle"

DOCUMENTS: Final = {
    "depth: selections in selections": document(
        '{ animal(id: "1") { ' + "mother { " * 5_000 + "id" + " }" * 5_001 + " }", TOO_DEEP
    ),
    "depth: brackets alone": document("{" * 100_000, TOO_DEEP),
    "depth: a list of lists": document(f"{{ text(value: {'[' * 3000}{']' * 3000}) }}", TOO_DEEP),
    "depth: an object in objects": document(
        "{ animals(where: " + "{inner: " * 3000 + "1" + "}" * 3000 + ") { id } }", TOO_DEEP
    ),
    "depth: a type of lists": document("query($v: " + "[" * 3000 + "Int" + "]" * 3000 + ") { text }", TOO_DEEP),
    "tokens: 15,000, one field": document("{" + "text " * (TOKENS - 2) + "}"),
    "tokens: 15,001, one field": document("{" + "text " * (TOKENS - 1) + "}", TOO_LONG),
    "tokens: 15,000, each with an alias": document("{" + repeated("a%d: text", (TOKENS - 2) // 3) + "}"),
    "tokens: 15,000 in inline fragments": document("{" + "... { text } " * ((TOKENS - 2) // 4) + "}"),
    "tokens: 15,000 times __typename": document("{" + "__typename " * (TOKENS - 2) + "}"),
    "tokens: as many operations": document(repeated("query q%d { text }", 2_900), NO_NAME),
    "breadth: one deep field a thousand times": document("{" + 'animal(id: "1") { mother { id } } ' * 1_000 + "}"),
    "breadth: fields that are not": document("{" + repeated("x%d", 7_000) + "}", INVALID + "FieldUndefined"),
    "breadth: fields that conflict": document(
        "{" + repeated('a: text(value: "%d")', 1_800) + "}", INVALID + "FieldsConflict"
    ),
    "fragments: each spreads two": document(DOUBLING, TOO_MANY_FIELDS),
    "fragments: each spreads all before": document(LADDER),
    "fragments: each spreads all others": document(MESH, CYCLE),
    "fragments: a chain of 1,800": document(spreads(1_800)),
    "fragments: a cycle": document("{...a} fragment a on Query {...b} fragment b on Query {...a}", CYCLE),
    "fragments: a cycle through fields": document(
        "{ animal(id: 1) { ...a } } fragment a on Animal { mother { ...a } keeper { animals { ...a } } }", CYCLE
    ),
    "fragments: one, 7,000 times": document("{" + "...f " * 7_000 + "} fragment f on Query { text }"),
    "fragments: 500 of two fields": document(PIECES),
    "fragments: 2,000 unused": document(
        "{text} " + repeated("fragment f%d on Query { text }", 2_000), INVALID + "UnusedFragment"
    ),
    "directives: one, 2,000 times": document(
        "{ text " + "@skip(if: false) " * 2_000 + "}", INVALID + "DuplicateDirectiveName"
    ),
    "directives: 7,000 unknown": document("{ text " + "@nope " * 7_000 + "}", INVALID + "UnknownDirective"),
    "arguments: 2,400 unknown": document("{" + repeated("text(x%d: 1)", 2_400) + "}", INVALID + "UnknownArgument"),
    "variables: 3,000 unused": document(
        "query(" + repeated("$v%d: String", 3_000) + ") { text }", INVALID + "UnusedVariable"
    ),
    "literals: a list of 14,000": document("{ animals(kinds: [" + "DOG " * 14_000 + "]) { id } }"),
    "literals: a list of 14,000 wrong": document(
        "{ animals(kinds: [" + "X " * 14_000 + "]) { id } }", INVALID + "WrongType"
    ),
    "literals: an object of 4,000 fields": document(
        "{ animals(where: {" + repeated("x%d: 1", 4_000) + "}) { id } }", INVALID + "WrongType"
    ),
    "literals: a number of 100,000 digits": document(
        "{ animals(first: " + "9" * 100_000 + ") { id } }", INVALID + "WrongType"
    ),
    "text: a string without end": document('{ text(value: "' + "x" * 200_000 + " }", UNPARSED),
    "text: a block without end": document('{ text(value: """' + '\\"""' * 60_000, UNPARSED),
    "text: quotes alone": document('"' * 200_000, TOO_LONG),
    "text: escapes": document('{ text(value: "' + "\\u0041" * 43_000 + '") }'),
    "text: a name of 4 MB": document("{ " + "x" * 4_000_000 + " }", TOO_LONG),
    "text: a comment of 4 MB": document("{ text } #" + "x" * 4_000_000, TOO_LONG),
    "text: 200,000 comments": document("{ text " + "#\n" * 120_000 + " }", TOO_LONG),
    "text: 250,000 commas": document("{ text " + "," * 250_000 + " }"),
    "introspection: a hundred times": document("{" + repeated("a%d: " + INTROSPECTION, 100) + "}"),
    "introspection: deep": document(
        "{ __schema { types " + "{ fields { type " * 30 + "{ name }" + " } }" * 30 + " } }",
        INVALID + "BadFaithIntrospection",
    ),
}

NUMBERS: Final = "query($n: [Int!]) { echo(numbers: $n) { int } }"
TEXT: Final = "query($s: String) { text(value: $s) }"
SENT_TOO_MUCH: Final = "The request has sent its functions more than"
WRONG_VALUE: Final = "Variable 'v' has an invalid value."
WHERE: Final = "query($w: Where) { animals(where: $w) { id } }"


def within(depth: int) -> dict[str, Any]:
    """A ``Where`` that holds others, so deep."""
    found: dict[str, Any] = {"must": True}
    for _ in range(depth):
        found = {"must": True, "inner": found}
    return found


VARIABLES: Final = {
    "variables: 40,000 numbers": document(NUMBERS, variables={"n": [1] * 40_000}),
    "variables: 2 million numbers": document(NUMBERS, TOO_MANY_VALUES, {"n": [1] * 1_600_000}),
    "variables: 100,000 keys": document("{ text }", TOO_MANY_VALUES, {f"k{n}": n for n in range(100_000)}),
    "variables: objects in objects": document(WHERE, variables=within(0) | {"w": within(90)}),
    "variables: 200 objects in objects": document(WHERE, "Variable 'w' has an invalid value.", {"w": within(200)}),
    "variables: 4 MB of text": document(TEXT, "Request payload is larger", {"s": "x" * 4_000_000}),
    "variables: 2.9 MB, a thousand times": document(
        "query($s: String) {" + repeated("a%d: text(value: $s)", 1_000) + "}", SENT_TOO_MUCH, {"s": "x" * 2_900_000}
    ),
    **{
        f"variables: 4 MB that are no {name}": document(
            f"query($v: {type_}) {{ echo({name}: $v) {{ int }} }}", WRONG_VALUE, {"v": value * 1_000_000}
        )
        for name, type_, value in (
            ("email", "AWSEmail", "a@b."),
            ("date", "AWSDate", "2026"),
            ("at", "AWSDateTime", "2026"),
            ("phone", "AWSPhone", "0123"),
            ("ip", "AWSIPAddress", "1.1."),
            ("json", "AWSJSON", "nope"),
        )
    },
}

BODIES: Final = {
    "body: objects in objects": Attack(b'{"query":"{ text }","variables":' + b'{"a":' * 50_000, UNPARSED, 400),
    "body: 5 million brackets": Attack(b"[" * 5_000_000, UNPARSED, 400),
    "body: 1.6 million objects": Attack(
        b'{"query":"{ text }","variables":{"a":[' + b"{}," * 1_600_000 + b"{}]}}", UNPARSED, 400
    ),
    "body: 5 MB of spaces": Attack(b" " * 5_000_000, UNPARSED, 400),
    "body: above 5 MB": Attack(b" " * 6_000_000, "The request body is larger", 413),
    "body: 700,000 keys of one name": Attack(b'{"query":"{ text }",' + b'"x":1,' * 700_000 + b'"y":1}', ANSWERED),
    "body: a number of 4 MB": Attack(
        b'{"query":"{ text }","variables":{"a":' + b"9" * 4_000_000 + b"}}", UNPARSED, 400
    ),
    "body: a number beyond any": Attack(b'{"query":"{ text }","variables":{"a":1e999999}}', UNPARSED, 400),
    "body: query twice": Attack(b'{"query":"{ nothing }","query":"{ text }"}', ANSWERED),
    "body: no UTF-8": Attack(b'{"query":"{ text(value: \\"\xff\xfe\\") }"}', UNPARSED, 400),
    "body: half a surrogate": Attack(b'{"query":"{ text(value: \\"\\ud800\\") }"}', UNPARSED, 400),
    "body: NULs": Attack(b"\x00" * 100_000, UNPARSED, 400),
    "body: a NUL in the document": Attack(b'{"query":"{ text \\u0000 }"}', UNPARSED, 400),
}

CORPUS: Final = {**DOCUMENTS, **VARIABLES, **BODIES}
