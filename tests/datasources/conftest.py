"""Tables of a test's own, on the embedded AWS and on Amazon's own DynamoDB Local, which is the reference."""

import uuid
from collections.abc import Iterator

import pytest

from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.inventory import InventoryTable
from resolvers._kit.settings import Table, resources
from resolvers.catalog.settings import Settings
from resolvers.inventory import settings as inventory_settings
from tests.datasources.reference import dynamodb_local
from tests.datasources.samples import SHOP
from tests.shop import make_table


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Amazon's DynamoDB Local; gives its endpoint."""
    with dynamodb_local(tmp_path_factory.mktemp("reference") / "log") as endpoint:
        yield endpoint


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
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether the store is the quick one: the reference takes four times as long for a transaction, and is asked for
    less of what is tried in numbers.
    """
    found: str = request.node.callspec.params["endpoint"]
    return found != "reference"


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
