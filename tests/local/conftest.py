"""The parts of the laptop that its tests share."""

from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parent / "fixtures" / "templates"


@pytest.fixture
def templates() -> Path:
    """A small API of two stacks: see fixtures/templates and fixtures/handler.py."""
    return TEMPLATES
