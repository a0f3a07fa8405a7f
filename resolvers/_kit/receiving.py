"""The front door for webhooks: what a provider sends, byte by byte and bounded, and answers that are a status alone.

API Gateway's event (guide, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0) holds the body as
text, or as Base64 if it need not be text; a signature is over its bytes.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from msgspec import Struct

from resolvers._kit.app import Handler
from resolvers._kit.telemetry import Telemetry

FIELD: Final = "webhook"
LARGEST: Final = 262_144
"""Bytes of a body. Providers' events are some kilobytes; in Base64 and its envelope it is a third of the 1 MiB that SQS
takes (SQS guide, "Message quotas"), and API Gateway lets ten megabytes through."""


class Unwelcome(Exception):
    """A delivery that is not taken: unsigned, forged, too old, unreadable. Its sender is told ``status`` alone."""

    def __init__(self, reason: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        self.status = status
        super().__init__(reason)


class Delivery(Struct, frozen=True, kw_only=True):
    """What a provider sent; ``headers`` are by name in lower case, and the sender's own word."""

    provider: str
    body: bytes
    headers: Mapping[str, str] = {}

    def sealed(self) -> str:
        """As a message for the queue: whose it is, and every byte of it. The headers have served their purpose."""
        return msgspec.json.encode({"provider": self.provider, "body": self.body}).decode()


def opened(message: str) -> Delivery:
    """The delivery that was sealed in a message."""
    return msgspec.json.decode(message, type=Delivery)


def receiving(telemetry: Telemetry, accept: Callable[[Delivery], None]) -> Handler:
    """The Lambda handler of a domain's webhooks, ``accept`` being what verifies a delivery and puts it on the queue.

    It is answered 200 when ``accept`` returns, as the provider then never sends it again; the status of an Unwelcome
    one; and 500 for a fault, which is logged once here, so that the provider sends it again.
    """

    def handler(event: Any, context: Any) -> Mapping[str, Any]:
        with telemetry.invocation(FIELD, 1, context.aws_request_id):
            try:
                accept(_delivery(event))
            except Unwelcome as refusal:
                telemetry.count("Unwelcome")
                return _answer(refusal.status)
            except Exception as error:  # noqa: BLE001  # the front door: whatever it is, it is logged once, here
                telemetry.fault(error, FIELD, context.aws_request_id)
                return _answer(HTTPStatus.INTERNAL_SERVER_ERROR)
            return _answer(HTTPStatus.OK)

    return handler


def _delivery(event: Mapping[str, Any]) -> Delivery:
    body = _body(event)
    if len(body) > LARGEST:
        raise Unwelcome(f"a body of {len(body)} bytes", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    headers = {name.lower(): value for name, value in event["headers"].items()}
    return Delivery(provider=event["rawPath"].rpartition("/")[2], body=body, headers=headers)


def _body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    return b64decode(text) if event.get("isBase64Encoded") else text.encode()


def _answer(status: HTTPStatus) -> Mapping[str, Any]:
    return {"statusCode": status.value, "headers": {"content-type": "text/plain"}, "body": ""}
