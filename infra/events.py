"""What the shop tells over its bus, as JSON Schemas that are committed for whoever listens: ``docs/events/``.

A domain that tells has a ``telling.py`` with ``EVENTS``: of each kind of event (EventBridge: detail-type) the Struct
that its detail is. ``python -m infra.export`` writes a file a domain; a test keeps them in step.
"""

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from infra.domains import discover

FOLDER: Final = Path(__file__).parent.parent / "docs" / "events"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
PLACES: Final = "#/$defs/{name}"
ID: Final = {"type": "string", "description": "By which two events are one: whoever has seen it has nothing to do."}
"""What the bus adds to each detail (``datasources/bus/events.py``)."""


def told() -> Mapping[str, Mapping[str, type[Struct]]]:
    """By domain, what it tells: of each kind what its detail is."""
    rooms = [domain.name for domain in discover() if find_spec(f"resolvers.{domain.name}.telling")]
    return {name: import_module(f"resolvers.{name}.telling").EVENTS for name in rooms}


def files() -> dict[Path, str]:
    """Every exported file and what it must hold."""
    return {
        FOLDER / f"{domain}.json": json.dumps(schema(domain, events), indent=1, ensure_ascii=False) + "\n"
        for domain, events in told().items()
    }


def schema(domain: str, events: Mapping[str, type[Struct]]) -> dict[str, Any]:
    """The schema of all events of a domain, as EventBridge gives them to a queue."""
    shapes = tuple(dict.fromkeys(events.values()))
    places, parts = msgspec.json.schema_components(shapes, ref_template=PLACES)
    for part in parts.values():
        if "properties" in part:  # it is always told whole
            part["required"] = list(part["properties"])
    for shape in shapes:
        parts[shape.__name__]["properties"]["id"] = ID
        parts[shape.__name__]["required"].append("id")
    return {
        "$schema": DIALECT,
        "title": f"What {domain} tell",
        "oneOf": list(_kinds(domain, events, dict(zip(shapes, places, strict=True)))),
        "$defs": parts,
    }


def _kinds(
    domain: str, events: Mapping[str, type[Struct]], places: Mapping[type[Struct], Mapping[str, str]]
) -> Iterator[dict[str, Any]]:
    for shape, place in places.items():
        kinds = [kind for kind, found in events.items() if found is shape]
        parts = {"source": {"const": f"souk.{domain}"}, "detail-type": {"enum": kinds}, "detail": place}
        yield {"type": "object", "properties": parts, "required": list(parts)}
