"""A webhook comes in as it does in the cloud: by the deployed route, function, queue and mapping, on this machine."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from infra.domains import Domain
from local.aws import session
from local.functions.queues import sources
from local.webhooks import LARGEST, Webhooks, routes
from resolvers._kit.settings import Constant, Inbox
from tests.local.stand_in import deployed, running

SECONDS: Final = 20
"""What is sent is told within half a second; the rest is for a busy machine."""


def till(folder: Path) -> Domain:
    told = Constant(value=str(folder / "told"))
    inbox = Inbox(name="till", providers=("bank",))
    return Domain(name="till", resources={"TOLD": told}, receiving={"INBOX_URL": inbox, "TOLD": told})


@dataclass
class Served:
    """A deployed domain whose webhooks are served; ``told`` is what its reactions were given so far."""

    http: httpx.AsyncClient
    folder: Path

    async def post(self, body: bytes, kind: str = "application/json", signature: str = "good") -> httpx.Response:
        headers = {"content-type": kind, "Signature": signature}
        return await self.http.post("/webhooks/bank", content=body, headers=headers)

    def told(self) -> list[dict[str, Any]]:
        file = self.folder / "told"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    async def until(self, enough: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        deadline = time.monotonic() + SECONDS
        while not enough(told := self.told()):
            assert time.monotonic() < deadline, told
            await asyncio.sleep(0.02)
        return told


@pytest.fixture(scope="module")
def shop(emulator: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The emulator on which the till is deployed, and the folder of what it is told."""
    folder = tmp_path_factory.mktemp("told")
    deployed(emulator, till(folder), "tests.local.fixtures.telling")
    return emulator, folder


@asynccontextmanager
async def served(shop: tuple[str, Path]) -> AsyncIterator[Served]:
    endpoint, folder = shop
    (folder / "told").unlink(missing_ok=True)
    async with running(endpoint, till(folder), folder) as host:
        webhooks = Webhooks(invoke=host.invoke, routes=await asyncio.to_thread(routes, endpoint))
        app = Starlette(routes=[Route("/webhooks/{provider}", webhooks.answer, methods=["POST"])])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as http:
            yield Served(http, folder)


def test_what_is_sent_is_told_byte_by_byte_at_once(shop: tuple[str, Path]) -> None:
    async def test() -> None:
        async with served(shop) as it:
            text, raw = '{"name": "Müßig"}'.encode(), bytes(range(256))
            assert (await it.post(text)).status_code == 200
            assert (await it.post(raw, "application/octet-stream")).status_code == 200
            told = await it.until(lambda found: len(found) == 2)
            assert {each["body"].encode("latin-1") for each in told} == {text, raw}
            assert {(each["provider"], each["tries"]) for each in told} == {("bank", 1)}

    asyncio.run(test())


def test_what_fails_comes_again_and_holds_up_no_other(shop: tuple[str, Path]) -> None:
    async def test() -> None:
        async with served(shop) as it:
            await asyncio.gather(*(it.post(f"{word} {n}".encode()) for n in range(8) for word in ("fine", "fail")))
            told = await it.until(lambda found: len(found) >= 24)
            assert sorted((each["body"], each["tries"]) for each in told) == sorted(
                [*((f"fine {n}", 1) for n in range(8)), *((f"fail {n}", tries) for n in range(8) for tries in (1, 2))]
            )

    asyncio.run(test())


def test_what_is_not_welcome_is_told_a_status_and_nothing_happens(shop: tuple[str, Path]) -> None:
    async def test() -> None:
        async with served(shop) as it:
            forged = await it.post(b"{}", signature="bad")
            large = await it.post(b"x" * 5 * 2**20)
            binary = await it.post(b"x" * 5 * 2**20, "application/octet-stream")
            endless = await it.post(b"x" * (LARGEST + 1))
            unknown = await it.http.post("/webhooks/stranger", content=b"{}")
            assert (forged.status_code, forged.content) == (401, b"")
            assert [answer.status_code for answer in (large, binary, endless, unknown)] == [413, 413, 413, 404]
            await it.post(b"last")
            assert [each["body"] for each in await it.until(bool)] == ["last"]

    asyncio.run(test())


def test_the_deployed_queue_sets_aside_what_is_tried_in_vain(shop: tuple[str, Path]) -> None:
    endpoint, _ = shop
    (source,) = [each for each in sources(endpoint) if "souk-till" in each.function]
    sqs = session().client("sqs", endpoint_url=endpoint)
    facts = sqs.get_queue_attributes(QueueUrl=source.url, AttributeNames=["All"])["Attributes"]
    assert (source.partial, source.batch, facts["VisibilityTimeout"]) == (True, 10, "360")
    assert json.loads(facts["RedrivePolicy"])["maxReceiveCount"] in {12, "12"}
