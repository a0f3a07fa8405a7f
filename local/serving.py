"""Serves an ASGI app on a listening socket, in the event loop that is there, until told to stop."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from local.http_bounds import BoundedHttp

_LOOK_SECONDS: Final = 0.01
STOP_SECONDS: Final = 3
"""Requests in hand when we stop may take this long to end."""


class _Server(uvicorn.Server):
    """Leaves signals alone: one place decides when the system ends."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


type Sockets = Callable[..., asyncio.Protocol]
"""Makes what takes over a connection that asks to become a WebSocket; called with uvicorn's keywords."""


class Serving:
    """A running HTTP server; several may share a process."""

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        tls: ssl.SSLContext | None = None,
        sockets: Sockets | None = None,
    ) -> None:
        config = uvicorn.Config(
            app,
            http=BoundedHttp,
            ws=sockets or "none",  # type: ignore[arg-type]  # it takes what makes protocols, as well as their class
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # no proxy stands before us: what x-forwarded-for says is the caller's word
            timeout_graceful_shutdown=STOP_SECONDS,
            backlog=1024,
            ssl_context_factory=(lambda *_: tls) if tls else None,
        )
        self._server = _Server(config)
        self._listener = listener
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when requests are answered."""
        self._task = asyncio.get_running_loop().create_task(self._server.serve([self._listener]))
        while not self._server.started and not self._task.done():  # noqa: ASYNC110 - uvicorn tells it no other way
            await asyncio.sleep(_LOOK_SECONDS)
        if self._task.done():
            await self._task

    async def stop(self) -> None:
        """Let requests in hand end, then close."""
        self._server.should_exit = True
        if self._task:
            await self._task
