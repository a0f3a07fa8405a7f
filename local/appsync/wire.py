"""HTTP as AppSync speaks it: what is read of a request, and the head of every response."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from local.appsync.failures import Refusal, malformed
from local.appsync.limits import BODY_BYTES, BRACKETS

_FRONT: Final = "127.0.0.1"
"""AppSync stands behind an edge of CloudFront, whose address ends ``x-forwarded-for``, while ``sourceIp`` ends with the
caller's (events in awslabs/aws-mobile-appsync-sdk-js#584 and in Powertools' tests): here we are our own edge."""
_WITHHELD: Final = frozenset({"cookie"})
"""AppSync does not show it to resolvers (AWS AppSync guide, "Access request headers")."""
_EXPOSED: Final = b"x-amzn-RequestId,x-amzn-ErrorType,x-amz-user-agent,x-amzn-ErrorMessage,Date,x-amz-schema-version"
_ANYWHERE: Final = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED),
)
_JSON: Final = (*_ANYWHERE, (b"content-type", b"application/json;charset=UTF-8"))
_TOKENS: Final = (b"x-amzn-appsync-tokensconsumed", b"1")

type Headers = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request; header names are in lower case, a header sent twice is a list."""

    method: str
    path: str
    query: bytes
    headers: Headers
    body: bytes
    source_ip: list[str]
    too_large: bool = False
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def header(self, name: str) -> str | None:
        value = self.headers.get(name)
        return value[-1] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Question:
    """What a request asks: the three parts of a GraphQL request."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None


async def receive_request(scope: Scope, receive: Receive) -> Request:
    """The request with its body, or without it when it is too large."""
    request_id, peer = str(uuid.uuid4()), scope["client"][0] if scope.get("client") else "127.0.0.1"
    named = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    headers, sources = seen_by_resolvers(named, peer, scope.get("scheme", "http"), request_id)
    body = await _body(receive)
    return Request(
        method=scope["method"],
        path=scope["path"],
        query=scope.get("query_string", b""),
        headers=headers,
        body=body or b"",
        source_ip=sources,
        too_large=body is None,
        id=request_id,
    )


def seen_by_resolvers(
    named: Iterable[tuple[str, str]], peer: str, scheme: str, request_id: str
) -> tuple[Headers, list[str]]:
    """A request's headers, names in lower case, with those that AppSync's own front adds; and where it came from."""
    headers: Headers = {}
    for name, value in named:
        before = headers.get(name)
        if before is None:
            headers[name] = value
        else:
            headers[name] = [*before, value] if isinstance(before, list) else [before, value]
    forwarded = headers.get("x-forwarded-for", "")
    through = ", ".join(forwarded) if isinstance(forwarded, list) else forwarded
    sources = [source.strip() for source in through.split(",") if source.strip()]
    sources.append(peer)
    headers["x-forwarded-for"] = ", ".join([*sources, _FRONT])
    headers["x-forwarded-proto"] = scheme
    headers.setdefault("x-amzn-trace-id", f"Root=1-{request_id[:8]}-{request_id.replace('-', '')[8:]}")
    return headers, sources


def shown_to_resolvers(headers: Headers) -> Headers:
    return {name: value for name, value in headers.items() if name not in _WITHHELD}


async def _body(receive: Receive) -> bytes | None:
    message = await receive()
    whole: bytes = message.get("body", b"")
    if message.get("more_body"):
        parts, size = [whole], len(whole)
        while message.get("more_body") and size <= BODY_BYTES:
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
        whole = b"".join(parts)
    return whole if len(whole) <= BODY_BYTES else None


def too_large() -> Refusal:
    """AppSync's own words for it are not known."""
    return Refusal(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "RequestEntityTooLargeException",
        f"The request body is larger than {BODY_BYTES} bytes.",
    )


def question(request: Request) -> Question:
    """What the request asks; ``Refusal`` when that cannot be read."""
    return _from_url(request.query) if request.method == "GET" else _from_body(request.body)


def _from_body(body: bytes) -> Question:
    if not body:
        raise malformed("Request body is empty.")
    return _question(_json(body))


def _from_url(query: bytes) -> Question:
    try:
        given = dict(parse_qsl(query.decode("ascii"), errors="strict", max_num_fields=100))
    except ValueError as unreadable:
        raise malformed() from unreadable
    if "variables" in given:
        return _question({**given, "variables": _json(given["variables"].encode())})
    return _question(given)


def _json(text: bytes) -> Any:
    if text.count(b"{") + text.count(b"[") > BRACKETS:
        raise malformed()
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as unreadable:
        raise malformed() from unreadable


def _question(given: Any) -> Question:
    if not isinstance(given, dict):
        raise malformed()
    query, variables, operation_name = given.get("query"), given.get("variables"), given.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise malformed()
    if not isinstance(variables, dict | None) or not isinstance(operation_name, str | None):
        raise malformed()
    return Question(query, variables or {}, operation_name or None)


async def send_json(send: Send, request_id: str, status: int, body: bytes, error_type: str | None = None) -> None:
    headers = [
        *_JSON,
        (b"content-length", str(len(body)).encode()),
        (b"x-amzn-requestid", request_id.encode()),
        (b"x-amzn-errortype", error_type.encode()) if error_type else _TOKENS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_preflight(send: Send, asked: str | None) -> None:
    """The answer to a browser that asks which methods and headers it may send."""
    headers = [
        *_ANYWHERE,
        (b"access-control-allow-methods", b"POST"),
        (b"access-control-allow-headers", (asked or "*").encode("latin-1")),
        (b"access-control-max-age", b"172800"),
        (b"content-length", b"0"),
        (b"x-amzn-requestid", str(uuid.uuid4()).encode()),
    ]
    await send({"type": "http.response.start", "status": HTTPStatus.OK.value, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
