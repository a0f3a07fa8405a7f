"""The schema explorer: the page built from ``explorer/``, all that it may load, and its way to sign in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

BUNDLE: Final = Path(__file__).parent.parent / ".build" / "explorer"
"""Where the Makefile has it built."""

_SOURCES: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # the editor lays out its lines with style attributes
    "img-src": "'self' data:",  # the editor's style sheet has some of its marks in itself
    "font-src": "'self'",
    "connect-src": "'self' {socket}",  # to some browsers 'self' does not mean its sockets
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
_POLICY: Final = "; ".join(f"{what} {whence}" for what, whence in _SOURCES.items())
"""What the page may load and who may frame it: nothing but from this very address, and nobody."""

_PAGE_HEADERS: Final = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_HASHED: Final = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
_INITIATE_AUTH: Final = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth",
}
_SIGN_IN_SECONDS: Final = 10.0
"""Cognito hashes passwords on purpose slowly; the emulator answers in milliseconds."""

_UNBUILT: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Souk explorer</title>
<style>
  :root { color-scheme: light dark }
  body { max-width: 34rem; margin: 20vh auto; padding: 0 1rem; font: 1.1rem/1.6 system-ui, sans-serif }
</style>
<h1>Souk is running</h1>
<p>Its explorer has not been built yet: run <code>make setup</code>, then reload this page.</p>
</html>
"""


def routes(outputs: Mapping[str, Any], bundle: Path = BUNDLE) -> list[BaseRoute]:
    """The page at ``/``, and what it asks for below ``/explorer``; ``outputs`` tells it how to sign in."""

    async def page(request: Request) -> Response:
        headers = _PAGE_HEADERS | {"content-security-policy": policy(request.url)}
        index = bundle / "index.html"
        return FileResponse(index, headers=headers) if index.is_file() else HTMLResponse(_UNBUILT, 503, headers)

    async def setup(request: Request) -> Response:  # noqa: ARG001 - a route's signature
        return JSONResponse(outputs, headers={"cache-control": "no-store"})

    async def sign_in(request: Request) -> Response:
        return await _initiate_auth(outputs["custom"]["aws_endpoint_url"], await request.body())

    return [
        Route("/", page),
        Route("/explorer.json", setup),
        Route("/explorer/sign-in", sign_in, methods=["POST"]),
        Mount("/explorer", _Bundle(directory=bundle, check_dir=False)),
    ]


def policy(address: URL) -> str:
    """The content security policy of the page at an address, whose own socket it may open."""
    return _POLICY.format(socket=f"{'wss' if address.is_secure else 'ws'}://{address.netloc}")


class _Bundle(StaticFiles):
    """The built files; all but the workers have their content's hash in their names, so that they may be kept."""

    def file_response(self, full_path: Any, *arguments: Any, **options: Any) -> Response:
        response = super().file_response(full_path, *arguments, **options)
        response.headers.update({"cache-control": "no-cache"} if ".worker." in str(full_path) else _HASHED)
        return response


async def _initiate_auth(endpoint: str, body: bytes) -> Response:
    """Cognito's answer. By way of here, because the page may talk to this address only."""
    async with httpx.AsyncClient(trust_env=False, timeout=_SIGN_IN_SECONDS) as cognito:
        try:
            answer = await cognito.post(endpoint, content=body, headers=_INITIATE_AUTH)
        except httpx.TransportError:
            return JSONResponse({"message": "Cognito does not answer; see /health."}, 502)
    return Response(answer.content, answer.status_code, media_type="application/json")
