"""Python's gql as a program uses it: queries over HTTP, subscriptions over AppSync's WebSocket, by API key and by JWT.

It runs in the environment that gql needs for itself (.gql), and tells what came of it as ``program.mjs`` describes.
"""

import asyncio
import json
import ssl
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from gql import Client, GraphQLRequest
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.appsync_auth import AppSyncApiKeyAuthentication, AppSyncAuthentication, AppSyncJWTAuthentication
from gql.transport.appsync_websockets import AppSyncWebsocketsTransport
from gql.transport.exceptions import TransportError, TransportQueryError

PAUSE_SECONDS: Final = 0.2
ATTEMPT_SECONDS: Final = 10.0
"""A subscription of a session that is just connecting anew may be lost with the old socket, and never say so."""
NOTE: Final = {"id": "gql"}

READ: Final = GraphQLRequest("query ($id: ID!) { note(id: $id) }", variable_values=NOTE)
ERASE: Final = GraphQLRequest("mutation ($id: ID!) { erase(id: $id) { id text } }", variable_values=NOTE)
ANNOUNCED: Final = GraphQLRequest("subscription ($id: ID) { announced(id: $id) { id text } }", variable_values=NOTE)
AUDITED: Final = GraphQLRequest("subscription { audited { id text } }")
WATCHED: Final = GraphQLRequest('subscription { watched(id: "private") { id } }')
INVALID: Final = GraphQLRequest("subscription { nothing }")
ANNOUNCE: Final = "mutation ($id: ID!, $text: String!) { announce(id: $id, text: $text) { id text } }"


class Shop:
    """The clients of one system."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        custom = given["outputs"]["custom"]
        self._http, self._realtime = custom["http_url"], custom["realtime_url"]
        self._tls = given["outputs"]["data"]["url"]
        self._trust = ssl.create_default_context(cafile=custom["ca_file"])
        self._host = urlsplit(self._http).netloc
        self._tokens = given["tokens"]
        self.guest = self.key(custom["api_key"])
        self.shopper = self.user("shopper")

    def key(self, key: str) -> AppSyncAuthentication:
        return AppSyncApiKeyAuthentication(self._host, key)

    def user(self, name: str) -> AppSyncAuthentication:
        return AppSyncJWTAuthentication(self._host, self._tokens[name])

    def http(self, auth: AppSyncAuthentication, **more: Any) -> Client:
        return Client(transport=AIOHTTPTransport(self._http, auth=auth), **more)

    def socket(self, auth: AppSyncAuthentication) -> Client:
        return Client(transport=AppSyncWebsocketsTransport(self._realtime, auth=auth))

    def tls_socket(self, auth: AppSyncAuthentication) -> Client:
        """Opened at the address for HTTP, as gql does it: /graphql, not /graphql/realtime."""
        return Client(transport=AppSyncWebsocketsTransport(self._tls, auth=auth, ssl=self._trust))

    async def ask(self, auth: AppSyncAuthentication, request: GraphQLRequest) -> Any:
        async with self.http(auth) as session:
            return await session.execute(request)

    async def announce(self, text: str, note: str = NOTE["id"]) -> Any:
        return await self.ask(self.shopper, GraphQLRequest(ANNOUNCE, variable_values={"id": note, "text": text}))


class Ended(Exception):
    """A subscription that ended without an error."""


class Heard:
    """What a subscription of a connected session says."""

    def __init__(self, session: Any, request: GraphQLRequest) -> None:
        self.values: list[Any] = []
        self.listening = asyncio.ensure_future(self._listen(session, request))

    async def _listen(self, session: Any, request: GraphQLRequest) -> None:
        async for value in session.subscribe(request):
            self.values.append(value)

    async def after_all(self, deed: Callable[[], Awaitable[Any]]) -> None:
        """Repeat ``deed`` until something more is heard; raises what ended the subscription."""
        before = len(self.values)
        while len(self.values) == before:
            await deed()
            await asyncio.wait([self.listening], timeout=PAUSE_SECONDS)
            if self.listening.done():
                await self.listening
                raise Ended


async def queries(shop: Shop) -> None:
    await behaviour("mutation", lambda: shop.announce("hello"))
    await behaviour("query", lambda: shop.ask(shop.shopper, READ))
    await behaviour("guest", lambda: shop.ask(shop.guest, READ))
    await behaviour("schema", lambda: schema(shop))
    await behaviour("denied", lambda: shop.ask(shop.shopper, ERASE))
    await behaviour("invalid", lambda: shop.ask(shop.shopper, GraphQLRequest("{ nothing }")))
    await behaviour("wrong key", lambda: shop.ask(shop.key("da2-wrong"), READ))
    await behaviour("garbage token", lambda: shop.ask(shop.user("garbage"), READ))
    await behaviour("expired token", lambda: shop.ask(shop.user("expired"), READ))


async def schema(shop: Shop) -> list[str]:
    """The subscriptions that the client knows of when it fetches the schema, so as to check operations by itself."""
    client = shop.http(shop.guest, fetch_schema_from_transport=True)
    async with client:
        return sorted(client.schema.subscription_type.fields)


async def denials(shop: Shop) -> None:
    await behaviour("subscription of staff", lambda: first(shop.socket(shop.shopper), AUDITED))
    await behaviour("subscription refused", lambda: first(shop.socket(shop.shopper), WATCHED))
    await behaviour("invalid subscription", lambda: first(shop.socket(shop.guest), INVALID))
    await behaviour("socket with a wrong key", lambda: first(shop.socket(shop.key("da2-wrong")), ANNOUNCED))
    await behaviour("socket with a garbage token", lambda: first(shop.socket(shop.user("garbage")), ANNOUNCED))
    await behaviour("socket with an expired token", lambda: first(shop.socket(shop.user("expired")), ANNOUNCED))


async def first(client: Client, request: GraphQLRequest) -> Any:
    async with client as session:
        return await anext(session.subscribe(request))


async def heard_by(shop: Shop, session: Any, request: GraphQLRequest) -> Any:
    heard = Heard(session, request)
    await heard.after_all(lambda: shop.announce("checked"))
    heard.listening.cancel()
    return heard.values[-1]


async def staff(shop: Shop) -> Any:
    async with shop.socket(shop.user("staff")) as session:
        return await heard_by(shop, session, AUDITED)


async def beside_a_denied_one(shop: Shop) -> Any:
    async with shop.socket(shop.shopper) as session:
        with suppress(TransportQueryError):
            await anext(session.subscribe(AUDITED))
        return await heard_by(shop, session, ANNOUNCED)


async def conversation(shop: Shop, client: Client) -> list[Any]:
    async with client as session:
        heard = Heard(session, ANNOUNCED)
        await heard.after_all(lambda: shop.announce("is anybody there?"))
        await shop.announce("not for them", "somebody else's")
        await shop.announce("the last")
        while heard.values[-1]["announced"]["text"] != "the last":
            await heard.after_all(nothing)
        heard.listening.cancel()
        return heard.values


async def nothing() -> None: ...


async def interruption(shop: Shop, deed: str) -> None:
    """What a session and a reconnecting session say when their sockets end under them."""
    plain, lasting = shop.socket(shop.guest), shop.socket(shop.guest)
    async with plain as session:
        carried_on = await lasting.connect_async(reconnecting=True)
        heard, heard_too = Heard(session, ANNOUNCED), Heard(carried_on, ANNOUNCED)
        for listening in (heard, heard_too):
            await listening.after_all(lambda: shop.announce("before"))
        await ask_for(deed)
        await behaviour(f"subscription after {deed}", lambda: heard.listening)
        await behaviour(f"next subscription of the session after {deed}", lambda: Heard(session, ANNOUNCED).listening)
    await behaviour(f"query after {deed}", lambda: shop.ask(shop.guest, READ))
    await behaviour(f"subscription of a reconnecting session after {deed}", lambda: heard_too.listening)
    await behaviour(f"next subscription of a reconnecting session after {deed}", lambda: again(shop, carried_on, deed))
    await lasting.close_async()


async def again(shop: Shop, session: Any, deed: str) -> Any:
    """As gql's documentation has it: subscribe anew, until the session has connected anew."""
    while True:
        heard = Heard(session, ANNOUNCED)
        with suppress(TransportError, Ended, TimeoutError):
            async with asyncio.timeout(ATTEMPT_SECONDS):
                await heard.after_all(lambda: shop.announce(f"after {deed}"))
            return heard.values[-1]
        heard.listening.cancel()
        await asyncio.sleep(PAUSE_SECONDS)


async def behaviour(name: str, deed: Callable[[], Awaitable[Any]]) -> None:
    try:
        tell({"behaviour": name, "result": await deed()})
    except Exception as thrown:  # noqa: BLE001 - whatever it is, it is what the client's user would see
        told = {"name": type(thrown).__name__, "message": str(thrown)}
        tell({"behaviour": name, "thrown": told | {key: value for key, value in vars(thrown).items() if value}})


async def ask_for(deed: str) -> None:
    tell({"ask": deed})
    await asyncio.to_thread(sys.stdin.readline)


def tell(told: Any) -> None:
    sys.stdout.write(json.dumps(told, default=str) + "\n")
    sys.stdout.flush()


async def main() -> None:
    shop = Shop(json.loads(sys.stdin.readline()))
    await queries(shop)
    await denials(shop)
    await behaviour("subscription as staff", lambda: staff(shop))
    await behaviour("subscription beside a denied one", lambda: beside_a_denied_one(shop))
    await behaviour("subscription by key", lambda: conversation(shop, shop.socket(shop.guest)))
    await behaviour("subscription by token over TLS", lambda: conversation(shop, shop.tls_socket(shop.shopper)))
    for deed in ("drop", "restart"):
        await interruption(shop, deed)
    await behaviour("staff", lambda: shop.ask(shop.user("staff"), ERASE))


if __name__ == "__main__":
    asyncio.run(main())
