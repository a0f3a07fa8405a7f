"""HTTP/1.1 within bounds: a request has so long to arrive, and its head may be only so large.

uvicorn waits for a request that has begun for as long as it takes, and keeps as many headers as are sent.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_SECONDS: Final = 30.0
"""From a connection, or a request's first byte, to its last. As long as AppSync gives a request to be answered."""
HEAD_BYTES: Final = 64 * 1024
"""Bytes of address and headers. Ours: several times a token and the longest query that a browser puts in an address."""


class HeadTooLarge(Exception):
    """The request is answered with status 400."""


class BoundedHttp(HttpToolsProtocol):
    """A connection that is closed when what it began does not end."""

    _head = 0
    _unfinished = 0
    _in_head = False
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._relax()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:  # the parser tells of a header when it is whole, which an endless one never is
            self._unfinished += len(data)
            if self._unfinished > HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response("The request's head is too large.")

    def on_message_begin(self) -> None:
        self._head, self._unfinished, self._in_head = 0, 0, True
        self._expect()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._relax()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._relax()
        super().handle_websocket_upgrade()

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > HEAD_BYTES:
            raise HeadTooLarge

    def _expect(self) -> None:
        self._relax()
        self._patience = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _relax(self) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None
