"""What API Gateway serves in the cloud, on the front's own port: the deployed routes, and the functions behind them.

The emulator's own takes a process start a request. What is served is read from it, as it was deployed there.
"""

import base64
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.appsync.invocation import Invocation, Invoke
from local.aws import QUICK, session

LARGEST: Final = 10 * 2**20
"""Bytes of a request's body (API Gateway guide, "Quotas for configuring and running an HTTP API")."""
TEXTS: Final = ("text/", "application/json", "application/javascript", "application/xml")
"""Content types whose bodies API Gateway gives as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """By the key of each route, such as ``POST /webhooks/bank``, the function that answers it."""

    invoke: Invoke
    routes: Mapping[str, str] = field(default_factory=dict)

    async def answer(self, request: Request) -> Response:
        """Answer a request as an HTTP API does."""
        key = f"{request.method} {request.url.path}"
        if key not in self.routes:
            return JSONResponse({"message": "Not Found"}, 404)
        if (body := await _body(request)) is None:
            return JSONResponse({"message": "Request Entity Too Large"}, 413)
        return _answer(await self.invoke(self.routes[key], orjson.dumps(_event(request, key, body))))


async def _body(request: Request) -> bytes | None:
    """The whole body; None when it is too large, of which no more is read than shows that."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > LARGEST:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


def _event(request: Request, key: str, body: bytes) -> dict[str, Any]:
    """The request in payload format 2.0 (guide, "Create AWS Lambda proxy integrations for HTTP APIs")."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    path, now = request.url.path, time.time()
    client = request.client.host if request.client else ""
    event = {
        "version": "2.0",
        "routeKey": key,
        "rawPath": path,
        "rawQueryString": request.url.query,
        "headers": headers,
        "requestContext": {
            "http": {"method": request.method, "path": path, "protocol": "HTTP/1.1", "sourceIp": client},
            "requestId": str(uuid.uuid4()),
            "routeKey": key,
            "stage": "$default",
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    return event | _written(body, headers.get("content-type", ""))


def _written(body: bytes, kind: str) -> dict[str, Any]:
    if not body:
        return {}
    if kind.startswith(TEXTS):
        return {"body": body.decode(errors="replace")}
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _answer(given: Invocation) -> Response:
    """What the function says, or what API Gateway says of one that failed."""
    said = orjson.loads(given.payload)
    if given.function_error and said.get("errorType") == "RequestTooLargeException":
        return JSONResponse({"message": "Request Entity Too Large"}, 413)
    if given.function_error or "statusCode" not in said:
        return JSONResponse({"message": "Internal Server Error"}, 500)
    return Response(said.get("body", ""), said["statusCode"], said.get("headers"))


def routes(endpoint: str) -> dict[str, str]:
    """By the key of each route of the HTTP APIs that are deployed on the emulator, the ARN of its function."""
    client: Any = session().client("apigatewayv2", endpoint_url=endpoint, config=QUICK)
    found = {}
    for api in client.get_apis()["Items"]:
        to = {each["IntegrationId"]: each for each in client.get_integrations(ApiId=api["ApiId"])["Items"]}
        for route in client.get_routes(ApiId=api["ApiId"])["Items"]:
            integration = to[route["Target"].removeprefix("integrations/")]
            found[route["RouteKey"]] = str(integration["IntegrationUri"])
    return found
