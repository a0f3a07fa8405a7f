"""One WebSocket, both ways within bounds: what its client does not read is not kept for it.

RFC 6455 by the library ``websockets``, in the place where uvicorn puts a connection that asks to be upgraded. What is
sent goes straight to the transport: its buffer is the only one, so a client that does not read is seen at once.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, cast

from websockets.exceptions import InvalidState
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from local.appsync.realtime import handshake
from local.appsync.realtime.handshake import Handshake
from local.appsync.realtime.messages import SUBPROTOCOL

_log = logging.getLogger(__name__)

LARGEST_MESSAGE: Final = 512 * 1024
"""Bytes of a client's message. Ours: more than 15,000 tokens and their variables need."""
MOST_BUFFERED: Final = 1024 * 1024
"""Bytes that a client may be behind; it is then cut off, to come back and catch up. Four of the largest payloads."""
CLOSE_SECONDS: Final = 5.0
"""A client may take this long to answer a close."""


class Session(Protocol):
    """What is told of a socket that is open."""

    def received(self, text: str) -> None:
        """A message came."""

    def lost(self) -> None:
        """The socket is gone; nothing can be sent any more."""


type Open = Callable[["Socket", Handshake], Session]


class Socket(asyncio.Protocol):
    """A connection that asked for a WebSocket. ``open_`` is called with it as soon as it is one."""

    def __init__(self, open_: Open, connections: set[Any]) -> None:
        self._open = open_
        self._connections = connections
        self._session: Session | None = None
        self._transport: asyncio.Transport | None = None
        self._wire: Final = ServerProtocol(select_subprotocol=_chosen, max_size=LARGEST_MESSAGE)
        self._parts: list[bytes] = []
        self._heard = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        self._transport = None
        self._connections.discard(self)
        session, self._session = self._session, None
        if session:
            session.lost()

    def eof_received(self) -> None:
        self._wire.receive_eof()

    def data_received(self, data: bytes) -> None:
        self._heard = True
        self._wire.receive_data(data)
        for event in self._wire.events_received():
            if self._transport is None or self._transport.is_closing():
                return
            if isinstance(event, Request):
                self._accept(event)
            elif isinstance(event, Frame) and event.opcode in _DATA:
                self._take(event)
        self._flush()

    def _accept(self, request: Request) -> None:
        opened = handshake.of(request.path, request.headers.raw_items(), *self._origin())
        if opened.path in handshake.PATHS:
            response = self._wire.accept(request)
        else:
            response = self._wire.reject(404, "There is a realtime endpoint at /graphql/realtime only.\n")
        self._wire.send_response(response)
        self._flush()
        if self._wire.state is State.OPEN:
            self._session = self._open(self, opened)

    def _origin(self) -> tuple[str, str]:
        """The address of the other side, and the scheme that it speaks."""
        assert self._transport
        peer = self._transport.get_extra_info("peername")
        secure = self._transport.get_extra_info("sslcontext") is not None
        return str(peer[0]) if isinstance(peer, tuple) else "127.0.0.1", "https" if secure else "http"

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.BINARY:
            self.close(CloseCode.UNSUPPORTED_DATA)
            return
        self._parts.append(bytes(frame.data))
        if not frame.fin or self._session is None:
            return
        whole, self._parts = b"".join(self._parts), []
        try:
            text = whole.decode()
        except UnicodeDecodeError:
            self.close(CloseCode.INVALID_DATA)
            return
        self._session.received(text)

    def send(self, text: bytes) -> None:
        """Send a message, unless the socket is closing; a client that is too far behind is cut off."""
        if self._transport is None or self._transport.is_closing() or self._wire.state is not State.OPEN:
            return
        if self._transport.get_write_buffer_size() > MOST_BUFFERED:
            _log.warning("A realtime client is %d bytes behind and is cut off", self._transport.get_write_buffer_size())
            self._transport.abort()
            return
        self._wire.send_text(text)
        self._transport.writelines(self._wire.data_to_send())

    def alive(self) -> bool:
        """Whether anything came since this was last asked, pongs too; a ping is sent for the next time."""
        heard, self._heard = self._heard, False
        if self._wire.state is State.OPEN:
            self._wire.send_ping(b"")
            self._flush()
        return heard

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye; the connection ends when the client has answered, or has not for a while."""
        try:
            self._wire.send_close(code, reason)
        except InvalidState:
            self.abort()
            return
        self._flush()

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport:
            self._transport.abort()

    def shutdown(self) -> None:
        """Called when the server stops."""
        self.close(CloseCode.SERVICE_RESTART)
        if self._transport:
            self._transport.close()

    def _flush(self) -> None:
        if self._transport is None:
            return
        for data in self._wire.data_to_send():
            if data:
                self._transport.write(data)
            else:
                self._transport.close()  # the library's way of saying that all is said
        if self._wire.close_expected():
            asyncio.get_running_loop().call_later(CLOSE_SECONDS, self.abort)


_DATA: Final = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


def _chosen(_: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Without it the socket is opened all the same, so that the client can be told what is wrong."""
    return Subprotocol(SUBPROTOCOL) if SUBPROTOCOL in offered else None
