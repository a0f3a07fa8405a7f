"""Opening a socket: three ways to say who one is, the subprotocol, and what is said to those who may not come in."""

import asyncio
import base64
import json
import time
from typing import Any

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from local.appsync.realtime.connection import Times
from tests.conformance.points import CLIENT, DOC, OBS, UNKNOWN, point
from tests.local.appsync.realtime.live import HOST_HEADER, KEYED, SECONDS, Client, encoded, frame, live, subprotocols
from tests.local.appsync.world import KEY

ACK = {"type": "connection_ack", "payload": {"connectionTimeoutMs": 300000}}
WS = [Subprotocol("graphql-ws")]


def said_on_opening(options: Any, path: str = "/graphql/realtime") -> list[Any]:
    """The answer to connection_init, the subprotocol chosen, and the code of the close if there was one."""

    async def talk() -> list[Any]:
        async with live() as there:
            url = there.url.replace("/graphql/realtime", path)
            async with there.socket(url=url, **options) as socket:
                client = Client(socket, KEYED)
                said = await client.init()
                code = await client.closed() if said["type"] == "connection_error" else None
                return [said, socket.subprotocol, code]

    return asyncio.run(talk())


def padded(headers: Any) -> str:
    """Base64 as one client writes it: the usual alphabet, padded, and not escaped for a URL."""
    return base64.b64encode(json.dumps(headers).encode()).decode()


@pytest.mark.parametrize("path", ["/graphql", "/graphql/realtime"])
@pytest.mark.parametrize(
    "options",
    [
        {"subprotocols": subprotocols(KEYED)},
        {"subprotocols": subprotocols({**KEYED, "x-amz-date": "20260401T001010Z"})},
        {"subprotocols": WS, "additional_headers": {"x-api-key": KEY}},
    ],
    ids=["as a subprotocol", "as a subprotocol, with more", "as headers"],
)
def test_a_caller_may_say_who_it_is_in_a_subprotocol_or_in_headers(path: str, options: Any) -> None:
    assert said_on_opening(options, path) == [ACK, "graphql-ws", None]


@pytest.mark.parametrize("write", [padded, encoded, lambda headers: padded(headers).rstrip("=")])
@pytest.mark.parametrize("filler", ["", "?>?>?>"])
@point("6.2", CLIENT)
def test_a_caller_may_say_who_it_is_in_the_query_escaped_and_padded_or_not(write: Any, filler: str) -> None:
    query = f"?header={write({**KEYED, 'x-filler': filler})}&payload=e30="
    assert said_on_opening({"subprotocols": WS}, "/graphql" + query)[0] == ACK


def test_a_user_is_let_in_with_a_token_bare_or_with_bearer() -> None:
    async def talk() -> list[str]:
        async with live() as there:
            bare = there.token()
            found = []
            for headers in (bare, {**bare, "authorization": f"Bearer {bare['authorization']}"}):
                async with there.client(headers) as client:
                    found.append((await client.start("subscription { changed { id } }"))["type"])
            return found

    assert asyncio.run(talk()) == ["start_ack", "start_ack"]


def signed(path: str, body: str, secret: str = "secret") -> dict[str, str]:
    """Headers as a client signs them for AppSync."""
    request = botocore.awsrequest.AWSRequest(
        method="POST", url=f"https://{HOST_HEADER}{path}", data=body, headers={"host": HOST_HEADER}
    )
    keys = botocore.credentials.Credentials("AKIALIVE", secret)
    botocore.auth.SigV4Auth(keys, "appsync", "us-east-1").add_auth(request)
    return {name.lower(): value for name, value in request.headers.items()}


def test_a_signature_opens_a_socket_and_each_start_is_signed_by_itself() -> None:
    query = "subscription { changed { id secret } }"
    data = json.dumps({"query": query, "variables": {}})

    async def talk() -> list[Any]:
        now = live(clock=time.time, keys={KEY: int(time.time()) + 60})
        async with now as there, there.client(signed("/graphql/connect", "{}")) as client:
            good = await client.start(query, headers=signed("/graphql", data))
            bad = await client.start(query, "2", headers=signed("/graphql", data + " "))
            await there.mutate('mutation { change(id: "1") { id secret } }', KEYED)
            return [good["type"], bad["payload"]["errors"], (await client.hear())["payload"]]

    good, bad, payload = asyncio.run(talk())
    assert good == "start_ack"
    assert bad == [{"errorType": "UnauthorizedException", "message": "Valid authorization header not provided."}]
    assert payload == {"data": {"changed": {"id": "1", "secret": None}}}  # the mutation's caller may not see it


def error(error_type: str, message: str, code: int) -> dict[str, Any]:
    told = {"errorType": error_type, "message": message, "errorCode": code}
    return {"payload": {"errors": [told]}, "type": "connection_error"}


REFUSED = error("UnauthorizedException", "You are not authorized to make this call.", 401)
NOT_PROVIDED = error("UnauthorizedException", "Valid authorization header not provided.", 401)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"subprotocols": subprotocols({**KEYED, "x-api-key": "da2-wrong"})}, REFUSED),
        ({"subprotocols": subprotocols({**KEYED, "x-api-key": "da2-old"})}, REFUSED),
        ({"subprotocols": subprotocols({"host": "x", "authorization": "garbage"})}, NOT_PROVIDED),
        ({"subprotocols": subprotocols(signed("/graphql/connect", "{}", "wrong"))}, NOT_PROVIDED),
        ({"subprotocols": WS}, NOT_PROVIDED),
        ({"subprotocols": [*WS, Subprotocol("header-%%%")]}, None),
        ({"subprotocols": [*WS, Subprotocol(f"header-{encoded(['no', 'map'])}")]}, None),
        ({"subprotocols": [*WS, Subprotocol(f"header-{encoded({'x-api-key': 1})}")]}, None),
    ],
)
def test_who_cannot_be_known_is_told_so_when_it_opens_and_the_socket_is_closed(options: Any, said: Any) -> None:
    bad = {"payload": {"errors": [{"errorType": "BadRequest", "errorCode": 400}]}, "type": "connection_error"}
    assert said_on_opening(options) == [said or bad, "graphql-ws", 1008]


@pytest.mark.parametrize(
    ("offered", "message"), [(None, "NoProtocolError"), (["graphql-transport-ws"], "SubProtocolNotSupportedError")]
)
def test_a_client_of_another_protocol_is_told_so(offered: Any, message: str) -> None:
    """Over a bare connection, since a WebSocket client ends one that does not take up its protocol."""

    async def talk() -> tuple[bytes, bytes]:
        async with live() as there:
            reader, writer, head = await there.bare(*offered or ())
            writer.write(frame(b'{"type":"connection_init"}'))
            told = await asyncio.wait_for(reader.readuntil(b"connection_error"), SECONDS)
            writer.close()
            return head, told

    head, told = asyncio.run(talk())
    assert b"101 Switching Protocols" in head
    assert b"sec-websocket-protocol" not in head.lower()
    assert message.encode() in told


def test_another_path_is_no_endpoint() -> None:
    async def talk() -> int:
        async with live() as there:
            with pytest.raises(InvalidStatus) as refused:
                async with there.socket(url=there.url + "/more", subprotocols=subprotocols(KEYED)):
                    pass
            return refused.value.response.status_code

    assert asyncio.run(talk()) == 404


@point("6.3", OBS)
def test_keep_alive_follows_the_acknowledgement_at_once_and_comes_again_and_again() -> None:
    async def talk() -> list[str]:
        async with (
            live(times=Times(keep_alive=0.05)) as there,
            there.socket(subprotocols=subprotocols(KEYED)) as socket,
        ):
            client = Client(socket, KEYED)
            await client.say({"type": "connection_init", "payload": {}})
            return [(await client.hear(keep_alives=True))["type"] for _ in range(4)]

    assert asyncio.run(talk()) == ["connection_ack", "ka", "ka", "ka"]


def test_what_is_said_before_the_acknowledgement_is_ignored() -> None:
    async def talk() -> dict[str, Any]:
        async with live() as there, there.socket(subprotocols=subprotocols(KEYED)) as socket:
            client = Client(socket, KEYED)
            for early in ('{"type":"start","id":"1"}', "no JSON", '{"type":"stop","id":"9"}', "[]", '{"no":"type"}'):
                await client.say(early)
            return await client.init()

    assert asyncio.run(talk()) == ACK


def test_opening_once_more_changes_nothing() -> None:
    async def talk() -> dict[str, Any]:
        async with live() as there, there.client() as client:
            await client.say({"type": "connection_init"})
            return await client.start("subscription { changed { id } }")

    assert asyncio.run(talk()) == {"id": "1", "type": "start_ack"}


@point("6.3", UNKNOWN)
def test_a_socket_that_is_never_opened_is_closed() -> None:
    async def talk() -> int | None:
        async with live(times=Times(init=0.05)) as there, there.socket(subprotocols=subprotocols(KEYED)) as socket:
            return await Client(socket, KEYED).closed()

    assert asyncio.run(talk()) == 1008


@point("5.8", DOC)
def test_a_socket_ends_after_a_day_and_when_it_is_told_to() -> None:
    async def of_a_day() -> int | None:
        async with live(times=Times(life=0.05)) as there, there.client() as client:
            return await client.closed()

    async def told() -> int | None:
        async with live() as there, there.client() as client:
            there.realtime.drop()
            return await client.closed()

    assert (asyncio.run(of_a_day()), asyncio.run(told())) == (1001, 1001)


def test_a_client_that_neither_speaks_nor_answers_pings_is_taken_for_dead() -> None:
    async def talk() -> bytes:
        async with live(times=Times(keep_alive=0.02, silence=2)) as there:
            reader, writer, _ = await there.bare("graphql-ws")
            writer.write(frame(b'{"type":"connection_init"}'))
            try:
                return await asyncio.wait_for(reader.read(-1), SECONDS)
            except ConnectionResetError:
                return b"reset"
            finally:
                writer.close()

    assert asyncio.run(talk())


def test_times_are_those_of_appsync() -> None:
    assert (Times().keep_alive, Times().life) == (60, 24 * 3600)
