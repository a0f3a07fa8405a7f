"""Functions are light: what a handler imports, counted in a fresh interpreter of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.unconnected import unconnected

ROOT: Final = Path(__file__).resolve().parents[2]
HEAVY: Final = (
    "strawberry",
    "graphql",
    "pydantic",
    "aws_cdk",
    "jsii",
    "boto3",
    "aws_xray_sdk",
    "httpx",
    "schema",
    "infra",
)
MOST_MODULES: Final = {
    "resolvers.catalog.handler": 330, "resolvers.catalog.publisher": 60, "resolvers.inventory.handler": 240,
    "resolvers.inventory.publisher": 60, "resolvers.cart.handler": 330, "resolvers.cart.publisher": 60,
    "resolvers.operations.handler": 330, "resolvers.operations.publisher": 60, "resolvers.operations.reactor": 340,
    "resolvers.orders.handler": 330, "resolvers.orders.publisher": 60, "resolvers.orders.reactor": 330,
    "resolvers.payments.handler": 330, "resolvers.payments.reactor": 290, "resolvers.reviews.handler": 290,
    "resolvers.reviews.publisher": 60, "resolvers.reviews.reactor": 240, "resolvers.media.handler": 330,
    "resolvers.media.publisher": 60, "resolvers.media.reactor": 330,
    "resolvers.customers.handler": 330, "resolvers.customers.triggers": 290,
}  # fmt: skip
"""Beyond those of botocore with one DynamoDB client: Powertools, PynamoDB, msgspec, valkey, what is ours. A publisher
has none of botocore's clients and no store."""
NOT_FOR_PUBLISHERS: Final = (
    "pynamodb", "valkey", "datasources.search", "datasources.s3", "resolvers.catalog.answers",
    "resolvers.inventory.answers", "resolvers.cart.answers", "resolvers.orders.answers",
    "resolvers.payments.answers", "resolvers.reviews.answers", "resolvers.customers.answers",
    "resolvers.operations.answers", "resolvers.media.answers",
)  # fmt: skip
BASE: Final = """
import botocore.session
botocore.session.get_session().create_client("dynamodb", region_name="us-east-1")
"""
REPORT: Final = """
import json, sys
{work}
print(json.dumps(sorted(sys.modules)))
"""


def fresh(work: str) -> list[str]:
    """The modules that ``work`` loads in a new interpreter."""
    environ = os.environ | unconnected() | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", REPORT.format(work=work)]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module", params=MOST_MODULES)
def handler(request: pytest.FixtureRequest) -> tuple[str, list[str]]:
    """A handler's module, and all that it loads."""
    return request.param, fresh(f"import {request.param}")


def test_every_handler_is_weighed() -> None:
    found = [
        path for work in ("handler", "publisher", "reactor", "triggers") for path in ROOT.glob(f"resolvers/*/{work}.py")
    ]
    assert {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found} == set(MOST_MODULES)


@pytest.mark.parametrize("heavy", HEAVY)
def test_nothing_heavy_is_loaded(handler: tuple[str, list[str]], heavy: str) -> None:
    assert [name for name in handler[1] if name.split(".")[0] == heavy] == []


def test_a_cold_start_loads_no_more_modules_than_it_may(handler: tuple[str, list[str]]) -> None:
    """What it costs is measured by ``make bench``; modules are counted here, since that does not depend on the hour."""
    module, loaded = handler
    assert len(loaded) - len(fresh(BASE)) <= MOST_MODULES[module]


def test_a_publisher_loads_no_store(handler: tuple[str, list[str]]) -> None:
    module, loaded = handler
    if module.endswith(".publisher"):
        assert [name for name in loaded if name.startswith(NOT_FOR_PUBLISHERS)] == []
        assert "botocore.client" not in loaded


@pytest.mark.parametrize("module", MOST_MODULES)
def test_garbage_is_collected_once_the_start_is_over(module: str) -> None:
    environ = os.environ | unconnected() | {"PYTHONPATH": str(ROOT)}
    told = f"import {module}\nimport gc\nprint(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    done = subprocess.run([sys.executable, "-c", told], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_every_handler_lets_the_collector_rest_before_it_imports_anything_of_ours() -> None:
    for module in MOST_MODULES:
        path = (ROOT / module.replace(".", "/")).with_suffix(".py")
        imports = [line for line in path.read_text().splitlines() if line.startswith(("from ", "import "))]
        ours = [line for line in imports if line.split()[1].split(".")[0] in {"resolvers", "datasources", "domain"}]
        assert ours[0] == "from resolvers._kit.start import started", module
