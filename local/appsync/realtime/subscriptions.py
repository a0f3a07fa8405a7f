"""Who subscribes to what, and who gets what was published: filters by equality, each selection made once.

A subscription's arguments are compared with the fields of the same names in what the mutation gave; one that is left
out is not compared, and null equals a field that is null or was not selected (AppSync guide, "Real-time data").
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from local.appsync.execution import Result, project
from local.appsync.plan import Plan
from local.appsync.realtime import messages

_log = logging.getLogger(__name__)

LARGEST_PAYLOAD: Final = 240 * 1024
"""Bytes (AWS General Reference, AppSync quotas); what is larger is dropped, and nobody is told."""

type Filters = tuple[tuple[str, bytes], ...]
"""Argument names with the values they ask for, in one form for equal values."""


@dataclass(frozen=True, slots=True, eq=False)
class Subscription:
    """A client's subscription to a field; ``plan`` is its selection, ``send`` its way to the client."""

    id: str
    field: str
    filters: Filters
    plan: Plan
    send: Callable[[bytes], None]


class Subscriptions:
    """All subscriptions of one process, found by what they ask for: a change costs what its subscribers cost."""

    def __init__(self) -> None:
        self._by_field: dict[str, dict[tuple[str, ...], dict[tuple[bytes, ...], dict[Subscription, bytes]]]] = {}

    def add(self, subscription: Subscription) -> None:
        """From now on it gets what it asks for."""
        names, values = _split(subscription.filters)
        alike = self._by_field.setdefault(subscription.field, {}).setdefault(names, {}).setdefault(values, {})
        alike[subscription] = messages.data_head(subscription.id)

    def remove(self, subscription: Subscription) -> None:
        """From now on it gets nothing."""
        names, values = _split(subscription.filters)
        by_names = self._by_field[subscription.field]
        by_values = by_names[names]
        del by_values[values][subscription]
        if not by_values[values]:
            del by_values[values]
        if not by_values:
            del by_names[names]

    def deliver(self, fields: Iterable[str], value: Any) -> None:
        """Give a mutation's result to everyone who subscribes to one of the ``fields`` and asks for such a value."""
        for field in fields:
            for names, by_values in self._by_field.get(field, {}).items():
                found = by_values.get(tuple(_in(value, name) for name in names))
                if found:
                    _deliver(field, value, found)


def filters(arguments: Mapping[str, Any]) -> Filters:
    """What the arguments of a subscription ask for, those that were left out being absent."""
    return tuple(sorted((name, _form(value)) for name, value in arguments.items()))


def _split(asked: Filters) -> tuple[tuple[str, ...], tuple[bytes, ...]]:
    return tuple(name for name, _ in asked), tuple(value for _, value in asked)


def _in(value: Any, name: str) -> bytes:
    """A field of what was published; a scalar has none, so that it fits no filter but null."""
    return _form(value.get(name) if isinstance(value, dict) else None)


def _form(value: Any) -> bytes:
    """One text for equal values: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _deliver(field: str, value: Any, found: Mapping[Subscription, bytes]) -> None:
    payloads: dict[int, bytes | None] = {}
    for subscription, head in found.items():
        plan = subscription.plan
        if id(plan) not in payloads:
            payloads[id(plan)] = _payload(field, plan, value)
        payload = payloads[id(plan)]
        if payload is not None:
            subscription.send(b"%b%b}" % (head, payload))


def _payload(field: str, plan: Plan, value: Any) -> bytes | None:
    """What one selection makes of a published value; None when that is more than AppSync sends."""
    result = project(plan, {field: value})
    told = [{"message": error["message"], "path": error["path"]} for error in result.errors]
    payload = orjson.dumps(Result(result.data, told).body())
    if len(payload) <= LARGEST_PAYLOAD:
        return payload
    _log.warning("A change for %s is dropped: its %d bytes are more than AppSync sends", field, len(payload))
    return None
