"""Messages that are made to harm a realtime endpoint: a corpus for tests and for benchmarks.

They are sent on a socket of the API of ``live``, which is open.
"""

import json
from typing import Any, Final

from tests.local.appsync.realtime.live import KEYED, starting
from tests.local.appsync.world import KEY

CHANGED: Final = "subscription { changed { id } }"


def deep(levels: int) -> str:
    return "[" * levels + "]" * levels


def selection(levels: int) -> str:
    return "subscription { changed " + "{ part " * levels + "{ id }" + " }" * levels + " }"


BOMBS: dict[str, Any] = {
    "deep JSON": f'{{"type":"start","id":{deep(100_000)}}}',
    "a deep selection": starting(selection(5_000), "x", KEYED),
    "deep variables": f'{{"type":"start","id":"x","payload":{{"data":"{{\\"query\\":\\"subscription ($v: Int) '
    f'{{ changed(size: $v) {{ id }} }}\\",\\"variables\\":{{\\"v\\":{deep(5_000)}}}}}",'
    f'"extensions":{{"authorization":{json.dumps(KEYED)}}}}}}}',
    "breadth": starting("subscription { changed { " + "id " * 14_000 + "} }", "x", KEYED),
    "aliases": starting("subscription { changed { " + " ".join(f"a{n}: id" for n in range(4_000)) + "} }", "x", KEYED),
    "too many tokens": starting("subscription { changed { " + "id " * 15_001 + "} }", "x", KEYED),
    "a ring of fragments": starting(
        "subscription { ...A } fragment A on Subscription { ...B } fragment B on Subscription { ...A }", "x", KEYED
    ),
    "fragments that double": starting(
        "subscription { changed { ...F0 } } "
        + " ".join(f"fragment F{n} on Thing {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
        + " fragment F40 on Thing { id }",
        "x",
        KEYED,
    ),
    "introspection": starting("subscription { __schema { types { name } } }", "x", KEYED),
    "a type name at the root": starting("subscription { __typename }", "x", KEYED),
    "several roots": starting("subscription { changed { id } any { id } }", "x", KEYED),
    "a huge id": {"type": "stop", "id": "x" * 100_000},
    "half a surrogate": '{"type":"start","id":"\\ud800","payload":{}}',
    "a huge number": '{"type":"start","id":' + "9" * 100_000 + "}",
    "a key twice": '{"type":"stop","type":"start","id":"1"}',
    "credentials of another kind": starting(CHANGED, "x", {"x-api-key": None}),
    "a null byte in a key": starting(CHANGED, "x", {**KEYED, "x-api-key": f"{KEY}\x00"}),
    "a header of megabytes": starting(CHANGED, "x", {**KEYED, "x-big": "x" * 400_000}),
    "an empty type": {"type": ""},
    "a type of another kind": {"type": ["start"]},
}  # fmt: skip
