"""Event source mappings on a real stream: order, filters, failures halved and set aside, and nobody held up."""

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
from local.functions.filters import UnknownPattern, admits, read
from local.functions.streams import Mapping, Streams

SECONDS = 30.0
OK = Invocation(b"null")
FAILED = Invocation(b'{"errorMessage": "no"}', "Unhandled")

type Function = Callable[[list[str]], Awaitable[Invocation]]


class Table:
    """A table with a stream, on the emulator."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.client: Any = boto3.client("dynamodb", endpoint_url=endpoint)
        self.name = f"streamed-{secrets.token_hex(4)}"
        made = self.client.create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        self.stream: str = made["TableDescription"]["LatestStreamArn"]

    def put(self, *keys: str, **more: Any) -> None:
        for key in keys:
            self.client.put_item(TableName=self.name, Item={"pk": {"S": key}, **more})


@pytest.fixture
def table(emulator: str) -> Table:
    return Table(emulator)


class Taken:
    """Batches by function, as they were given; each function may say what becomes of its batch."""

    def __init__(self, **functions: Function) -> None:
        self.functions = functions
        self.batches: list[tuple[str, list[str]]] = []

    async def invoke(self, name: str, payload: bytes) -> Invocation:
        keys = [record["dynamodb"]["Keys"]["pk"]["S"] for record in json.loads(payload)["Records"]]
        self.batches.append((name, keys))
        return await self.functions[name](keys) if name in self.functions else OK

    def keys(self, name: str) -> list[str]:
        return [key for function, keys in self.batches if function == name for key in keys]


@asynccontextmanager
async def feeding(table: Table, taken: Taken, *mappings: Mapping) -> AsyncIterator[Streams]:
    streams = Streams(table.endpoint, mappings, taken.invoke)
    await streams.start()
    try:
        yield streams
    finally:
        await streams.stop()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not happened():  # noqa: ASYNC110 - a list tells nobody when it grows
            await asyncio.sleep(0.01)


def test_a_function_gets_what_was_written_before_and_after_in_order_and_in_batches(table: Table) -> None:
    taken, keys = Taken(), [f"k{number}" for number in range(25)]

    async def run() -> None:
        await asyncio.to_thread(table.put, *keys[:12])
        async with feeding(table, taken, Mapping(function="f", stream=table.stream, batch=5)):
            await until(lambda: len(taken.keys("f")) == 12)
            await asyncio.to_thread(table.put, *keys[12:])
            await until(lambda: len(taken.keys("f")) == 25)

    asyncio.run(run())
    assert taken.keys("f") == keys
    assert max(len(batch) for _, batch in taken.batches) == 5


def test_records_are_lambdas_own(table: Table) -> None:
    seen: list[Any] = []

    async def keep(name: str, payload: bytes) -> Invocation:
        seen.extend(json.loads(payload)["Records"])
        return OK

    async def run() -> None:
        streams = Streams(table.endpoint, [Mapping(function="f", stream=table.stream)], keep)
        await streams.start()
        await asyncio.to_thread(table.put, "a", text={"S": "hi"}, raw={"B": b"\x00\xff"})
        await until(lambda: bool(seen))
        await streams.stop()

    asyncio.run(run())
    [record] = seen
    assert (record["eventSource"], record["eventName"], record["eventSourceARN"]) == (
        "aws:dynamodb",
        "INSERT",
        table.stream,
    )
    assert record["dynamodb"]["NewImage"] == {"pk": {"S": "a"}, "text": {"S": "hi"}, "raw": {"B": "AP8="}}
    assert abs(record["dynamodb"]["ApproximateCreationDateTime"] - time.time()) < 60


def test_a_mapping_gets_only_what_its_filter_admits(table: Table) -> None:
    pattern = {"Filters": [{"Pattern": '{"dynamodb": {"NewImage": {"document": {"S": [{"exists": true}]}}}}'}]}
    taken = Taken()

    async def run() -> None:
        mappings = [
            Mapping(function="all", stream=table.stream),
            Mapping(function="some", stream=table.stream, patterns=read(pattern)),
        ]
        async with feeding(table, taken, *mappings) as streams:
            await asyncio.to_thread(table.put, "plain")
            await asyncio.to_thread(table.put, "with", document={"S": "{}"})
            await until(lambda: taken.keys("all") == ["plain", "with"])
            await streams.settle()

    asyncio.run(run())
    assert taken.keys("some") == ["with"]


def test_a_slow_function_holds_up_no_other(table: Table) -> None:
    async def run() -> None:
        release = asyncio.Event()

        async def slow(_keys: list[str]) -> Invocation:
            await release.wait()
            return OK

        taken = Taken(slow=slow)
        mappings = [Mapping(function=name, stream=table.stream, batch=1) for name in ("slow", "quick")]
        async with feeding(table, taken, *mappings):
            await asyncio.to_thread(table.put, "a", "b", "c")
            await until(lambda: taken.keys("quick") == ["a", "b", "c"])
            assert taken.keys("slow") == ["a"]
            release.set()
            await until(lambda: taken.keys("slow") == ["a", "b", "c"])

    asyncio.run(run())


def queue(table: Table) -> tuple[str, str]:
    """The URL and the ARN of a new queue."""
    sqs = boto3.client("sqs", endpoint_url=table.endpoint)
    url = sqs.create_queue(QueueName=f"dead-{secrets.token_hex(4)}")["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def test_a_culprit_is_found_by_halving_tried_again_and_set_aside_and_the_others_go_on(table: Table) -> None:
    async def picky(keys: list[str]) -> Invocation:
        return FAILED if "bad" in keys else OK

    url, arn = queue(table)
    taken = Taken(f=picky)
    mapping = Mapping(function="f", stream=table.stream, bisect=True, retries=2, dead_letters=arn)

    async def run() -> None:
        await asyncio.to_thread(table.put, "a", "b", "bad", "c", "d")
        async with feeding(table, taken, mapping) as streams:
            await until(lambda: "d" in taken.keys("f")[5:])
            await streams.settle()

    asyncio.run(run())
    good = [key for _, keys in taken.batches if "bad" not in keys for key in keys]
    assert good == ["a", "b", "c", "d"]
    assert [keys for _, keys in taken.batches].count(["bad"]) == 3  # once, and two more times
    sqs = boto3.client("sqs", endpoint_url=table.endpoint)
    [message] = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=5)["Messages"]
    told = json.loads(message["Body"])
    assert (told["DDBStreamBatchInfo"]["batchSize"], told["DDBStreamBatchInfo"]["streamArn"]) == (1, table.stream)


def test_a_failure_that_passes_loses_nothing_and_keeps_the_order(table: Table) -> None:
    failures = iter([FAILED, FAILED])

    async def recovering(_keys: list[str]) -> Invocation:
        return next(failures, OK)

    taken = Taken(f=recovering)

    async def run() -> None:
        await asyncio.to_thread(table.put, "a", "b")
        async with feeding(table, taken, Mapping(function="f", stream=table.stream)) as streams:
            await until(lambda: len(taken.batches) == 3)
            await streams.settle()

    asyncio.run(run())
    assert [keys for _, keys in taken.batches] == [["a", "b"]] * 3


def test_after_a_partial_failure_the_batch_goes_on_where_the_function_stopped(table: Table) -> None:
    failed: list[str] = []

    async def run() -> list[list[str]]:
        seen: list[list[str]] = []

        async def invoke(_name: str, payload: bytes) -> Invocation:
            records = json.loads(payload)["Records"]
            seen.append([record["dynamodb"]["Keys"]["pk"]["S"] for record in records])
            if "c" in seen[-1] and not failed:
                failed.append("c")
                number = records[seen[-1].index("c")]["dynamodb"]["SequenceNumber"]
                return Invocation(json.dumps({"batchItemFailures": [{"itemIdentifier": number}]}).encode())
            return Invocation(b'{"batchItemFailures": []}')

        await asyncio.to_thread(table.put, "a", "b", "c", "d")
        streams = Streams(table.endpoint, [Mapping(function="f", stream=table.stream, partial=True)], invoke)
        await streams.start()
        await until(lambda: len(seen) == 2)
        await streams.settle()
        await streams.stop()
        return seen

    assert asyncio.run(run()) == [["a", "b", "c", "d"], ["c", "d"]]


def test_what_is_too_old_is_given_up(table: Table) -> None:
    async def never(_keys: list[str]) -> Invocation:
        return FAILED

    taken = Taken(f=never)

    async def run() -> None:
        await asyncio.to_thread(table.put, "old")
        async with feeding(table, taken, Mapping(function="f", stream=table.stream, oldest=0)) as streams:
            await until(lambda: bool(taken.batches))
            await streams.settle(SECONDS)

    asyncio.run(run())
    assert len(taken.batches) < 6


def test_settling_waits_for_what_the_functions_themselves_write(table: Table) -> None:
    async def echo(keys: list[str]) -> Invocation:
        for key in keys:
            if len(key) < 4:
                await asyncio.to_thread(table.put, f"{key}x")
        return OK

    taken = Taken(f=echo)

    async def run() -> None:
        async with feeding(table, taken, Mapping(function="f", stream=table.stream)) as streams:
            await asyncio.to_thread(table.put, "a")
            await streams.settle(SECONDS)

    asyncio.run(run())
    assert taken.keys("f") == ["a", "ax", "axx", "axxx"]


@pytest.mark.parametrize(
    ("pattern", "record", "passes"),
    [
        ({"a": [{"exists": True}]}, {"a": 1}, True),
        ({"a": [{"exists": True}]}, {}, False),
        ({"a": [{"exists": False}]}, {}, True),
        ({"a": {"b": ["x", None]}}, {"a": {"b": None}}, True),
        ({"a": {"b": ["x"]}}, {"a": "x"}, False),
        ({"a": [1]}, {"a": True}, False),
        ({"a": ["x"], "b": ["y"]}, {"a": "x"}, False),
    ],
)
def test_a_pattern_fits_by_its_every_end(pattern: Any, record: Any, passes: bool) -> None:
    assert admits([pattern], record) is passes


def test_a_pattern_that_is_not_understood_is_refused() -> None:
    with pytest.raises(UnknownPattern, match="only values and exists"):
        read({"Filters": [{"Pattern": '{"a": [{"prefix": "x"}]}'}]})
