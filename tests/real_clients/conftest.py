"""A system for the clients of a test module: one, because they restart it."""

from collections.abc import Iterator

import pytest

from tests.real_clients.laptop import Laptop


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    with Laptop(tmp_path_factory.mktemp("laptop")) as found:
        yield found
