"""A shop with one domain of these tests, deployed onto the embedded AWS as ``make run`` deploys the real one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from infra.app import STACKS, build
from infra.domains import Domain, Work, function_name
from local.deploy import deploy
from local.functions.deployed import read
from local.functions.host import FunctionHost
from local.functions.pool import Size
from local.functions.queues import Queues, sources
from local.rewrite import Template
from schema.route import Access, Route

HANDLERS: Final = {Work.REACTIONS: "react", Work.RECEIPTS: "receive"}


def templates(domain: Domain, module: str) -> dict[str, Template]:
    """What infra makes of the domain, with the functions of a module of these tests, under names of its own: those of
    the stacks, and of the bus, of which an account has one of a name.
    """
    routes = {f"Query.{domain.name}": Route(domain=domain.name, access=Access.PUBLIC)}
    with TemporaryDirectory() as outdir:
        sdl = f"type Query {{\n  {domain.name}: ID\n}}"
        assembly = build(routes=routes, domains=[domain], sdl=sdl, outdir=outdir).synth()
        made = {name: assembly.get_stack_by_name(name).template for name in STACKS}
    functions = {function_name(domain.name, work): f"{module}.{name}" for work, name in HANDLERS.items()}
    for resource in made["SoukApi"]["Resources"].values():
        facts: dict[str, Any] = resource.get("Properties", {})
        if resource["Type"] == "AWS::Lambda::Function" and facts["FunctionName"] in functions:
            facts["Handler"] = functions[facts["FunctionName"]]
    for resource in made["SoukData"]["Resources"].values():
        if resource["Type"] == "AWS::Events::EventBus":
            resource["Properties"]["Name"] = domain.name
    return {f"{domain.name}-{name}": template for name, template in made.items()}


def deployed(endpoint: str, domain: Domain, module: str) -> None:
    deploy(endpoint, templates(domain, module))


@asynccontextmanager
async def running(endpoint: str, domain: Domain, folder: Path) -> AsyncIterator[FunctionHost]:
    """The domain's functions run, and take what their queues hold."""
    ours = {function_name(domain.name, work) for work in HANDLERS}
    async with AsyncExitStack() as ends:
        functions = [each for each in await asyncio.to_thread(read, endpoint, {}) if each.name in ours]
        host = FunctionHost(functions, log=folder / "functions.log", size=Size(warm=1))
        ends.push_async_callback(host.close)
        await host.start()
        assert host.faults == {}
        found = [each for each in await asyncio.to_thread(sources, endpoint) if each.function.split(":")[-1] in ours]
        queues = Queues(endpoint, found, host.invoke)
        ends.push_async_callback(queues.stop)
        await queues.start()
        yield host
