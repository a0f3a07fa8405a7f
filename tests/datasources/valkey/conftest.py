"""A store, a Valkey and a cached catalog over both."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from valkey import Valkey
from valkey.exceptions import ResponseError

from datasources.dynamo.catalog import CatalogTable
from tests.conftest import free_port
from tests.datasources.conftest import new_table
from tests.datasources.samples import SHOP
from tests.datasources.valkey.servers import START_SECONDS, OwnValkey
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
def cluster(tmp_path: Path) -> Iterator[OwnValkey]:
    """A cluster of one, which refuses what ElastiCache Serverless does: commands over keys of several slots."""
    made = OwnValkey("--cluster-enabled", "yes", "--cluster-port", str(free_port()), "--dir", str(tmp_path))
    try:
        _assign_slots(made)
        yield made
    finally:
        made.stop()


def _assign_slots(valkey: OwnValkey) -> None:
    client: Any = Valkey.from_url(valkey.url)
    with closing(client):
        client.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16_383)
        deadline = time.monotonic() + START_SECONDS
        while client.execute_command("CLUSTER INFO")["cluster_state"] != "ok":
            assert time.monotonic() < deadline, "the cluster did not come up"
            time.sleep(0.02)
        with pytest.raises(ResponseError, match="hash to the same slot"):
            client.mget("a", "b")


@pytest.fixture
def raw(valkey_url: str) -> Iterator[Valkey]:
    with closing(Valkey.from_url(valkey_url)) as client:
        yield client
