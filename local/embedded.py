"""The embedded AWS as it is started: what is asked most goes straight to its service, all else the usual way.

MiniStack tries each of its services at every request before it asks the one that the request names, which costs more
than DynamoDB's answer does; and it tells every caller, as if all were browsers, that they may read it.
"""

import gc
import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from ministack.app import SERVICE_HANDLERS
from ministack.core.responses import set_request_account_id, set_request_region
from ministack.core.router import extract_access_key_id, extract_region

from local.user_pool import app as usual

STRAIGHT: Final = {
    "AWSEvents": SERVICE_HANDLERS["events"],
    "AmazonSQS": SERVICE_HANDLERS["sqs"],
    "DynamoDBStreams_20120810": SERVICE_HANDLERS["dynamodbstreams"],
    "DynamoDB_20120810": SERVICE_HANDLERS["dynamodb"],
}
"""By what the target of a request names (AWS's JSON protocol, ``x-amz-target``)."""
UNUSUAL: Final = frozenset({"content-encoding", "origin"})
"""Headers of what MiniStack must look at: a compressed body, and a browser."""

type Message = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]

_log = logging.getLogger(__name__)
SELDOM: Final = (50_000, 50, 50)
"""How often it looks for garbage: what a store makes it keeps, and looking was a tenth of its work."""

gc.set_threshold(*SELDOM)


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Answer one request (ASGI)."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope.get("headers", ())}
    handler = STRAIGHT.get(headers.get("x-amz-target", "").partition(".")[0])
    if handler is None or scope["type"] != "http" or scope["path"] != "/" or not UNUSUAL.isdisjoint(headers):
        await usual(scope, receive, send)
        return
    body = await _body(receive)
    if body is None:
        return
    set_request_account_id(extract_access_key_id(headers))
    set_request_region(extract_region(headers))
    try:
        status, said, answer = await handler(scope["method"], "/", headers, body, {})
        said["Content-Type"] = headers.get("content-type", "application/x-amz-json-1.0")
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is answered as MiniStack does
        _log.exception("%s failed", headers["x-amz-target"])
        status, said = 500, {"Content-Type": "application/json"}
        answer = json.dumps({"__type": "InternalError", "message": str(fault)})
    answer = answer if isinstance(answer, bytes) else answer.encode()
    said |= {"Content-Length": str(len(answer)), "x-amzn-RequestId": str(uuid.uuid4())}
    sent = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in said.items()]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": answer})


async def _body(receive: Receive) -> bytes | None:
    """All of it; None when the caller has gone."""
    parts, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)
