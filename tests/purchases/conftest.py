"""The world in which things are bought, for all tests of a module."""

from collections.abc import Iterator

import pytest

from infra.domains import discover
from tests.purchases.world import World
from tests.shop import environment, load_handler


@pytest.fixture(scope="module")
def world(emulator: str, valkey_url: str) -> Iterator[World]:
    """With one warehouse."""
    environ = environment(emulator, valkey_url)
    made = World(environ, {domain.name: load_handler(environ, domain.name) for domain in discover()})
    with made.deaths.everywhere():
        yield made
