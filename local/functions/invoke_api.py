"""Lambda's Invoke over HTTP, for the stubs on the embedded AWS: S3 events and triggers arrive through it."""

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


def app(host: FunctionHost, report: Report = nothing_to_report) -> Starlette:
    """Invokes wait for the answer, as ``RequestResponse`` does; the stub's caller decides what to do with it."""

    async def invoke(request: Request) -> Response:
        name, event = request.path_params["name"], await request.body() or b"{}"
        try:
            answer = await host.invoke(name, event)
        except UnknownFunction as fault:
            body = {"Type": "User", "Message": str(fault)}
            return JSONResponse(body, 404, {"x-amzn-errortype": "ResourceNotFoundException"})
        headers = {"X-Amz-Executed-Version": "$LATEST"}
        if answer.function_error:
            headers[ERROR_HEADER] = answer.function_error
        return Response(answer.payload, headers=headers, media_type="application/json")

    async def health(request: Request) -> Response:  # noqa: ARG001 - a route's signature
        return JSONResponse(await report())

    return Starlette(routes=[Route(PATH, invoke, methods=["POST"]), Route(HEALTH, health)])
