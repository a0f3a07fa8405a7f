"""What Lambda does between a table's stream and the functions that react to it: event source mappings.

The emulator has mappings of its own, but runs all of them one after the other, at the price of a process start an
invocation. Here each mapping takes its batches by itself, as Lambda does (Lambda guide, "Process DynamoDB records with
Lambda"): in order, filtered, a failing batch halved until the culprit is alone, tried again, and set aside in the end.
"""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from botocore.exceptions import BotoCoreError, ClientError

from local.appsync.invocation import Invoke
from local.aws import QUICK, session
from local.functions import filters

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef

_log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.1
"""Between looks at a stream, each of which costs 1 ms. Lambda looks four times a second (Lambda guide, "Polling and
batching streams")."""
MANY: Final = 100
"""Records, a largest batch of ours: a look that gives so many is followed by the next at once."""
SETTLE_SECONDS: Final = 0.02
RETRY_SECONDS: Final = 0.2
LONGEST_RETRY_SECONDS: Final = 10.0
"""Between tries of a record that fails, doubled each time. Lambda's own pauses are not documented."""
MOST_READ: Final = 1000
"""Records one GetRecords gives (DynamoDB Streams API reference)."""

type Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How a function hears of a stream. ``oldest`` is in seconds; ``dead_letters`` is a queue's ARN."""

    function: str
    stream: str
    batch: int = 100
    patterns: tuple[dict[str, Any], ...] = ()
    retries: int = -1
    oldest: float = -1
    bisect: bool = False
    partial: bool = False
    dead_letters: str | None = None


def mappings(endpoint: str) -> tuple[Mapping, ...]:
    """The mappings from tables' streams that are deployed on the emulator."""
    client = session().client("lambda", endpoint_url=endpoint, config=QUICK)
    pages = client.get_paginator("list_event_source_mappings").paginate()
    facts = [each for page in pages for each in page["EventSourceMappings"]]
    return tuple(_mapping(each) for each in facts if ":dynamodb:" in each.get("EventSourceArn", ""))


def _mapping(facts: "EventSourceMappingConfigurationTypeDef") -> Mapping:
    criteria: Any = facts.get("FilterCriteria") or {}
    return Mapping(
        function=facts["FunctionArn"],
        stream=facts["EventSourceArn"],
        batch=facts.get("BatchSize", 100),
        patterns=filters.read(criteria),
        retries=facts.get("MaximumRetryAttempts", -1),
        oldest=facts.get("MaximumRecordAgeInSeconds", -1),
        bisect=facts.get("BisectBatchOnFunctionError", False),
        partial="ReportBatchItemFailures" in facts.get("FunctionResponseTypes", ()),
        dead_letters=facts.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"),
    )


class Feed:
    """One mapping at work: what it still has to give its function, and the giving."""

    def __init__(self, mapping: Mapping, invoke: Invoke, endpoint: str) -> None:
        self._mapping = mapping
        self._invoke = invoke
        self._endpoint = endpoint
        self._waiting: deque[Record] = deque()
        self._some = asyncio.Event()
        self._at_work = False
        self.rested = 0.0
        """When it was last done with a batch."""

    @property
    def idle(self) -> bool:
        return not self._waiting and not self._at_work

    def offer(self, records: Iterable[Record]) -> None:
        """Take what of these the mapping lets through."""
        self._waiting.extend(record for record in records if filters.admits(self._mapping.patterns, record))
        if self._waiting:
            self._some.set()

    async def run(self) -> None:
        """Give the function its batches, one after the other, until cancelled."""
        while True:
            await self._some.wait()
            self._some.clear()
            while self._waiting:
                self._at_work = True
                size = min(self._mapping.batch, len(self._waiting))
                await self._give([self._waiting.popleft() for _ in range(size)])
                self._at_work, self.rested = False, time.monotonic()

    async def _give(self, batch: list[Record]) -> None:
        """Return when every record of the batch is dealt with."""
        tries = 0
        while batch:
            done, told = await self._try(batch)
            if done == len(batch):
                return
            tries, batch = (0 if done else tries) + 1, batch[done:]
            if self._mapping.bisect and not done and len(batch) > 1:
                half = len(batch) // 2
                await self._give(batch[:half])
                batch = batch[half:]
            elif self._is_lost(batch, tries):
                await asyncio.to_thread(self._set_aside, batch, told, tries)
                return
            else:
                await asyncio.sleep(min(RETRY_SECONDS * 2 ** (tries - 1), LONGEST_RETRY_SECONDS))

    async def _try(self, batch: Sequence[Record]) -> tuple[int, str]:
        """How many of the batch, from its beginning, the function dealt with; and what it said."""
        try:
            answer = await self._invoke(self._mapping.function, json.dumps({"Records": batch}).encode())
        except Exception as fault:  # noqa: BLE001 - whatever breaks an invocation is a failure like another
            return 0, repr(fault)
        said = answer.payload.decode(errors="replace")
        if answer.function_error:
            return 0, said
        return _first_failure(batch, said) if self._mapping.partial else len(batch), said

    def _is_lost(self, batch: Sequence[Record], tries: int) -> bool:
        written = min(record["dynamodb"]["ApproximateCreationDateTime"] for record in batch)
        too_often = 0 <= self._mapping.retries < tries
        return too_often or 0 <= self._mapping.oldest < time.time() - written

    def _set_aside(self, batch: Sequence[Record], told: str, tries: int) -> None:
        """Tell the dead-letter queue where the batch lies in its stream, as Lambda does: it holds no records."""
        _log.error("%s gave up %d records: %s", self._mapping.function, len(batch), told)
        if self._mapping.dead_letters is None:
            return
        first, last = batch[0]["dynamodb"], batch[-1]["dynamodb"]
        message = {
            "requestContext": {
                "functionArn": self._mapping.function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": tries,
            },
            "version": "1.0",
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "DDBStreamBatchInfo": {
                "startSequenceNumber": first["SequenceNumber"],
                "endSequenceNumber": last["SequenceNumber"],
                "batchSize": len(batch),
                "streamArn": self._mapping.stream,
            },
        }
        try:
            sqs = session().client("sqs", endpoint_url=self._endpoint, config=QUICK)
            url = sqs.get_queue_url(QueueName=self._mapping.dead_letters.rpartition(":")[2])["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps(message))
        except (ClientError, BotoCoreError):
            _log.exception("%s cannot be told of what was given up", self._mapping.dead_letters)


def _first_failure(batch: Sequence[Record], said: str) -> int:
    """Where the function stopped, by the first number it names (Lambda guide, "Reporting batch item failures").

    A number that is none of the batch means that all of it failed.
    """
    answer = json.loads(said or "null")
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else None
    if not failures:
        return len(batch)
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    named = [failure.get("itemIdentifier") for failure in failures]
    return min((numbers.index(each) for each in named if each in numbers), default=0)


class Stream:
    """Reads one stream from the start of what this run writes, for all who feed on it."""

    def __init__(self, arn: str, feeds: Sequence[Feed], http: aiohttp.ClientSession) -> None:
        self._arn = arn
        self._feeds = feeds
        self._http = http
        self.looked = 0.0
        """When the last look began that found nothing."""
        self._iterator: str | None = None
        self._last: str | None = None

    async def run(self) -> None:
        """Read until cancelled."""
        readable = True
        while True:
            began, records = time.monotonic(), list[Record]()
            try:
                records = await self._read()
            except (aiohttp.ClientError, TimeoutError, KeyError) as fault:
                if readable:
                    _log.warning("%s cannot be read for the moment: %r", self._arn, fault)
                self._iterator = None  # it may have expired, while the machine slept
                readable = False
            else:
                readable = True
                self._offer(records, began)
            await asyncio.sleep(LOOK_SECONDS if len(records) < MANY else 0)

    def _offer(self, records: list[Record], began: float) -> None:
        for feed in self._feeds if records else ():
            feed.offer(records)
        if not records:
            self.looked = began

    async def _read(self) -> list[Record]:
        """What came since the last time."""
        iterator = self._iterator or await self._start()
        answer = await self._call("GetRecords", ShardIterator=iterator, Limit=MOST_READ)
        records = [{**record, "eventSourceARN": self._arn} for record in answer["Records"]]
        self._iterator = answer["NextShardIterator"]
        if records:
            self._last = records[-1]["dynamodb"]["SequenceNumber"]
        return records

    async def _start(self) -> str:
        """Where to go on reading. The emulator forgets streams when it ends, and has one shard a stream."""
        described = await self._call("DescribeStream", StreamArn=self._arn)
        shard = described["StreamDescription"]["Shards"][0]["ShardId"]
        if self._last is None:
            place = {"ShardIteratorType": "TRIM_HORIZON"}
        else:
            place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._last}
        return str((await self._call("GetShardIterator", StreamArn=self._arn, ShardId=shard, **place))["ShardIterator"])

    async def _call(self, action: str, **asked: Any) -> dict[str, Any]:
        headers = {"x-amz-target": f"DynamoDBStreams_20120810.{action}", "content-type": "application/x-amz-json-1.0"}
        async with self._http.post("/", data=json.dumps(asked), headers=headers) as answer:
            return dict(json.loads(await answer.read()))


class Streams:
    """All mappings of a system."""

    def __init__(self, endpoint: str, deployed: Sequence[Mapping], invoke: Invoke) -> None:
        self._endpoint = endpoint
        self._mappings = deployed
        self._invoke = invoke
        self._feeds: list[Feed] = []
        self._streams: list[Stream] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Begin to give the functions what the streams hold."""
        self._http = aiohttp.ClientSession(self._endpoint, timeout=aiohttp.ClientTimeout(10))
        by_stream: dict[str, list[Feed]] = {}
        for mapping in self._mappings:
            feed = Feed(mapping, self._invoke, self._endpoint)
            by_stream.setdefault(mapping.stream, []).append(feed)
            self._feeds.append(feed)
        self._streams = [Stream(arn, feeds, self._http) for arn, feeds in by_stream.items()]
        loop = asyncio.get_running_loop()
        runs = [*(feed.run() for feed in self._feeds), *(stream.run() for stream in self._streams)]
        self._tasks = [loop.create_task(run) for run in runs]

    async def settle(self, most: float = 10.0) -> None:
        """Return when the functions have taken everything and rest, after ``most`` seconds anyway."""
        began = time.monotonic()
        while not self._settled(began) and time.monotonic() < began + most:  # noqa: ASYNC110 - the emulator tells nobody
            await asyncio.sleep(SETTLE_SECONDS)

    def _settled(self, since: float) -> bool:
        """Whether all rest, and each stream was found empty after the last of them came to rest."""
        since = max(since, *(feed.rested for feed in self._feeds)) if self._feeds else since
        return all(feed.idle for feed in self._feeds) and all(stream.looked > since for stream in self._streams)

    async def stop(self) -> None:
        """Give up what is left."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http:
            await self._http.close()
