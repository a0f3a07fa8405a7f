"""One client's socket: opened by a caller, alive for a day at most, with subscriptions that start and stop.

Each subscription states its own credentials, so that one socket may carry several callers.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, Protocol

from local.appsync.failures import FAULT, InvalidRequest, Refusal, bad_request, unauthorized
from local.appsync.identity import Caller
from local.appsync.realtime import messages
from local.appsync.realtime.handshake import Handshake
from local.appsync.realtime.messages import Start, Unreadable
from local.appsync.realtime.subscribing import NotASubscription, NotSubscribed, Wanted
from local.appsync.realtime.subscriptions import Subscription, Subscriptions
from local.appsync.wire import Request

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds between and until things; the first two are AppSync's, of the others nothing is known."""

    keep_alive: float = 60.0
    life: float = 24 * 3600.0
    init: float = 30.0
    """A socket on which nobody says who is there is closed after this."""
    silence: int = 3
    """Keep-alives in a row that a client may leave unanswered, pings and all, before it is taken for dead."""


MOST_SUBSCRIPTIONS: Final = 200
"""Of one connection (AWS General Reference, AppSync quotas)."""
NORMAL, GOING_AWAY, REFUSED = 1000, 1001, 1008
"""RFC 6455 §7.4.1. Which codes AppSync uses is not known."""


class Line(Protocol):
    """A socket as a connection needs it."""

    def send(self, text: bytes) -> None: ...
    def close(self, code: int, reason: str = "") -> None: ...
    def alive(self) -> bool: ...
    def abort(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What connections share: who callers are, what they may subscribe to, and who subscribes."""

    identify: Callable[[Request], Awaitable[Caller]]
    wanted: Callable[[Caller, Request], Awaitable[Wanted]]
    subscriptions: Subscriptions
    clock: Callable[[], float]
    times: Times = Times()


class Connection:
    """The protocol's state for one socket."""

    def __init__(self, desk: Desk, line: Line, handshake: Handshake, *, closed: "Callable[[Connection], None]") -> None:
        self._desk = desk
        self._closed = closed
        self._line = line
        self._handshake = handshake
        self._admitted = False
        self._asked = False
        self._silent = 0
        self._live: dict[str, Subscription] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._later("", desk.times.init, self._not_opened)

    def received(self, text: str) -> None:
        """Act on a client's message; before the connection is acknowledged only its opening means anything."""
        try:
            message = messages.read(text)
            if self._admitted:
                self._act(message)
            else:
                self._open(message)
        except Unreadable:
            if self._admitted:
                self._line.send(messages.unsupported())

    def _act(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "start":
                self._start(messages.start(message))
            case "stop":
                self._stop(messages.named(message))
            case "connection_init":
                pass  # once more, which says nothing new
            case _:
                self._line.send(messages.unsupported())

    def lost(self) -> None:
        """Forget everything: the socket is gone."""
        for task in self._tasks.values():
            task.cancel()
        for timer in self._timers.values():
            timer.cancel()
        for subscription in self._live.values():
            self._desk.subscriptions.remove(subscription)
        self._tasks, self._timers, self._live = {}, {}, {}
        self._closed(self)

    def expire(self) -> None:
        """End the socket as AppSync does with one that is a day old."""
        self._line.close(GOING_AWAY)

    # Opening -------------------------------------------------------------------------------------------------------

    def _open(self, message: dict[str, Any]) -> None:
        if message["type"] == "connection_init" and not self._asked:
            self._asked = True
            self._run("", self._admit())

    async def _admit(self) -> None:
        """Acknowledge the connection, or say why not and end it."""
        problem = self._handshake.problem or await self._problem()
        if problem is not None:
            self._line.send(problem)
            self._line.close(REFUSED)
            return
        self._admitted = True
        self._line.send(messages.ACK)
        self._line.send(messages.KEEP_ALIVE)
        self._later("", self._desk.times.life, self.expire)
        self._later("ka", self._desk.times.keep_alive, self._keep_alive)

    async def _problem(self) -> bytes | None:
        """What is said to a caller who may not come in."""
        try:
            await self._desk.identify(self._handshake.connect())
        except Unreadable:
            return messages.BAD_HANDSHAKE
        except Refusal as refusal:
            return messages.not_admitted(refusal)
        except Exception:  # noqa: BLE001 - a fault is logged once and shown masked
            _log.exception("A realtime connection could not be opened")
            return messages.not_admitted(FAULT)
        return None

    def _not_opened(self) -> None:
        self._line.close(REFUSED, "connection_init did not come")

    def _keep_alive(self) -> None:
        self._silent = 0 if self._line.alive() else self._silent + 1
        if self._silent > self._desk.times.silence:
            self._line.abort()
            return
        self._line.send(messages.KEEP_ALIVE)
        self._later("ka", self._desk.times.keep_alive, self._keep_alive)

    # Subscribing ---------------------------------------------------------------------------------------------------

    def _start(self, start: Start) -> None:
        if start.id in self._live or _task(start.id) in self._tasks:
            self._line.send(messages.duplicate(start.id))
        elif len(self._tasks.keys() | map(_task, self._live)) >= MOST_SUBSCRIPTIONS:
            self._line.send(messages.too_many(start.id, MOST_SUBSCRIPTIONS))
        else:
            self._run(_task(start.id), self._subscribe(start))

    async def _subscribe(self, start: Start) -> None:
        request = self._handshake.start(start)
        try:
            caller = await self._desk.identify(request)
            wanted = await self._desk.wanted(caller, request)
        except Exception as fault:  # noqa: BLE001 - whatever breaks a start ends this subscription only
            self._line.send(_answer(start.id, fault))
        else:
            self._begin(start.id, caller, wanted)

    def _begin(self, id_: str, caller: Caller, wanted: Wanted) -> None:
        subscription = Subscription(id_, wanted.field, wanted.filters, wanted.plan, self._line.send)
        self._live[id_] = subscription
        self._line.send(messages.start_ack(id_))
        self._desk.subscriptions.add(subscription)
        if caller.expires is not None:
            left = min(caller.expires - self._desk.clock(), self._desk.times.life)
            self._later(_task(id_), left, lambda: self._outlived(id_))

    def _outlived(self, id_: str) -> None:
        """End it with its token. Whether AppSync does is not known; a client that copes with this copes with both."""
        self._end(id_)
        self._line.send(messages.refused(id_, unauthorized("Token has expired.")))

    def _stop(self, id_: str) -> None:
        if not self._end(id_):
            self._line.send(messages.unknown(id_))
            return
        self._line.send(messages.complete(id_))

    def _end(self, id_: str) -> bool:
        """End a subscription or its beginning; False when there is neither."""
        task, timer = self._tasks.pop(_task(id_), None), self._timers.pop(_task(id_), None)
        subscription = self._live.pop(id_, None)
        if task:
            task.cancel()
        if timer:
            timer.cancel()
        if subscription:
            self._desk.subscriptions.remove(subscription)
        return task is not None or subscription is not None

    # Tasks and timers ----------------------------------------------------------------------------------------------

    def _run(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks[name] = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(lambda done: self._done(name, done))

    def _done(self, name: str, task: "asyncio.Task[None]") -> None:
        if self._tasks.get(name) is task:
            del self._tasks[name]

    def _later(self, name: str, seconds: float, call: Callable[[], None]) -> None:
        if old := self._timers.get(name):
            old.cancel()
        self._timers[name] = asyncio.get_running_loop().call_later(max(seconds, 0), call)


def _answer(id_: str, fault: Exception) -> bytes:
    """What a client is told when its subscription did not come about; a fault of ours is logged, and masked."""
    match fault:
        case NotASubscription():
            return messages.unsupported()
        case Refusal():
            return messages.refused(id_, fault)
        case InvalidRequest():
            return messages.error(id_, *({"message": error["message"]} for error in fault.errors))
        case NotSubscribed():
            return messages.error(id_, *fault.errors)
        case RecursionError():
            return messages.refused(id_, bad_request("The request is nested too deep."))
    _log.error("A subscription failed in the data plane", exc_info=fault)
    return messages.refused(id_, FAULT)


def _task(id_: str) -> str:
    """The name of what belongs to a subscription; the connection's own have none that starts so."""
    return f"id {id_}"
