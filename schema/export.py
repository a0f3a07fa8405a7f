"""``python -m schema.export``: write ``schema.graphql`` and its prelude."""

from pathlib import Path
from typing import Final

from schema.api import sdl
from schema.sdl import PRELUDE

ROOT: Final = Path(__file__).resolve().parent.parent


def files() -> dict[Path, str]:
    """Every exported file and what it must hold."""
    return {ROOT / "schema.graphql": sdl(), ROOT / "schema" / "prelude.graphql": PRELUDE}


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text)
