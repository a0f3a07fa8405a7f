"""How the data plane's processes tell each other what mutations published.

Every process hears every message, its own included, through the bus alone: so all of them see one sender's messages in
the order they were published.
"""

from collections.abc import Callable
from typing import Protocol

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
