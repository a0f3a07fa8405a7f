"""Runs a plan: level by level, so that one level's parents of a field are asked for together.

A round completes all that is known, then asks every open field at once: the parents of one resolver in batches of its
size, or each by itself. Its answers open the next round. Root mutations take their rounds one after the other.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import batched
from typing import Any, Final

from local.appsync import completion
from local.appsync.completion import Entry, Pending, Position, Progress
from local.appsync.deployed import Resolver
from local.appsync.failures import SENT_TOO_MUCH, TIMED_OUT, TOO_MANY_RESOLVERS, Failure
from local.appsync.graph import Graph
from local.appsync.invocation import Invoke
from local.appsync.limits import INVOCATIONS, SENT_BYTES
from local.appsync.plan import Plan, Question
from local.appsync.resolving import Context, outcomes, too_large
from local.appsync.scalars import WrongValue

_log = logging.getLogger(__name__)

TURN_BYTES: Final = 256 * 1024
"""Variables beyond this are written for one function at a time, everybody else having a turn in between."""

type Introspect = Callable[[Question], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Result:
    """What the client gets of an operation, and what a subscription gets of a mutation."""

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]

    def body(self) -> dict[str, Any]:
        return {"data": self.data, "errors": self.errors} if self.errors else {"data": self.data}


@dataclass(slots=True, kw_only=True)
class Execution:
    """One operation of one request under way."""

    graph: Graph
    invoke: Invoke
    introspect: Introspect
    context: Context
    _progress: Progress = field(default_factory=Progress)
    _resolved: int = 0
    _sent: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _deadline: float = 0.0

    async def run(self, plan: Plan) -> Result:
        self._deadline = asyncio.get_running_loop().time() + self.graph.api.limits.request_seconds
        holder: dict[str, Any] = {"data": {}}
        for entries in [[entry] for entry in plan.entries] if plan.serial else [plan.entries]:
            _begin(entries, None, holder, self._progress)
            while self._progress.pending:
                asked, self._progress.pending = self._progress.pending, []
                await self._round(asked)
            if holder["data"] is None:
                break
        return Result(holder["data"], self._progress.errors)

    async def _round(self, asked: list[Pending]) -> None:
        found: list[Any] = [None] * len(asked)
        calls: list[Awaitable[None]] = []
        for indexes in _by_resolver(asked).values():
            calls.extend(self._calls(asked, self._within(indexes, found), found))
        if len(calls) == 1:
            await calls[0]
        elif len(calls) <= INVOCATIONS:
            await asyncio.gather(*calls)
        else:
            in_flight = asyncio.Semaphore(INVOCATIONS)
            await asyncio.gather(*(_in_turn(in_flight, call) for call in calls))
        for pending, outcome in zip(asked, found, strict=True):
            _settle(pending, outcome, self._progress)

    def _within(self, indexes: list[int], found: list[Any]) -> list[int]:
        """Those that the API's resolver limit still allows; the others fail."""
        left = max(0, self.graph.resolver_limit - self._resolved)
        self._resolved += len(indexes)
        for index in indexes[left:]:
            found[index] = TOO_MANY_RESOLVERS
        return indexes[:left]

    def _calls(self, asked: list[Pending], indexes: list[int], found: list[Any]) -> list[Awaitable[None]]:
        if not indexes:
            return []
        resolver = asked[indexes[0]].question.resolver
        if resolver is None:
            return [self._look_up(asked[index].question, index, found) for index in indexes]
        size = resolver.batch or 1
        return [self._call(resolver, asked, list(chunk), found) for chunk in batched(indexes, size, strict=False)]

    async def _look_up(self, question: Question, index: int, found: list[Any]) -> None:
        found[index] = await self.introspect(question)

    async def _call(self, resolver: Resolver, asked: list[Pending], indexes: list[int], found: list[Any]) -> None:
        parents = [asked[index] for index in indexes]
        answers = await self._answers(resolver, parents)
        for index, answer in zip(indexes, answers, strict=True):
            found[index] = answer

    async def _answers(self, resolver: Resolver, parents: list[Pending]) -> list[Any]:
        if len(self.context.variables) > TURN_BYTES:
            async with self._turn:
                payload = self._payload(resolver, parents)
                await asyncio.sleep(0)
        else:
            payload = self._payload(resolver, parents)
        if isinstance(payload, Failure):
            return [payload] * len(parents)
        try:
            async with asyncio.timeout_at(self._deadline):
                answer = await self.invoke(resolver.function_arn, payload)
        except TimeoutError:
            return [TIMED_OUT] * len(parents)
        except Exception:  # noqa: BLE001 - whatever breaks an invocation is this field's failure, logged and masked
            _log.exception("%s.%s: its function could not be invoked", resolver.type_name, resolver.field_name)
            return [Failure("The function could not be invoked.", "Lambda:ServiceException")] * len(parents)
        return outcomes(answer, parents, batched=resolver.batch > 0, limits=self.graph.api.limits)

    def _payload(self, resolver: Resolver, parents: list[Pending]) -> bytes | Failure:
        """What the function is sent, or why it is not asked; no more of it is made than it may be sent."""
        if self._sent > SENT_BYTES:
            return SENT_TOO_MUCH
        limits = self.graph.api.limits
        events: list[bytes] = []
        left = limits.payload_bytes - 1 if resolver.batch else limits.payload_bytes
        try:
            for pending in parents:
                events.append(self.context.event(pending.question, pending.source))
                left -= len(events[-1]) + (1 if resolver.batch else 0)
                if left < 0:
                    return too_large(limits)
        except WrongValue as wrong:
            return Failure(str(wrong), "InvalidArgument")
        if asyncio.get_running_loop().time() >= self._deadline:
            return TIMED_OUT
        payload = b"[%b]" % b",".join(events) if resolver.batch else events[0]
        self._sent += len(payload)
        return payload


async def _in_turn(in_flight: asyncio.Semaphore, call: Awaitable[None]) -> None:
    async with in_flight:
        await call


def project(plan: Plan, value: dict[str, Any]) -> Result:
    """A plan made ``over_map`` run over ``{root field name: its value}``; so subscribers get a mutation's result."""
    progress = Progress()
    holder: dict[str, Any] = {"data": {}}
    _begin(plan.entries, value, holder, progress)
    return Result(holder["data"], progress.errors)


def _begin(entries: list[Entry], source: dict[str, Any] | None, holder: dict[str, Any], progress: Progress) -> None:
    root: Position = (None, holder, "data", True)
    out = holder["data"]
    for _key, name, _as_it_is, step in entries:
        if step(source.get(name) if source else None, source, out, root, progress):
            holder["data"] = None
            return


def _by_resolver(asked: list[Pending]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = {}
    for index, pending in enumerate(asked):
        groups.setdefault(id(pending.question.resolver), []).append(index)
    return groups


def _settle(pending: Pending, outcome: Any, progress: Progress) -> None:
    """Put a field's answer where it belongs, and complete it."""
    question: Question = pending.question
    key, may_be_null = question.place.key, question.may_be_null
    position: Position = (pending.position, pending.out, key, may_be_null)
    if isinstance(outcome, Failure):
        completion.note_failure(question.place, outcome, position, progress)
        done = None
    elif outcome is None:
        if not may_be_null:
            completion.note_null(question.place, question.type, position, progress)
        done = None
    else:
        done = question.complete(outcome, position, progress)
    pending.out[key] = done
    if done is None and not may_be_null:
        completion.nullify(pending.position)
