"""Event source mappings on a real queue: nothing lost, nothing given twice that was dealt with, nobody held up."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import boto3
import pytest

from local.appsync.invocation import Invocation
from local.functions.queues import Queues, Source

SECONDS = 20.0
OK = Invocation(b"null")
FAILED = Invocation(b'{"errorMessage": "no"}', "Unhandled")

type Function = Callable[[list[Any]], Awaitable[Invocation]]


class Pile:
    """A queue on the emulator, which hides messages for a second and sets them aside after the second try."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client: Any = boto3.client("sqs", endpoint_url=endpoint)
        self.lost = self.client.create_queue(QueueName=f"lost-{secrets.token_hex(4)}")["QueueUrl"]
        redrive = json.dumps({"deadLetterTargetArn": self.arn(self.lost), "maxReceiveCount": 2})
        attributes = {"VisibilityTimeout": "1", "RedrivePolicy": redrive}
        self.url = self.client.create_queue(QueueName=f"pile-{secrets.token_hex(4)}", Attributes=attributes)["QueueUrl"]

    def arn(self, url: str) -> str:
        return str(
            self.client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        )

    def put(self, *bodies: str) -> None:
        for body in bodies:
            kind = {"kind": {"DataType": "String", "StringValue": "note"}}
            self.client.send_message(QueueUrl=self.url, MessageBody=body, MessageAttributes=kind)

    def left(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(map(int, counts.values()))


@pytest.fixture
def pile(emulator: str) -> Pile:
    return Pile(emulator)


class Taken:
    """The records of all batches; ``function`` says what becomes of a batch."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.records: list[Any] = []

    async def invoke(self, _: str, payload: bytes) -> Invocation:
        records = json.loads(payload)["Records"]
        self.records += records
        return await self.function(records)

    @property
    def bodies(self) -> list[str]:
        return [record["body"] for record in self.records]


@asynccontextmanager
async def taking(pile: Pile, taken: Taken, *, partial: bool = True) -> AsyncIterator[None]:
    source = Source(function="f", queue=pile.arn(pile.url), url=pile.url, partial=partial)
    queues = Queues(pile.endpoint, [source], taken.invoke)
    await queues.start()
    try:
        yield
    finally:
        await queues.stop()


async def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def fine(records: list[Any]) -> Invocation:
    return OK


def test_all_are_given_once_as_lambda_shows_them_and_gone_then(pile: Pile) -> None:
    async def test() -> None:
        taken = Taken(fine)
        pile.put(*(f"body {number}" for number in range(25)))
        async with taking(pile, taken):
            await until(lambda: len(taken.records) == 25 and not pile.left(pile.url))
        assert sorted(taken.bodies) == sorted(f"body {number}" for number in range(25))
        record = taken.records[0]
        assert (record["eventSource"], record["eventSourceARN"]) == ("aws:sqs", pile.arn(pile.url))
        assert record["attributes"]["ApproximateReceiveCount"] == "1"
        assert record["messageAttributes"]["kind"] == {"dataType": "String", "stringValue": "note"}

    asyncio.run(test())


def test_what_is_named_as_failed_comes_again_and_is_set_aside_in_the_end(pile: Pile) -> None:
    async def some(records: list[Any]) -> Invocation:
        failed = [{"itemIdentifier": each["messageId"]} for each in records if each["body"] == "bad"]
        return Invocation(json.dumps({"batchItemFailures": failed}).encode())

    async def test() -> None:
        taken = Taken(some)
        pile.put("good", "bad", "fine")
        async with taking(pile, taken):
            await until(lambda: pile.left(pile.lost) == 1)
        assert sorted(taken.bodies) == ["bad", "bad", "fine", "good"]

    asyncio.run(test())


@pytest.mark.parametrize("partial", [True, False])
def test_a_function_that_fails_gets_all_of_it_again(pile: Pile, partial: bool) -> None:
    async def test() -> None:
        tries = 0

        async def once(records: list[Any]) -> Invocation:
            nonlocal tries
            tries += 1
            return FAILED if tries == 1 else OK

        taken = Taken(once)
        pile.put("a")
        async with taking(pile, taken, partial=partial):
            await until(lambda: len(taken.records) == 2 and not pile.left(pile.url))
        assert (taken.bodies, pile.left(pile.lost)) == (["a", "a"], 0)

    asyncio.run(test())


def test_a_slow_batch_holds_up_no_other_and_is_waited_for_when_we_stop(pile: Pile) -> None:
    async def test() -> None:
        ended: list[str] = []

        async def slow(records: list[Any]) -> Invocation:
            await asyncio.sleep(0.7 if records[0]["body"] == "slow" else 0)
            ended.extend(each["body"] for each in records)
            return OK

        taken = Taken(slow)
        async with taking(pile, taken):
            pile.put("slow")
            await until(lambda: taken.bodies == ["slow"])
            pile.put("quick")
            await until(lambda: ended == ["quick"])
        assert ended == ["quick", "slow"]
        assert pile.left(pile.url) == 0

    asyncio.run(test())
