"""A shop of their own for the tests of reviews, and both stores for those that need no more than these."""

import pytest

from infra.domains import discover
from tests.datasources.conftest import endpoint, reference
from tests.shop import Shop, environment, load_handler

__all__ = ["endpoint", "reference", "shop"]


@pytest.fixture(scope="module")
def shop(emulator: str, valkey_url: str) -> Shop:
    """Empty at first, and in no hurry: how much is taken at once is tried by itself."""
    environ = environment(emulator, valkey_url) | {"REVIEW_RATE": "100000 in 1 s", "VOTE_RATE": "100000 in 1 s"}
    return Shop(environ, {domain.name: load_handler(environ, domain.name) for domain in discover()})
