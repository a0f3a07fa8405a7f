"""What Lambda does between a queue and the function that takes its messages: event source mappings.

The emulator has its own, at the price of a process start an invocation. Here a queue is read by long polls, and several
batches are under way at once, as with Lambda (Lambda guide, "Using Lambda with Amazon SQS"). To hide messages, to give
them again and to set them aside in the end is the emulator's SQS.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from local.appsync.invocation import Invoke
from local.aws import QUICK, REGION, session

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef

_log = logging.getLogger(__name__)

POLL_SECONDS: Final = 1
"""How long a read waits for messages; the emulator looks every 100 ms meanwhile. A read must be waited for before we
stop: what is given to a reader that has gone is hidden from the next one for minutes."""
AGAIN_SECONDS: Final = 1.0
"""Before a queue that could not be read is read again."""
REST_SECONDS: Final = 5.0
"""What functions have in hand when we stop may take this long to end."""
AT_ONCE: Final = 5
"""Batches under way together, as many as Lambda begins with."""

type Message = dict[str, Any]
"""As SQS gives it."""
type Record = dict[str, Any]
"""As Lambda does."""


class Unreadable(Exception):
    """The queue said no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A queue and the function that takes its messages; ``partial`` says that it names those that failed."""

    function: str
    queue: str
    url: str
    batch: int = 10
    partial: bool = False


def sources(endpoint: str) -> tuple[Source, ...]:
    """The mappings from queues that are deployed on the emulator."""
    client = session().client("lambda", endpoint_url=endpoint, config=QUICK)
    pages = client.get_paginator("list_event_source_mappings").paginate()
    facts = [each for page in pages for each in page["EventSourceMappings"]]
    return tuple(_source(each, endpoint) for each in facts if ":sqs:" in each.get("EventSourceArn", ""))


def _source(facts: "EventSourceMappingConfigurationTypeDef", endpoint: str) -> Source:
    queue = facts["EventSourceArn"]
    sqs = session().client("sqs", endpoint_url=endpoint, config=QUICK)
    return Source(
        function=facts["FunctionArn"],
        queue=queue,
        url=sqs.get_queue_url(QueueName=queue.rpartition(":")[2])["QueueUrl"],
        batch=facts.get("BatchSize", 10),
        partial="ReportBatchItemFailures" in facts.get("FunctionResponseTypes", ()),
    )


class Taker:
    """One mapping at work."""

    def __init__(self, source: Source, invoke: Invoke, http: aiohttp.ClientSession) -> None:
        self._source = source
        self._invoke = invoke
        self._http = http
        self._room = asyncio.Semaphore(AT_ONCE)
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Take messages until told to stop; returns when what was taken is dealt with, after a while anyway."""
        while not self._stopping:
            await self._room.acquire()
            messages = await self._received()
            task = asyncio.get_running_loop().create_task(self._give(messages))
            self._under_way.add(task)
            task.add_done_callback(self._done)
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=REST_SECONDS)

    def stop(self) -> None:
        """Take no more."""
        self._stopping = True

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._room.release()

    async def _received(self) -> list[Message]:
        """What is there, or nothing after a while."""
        try:
            answer = await self._call(
                "ReceiveMessage",
                MaxNumberOfMessages=min(self._source.batch, 10),
                WaitTimeSeconds=POLL_SECONDS,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        except (aiohttp.ClientError, TimeoutError, Unreadable) as fault:
            _log.warning("%s cannot be read for the moment: %r", self._source.queue, fault)
            await asyncio.sleep(AGAIN_SECONDS)
            return []
        return list(answer.get("Messages", ()))

    async def _give(self, messages: Sequence[Message]) -> None:
        """Have the function take the messages, and delete those that it dealt with."""
        if not messages:
            return
        try:
            failed = await self._failed([_record(message, self._source.queue) for message in messages])
            done = [each["ReceiptHandle"] for each in messages if each["MessageId"] not in failed]
            entries = [{"Id": str(number), "ReceiptHandle": receipt} for number, receipt in enumerate(done)]
            if entries:
                await self._call("DeleteMessageBatch", Entries=entries)
        except Exception:  # noqa: BLE001 - whatever it is, the messages come again
            _log.exception("%s could not take messages of %s", self._source.function, self._source.queue)

    async def _failed(self, records: Sequence[Record]) -> set[str]:
        """The messages that the function names as failed; all, if it fails itself."""
        answer = await self._invoke(self._source.function, json.dumps({"Records": records}).encode())
        if answer.function_error:
            return {record["messageId"] for record in records}
        said = json.loads(answer.payload) if self._source.partial else None
        return {each["itemIdentifier"] for each in (said or {}).get("batchItemFailures", ())}

    async def _call(self, action: str, **asked: Any) -> dict[str, Any]:
        headers = {"x-amz-target": f"AmazonSQS.{action}", "content-type": "application/x-amz-json-1.0"}
        body = json.dumps({"QueueUrl": self._source.url, **asked})
        async with self._http.post("/", data=body, headers=headers) as answer:
            if not answer.ok:
                raise Unreadable(await answer.text())
            return dict(json.loads(await answer.read()))


def _record(message: Message, queue: str) -> Record:
    """A message as Lambda shows it (Lambda guide, "Using Lambda with Amazon SQS")."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {key[:1].lower() + key[1:]: value for key, value in attribute.items()}
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue,
        "awsRegion": REGION,
    }


class Queues:
    """All mappings of a system."""

    def __init__(self, endpoint: str, deployed: Sequence[Source], invoke: Invoke) -> None:
        self._endpoint = endpoint
        self._sources = deployed
        self._invoke = invoke
        self._takers: list[Taker] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._http: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Begin to give the functions what the queues hold."""
        http = aiohttp.ClientSession(self._endpoint, timeout=aiohttp.ClientTimeout(POLL_SECONDS + 10))
        loop, self._http = asyncio.get_running_loop(), http
        self._takers = [Taker(source, self._invoke, http) for source in self._sources]
        self._tasks = [loop.create_task(taker.run()) for taker in self._takers]

    async def stop(self) -> None:
        """Take no more, and let what was taken be dealt with."""
        for taker in self._takers:
            taker.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http:
            await self._http.close()
