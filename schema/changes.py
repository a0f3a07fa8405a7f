"""What a change of the schema breaks for those who use it."""

import subprocess
from pathlib import Path

from graphql import build_schema
from graphql.utilities import find_breaking_changes

from schema.sdl import PRELUDE


def previous(root: Path, now: str) -> str | None:
    """The last committed ``schema.graphql`` that differs from ``now``; None when git knows of none."""
    for commit in _git(root, "log", "--format=%H", "-20", "--", "schema.graphql").split():
        text = _git(root, "show", f"{commit}:schema.graphql")
        if text and text != now:
            return text
    return None


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)  # noqa: S603, S607  # fixed words, git from PATH
    return done.stdout


def unnamed_breaks(old: str, new: str, changelog: str) -> list[str]:
    """The breaking changes from ``old`` to ``new`` SDL whose sentence does not stand in the changelog."""
    changes = find_breaking_changes(*(build_schema(PRELUDE + text, assume_valid_sdl=True) for text in (old, new)))
    return [change.description for change in changes if change.description not in changelog]
