"""Listening to the graph as a guest, over one WebSocket, in AppSync's realtime protocol."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

PROTOCOL: Final = "graphql-ws"
PATIENCE: Final = 15.0
"""Seconds that the socket may take to open, and a subscription to begin."""

type Hear = Callable[[Any], object]


class Unheard(RuntimeError):
    """It cannot be listened; the message says why."""


class Live:
    """An open socket; ``lost`` becomes true when it is open no more."""

    def __init__(self, socket: ClientConnection, headers: Mapping[str, str]) -> None:
        self.lost = False
        self._socket, self._headers = socket, dict(headers)
        self._hear: dict[str, Hear] = {}
        self._begun: dict[str, asyncio.Future[None]] = {}

    async def listen(self, document: str, variables: Mapping[str, Any], hear: Hear) -> None:
        """Have ``hear`` called with what each message tells, from now on; raises Unheard."""
        id_ = str(len(self._hear) + 1)
        self._hear[id_] = hear
        self._begun[id_] = asyncio.get_running_loop().create_future()
        said = {"data": json.dumps({"query": document, "variables": dict(variables)})}
        payload = said | {"extensions": {"authorization": self._headers}}
        try:
            await self._socket.send(json.dumps({"id": id_, "type": "start", "payload": payload}))
            await asyncio.wait_for(self._begun[id_], PATIENCE)
        except (WebSocketException, TimeoutError) as fault:
            raise Unheard(f"the shop does not let anybody listen ({type(fault).__name__})") from fault

    async def read(self) -> None:
        """Hand on what comes until the socket is closed."""
        try:
            async for text in self._socket:
                self._take(json.loads(text))
        except WebSocketException:
            pass  # as a closing without a word
        finally:
            self.lost = True
            for begun in self._begun.values():
                if not begun.done():
                    begun.set_exception(Unheard("the shop has closed the connection"))

    def _take(self, message: Mapping[str, Any]) -> None:
        begun = self._begun.get(message.get("id", ""))
        match message["type"]:
            case "start_ack" if begun and not begun.done():
                begun.set_result(None)
            case "error" if begun and not begun.done():
                begun.set_exception(Unheard(f"the shop does not let this be heard: {_said(message)}"))
            case "data":
                for told in (message["payload"].get("data") or {}).values():
                    self._hear[message["id"]](told)


@asynccontextmanager
async def listening(outputs: Mapping[str, Any]) -> AsyncIterator[Live]:
    """A socket to the laptop that an ``amplify_outputs.json`` names; raises Unheard."""
    url, data = outputs.get("custom", {}).get("realtime_url"), outputs["data"]
    if not url:
        raise Unheard("the outputs name no realtime_url: make run writes one")
    headers = {"host": urlsplit(data["url"]).hostname or "", "x-api-key": data["api_key"]}
    try:
        socket = await connect(url, subprotocols=_subprotocols(headers), open_timeout=PATIENCE, proxy=None)
    except (OSError, TimeoutError, WebSocketException) as fault:
        raise Unheard(f"no shop answers at {url} ({type(fault).__name__}); start one with make run") from fault
    async with socket:
        await socket.send(json.dumps({"type": "connection_init"}))
        said = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
        if said["type"] != "connection_ack":
            raise Unheard(f"the shop does not let guests listen: {_said(said)}")
        live = Live(socket, headers)
        reading = asyncio.create_task(live.read())
        try:
            yield live
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading


def _subprotocols(headers: Mapping[str, str]) -> list[Subprotocol]:
    coded = base64.urlsafe_b64encode(json.dumps(headers).encode()).decode().rstrip("=")
    return [Subprotocol(PROTOCOL), Subprotocol(f"header-{coded}")]


def _said(message: Mapping[str, Any]) -> str:
    errors = message.get("payload", {}).get("errors") or ()
    return "; ".join(str(error.get("message")) for error in errors) or message["type"]
