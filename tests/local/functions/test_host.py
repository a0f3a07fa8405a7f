"""The function host, with real worker processes."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.functions import invoke_api
from local.functions.deployed import Deployed
from local.functions.host import FunctionHost, NoWorker, UnknownFunction
from local.functions.link import ROOT
from local.functions.pool import Size
from local.functions.reload import Sources, watch
from local.ports import listen, port_of
from local.serving import Serving

BEHAVE = "tests.local.fixtures.misbehaving.behave"


def function(name: str, handler: str = BEHAVE, timeout: float = 20, **more: str) -> Deployed:
    return Deployed(
        name=name,
        arn=f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
        handler=handler,
        timeout=timeout,
        memory=256,
        environment={
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "laptop",
            **more,
        },
    )


@asynccontextmanager
async def hosting(tmp_path: Path, *functions: Deployed, size: Size | None = None) -> AsyncIterator[FunctionHost]:
    host = FunctionHost(functions or [function("one")], log=tmp_path / "functions.log", size=size or Size(warm=1))
    try:
        await host.start()
        yield host
    finally:
        await host.close()


async def call(host: FunctionHost, name: str = "one", **event: Any) -> Any:
    """The result of an event, which must not fail."""
    answer = await host.invoke(name, json.dumps(event).encode())
    assert answer.function_error is None, answer.payload
    return json.loads(answer.payload)


async def error(host: FunctionHost, name: str = "one", **event: Any) -> dict[str, Any]:
    """The error of an event, which must fail."""
    answer = await host.invoke(name, json.dumps(event).encode())
    assert answer.function_error == "Unhandled"
    found = json.loads(answer.payload)
    assert isinstance(found, dict)
    return found


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(_awaited(test), 60))


async def _awaited(test: Callable[[], Awaitable[None]]) -> None:
    await test()


def test_an_event_reaches_the_handler_and_its_result_comes_back(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path) as host:
            assert await call(host, text="ünï", deep=[1, {"a": None}]) == {"text": "ünï", "deep": [1, {"a": None}]}

    run(test)


def test_a_function_is_found_by_name_arn_and_qualifier_and_by_nothing_else(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path) as host:
            arn = host.functions[0].arn
            for name in ("one", arn, "one:$LATEST", f"{arn}:live"):
                assert await call(host, name) == {}
            with pytest.raises(UnknownFunction, match="Function not found: two"):
                await host.invoke("two", b"{}")

    run(test)


def test_each_function_has_its_own_environment_and_context(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path, function("one", OWN="1"), function("two")) as host:
            first, second = await call(host, "one", do="who"), await call(host, "two", do="who")
            assert first["pid"] == second["pid"]
            assert (first["own"], second["own"]) == ("1", None)
            assert (first["environment"], second["environment"]) == ("one", "two")
            assert (first["name"], second["name"]) == ("one", "two")
            assert first["arn"] == host.functions[0].arn
            assert first["memory"] == "256"
            assert 0 < first["remaining"] <= 20_000
            assert first["request"] != (await call(host, "one", do="who"))["request"]
            assert second["imported_for"] == "one"  # a module is imported once, for the first that needs it

    run(test)


def test_a_raised_exception_is_told_as_lambda_tells_it(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path) as host:
            found = await error(host, do="raise")
            assert found.keys() == {"errorMessage", "errorType", "requestId", "stackTrace"}
            assert (found["errorType"], found["errorMessage"]) == ("ValueError", "no such note")
            assert all("local/functions" not in line for line in found["stackTrace"])
            assert "no such note" in (tmp_path / "functions.log").read_text()

    run(test)


@pytest.mark.parametrize("result", ["set", "decimal"])
def test_a_result_that_is_no_json_is_a_marshal_error(tmp_path: Path, result: str) -> None:
    async def test() -> None:
        async with hosting(tmp_path) as host:
            assert (await error(host, do=result))["errorType"] == "Runtime.MarshalError"

    run(test)


def test_too_large_a_result_or_event_is_refused(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path) as host:
            assert (await error(host, do="large"))["errorType"] == "Function.ResponseSizeTooLarge"
            assert (await error(host, text="x" * 6 * 2**20))["errorType"] == "RequestTooLargeException"
            assert len((await call(host, text="x" * 5 * 2**20))["text"]) == 5 * 2**20

    run(test)


@pytest.mark.parametrize("end", ["die", "exit"])
def test_a_worker_that_dies_answers_with_an_error_and_is_replaced(tmp_path: Path, end: str) -> None:
    async def test() -> None:
        async with hosting(tmp_path) as host:
            before = await call(host, do="who")
            assert (await error(host, do=end))["errorType"] == "Runtime.ExitError"
            assert (await call(host, do="who"))["pid"] != before["pid"]

    run(test)


def test_an_event_that_takes_too_long_is_ended_with_its_worker(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path, function("one", timeout=0.5)) as host:
            before, began = await call(host, do="who"), time.monotonic()
            found = await error(host, do="sleep", seconds=30)
            assert found["errorType"] == "Sandbox.Timedout"
            assert "Task timed out after 0.50 seconds" in found["errorMessage"]
            assert time.monotonic() - began < 5
            assert not exists(before["pid"])
            assert await call(host, still="here") == {"still": "here"}

    run(test)


def test_a_handler_that_is_not_there_says_so_and_spares_the_others(tmp_path: Path) -> None:
    async def test() -> None:
        wrong = function("wrong", "tests.local.fixtures.misbehaving.nothing")
        gone = function("gone", "tests.local.fixtures.nowhere.answer")
        malformed = function("malformed", "answer")
        async with hosting(tmp_path, wrong, gone, malformed, function("one")) as host:
            assert (await error(host, "wrong"))["errorType"] == "Runtime.HandlerNotFound"
            assert (await error(host, "gone"))["errorType"] == "Runtime.ImportModuleError"
            assert (await error(host, "malformed"))["errorType"] == "Runtime.MalformedHandlerName"
            assert host.faults.keys() == {"wrong", "gone", "malformed"}
            assert await call(host) == {}

    run(test)


def test_a_worker_has_one_event_at_a_time_and_the_pool_grows_for_those_held_up(tmp_path: Path) -> None:
    async def test() -> None:
        size = Size(warm=1, most=3, grow_after=0.05, shrink_after=0.3)
        async with hosting(tmp_path, size=size) as host:
            pids = await asyncio.gather(*(call(host, do="sleep", seconds=0.4) for _ in range(6)))
            assert 2 <= len(set(pids)) <= 3
            async with asyncio.timeout(10):
                while len(host.pids) > 1:  # noqa: ASYNC110 - the pool sets no event
                    await asyncio.sleep(0.05)
            assert await call(host) == {}

    run(test)


def test_many_events_at_once_are_each_answered_with_their_own_result(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path, size=Size(warm=2)) as host:
            results = await asyncio.gather(*(call(host, number=number) for number in range(500)))
            assert [result["number"] for result in results] == list(range(500))

    run(test)


def test_one_who_stops_waiting_leaves_the_worker_usable(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path) as host:
            waiting = [asyncio.create_task(call(host, do="sleep", seconds=0.1)) for _ in range(3)]
            await asyncio.sleep(0.02)
            for task in waiting:
                task.cancel()
            assert await call(host, mine=1) == {"mine": 1}

    run(test)


def test_the_logs_of_handlers_are_kept(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path) as host:
            await call(host, do="say", text="something happened")
            assert (tmp_path / "functions.log").read_text().count("something happened") == 2

    run(test)


def test_nothing_is_left_running_after_close(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path, size=Size(warm=2)) as host:
            await call(host)
            pids = host.pids
        assert len(pids) == 2
        assert [pid for pid in pids if exists(pid)] == []

    run(test)


def test_a_host_without_a_living_worker_says_so(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path, size=Size(warm=1, most=1)) as host:
            sleeping = asyncio.create_task(call(host, do="sleep", seconds=1))
            await asyncio.sleep(0.05)
            with pytest.raises(NoWorker, match="no worker answered within"):
                await host.ping(0.1)
            await sleeping

    run(test)


def test_a_changed_source_file_is_met_by_the_next_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "room" / "changing.py"
    source.parent.mkdir()
    source.write_text("def answer(event, context):\n    return 'before'\n")
    monkeypatch.setattr("local.functions.link.ROOT", os.pathsep.join([os.fspath(source.parent), os.fspath(ROOT)]))
    monkeypatch.setattr("local.functions.reload.LOOK_SECONDS", 0.02)

    async def test() -> None:
        async with hosting(tmp_path, function("one", "changing.answer")) as host:
            watching = asyncio.create_task(watch(Sources([source.parent]), host.reload))
            assert json.loads((await host.invoke("one", b"{}")).payload) == "before"
            source.write_text("def answer(event, context):\n    return 'after the change'\n")
            async with asyncio.timeout(20):
                while json.loads((await host.invoke("one", b"{}")).payload) != "after the change":  # noqa: ASYNC110 - nor this
                    await asyncio.sleep(0.02)
            watching.cancel()

    run(test)


def test_lambdas_invoke_is_served_over_http(tmp_path: Path) -> None:
    async def test() -> None:
        async with hosting(tmp_path) as host:
            listener = listen(0)
            serving = Serving(invoke_api.app(host), listener)
            await serving.start()
            base = f"http://127.0.0.1:{port_of(listener)}/2015-03-31/functions"
            async with httpx.AsyncClient(trust_env=False) as http:
                good = await http.post(f"{base}/one/invocations", json={"a": 1})
                bad = await http.post(f"{base}/one/invocations", json={"do": "raise"})
                none = await http.post(f"{base}/two/invocations", json={})
            await serving.stop()
            listener.close()
        assert (good.status_code, good.json(), "x-amz-function-error" in good.headers) == (200, {"a": 1}, False)
        assert (bad.status_code, bad.headers["x-amz-function-error"]) == (200, "Unhandled")
        assert (none.status_code, none.headers["x-amzn-errortype"]) == (404, "ResourceNotFoundException")

    run(test)
