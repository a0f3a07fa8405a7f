"""Lambda's Invoke over HTTP, for the stubs on the embedded AWS: streams, S3 events and triggers arrive through it."""

from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.functions.host import FunctionHost, UnknownFunction

PATH: Final = "/2015-03-31/functions/{name}/invocations"
"""The date is the version of Lambda's API (AWS Lambda API reference, "Invoke")."""


def app(host: FunctionHost) -> Starlette:
    """Invokes wait for the answer, as ``RequestResponse`` does; the stub's caller decides what to do with it."""

    async def invoke(request: Request) -> Response:
        try:
            answer = await host.invoke(request.path_params["name"], await request.body() or b"{}")
        except UnknownFunction as fault:
            body = {"Type": "User", "Message": str(fault)}
            return JSONResponse(body, 404, {"x-amzn-errortype": "ResourceNotFoundException"})
        headers = {"X-Amz-Executed-Version": "$LATEST"}
        if answer.function_error:
            headers["X-Amz-Function-Error"] = answer.function_error
        return Response(answer.payload, headers=headers, media_type="application/json")

    return Starlette(routes=[Route(PATH, invoke, methods=["POST"])])
