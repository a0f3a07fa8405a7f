"""How the data plane's processes tell each other what mutations published.

Every process hears every message, its own included, through the bus alone: so all of them see one sender's messages in
the order they were published.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError

_log = logging.getLogger(__name__)

type Receive = Callable[[bytes], None]
type Missed = Callable[[], None]


class Bus(Protocol):
    """Carries published changes to every process that serves an API."""

    async def publish(self, message: bytes) -> None:
        """Return when the message has its place: every listener hears it before what is published after the return.

        Raises whatever fits when the message may not have been taken; the change itself has then happened all the same.
        """
        ...

    def listen(self, receive: Receive, missed: Missed) -> None:
        """Call ``receive`` with each message from now on, and ``missed`` whenever some may have been lost.

        Both are called in the event loop's thread, one message at a time and in order; they return at once and never
        raise. After ``missed`` the listener ends its sockets: their clients come back and catch up.
        """
        ...


class InProcess:
    """The bus of a single process: publishing is delivering."""

    def __init__(self) -> None:
        self._receivers: list[Receive] = []

    async def publish(self, message: bytes) -> None:
        for receive in self._receivers:
            receive(message)

    def listen(self, receive: Receive, missed: Missed) -> None:  # noqa: ARG002 - nothing is lost on the way to oneself
        self._receivers.append(receive)


RETRY_SECONDS: Final = 0.2
"""Between attempts to hear the server again. When it is back, sockets opened meanwhile are ended as well."""
BUDGET_SECONDS: Final = 2.0
"""For the server's answer to one message, so that a mutation does not wait for a bus that hangs."""


class ValkeyBus:
    """The bus of several processes: a channel of a Valkey server, which gives everyone the messages in one order."""

    def __init__(self, url: str, channel: str) -> None:
        self._speaks: Final = Valkey.from_url(url, socket_timeout=BUDGET_SECONDS, socket_connect_timeout=BUDGET_SECONDS)
        # Silence is no loss: without the None, the library would take five seconds of it for one.
        self._hears: Final = Valkey.from_url(url, socket_timeout=None, socket_connect_timeout=BUDGET_SECONDS)
        self._channel: Final = channel
        self._listeners: list[tuple[Receive, Missed]] = []
        self._listening: asyncio.Task[None] | None = None

    def listen(self, receive: Receive, missed: Missed) -> None:
        self._listeners.append((receive, missed))

    async def publish(self, message: bytes) -> None:
        await self._speaks.publish(self._channel, message)

    async def start(self) -> None:
        """Returns when this process hears the channel."""
        heard = asyncio.Event()
        self._listening = asyncio.get_running_loop().create_task(self._listen(heard))
        await heard.wait()

    async def stop(self) -> None:
        if self._listening:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._speaks.aclose()
        await self._hears.aclose()

    async def _listen(self, heard: asyncio.Event) -> None:
        while True:
            try:
                async with self._hears.pubsub() as channel:
                    await channel.subscribe(self._channel)
                    async for message in channel.listen():
                        self._take(message, heard)
            except (ValkeyError, OSError) as lost:
                _log.warning("The data plane's bus is lost for a while: %s", lost)
            self._miss(heard)
            await asyncio.sleep(RETRY_SECONDS)

    def _take(self, message: Mapping[str, Any], heard: asyncio.Event) -> None:
        """A message, or the note that the channel is heard: once more is after a loss that the library has mended."""
        if message["type"] == "message":
            for receive, _ in self._listeners:
                receive(message["data"])
        elif message["type"] == "subscribe":
            self._miss(heard)
            heard.set()

    def _miss(self, heard: asyncio.Event) -> None:
        for _, missed in self._listeners if heard.is_set() else ():
            missed()
