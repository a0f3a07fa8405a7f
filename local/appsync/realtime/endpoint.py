"""The realtime endpoint of one API: sockets opened, what is published delivered to those who subscribe."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from local.appsync.bus import Bus
from local.appsync.gateway import Gateway
from local.appsync.realtime import publication, subscribing
from local.appsync.realtime.connection import Connection, Desk, Line, Times
from local.appsync.realtime.handshake import Handshake
from local.appsync.realtime.socket import Socket
from local.appsync.realtime.subscriptions import Subscriptions


class Realtime:
    """Beside the ``gateway`` whose API it serves; to be given the same ``bus``."""

    def __init__(
        self,
        gateway: Gateway,
        bus: Bus,
        *,
        times: Times = Times(),  # noqa: B008 - frozen
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._gateway = gateway
        self._subscriptions = Subscriptions()
        self._connections: set[Connection] = set()
        self._desk = Desk(
            identify=gateway.doorkeeper.identify,
            wanted=partial(subscribing.wanted, gateway),
            subscriptions=self._subscriptions,
            clock=clock,
            times=times,
        )
        bus.listen(self._deliver, self.drop)

    def protocol(self, *, server_state: Any, **_: Any) -> asyncio.Protocol:
        """What takes over a connection that asks to be upgraded; uvicorn's signature."""
        return Socket(self.open, server_state.connections)

    def open(self, line: Line, handshake: Handshake) -> Connection:
        """A new client, from its handshake on."""
        connection = Connection(self._desk, line, handshake, closed=self._connections.discard)
        self._connections.add(connection)
        return connection

    def drop(self) -> None:
        """End every socket: their clients come back, and catch up."""
        for connection in tuple(self._connections):
            connection.expire()

    def _deliver(self, message: bytes) -> None:
        mutation, value = publication.read(message)
        self._subscriptions.deliver(self._gateway.fired.get(mutation, ()), value)
