"""The front door of a function that publishes: records of a stream become calls of the graph, in the order of each key.

Different keys are published at the same time. A record that fails is logged, holds back those of its key that follow,
and is reported, so that the event source gives it and all after it once more: whoever listens may hear a change twice.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from msgspec import Struct

from resolvers._kit.telemetry import Telemetry

FIELD: Final = "publication"
AT_ONCE: Final = 16
"""Calls under way together: AppSync answers within some 50 ms, so a batch of a hundred takes a third of a second."""

type Record = Mapping[str, Any]
type Call = Callable[[str, Mapping[str, Any]], bool]
"""Calls a mutation with its variables; False when the answer was too large to be told to anybody."""
type Handler = Callable[[Any, Any], Mapping[str, Any]]


class Publication(Struct, frozen=True, kw_only=True):
    """A call of a publishing mutation. Those with the same ``key`` are made in the order of the stream.

    ``shorter`` are the variables to call it with when its answer turns out to be too large.
    """

    key: str
    mutation: str
    variables: Mapping[str, Any]
    shorter: Mapping[str, Any]


class _Place(NamedTuple):
    """Where a record stands in its batch, and the id by which the event source knows it."""

    number: int
    id: str


class _Failure(NamedTuple):
    """The first record of a key that could not be published, and why."""

    place: _Place
    error: Exception


class _Queue(list[tuple[_Place, Publication]]):
    """What is to be published of one key, in order; and what became of it."""

    failure: _Failure | None = None
    shortened: int = 0


class Publisher:
    """Publishes what ``translate`` makes of records (None: nothing); its threads and connections live on."""

    def __init__(self, telemetry: Telemetry, translate: Callable[[Record], Publication | None], call: Call) -> None:
        self._telemetry = telemetry
        self._translate = translate
        self._call = call
        self._threads = ThreadPoolExecutor(AT_ONCE)

    def __call__(self, event: Any, context: Any) -> Mapping[str, Any]:
        """The Lambda handler (Lambda guide, "Configuring partial batch response with DynamoDB")."""
        records: Sequence[Record] = event["Records"]
        with self._telemetry.invocation(FIELD, len(records), context.aws_request_id):
            failures = self._published(records)
            for failure in failures:
                self._telemetry.fault(failure.error, FIELD, context.aws_request_id)
            first = sorted(failure.place for failure in failures)[:1]
            return {"batchItemFailures": [{"itemIdentifier": place.id} for place in first]}

    def _published(self, records: Sequence[Record]) -> list[_Failure]:
        queues, unreadable = self._queues(records)
        for _ in self._threads.map(self._in_order, queues):
            pass
        if shortened := sum(queue.shortened for queue in queues):
            self._telemetry.count("PublishedShort", shortened)
        return unreadable + [queue.failure for queue in queues if queue.failure]

    def _queues(self, records: Sequence[Record]) -> tuple[Sequence[_Queue], list[_Failure]]:
        queues: dict[str, _Queue] = {}
        unreadable: list[_Failure] = []
        for number, record in enumerate(records):
            place = _Place(number, record["dynamodb"]["SequenceNumber"])
            try:
                publication = self._translate(record)
            except Exception as error:  # noqa: BLE001  # the front door: the others are published all the same
                unreadable.append(_Failure(place, error))
            else:
                if publication is not None:
                    queues.setdefault(publication.key, _Queue()).append((place, publication))
        return tuple(queues.values()), unreadable

    def _in_order(self, queue: _Queue) -> None:
        for place, publication in queue:
            try:
                if not self._call(publication.mutation, publication.variables):
                    queue.shortened += 1
                    self._call(publication.mutation, publication.shorter)
            except Exception as error:  # noqa: BLE001  # as above
                queue.failure = _Failure(place, error)
                return
