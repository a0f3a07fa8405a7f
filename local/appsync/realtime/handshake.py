"""How a socket is opened: the credentials it states in one of three ways, and the subprotocol it speaks.

A query parameter, a subprotocol, or ordinary headers (AppSync guide, "Handshake details to establish the WebSocket
connection"). Clients differ: one leaves the base64 of the query unescaped, so that ``+`` arrives as a space, and some
leave its padding out.
"""

import base64
import binascii
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

import orjson

from local.appsync import wire
from local.appsync.realtime import messages
from local.appsync.realtime.messages import SUBPROTOCOL, Unreadable
from local.appsync.wire import Headers, Request

PATHS: Final = ("/graphql", "/graphql/realtime")
"""AppSync's own domain has the first at another host, custom domains the second."""
CONNECT_PATH: Final = "/graphql/connect"
"""What an IAM signature for opening a socket is made over, with the body ``{}``."""
GRAPHQL_PATH: Final = "/graphql"
_HEADER: Final = "header-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """The HTTP request that opens a socket."""

    path: str
    query: str
    headers: Headers
    subprotocols: Sequence[str]
    source_ip: list[str]

    @property
    def problem(self) -> bytes | None:
        """What is said to a client that does not speak the protocol; None to one that does."""
        if SUBPROTOCOL in self.subprotocols:
            return None
        return messages.WRONG_SUBPROTOCOL if self.subprotocols else messages.NO_SUBPROTOCOL

    def connect(self) -> Request:
        """The request whose caller opens the socket; ``Unreadable`` if credentials are stated that cannot be read."""
        return self._request(CONNECT_PATH, self._stated() or {}, b"{}")

    def start(self, start: messages.Start) -> Request:
        """The request of one subscription, which states its own credentials."""
        return self._request(GRAPHQL_PATH, start.authorization, start.data.encode(errors="surrogatepass"))

    def _request(self, path: str, stated: dict[str, str], body: bytes) -> Request:
        kept = {name: value for name, value in self.headers.items() if not stated or name not in _CREDENTIALS}
        headers: Headers = {**kept, **stated}
        return Request(method="POST", path=path, query=b"", headers=headers, body=body, source_ip=self.source_ip)

    def _stated(self) -> dict[str, str] | None:
        encoded = dict(parse_qsl(self.query)).get("header")
        if encoded is None:
            encoded = next((name[len(_HEADER) :] for name in self.subprotocols if name.startswith(_HEADER)), None)
        return None if encoded is None else _decoded(encoded)


_CREDENTIALS: Final = frozenset({"authorization", "x-api-key", "x-amz-date", "x-amz-security-token"})
"""Headers that must not be read from the handshake when credentials are stated otherwise."""


def of(target: str, headers: Iterable[tuple[str, str]], peer: str, scheme: str) -> Handshake:
    """The handshake of a request for ``target`` (path and query) that came from ``peer``."""
    path, _, query = target.partition("?")
    named = [(name.lower(), value) for name, value in headers]
    offered = [value for name, value in named if name == "sec-websocket-protocol"]
    seen, sources = wire.seen_by_resolvers(named, peer, scheme, str(uuid.uuid4()))
    return Handshake(
        path=path,
        query=query,
        headers=seen,
        subprotocols=[name.strip() for value in offered for name in value.split(",") if name.strip()],
        source_ip=sources,
    )


def _decoded(encoded: str) -> dict[str, str]:
    text = encoded.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        stated = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except (binascii.Error, ValueError) as unreadable:
        raise Unreadable from unreadable
    return messages.credentials(stated)
