"""The templates, a way to synthesise other shops, and a session with the embedded AWS to deploy onto."""

from collections.abc import Callable, Sequence
from tempfile import TemporaryDirectory

import boto3
import pytest

from infra.app import STACKS, build
from infra.domains import Domain, lend
from infra.export import Template, committed
from schema.route import Access, Route

type Synth = Callable[[Sequence[Domain]], dict[str, Template]]


@pytest.fixture(scope="session")
def data() -> Template:
    return committed("SoukData")


@pytest.fixture(scope="session")
def api() -> Template:
    return committed("SoukApi")


@pytest.fixture(scope="session")
def synth() -> Synth:
    """The templates of a shop with the given domains, each answering one field, and publishing if it can."""

    def made(domains: Sequence[Domain]) -> dict[str, Template]:
        routes = {f"Query.{domain.name}": Route(domain=domain.name, access=Access.PUBLIC) for domain in domains}
        for name in (domain.name for domain in domains if domain.publishing):
            routes[f"Mutation.{name}Publish"] = Route(domain=name, access=Access.PUBLISHER)
        lent = lend(domains)
        with TemporaryDirectory() as outdir:
            sdl = "type Query {\n" + "".join(f"  {domain.name}: ID\n" for domain in domains) + "}"
            assembly = build(routes=routes, domains=lent, sdl=sdl, outdir=outdir).synth()
            return {name: assembly.get_stack_by_name(name).template for name in STACKS}

    return made


@pytest.fixture
def session(emulator: str, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """A session whose every client speaks to the embedded AWS."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    return boto3.Session(region_name="us-east-1")
