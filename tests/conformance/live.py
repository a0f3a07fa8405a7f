"""A client of AppSync's realtime protocol that says exactly what a test wants it to say."""

import asyncio
import base64
import json
import ssl
import threading
import time
import uuid
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.conformance.endpoint import GUEST, Endpoint

SECONDS: Final = 20.0
"""That a message may take before it is missing."""
SETTLING_SECONDS: Final = 2.0
"""AppSync may miss what is published right after a start_ack (aws-appsync-community#405); nothing tells how long."""
PROTOCOL: Final = "graphql-ws"

type Frame = dict[str, Any]


class Live:
    """An open socket, in an event loop of its own.

    Not by the library's own client for threads: it reads and writes one TLS connection from two of them, which Python
    3.13.0 does not bear. Of 3,200 handshakes over TLS, seven were never heard of again.
    """

    def __init__(self, api: Endpoint, loop: asyncio.AbstractEventLoop, socket: ClientConnection) -> None:
        self.api = api
        self.socket = socket
        self._loop = loop

    def _do[T](self, deed: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(deed, self._loop).result()

    def _received(self) -> str | bytes:
        return self._do(asyncio.wait_for(self.socket.recv(), SECONDS))

    def say(self, message: Any) -> None:
        self._do(self.socket.send(json.dumps(message)))

    def hear(self) -> Frame:
        """The next message that is no keep-alive."""
        while (frame := self.hear_any()) == {"type": "ka"}:
            pass
        return frame

    def hear_any(self) -> Frame:
        return dict(json.loads(self._received()))

    def until_closed(self) -> int:
        """The code that the server closes with."""
        try:
            while True:
                self._received()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def open(self) -> Frame:
        self.say({"type": "connection_init"})
        return self.hear()

    def start(
        self, query: str, variables: Mapping[str, Any] | None = None, *, id_: str = "", person: str = GUEST
    ) -> Frame:
        """Start a subscription and give the answer; waits where what follows could be missed."""
        self.begin(query, variables, id_=id_, person=person)
        answer = self.hear()
        if answer["type"] == "start_ack" and not self.api.ours:
            time.sleep(SETTLING_SECONDS)
        return answer

    def begin(
        self, query: str, variables: Mapping[str, Any] | None = None, *, id_: str = "", person: str = GUEST
    ) -> None:
        asked = {"query": query, **({} if variables is None else {"variables": dict(variables)})}
        self.begin_as(credentials(self.api, person, json.dumps(asked)), json.dumps(asked), id_)

    def begin_as(self, stated: Mapping[str, str], data: Any, id_: str = "") -> None:
        payload = {"data": data, "extensions": {"authorization": dict(stated)}}
        self.say({"id": id_ or str(uuid.uuid4()), "type": "start", "payload": payload})

    def stop(self, id_: str) -> Frame:
        self.say({"type": "stop", "id": id_})
        return self.hear()

    def until(self, field: str, text: str) -> list[Any]:
        """What comes for a subscription's field up to the message with this text."""
        found: list[Any] = []
        while not found or (found[-1] or {}).get("text") != text:
            frame = self.hear()
            assert frame["type"] == "data", frame
            found.append(frame["payload"]["data"][field])
        return found


def credentials(api: Endpoint, person: str, data: str | None = None) -> dict[str, str]:
    """What states the person to open a socket, or, with its ``data``, to start a subscription."""
    path, body = ("/connect", b"{}") if data is None else ("", data.encode())
    return {"host": api.host, **api.credentials(person, body, path)}


@contextmanager
def opened(api: Endpoint, person: str = GUEST) -> Iterator[Live]:
    """A socket whose connection is acknowledged."""
    with dialled(api, credentials(api, person)) as live:
        answer = live.open()
        assert answer["type"] == "connection_ack", answer
        yield live


@contextmanager
def dialled(
    api: Endpoint, stated: Mapping[str, str], how: str = "", protocols: tuple[str, ...] = (PROTOCOL,)
) -> Iterator[Live]:
    """A socket that is open, its credentials stated in one of the three ways, and on which nothing was said yet."""
    encoded = base64.urlsafe_b64encode(json.dumps(dict(stated)).encode()).decode()
    url, headers, offered = api.realtime, {}, [*protocols]
    match how or api.handshake:
        case "subprotocol":
            offered.append(f"header-{encoded.rstrip('=')}")
        case "query":
            url += f"?header={quote(base64.b64encode(json.dumps(dict(stated)).encode()))}&payload=e30="
        case "headers":
            headers = {name: value for name, value in stated.items() if name != "host"}
    tls: ssl.SSLContext | None = api.tls if url.startswith("wss:") else None
    chosen = [Subprotocol(name) for name in offered] or None
    with looping() as loop:
        opening = connect(url, subprotocols=chosen, additional_headers=headers, ssl=tls, proxy=None)
        socket = asyncio.run_coroutine_threadsafe(_opened(opening), loop).result()
        try:
            yield Live(api, loop, socket)
        finally:
            asyncio.run_coroutine_threadsafe(socket.close(), loop).result()


async def _opened(opening: connect) -> ClientConnection:
    return await opening


@contextmanager
def looping() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop that runs in a thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def publish(api: Endpoint, selection: str = "topic text number tags must", *, person: str = GUEST, **value: Any) -> Any:
    """Run the mutation that publishes a message; gives what the publisher got."""
    query = f"mutation($given: AWSJSON!) {{ publish(given: $given) {{ {selection} }} }}"
    return api.ask(query, {"given": json.dumps({"must": "m", **value})}, person=person)["data"]["publish"]
