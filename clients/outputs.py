"""Which shop a program talks to: the ``amplify_outputs.json`` that ``make run`` and ``make deploy`` write."""

import json
from pathlib import Path
from typing import Any, Final

OUTPUTS: Final = Path(".data/amplify_outputs.json")
"""Where ``make run`` writes it."""


class NoShop(RuntimeError):
    """There is no such file; the message says what to do."""


def read_outputs(file: Path) -> dict[str, Any]:
    """The document; raises NoShop."""
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise NoShop(
            f"{file} cannot be read ({fault}); start the shop with make run, or name --outputs FILE"
        ) from fault
    return found
