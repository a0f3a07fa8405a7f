"""The addresses of the running system: graph, health, explorer, webhooks, letters, simulator, pictures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from local import explorer, letters, simulator
from local.delivery import Delivery
from local.health import Report
from local.webhooks import Webhooks

PICTURES: Final = Path(__file__).parent.parent / "sample" / "pictures"
GRAPHQL: Final = "/graphql"


class Front:
    """Everything behind the one port; ``outputs`` tells the explorer how to sign in."""

    def __init__(
        self, graph: ASGIApp, report: Report, outputs: Mapping[str, Any], webhooks: Webhooks, delivery: Delivery
    ) -> None:
        self._graph = graph
        self._rest = _rest(report, outputs, webhooks, delivery)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The graph comes first and without a router: it is asked hundreds of times a second."""
        served = self._graph if scope["path"] == GRAPHQL else self._rest
        await served(scope, receive, send)


def _rest(report: Report, outputs: Mapping[str, Any], webhooks: Webhooks, delivery: Delivery) -> Starlette:
    async def health(request: Request) -> Response:  # noqa: ARG001 - a route's signature
        found = await report()
        return JSONResponse(found, 200 if found["status"] == "ok" else 503, {"cache-control": "no-store"})

    return Starlette(
        routes=[
            Route("/health", health),
            *explorer.routes(outputs),
            *letters.routes(outputs),
            *simulator.routes(webhooks.invoke),
            Route("/webhooks/{provider}", webhooks.answer, methods=["POST"]),
            *delivery.routes(),
            Mount("/sample", StaticFiles(directory=PICTURES, check_dir=False)),
        ],
        # Who is told passwords and letters: a page of another name that resolves to this machine must not read them.
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )
