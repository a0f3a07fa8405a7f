"""``python -m schema.export``: write ``schema.graphql``, its prelude, and what the domains' publishers ask for."""

from pathlib import Path
from typing import Final

from schema import selections
from schema.api import sdl
from schema.sdl import PRELUDE

ROOT: Final = Path(__file__).resolve().parent.parent


def files() -> dict[Path, str]:
    """Every exported file and what it must hold."""
    asked = {ROOT / "resolvers" / domain / "selections.py": text for domain, text in selections.modules().items()}
    return {ROOT / "schema.graphql": sdl(), ROOT / "schema" / "prelude.graphql": PRELUDE} | asked


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text)
