"""One DynamoDB table through PynamoDB: its connection, its reads, and its failures said in our words."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004  # its name
from pynamodb.connection.base import Connection, MetaTable
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.condition import Condition

from datasources.aws import USER_AGENT
from datasources.dynamo.documents import STORE
from datasources.faults import StoreFault, StoreRefused, StoreUnavailable
from datasources.roundtrips import sent

CONNECT_SECONDS: Final = 1.0
READ_SECONDS: Final = 3.0
RETRIES: Final = 2
"""An answer comes within 10 ms as a rule (AWS), AppSync waits 30 s: three tries of at most 4 s leave room for two."""
MOST_CONNECTIONS: Final = 32
"""A Lambda needs one; the laptop and the tests call from threads. PynamoDB's default of 10 makes threads reconnect."""
MOST_KEYS: Final = 100
"""Of one BatchGetItem (DynamoDB quotas)."""
TRIES: Final = 10
PAUSE_SECONDS: Final = (0.01, 0.32)
"""A conflict or an unprocessed key is tried again this often, after a random pause: at most the first bound, doubled
each time up to the second. All together at most 2 s, where AWS advises "exponential backoff and jitter"."""

_RETRYABLE: Final = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
"""Codes that DynamoDB's developer guide ("Error handling") marks as worth another try."""

type Value = dict[str, Any]
type Item = dict[str, Value]
"""An item as DynamoDB's own JSON: attribute name to ``{type: value}``."""


class ItemKey(NamedTuple):
    """The primary key of an item."""

    pk: str
    sk: str


class Answer(NamedTuple):
    """One answer to a query: items in order, how many matched, and the key to go on from, if there are more."""

    items: tuple[Item, ...]
    matched: int
    rest: Item | None


def pause(attempt: int) -> None:
    """Wait a random while before try number ``attempt + 1``."""
    shortest, longest = PAUSE_SECONDS
    time.sleep(random.uniform(0, min(longest, shortest * 2**attempt)))  # noqa: S311  # spreads load, keeps no secret


def code_of(error: PynamoDBException) -> str | None:
    """What DynamoDB calls the error; None when it did not answer. PynamoDB's own way to ask fails then."""
    cause = error.cause
    return str(cause.response["Error"]["Code"]) if isinstance(cause, ClientError) else None


def fault_of(error: PynamoDBException | BotoCoreError | ClientError) -> StoreFault:
    """The fault that an error of botocore or PynamoDB is."""
    cause = error.cause if isinstance(error, PynamoDBException) and error.cause else error
    if isinstance(cause, ConnectionError | HTTPClientError):
        return StoreUnavailable(STORE, str(cause))
    code = cause.response["Error"]["Code"] if isinstance(cause, ClientError) else ""
    return (StoreUnavailable if code in _RETRYABLE else StoreRefused)(STORE, str(cause))


@contextmanager
def faults() -> Iterator[None]:
    """Say errors of botocore and PynamoDB as faults of the store."""
    try:
        yield
    except (PynamoDBException, BotoCoreError, ClientError) as error:
        raise fault_of(error) from error


def _count(event_name: str, **_: object) -> None:
    sent(f"dynamodb.{event_name.rpartition('.')[2]}")


class Table:
    """A table with keys ``pk`` and ``sk``, and local indexes given as name to sort attribute (all strings).

    Reads are strongly consistent: what was written is seen. Where the service is comes from the environment, as
    botocore reads it (``AWS_REGION``, ``AWS_ENDPOINT_URL``, credentials). A table ``beside`` another shares its client,
    of which each would cost a start 50 ms.
    """

    def __init__(self, name: str, indexes: Mapping[str, str], *, beside: "Table | None" = None) -> None:
        self.name: Final = name
        self.connection: Final[Connection] = beside.connection if beside else _connected()
        self.connection.add_meta_table(MetaTable(_schema(name, indexes)))

    def get(self, key: ItemKey) -> Item | None:
        """One item."""
        with faults():
            answer = self.connection.get_item(self.name, key.pk, key.sk, consistent_read=True)
        return answer.get("Item")

    def put(self, key: ItemKey, attributes: Item) -> None:
        """Write one item, whole, whatever is there."""
        with faults():
            self.connection.put_item(self.name, key.pk, key.sk, attributes=attributes)

    def many(self, keys: Sequence[ItemKey]) -> Iterator[Item]:
        """The items there are of ``keys`` (all different), in no order, by one request for each hundred."""
        for first in range(0, len(keys), MOST_KEYS):
            yield from self._chunk(keys[first : first + MOST_KEYS])

    def _chunk(self, keys: Sequence[ItemKey]) -> Iterator[Item]:
        waiting: list[Any] = [{"pk": {"S": key.pk}, "sk": {"S": key.sk}} for key in keys]
        for attempt in range(TRIES):
            with faults():
                answer = self.connection.batch_get_item(self.name, waiting, consistent_read=True)
            yield from answer["Responses"].get(self.name, ())
            waiting = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if not waiting:
                return
            pause(attempt)
        raise StoreUnavailable(STORE, f"{len(waiting)} keys were left unread after {TRIES} tries")

    def query(
        self,
        pk: str,
        condition: Condition | None = None,
        *,
        index: str | None = None,
        ascending: bool = True,
        limit: int | None = None,
        attributes: Sequence[str] | None = None,
        count: bool = False,
        start: Item | None = None,
    ) -> Answer:
        """One request for items of a partition; at most ``limit`` of them, and at most 1 MB."""
        with faults():
            answer = self.connection.query(
                self.name,
                pk,
                range_key_condition=condition,
                index_name=index,
                scan_index_forward=ascending,
                limit=limit,
                attributes_to_get=None if attributes is None else list(attributes),
                select="COUNT" if count else None,
                consistent_read=True,
                exclusive_start_key=start,
            )
        return Answer(tuple(answer.get("Items", ())), answer["Count"], answer.get("LastEvaluatedKey"))

    def answers(
        self,
        pk: str,
        *,
        limit: int | None = None,
        attributes: Sequence[str] | None = None,
        count: bool = False,
    ) -> Iterator[Answer]:
        """A whole partition, by as many requests as it takes."""
        start: Item | None = None
        while True:
            answer = self.query(pk, limit=limit, attributes=attributes, count=count, start=start)
            yield answer
            start = answer.rest
            if start is None:
                return


def _connected() -> Connection:
    found = Connection(
        connect_timeout_seconds=CONNECT_SECONDS,
        read_timeout_seconds=READ_SECONDS,
        max_retry_attempts=RETRIES,
        max_pool_connections=MOST_CONNECTIONS,
    )
    found.session.set_default_client_config(Config(user_agent=USER_AGENT))
    with faults():
        # Made here and not at the first request: a Lambda starts outside the time that a caller waits.
        found.client.meta.events.register("before-send.dynamodb", _count)
    return found


def _schema(name: str, indexes: Mapping[str, str]) -> dict[str, Any]:
    """What PynamoDB wants to know of a table, in the form of DescribeTable, so that it need not ask."""

    def keys(sort: str) -> list[dict[str, str]]:
        return [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]

    return {
        "TableName": name,
        "KeySchema": keys("sk"),
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in ("pk", "sk", *indexes.values())
        ],
        "LocalSecondaryIndexes": [{"IndexName": index, "KeySchema": keys(sort)} for index, sort in indexes.items()],
    }
