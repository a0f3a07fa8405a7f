"""A shop of their own for the catalogue's tests."""

from collections.abc import Iterator

import pytest

from tests.shop import Shop, opened


@pytest.fixture(scope="module")
def shop(emulator: str, valkey_url: str) -> Iterator[Shop]:
    """Empty at first; shared by a module's tests, so each uses names of its own."""
    with opened(emulator, valkey_url) as one:
        yield one
