"""What happened in the shop, put on its bus: in order, as far as a bus has one, and at least once."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import msgspec
from msgspec import Struct

from datasources.aws import client, faults
from datasources.faults import StoreRefused, StoreUnavailable
from datasources.roundtrips import sent

STORE: Final = "EventBridge"
MOST: Final = 10
LARGEST: Final = 262_144
"""Events, and bytes, of one request (EventBridge API reference, "PutEvents"; guide, "Calculating event size")."""
TIME_BYTES: Final = 14
TRIES: Final = 3
PAUSE_SECONDS: Final = 0.1
"""Before what the bus did not take is put again, doubled each time; then the stream gives all of it once more."""


class Event(Struct, frozen=True, kw_only=True):
    """What happened, of the ``kind`` that others subscribe to. Those with one ``key`` are put one after the other.

    The ``id`` says whether two events are one, ``<order>:<seq>`` say: it is told as the ``id`` in the detail.
    """

    id: str
    key: str
    kind: str
    at: datetime
    detail: Mapping[str, Any]


class Bus:
    """The bus of a name; ``source`` is who tells, such as ``souk.orders``."""

    def __init__(self, name: str, source: str) -> None:
        self._name = name
        self._source = source

    @cached_property
    def _client(self) -> Any:
        return client("events")

    def put(self, events: Iterable[Event]) -> None:
        """Returns when the bus has all. Raises StoreUnavailable when it has not: then it may have some of them.

        Raises StoreRefused for an event that no request can hold, before which all are put.
        """
        for batch in _batches((event.key, self._entry(event)) for event in events):
            self._put(batch)

    def _put(self, entries: Sequence[Mapping[str, Any]]) -> None:
        told: list[dict[str, str]] = []
        for tries in range(TRIES):
            if tries:
                time.sleep(PAUSE_SECONDS * 2 ** (tries - 1))
            told = self._told(entries)
            left = [entry for entry, each in zip(entries, told, strict=True) if "ErrorCode" in each]
            if not left:
                return
            entries = left
        said = {f"{each['ErrorCode']} {each.get('ErrorMessage', '')}".strip() for each in told if "ErrorCode" in each}
        raise StoreUnavailable(STORE, f"{len(entries)} events were not taken: {', '.join(sorted(said))}")

    def _told(self, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        """What became of each entry."""
        sent("events.PutEvents")
        with faults(STORE):
            told: list[dict[str, str]] = self._client.put_events(Entries=entries)["Entries"]
            return told

    def _entry(self, event: Event) -> Mapping[str, Any]:
        return {
            "EventBusName": self._name,
            "Source": self._source,
            "DetailType": event.kind,
            "Time": event.at,
            "Detail": msgspec.json.encode({"id": event.id, **event.detail}).decode(),
        }


def _batches(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[list[Mapping[str, Any]]]:
    """Each with one event of a key at most, so that one which must be put again is not overtaken by its successor."""
    batch: list[Mapping[str, Any]] = []
    keys: set[str] = set()
    room = LARGEST
    for key, entry in entries:
        size = _size(entry)
        if size > LARGEST:
            if batch:
                yield batch
            raise StoreRefused(STORE, f"an event of {size} bytes of {key} is more than the bus takes")
        if len(batch) == MOST or key in keys or size > room:
            yield batch
            batch, keys, room = [], set(), LARGEST
        batch.append(entry)
        keys.add(key)
        room -= size
    if batch:
        yield batch


def _size(entry: Mapping[str, Any]) -> int:
    return TIME_BYTES + sum(len(entry[name].encode()) for name in ("Source", "DetailType", "Detail"))
