"""A small API with subscriptions, served over real sockets, and a client that speaks AppSync's protocol."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from local.appsync.bus import Bus, InProcess
from local.appsync.deployed import Mode, Pool, Provider
from local.appsync.gateway import Gateway
from local.appsync.identity import Credentials
from local.appsync.realtime.connection import Times
from local.appsync.realtime.endpoint import Realtime
from local.ports import HOST, listen, port_of
from local.serving import Serving
from tests.local.appsync.pools import Keyring, id_claims
from tests.local.appsync.world import KEY, NOW, Functions, api

POOL = Pool(id="us-east-1_live", region="us-east-1")
SIGNERS = {
    "AKIALIVE": Credentials(
        secret="secret", account_id="000000000000", user_arn="arn:aws:iam::000000000000:user/live", username="live"
    )
}
SECONDS = 10.0
"""That a message may take on a busy machine before a test gives up on it."""
HOST_HEADER = "api.test"

SDL = """
type Query { hello: String @aws_api_key @aws_cognito_user_pools @aws_iam }
type Mutation {
  change(id: ID!, size: Int, price: Float, on: Boolean, kind: Kind, text: String): Thing
    @aws_api_key @aws_cognito_user_pools @aws_iam
  other(id: ID!): Thing @aws_api_key
  count: Int @aws_api_key
}
type Subscription {
  changed(id: ID, size: Int, price: Float, on: Boolean, kind: Kind, text: String): Thing
    @aws_subscribe(mutations: ["change"]) @aws_api_key @aws_cognito_user_pools @aws_iam
  any: Thing @aws_subscribe(mutations: ["change", "other"]) @aws_api_key
  guarded(id: ID!): Thing @aws_subscribe(mutations: ["change"]) @aws_api_key @aws_cognito_user_pools
  staffOnly: Thing @aws_subscribe(mutations: ["change"]) @aws_cognito_user_pools(cognito_groups: ["staff"])
  counted(id: ID): Int @aws_subscribe(mutations: ["count"]) @aws_api_key
  silent: Thing @aws_api_key
}
enum Kind { RED BLUE }
interface Part { id: ID! }
type Thing @aws_api_key @aws_cognito_user_pools @aws_iam {
  id: ID!
  size: Int
  price: Float
  on: Boolean
  kind: Kind
  text: String
  must: String!
  part: Part
  secret: String @aws_iam
}
type Wheel implements Part @aws_api_key @aws_cognito_user_pools @aws_iam { id: ID! spokes: Int }
"""


def changed(event: dict[str, Any]) -> dict[str, Any]:
    """A thing as the mutation was given it."""
    arguments = event["arguments"]
    return {"must": "there", "part": {"__typename": "Wheel", "id": "w", "spokes": 12}, **arguments, "secret": "s"}


ANSWERS: dict[str, Callable[[Any], Any]] = {
    "Mutation.change": changed,
    "Mutation.other": changed,
    "Mutation.count": lambda _event: 7,
}


class Client:
    """One socket; what comes that is not a keep-alive is given in order."""

    def __init__(self, socket: ClientConnection, headers: Mapping[str, str]) -> None:
        self.socket, self.headers = socket, dict(headers)

    async def say(self, message: Any) -> None:
        await self.socket.send(message if isinstance(message, str | bytes) else json.dumps(message))

    async def hear(self, *, keep_alives: bool = False) -> dict[str, Any]:
        """The next message."""
        while True:
            message = json.loads(await asyncio.wait_for(self.socket.recv(), SECONDS))
            if keep_alives or message["type"] != "ka":
                return dict(message)

    async def init(self) -> dict[str, Any]:
        await self.say({"type": "connection_init"})
        return await self.hear()

    async def start(self, query: str, id_: str = "1", headers: Any = None, **variables: Any) -> dict[str, Any]:
        """Ask to subscribe; the answer."""
        await self.say(starting(query, id_, self.headers if headers is None else headers, variables))
        return await self.hear()

    async def closed(self) -> int | None:
        """The code with which the server closed the socket."""
        await asyncio.wait_for(self.socket.wait_closed(), SECONDS)
        return self.socket.close_code


def starting(query: str, id_: Any, headers: Any, variables: Any = None) -> dict[str, Any]:
    data = json.dumps({"query": query, "variables": variables or {}})
    return {"id": id_, "type": "start", "payload": {"data": data, "extensions": {"authorization": headers}}}


def frame(text: bytes, opcode: int = 1) -> bytes:
    """A client's frame, masked with zeros."""
    size = bytes([0x80 | len(text)]) if len(text) < 126 else bytes([0xFE]) + len(text).to_bytes(2)
    return bytes([0x80 | opcode]) + size + bytes(4) + text


def encoded(headers: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(headers).encode()).decode().rstrip("=")


def subprotocols(headers: Any) -> list[Subprotocol]:
    return [Subprotocol("graphql-ws"), Subprotocol(f"header-{encoded(headers)}")]


KEYED = {"host": HOST_HEADER, "x-api-key": KEY}


@dataclass
class Live:
    """A served API."""

    port: int
    gateway: Gateway
    realtime: Realtime
    functions: Functions
    keyring: Keyring

    @property
    def url(self) -> str:
        return f"ws://{HOST}:{self.port}/graphql/realtime"

    @asynccontextmanager
    async def socket(self, **options: Any) -> AsyncIterator[ClientConnection]:
        async with connect(options.pop("url", self.url), open_timeout=SECONDS, **options) as socket:
            yield socket

    @asynccontextmanager
    async def client(self, headers: Mapping[str, str] = KEYED) -> AsyncIterator[Client]:
        """A client that is connected and acknowledged."""
        async with self.socket(subprotocols=subprotocols(headers)) as socket:
            client = Client(socket, headers)
            assert (await client.init())["type"] == "connection_ack"
            yield client

    async def bare(self, *protocols: str) -> "tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]":
        """A connection that has become a WebSocket, without a client that keeps the rules; and the response's head."""
        reader, writer = await asyncio.open_connection(HOST, self.port)
        lines = [
            "GET /graphql/realtime HTTP/1.1", f"Host: {HOST_HEADER}", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", f"x-api-key: {KEY}",
            *(f"Sec-WebSocket-Protocol: {name}" for name in protocols),
        ]  # fmt: skip
        writer.write("\r\n".join([*lines, "", ""]).encode())
        return reader, writer, await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), SECONDS)

    async def mutate(self, query: str, headers: Mapping[str, str] = KEYED, **variables: Any) -> dict[str, Any]:
        async with httpx.AsyncClient(trust_env=False) as http:
            body = {"query": query, "variables": variables}
            url = f"http://{HOST}:{self.port}/graphql"
            answer = await http.post(url, json=body, headers=dict(headers), timeout=SECONDS)
        return dict(answer.json())

    def token(self, *groups: str, **claims: Any) -> dict[str, str]:
        """The headers of a user."""
        named = {"cognito:groups": list(groups)} if groups else {}
        return {"host": HOST_HEADER, "authorization": self.keyring.token(id_claims(POOL.id, **named, **claims))}


def gateway_of(
    answers: Mapping[str, Callable[[Any], Any]] | None = None,
    *,
    times: Times = Times(),  # noqa: B008 - frozen
    clock: Callable[[], float] = lambda: NOW,
    bus: Bus | None = None,
    **api_changes: Any,
) -> tuple[Gateway, Realtime, Functions, Keyring]:
    """The API's two ends, its functions, and what signs its users' tokens."""
    functions = Functions({**ANSWERS, **(answers or {})})
    keyring = Keyring(published={POOL.id: ["one"]})
    facts = {"sdl": SDL, "additional": (Provider(mode=Mode.USERS, pool=POOL), Provider(mode=Mode.IAM)), **api_changes}
    carrier = bus or InProcess()
    gateway = Gateway(
        api(functions.answers, **facts), functions.invoke, pools=keyring, iam=SIGNERS, bus=carrier, clock=clock
    )
    return gateway, Realtime(gateway, carrier, times=times, clock=clock), functions, keyring


@asynccontextmanager
async def live(answers: Mapping[str, Callable[[Any], Any]] | None = None, **options: Any) -> AsyncIterator[Live]:
    """Serve the API on a port of its own; for ``options`` see ``gateway_of``."""
    gateway, realtime, functions, keyring = gateway_of(answers, **options)
    listener = listen(0)
    serving = Serving(gateway, listener, sockets=realtime.protocol)
    await serving.start()
    try:
        yield Live(port_of(listener), gateway, realtime, functions, keyring)
    finally:
        realtime.drop()
        await serving.stop()
