"""What the tables' streams still have to tell the functions: the emulator forgets it when it ends."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from local.aws import QUICK, session

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import EventSourceMappingConfigurationTypeDef

PASSED_OVER_SECONDS: Final = 2.0
"""A record that a mapping's filter keeps back is never delivered; what is older than this was."""

_LOOK_SECONDS: Final = 0.05


class Backlog:
    """The records of the embedded AWS' streams that no function has taken yet; ``busy`` tells if one is at work."""

    def __init__(self, endpoint: str, busy: Callable[[], bool]) -> None:
        self._busy = busy
        self._lambda = session().client("lambda", endpoint_url=endpoint, config=QUICK)
        self._streams: Any = session().client("dynamodbstreams", endpoint_url=endpoint, config=QUICK)
        self._taken: dict[tuple[str, str], str] = {}

    def taken(self, function: str, payload: bytes) -> None:
        """Note that a function has answered an event; only those of a table's stream count."""
        if b'"aws:dynamodb"' not in payload:
            return
        last = json.loads(payload)["Records"][-1]
        self._taken[function, last["eventSourceARN"]] = last["dynamodb"]["SequenceNumber"]

    async def settle(self, most: float = 10.0) -> None:
        """Return when the functions have taken everything and rest, after ``most`` seconds anyway."""
        deadline = time.monotonic() + most
        while (self._busy() or await asyncio.to_thread(self._waiting)) and time.monotonic() < deadline:  # noqa: ASYNC110 - the emulator tells nobody
            await asyncio.sleep(_LOOK_SECONDS)

    def _waiting(self) -> bool:
        pages = self._lambda.get_paginator("list_event_source_mappings").paginate()
        return any(self._behind(mapping) for page in pages for mapping in page["EventSourceMappings"])

    def _behind(self, mapping: "EventSourceMappingConfigurationTypeDef") -> bool:
        stream = mapping.get("EventSourceArn", "")
        if ":dynamodb:" not in stream:
            return False
        rest = self._after(stream, self._taken.get((mapping["FunctionArn"].rpartition(":function:")[2], stream)))
        if not rest or not mapping.get("FilterCriteria", {}).get("Filters"):
            return bool(rest)
        written: float = rest[-1]["dynamodb"]["ApproximateCreationDateTime"].timestamp()
        return time.time() - written < PASSED_OVER_SECONDS

    def _after(self, stream: str, sequence: str | None) -> list[dict[str, Any]]:
        """Records of the one shard that an emulated stream has; those of earlier runs are not in it."""
        shard = self._streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
        place = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": sequence}
        start = place if sequence else {"ShardIteratorType": "TRIM_HORIZON"}
        iterator = self._streams.get_shard_iterator(StreamArn=stream, ShardId=shard, **start)["ShardIterator"]
        found: list[dict[str, Any]] = self._streams.get_records(ShardIterator=iterator)["Records"]
        return found
