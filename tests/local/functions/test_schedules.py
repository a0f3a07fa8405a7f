"""A schedule as infra makes it fires the function on this machine, by the embedded AWS's own clock."""

import asyncio
import json
import socket
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from infra.app import build
from infra.domains import Domain
from local.aws import session
from local.emulator import Emulator
from local.functions import invoke_api
from local.functions.deployed import read
from local.functions.host import FunctionHost
from local.functions.pool import Size
from local.ports import listen, port_of
from local.rewrite import rewrite
from local.serving import Serving
from resolvers._kit.settings import Constant, Schedule
from schema.route import Access, Route

TICK_SECONDS: Final = 10
"""Between two looks of the embedded AWS at its rules."""
LONG_SECONDS: Final = 30
"""Those, and a busy machine."""
NAME = "souk-brooms-reactions"
RULE = "arn:aws:events:us-east-1:000000000000:rule/souk-brooms-sweep"


def template(tmp_path: Path) -> dict[str, Any]:
    """What infra makes of a schedule, for a handler of these tests."""
    brooms = Domain(
        name="brooms",
        resources={"SWEEP": Schedule(minutes=1), "SWEPT": Constant(value=str(tmp_path / "swept.json"))},
    )
    routes = {"Query.brooms": Route(domain="brooms", access=Access.PUBLIC)}
    app = build(routes=routes, domains=[brooms], sdl="type Query {\n  brooms: ID\n}", outdir=str(tmp_path / "cdk"))
    whole: dict[str, Any] = app.synth().get_stack_by_name("SoukApi").template
    wanted = ("BroomsReactions", "BroomsSweep")
    resources = {name: made for name, made in whole["Resources"].items() if name.startswith(wanted)}
    resources["BroomsReactionsFunction"]["Properties"]["Handler"] = "tests.local.fixtures.sweeping.react"
    return rewrite({"Resources": resources, "Parameters": whole["Parameters"]})


def deploy(endpoint: str, tmp_path: Path) -> None:
    cloud = session().client("cloudformation", endpoint_url=endpoint)
    cloud.create_stack(StackName="Brooms", TemplateBody=json.dumps(template(tmp_path)), Capabilities=["CAPABILITY_IAM"])
    cloud.get_waiter("stack_create_complete").wait(StackName="Brooms", WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def age(state: Path) -> None:
    """Have the rules be an hour old: the first tick that comes finds that their time has come."""
    aged = json.loads(state.read_text())
    rules = [value for value in _mappings(aged) if "ScheduleExpression" in value]
    assert [rule["Name"] for rule in rules] == ["souk-brooms-sweep"]
    rules[0]["CreationTime"] = time.time() - 3600
    state.write_text(json.dumps(aged))


def _mappings(value: Any) -> list[dict[str, Any]]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value] * isinstance(value, dict) + [found for each in inside for found in _mappings(each)]


def known(endpoint: str) -> tuple[str, str, dict[str, Any], int]:
    """What the embedded AWS has: the rate, what it invokes, who may invoke that, and for how many seconds."""
    events: Any = session().client("events", endpoint_url=endpoint)
    functions = session().client("lambda", endpoint_url=endpoint)
    (target,) = events.list_targets_by_rule(Rule="souk-brooms-sweep")["Targets"]
    (leave,) = json.loads(functions.get_policy(FunctionName=NAME)["Policy"])["Statement"]
    config = functions.get_function_event_invoke_config(FunctionName=NAME, Qualifier="$LATEST")
    rate = events.describe_rule(Name="souk-brooms-sweep")["ScheduleExpression"]
    return rate, target["Arn"], leave, config["MaximumEventAgeInSeconds"]


async def deployed(where: str, tmp_path: Path) -> None:
    """Deploy onto an embedded AWS that ends then, and look at what it knows."""
    emulator = Emulator(tmp_path)
    await emulator.start(function_host=where)
    try:
        await asyncio.to_thread(deploy, emulator.url, tmp_path)
        rate, target, leave, seconds = await asyncio.to_thread(known, emulator.url)
    finally:
        await emulator.stop()
    assert (rate, target.rpartition(":")[2], seconds) == ("rate(1 minute)", NAME, 60)
    assert leave["Principal"] == {"Service": "events.amazonaws.com"}
    assert leave["Condition"]["ArnLike"] == {"AWS:SourceArn": RULE}


async def fired(where: str, calls: socket.socket, tmp_path: Path) -> dict[str, Any]:
    """What the function is given after the next start of the embedded AWS."""
    async with AsyncExitStack() as ends:
        emulator = Emulator(tmp_path)
        await emulator.start(function_host=where)
        ends.push_async_callback(emulator.stop)
        functions = await asyncio.to_thread(read, emulator.url, {})
        host = FunctionHost(functions, log=tmp_path / "functions.log", size=Size(warm=1))
        ends.push_async_callback(host.close)
        await host.start()
        assert host.faults == {}
        serving = Serving(invoke_api.app(host), calls)
        await serving.start()
        ends.push_async_callback(serving.stop)
        return await left(tmp_path / "swept.json")


def test_a_deployed_schedule_fires_the_function_on_this_machine(tmp_path: Path) -> None:
    async def test() -> dict[str, Any]:
        calls = listen(0, "--port")
        where = f"http://127.0.0.1:{port_of(calls)}"
        await deployed(where, tmp_path)
        age(tmp_path / "aws" / "eventbridge.json")
        return await fired(where, calls, tmp_path)

    event = asyncio.run(asyncio.wait_for(test(), 3 * LONG_SECONDS))
    assert (event["detail-type"], event["source"], event["resources"]) == ("Scheduled Event", "aws.events", [RULE])


async def left(file: Path) -> dict[str, Any]:
    deadline = time.monotonic() + LONG_SECONDS
    while not file.exists():  # noqa: ASYNC240 - a look at a file of this machine takes no time
        if time.monotonic() > deadline:
            pytest.fail(f"nothing was invoked within {LONG_SECONDS} s, though rules are looked at every {TICK_SECONDS}")
        await asyncio.sleep(0.05)
    found: dict[str, Any] = json.loads(file.read_text())  # noqa: ASYNC240 - as above
    return found
