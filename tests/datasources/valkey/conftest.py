"""A store, a Valkey and a cached catalog over both."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from valkey import Valkey

from datasources.dynamo.catalog import CatalogTable
from tests.datasources.conftest import new_table
from tests.datasources.samples import SHOP
from tests.datasources.valkey.servers import OwnValkey
from tests.datasources.valkey.shelves import Shelf


@pytest.fixture
def store(emulator: str, monkeypatch: pytest.MonkeyPatch) -> CatalogTable:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    return CatalogTable(new_table(emulator), shop=SHOP)


@pytest.fixture
def shelf(valkey_url: str, store: CatalogTable) -> Iterator[Shelf]:
    # The budget is wide: on a machine with other tests on it, a Valkey that is well may answer late.
    made = Shelf(valkey_url, store)
    with closing(made.cache):
        yield made


@pytest.fixture
def own_valkey() -> Iterator[OwnValkey]:
    made = OwnValkey()
    yield made
    made.stop()


@pytest.fixture
def raw(valkey_url: str) -> Iterator[Valkey]:
    with closing(Valkey.from_url(valkey_url)) as client:
        yield client
