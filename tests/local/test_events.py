"""Events go out and come in as in the cloud: by the deployed bus, rule, queue and mapping; then a letter goes out."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from infra.domains import Domain, Work, function_name
from local.deploy import MAIL_SENDER
from local.emulator import Emulator
from local.letters import KEPT
from resolvers._kit.settings import Bus, Mail, Schedule, Secret, Subscription
from tests.local.stand_in import deployed, running

SECONDS: Final = 20
"""What is put is told within half a second; the rest is for a busy machine."""
OFFICE: Final = Domain(
    name="office",
    resources={
        "BUS_NAME": Bus(),
        "SENDER": Mail(),
        "KEYS": Secret(name="office", generated="office"),
        "PLACED": Subscription(name="placed", events=("order.placed",)),
        "TICK": Schedule(minutes=1440),
    },
)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An emulator of this module's own, on which the office is deployed: its bus is called as the shop's is."""
    with asyncio.Runner() as runner:
        emulator = Emulator(tmp_path_factory.mktemp("emulator"))
        runner.run(emulator.start(function_host="http://127.0.0.1:9"))
        deployed(emulator.url, OFFICE, "tests.local.fixtures.posting")
        yield emulator.url
        runner.run(emulator.stop())


async def letters(endpoint: str) -> list[tuple[str, str]]:
    """Who wrote what."""
    async with httpx.AsyncClient(trust_env=False) as http:
        told = (await http.get(f"{endpoint}{KEPT}")).json()["messages"]
    return [(each["Source"], each["BodyText"]) for of in told.values() for each in of if each["Subject"] == "Told"]


def test_what_is_put_on_the_bus_is_told_to_who_subscribed_and_a_letter_goes_out(endpoint: str, tmp_path: Path) -> None:
    async def test() -> list[tuple[str, str]]:
        async with running(endpoint, OFFICE, tmp_path) as host:
            tick = json.dumps({"detail-type": "Scheduled Event"}).encode()
            answer = await host.invoke(function_name("office", Work.REACTIONS), tick)
            assert answer.function_error is None, answer.payload
            deadline = time.monotonic() + SECONDS
            while not (found := await letters(endpoint)):
                assert time.monotonic() < deadline, (tmp_path / "functions.log").read_text()
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.5)  # what was not subscribed to would have come by now
            assert found == await letters(endpoint)
            return found

    assert asyncio.run(test()) == [(MAIL_SENDER, "order.placed o:0 signed 43")]
