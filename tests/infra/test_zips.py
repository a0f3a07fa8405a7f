"""A zip holds its domain and what that needs, built for Lambda's machine, the same bytes every time."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest

from infra import zips
from infra.domains import discover
from resolvers._kit.settings import Constant
from schema.api import routes

DOMAINS = [domain.name for domain in discover()]
LENDERS = {domain.name: {table.name for table in domain.lent.values()} for domain in discover()}
"""Whose tables a domain borrows: it knows what lies in them. Each is named as its domain."""
MOST_PACKED = 11_000_000
"""Bytes; a cold start fetches the zip, and Lambda takes no more than 50 MB straight. Stripe's library takes most."""


@pytest.fixture(scope="module", params=DOMAINS)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> zips.Zip:
    return zips.build(request.param, into=tmp_path_factory.mktemp("zips"))


def names(built: zips.Zip) -> list[str]:
    with zipfile.ZipFile(built.path) as archive:
        return archive.namelist()


def test_every_domain_that_is_routed_has_a_zip() -> None:
    assert {route.domain for route in routes().values()} == set(DOMAINS)


def test_it_holds_its_domain_and_no_other(built: zips.Zip) -> None:
    rooms = {Path(name).parts[0] for name in names(built)}
    assert not rooms & {"schema", "infra", "local", "tests", "benchmarks"}
    of_resolvers = {Path(name).parts[1] for name in names(built) if name.startswith("resolvers/")}
    assert of_resolvers <= {"__init__.py", "__pycache__", "_kit", built.domain}
    of_domain = {Path(name).parts[1] for name in names(built) if name.startswith("domain/") and Path(name).parts[2:]}
    assert of_domain <= {"__pycache__", built.domain, *LENDERS[built.domain]}


def test_it_holds_nothing_heavy_and_nothing_that_lambda_has(built: zips.Zip) -> None:
    tops = {Path(name).parts[0] for name in names(built)}
    assert not tops & {
        "strawberry",
        "graphql",
        "pydantic",
        "aws_cdk",
        "boto3",
        "botocore",
        "urllib3",
        "dateutil",
        "six.py",
    }


def test_it_is_small(built: zips.Zip) -> None:
    assert built.path.stat().st_size < MOST_PACKED
    assert built.unpacked < 250_000_000  # AWS Lambda quotas: deployment package, unzipped


def test_machine_code_is_for_arm(built: zips.Zip) -> None:
    native = [name for name in names(built) if name.endswith(".so")]
    assert [name for name in native if "aarch64" not in name] == []


def test_every_module_comes_with_byte_code_that_is_never_checked(built: zips.Zip) -> None:
    unchecked = 0b01  # PEP 552: hash-based, without the flag that asks for a check
    with zipfile.ZipFile(built.path) as archive:
        held = set(archive.namelist())
        for source in (name for name in held if name.endswith(".py")):
            place = Path(source)
            cached = str(place.parent / "__pycache__" / f"{place.stem}.cpython-313.pyc")
            assert int.from_bytes(archive.read(cached)[4:8], "little") == unchecked


def test_the_same_sources_give_the_same_bytes(built: zips.Zip, tmp_path: Path) -> None:
    assert zips.build(built.domain, into=tmp_path).key == built.key


@pytest.mark.parametrize("domain", DOMAINS)
def test_handlers_need_no_module_of_ours_that_is_not_in_their_zip(domain: str, tmp_path: Path) -> None:
    for module in zips.modules(domain):
        (tmp_path / module).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / module).write_bytes((zips.ROOT / module).read_bytes())
    (declared,) = (each for each in discover() if each.name == domain)
    settings = {**declared.resources, **declared.publishing}
    made = {name: "valkey://127.0.0.1:1" if name.endswith("URL") else name.lower() for name in settings}
    env = made | {name: each.value for name, each in settings.items() if isinstance(each, Constant)}
    env |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path), "AWS_ACCESS_KEY_ID": "x"}
    env |= {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": "eu-west-1", "AWS_SECRET_ACCESS_KEY": "x"}
    entries = {"handler": "answer"} | ({"publisher": "publish"} if declared.publishing else {})
    for name, entry in entries.items():
        code = f"import resolvers.{domain}.{name} as m; print(callable(m.{entry}), m.__file__)"
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.stdout.split() == ["True", str(tmp_path / f"resolvers/{domain}/{name}.py")], done.stderr


def test_what_is_left_to_lambda_is_what_the_lock_asks_for() -> None:
    locked = {
        line.split("==")[0]
        for line in (zips.ROOT / "requirements" / "catalog.txt").read_text().splitlines()
        if "==" in line
    }
    assert locked >= zips.PROVIDED
    assert {each.name.lower() for each in distributions()} >= zips.PROVIDED


def test_a_domain_without_a_handler_is_refused() -> None:
    with pytest.raises(zips.CannotBuild, match=r"resolvers\.nowhere\.handler is not there"):
        zips.modules("nowhere")
