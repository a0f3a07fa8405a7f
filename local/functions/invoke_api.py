"""Lambda's Invoke over HTTP, for the stubs on the embedded AWS: streams, S3 events and triggers arrive through it."""

import json
from collections.abc import Callable
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.functions.host import FunctionHost, UnknownFunction
from local.health import Report, nothing_to_report

PATH: Final = "/2015-03-31/functions/{name}/invocations"
"""The date is the version of Lambda's API (AWS Lambda API reference, "Invoke")."""
ERROR_HEADER: Final = "X-Amz-Function-Error"
HEALTH: Final = "/health"
"""For further data planes: how the system is, as its first process tells."""


def _partly_failed(answer: bytes) -> str | None:
    if b'"batchItemFailures"' not in answer:
        return None
    told = json.loads(answer)
    return "Unhandled" if isinstance(told, dict) and told.get("batchItemFailures") else None


def app(
    host: FunctionHost,
    report: Report = nothing_to_report,
    answered: Callable[[str, bytes], None] = lambda _function, _event: None,
) -> Starlette:
    """Invokes wait for the answer, as ``RequestResponse`` does; the stub's caller decides what to do with it.

    ``answered`` is told the function and the event of each invocation that did not fail. A batch of which a part failed
    (Lambda's ReportBatchItemFailures) is one that failed: the emulator's streams know nothing between, and give it all
    again, where AWS begins with the first that failed.
    """

    async def invoke(request: Request) -> Response:
        name, event = request.path_params["name"], await request.body() or b"{}"
        try:
            answer = await host.invoke(name, event)
        except UnknownFunction as fault:
            body = {"Type": "User", "Message": str(fault)}
            return JSONResponse(body, 404, {"x-amzn-errortype": "ResourceNotFoundException"})
        headers = {"X-Amz-Executed-Version": "$LATEST"}
        if failed := answer.function_error or _partly_failed(answer.payload):
            headers[ERROR_HEADER] = failed
        else:
            answered(name, event)
        return Response(answer.payload, headers=headers, media_type="application/json")

    async def health(request: Request) -> Response:  # noqa: ARG001 - a route's signature
        return JSONResponse(await report())

    return Starlette(routes=[Route(PATH, invoke, methods=["POST"]), Route(HEALTH, health)])
