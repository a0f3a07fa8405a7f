"""Functions are light: what a handler imports, counted in a fresh interpreter of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

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
MOST_MODULES: Final = 330
"""Beyond those of botocore with one DynamoDB client: Powertools, PynamoDB, msgspec, valkey, and what is ours."""
BASE: Final = """
import botocore.session
botocore.session.get_session().create_client("dynamodb", region_name="us-east-1")
"""
HANDLER: Final = "import resolvers.catalog.handler"
REPORT: Final = """
import json, sys
{work}
print(json.dumps(sorted(sys.modules)))
"""
ENVIRONMENT: Final = {
    "CATALOG_TABLE": "catalog", "CACHE_URL": "valkey://127.0.0.1:1", "SEARCH_BUCKET": "search", "SHOP_CURRENCY": "USD",
}  # fmt: skip


def fresh(work: str) -> list[str]:
    """The modules that ``work`` loads in a new interpreter."""
    environ = os.environ | ENVIRONMENT | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", REPORT.format(work=work)]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def modules() -> list[str]:
    return fresh(HANDLER)


@pytest.mark.parametrize("heavy", HEAVY)
def test_nothing_heavy_is_loaded(modules: Any, heavy: str) -> None:
    assert [name for name in modules if name.split(".")[0] == heavy] == []


def test_a_cold_start_loads_no_more_modules_than_it_may(modules: Any) -> None:
    """What it costs is measured by ``make bench``; modules are counted here, since that does not depend on the hour."""
    base = fresh(BASE)
    assert len(modules) - len(base) <= MOST_MODULES


def test_garbage_is_collected_once_the_start_is_over() -> None:
    environ = os.environ | ENVIRONMENT | {"PYTHONPATH": str(ROOT)}
    told = f"{HANDLER}\nimport gc\nprint(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    done = subprocess.run([sys.executable, "-c", told], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_every_handler_lets_the_collector_rest_before_it_imports_anything_of_ours() -> None:
    for handler in ROOT.glob("resolvers/*/handler.py"):
        imports = [line for line in handler.read_text().splitlines() if line.startswith(("from ", "import "))]
        ours = [line for line in imports if line.split()[1].split(".")[0] in {"resolvers", "datasources", "domain"}]
        assert ours[0] == "from resolvers._kit.start import started", handler
