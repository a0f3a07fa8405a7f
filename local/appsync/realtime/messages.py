"""What client and server say to each other over a realtime socket: the messages, their limits and their errors."""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from local.appsync.failures import Refusal

SUBPROTOCOL: Final = "graphql-ws"
CONNECTION_TIMEOUT_MS: Final = 300_000
"""After so long without a message the client is to take the connection for dead (AppSync guide)."""

ACK: Final = orjson.dumps({"type": "connection_ack", "payload": {"connectionTimeoutMs": CONNECTION_TIMEOUT_MS}})
KEEP_ALIVE: Final = b'{"type":"ka"}'


class Unreadable(Exception):
    """The client said something that is no message of this protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A client's wish to subscribe; ``data`` is the text that an IAM signature is made over."""

    id: str
    data: str
    authorization: dict[str, str]


def read(text: str) -> dict[str, Any]:
    """A client's message; ``Unreadable`` if it has no type."""
    message = _json(text)
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Unreadable
    return message


def named(message: dict[str, Any]) -> str:
    """The id that the client gave its subscription; ``Unreadable`` without one."""
    stated = message.get("id")
    if not isinstance(stated, str) or not stated:
        raise Unreadable
    return stated


def start(message: dict[str, Any]) -> Start:
    """The client's start; ``Unreadable`` if a part of it is missing or is of another kind."""
    payload = message.get("payload")
    extensions = payload.get("extensions") if isinstance(payload, dict) else None
    authorization = extensions.get("authorization") if isinstance(extensions, dict) else None
    data = payload.get("data") if isinstance(payload, dict) else None
    if not isinstance(data, str) or not isinstance(authorization, dict):
        raise Unreadable
    return Start(id=named(message), data=data, authorization=credentials(authorization))


def credentials(stated: Any) -> dict[str, str]:
    """Header names, in lower case, to values, as clients send them in place of HTTP headers."""
    if not isinstance(stated, dict) or not all(isinstance(value, str) for value in stated.values()):
        raise Unreadable
    return {name.lower(): value for name, value in stated.items()}


def _json(text: str | bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as unreadable:
        raise Unreadable from unreadable


# What the server says ------------------------------------------------------------------------------------------------


def start_ack(id_: str) -> bytes:
    return orjson.dumps({"id": id_, "type": "start_ack"})


def complete(id_: str) -> bytes:
    return orjson.dumps({"type": "complete", "id": id_})


def data_head(id_: str) -> bytes:
    """A data message as far as its payload; ``}`` ends it."""
    return b'{"type":"data","id":%b,"payload":' % orjson.dumps(id_)


def error(id_: str | None, *errors: dict[str, Any]) -> bytes:
    """The end of a subscription, or, without an id, of nothing in particular."""
    return _error(id_, list(errors))


def _error(id_: str | None, errors: Any) -> bytes:
    named_ = {} if id_ is None else {"id": id_}
    return orjson.dumps({**named_, "type": "error", "payload": {"errors": errors}})


def refused(id_: str, refusal: Refusal) -> bytes:
    return error(id_, typed(refusal.error_type, refusal.message))


def typed(error_type: str, message: str) -> dict[str, Any]:
    return {"errorType": error_type, "message": message}


def unsupported() -> bytes:
    """The answer to all that is no start of a subscription; observed with these words."""
    return error(None, typed("UnsupportedOperation", "unknown not supported through the realtime channel"))


def too_many(id_: str, most: int) -> bytes:
    """Observed with ``errors`` as an object, not a list."""
    told = typed("MaxSubscriptionsReachedError", f"Max number of {most} subscriptions reached")
    return _error(id_, told)


def duplicate(id_: str) -> bytes:
    """That it is an error is documented; its words are not known."""
    return error(id_, typed("DuplicatedOperationError", f"Duplicated operation id {id_}"))


def unknown(id_: str) -> bytes:
    return error(id_, typed("UnknownOperationError", f"Unknown operation id {id_}"))


def connection_error(*errors: dict[str, Any]) -> bytes:
    return orjson.dumps({"payload": {"errors": list(errors)}, "type": "connection_error"})


def not_admitted(refusal: Refusal) -> bytes:
    return connection_error({**typed(refusal.error_type, refusal.message), "errorCode": refusal.status.value})


BAD_HANDSHAKE: Final = connection_error({"errorType": "BadRequest", "errorCode": 400})
NO_SUBPROTOCOL: Final = connection_error({"message": "NoProtocolError", "errorCode": 400})
WRONG_SUBPROTOCOL: Final = connection_error({"message": "SubProtocolNotSupportedError", "errorCode": 400})
