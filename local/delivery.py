"""What CloudFront does in the cloud, on the front's own port: everybody reads what the shop's bucket shows, no more.

The same addresses, and the same answers to what browsers ask: conditions, parts of a film, HEAD.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Final

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from domain.media.places import PUBLIC, media_at
from local.aws import QUICK, session

OUTPUT: Final = "MediaBucketName"
ASKED: Final = ("if-none-match", "if-modified-since", "range", "if-range")
TOLD: Final = (
    "accept-ranges", "cache-control", "content-length", "content-range", "content-type", "etag", "last-modified",
)  # fmt: skip
FROM_ANY_PAGE: Final = {
    "access-control-allow-origin": "*",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "strict-origin-when-cross-origin",
}
"""What CloudFront's managed policy CORS-and-SecurityHeadersPolicy adds, but for what is of TLS."""
DENIED: Final = Response("AccessDenied", 403, FROM_ANY_PAGE)
"""S3 tells whoever may not list nothing of what there is not."""


def bucket_of(endpoint: str) -> str | None:
    """The bucket that is deployed to show things, if there is one."""
    cloud = session().client("cloudformation", endpoint_url=endpoint, config=QUICK)
    stacks = cloud.describe_stacks()["Stacks"]
    found = (out["OutputValue"] for stack in stacks for out in stack.get("Outputs", []) if out["OutputKey"] == OUTPUT)
    return next(found, None)


class Delivery:
    """Reads a bucket of the embedded AWS. Nothing is listed, written, or read outside of what is public."""

    def __init__(self, endpoint: str, bucket: str | None) -> None:
        self._place = f"{endpoint}/{bucket}" if bucket else None
        self._http = httpx.AsyncClient(trust_env=False)

    def routes(self) -> list[Route]:
        return [Route(f"/{PUBLIC}{{rest:path}}", self._answer, methods=["GET", "HEAD"])]

    async def _answer(self, request: Request) -> Response:
        key = f"{PUBLIC}{request.path_params['rest']}"
        if self._place is None or media_at(key) is None:
            return DENIED
        headers = {name: request.headers[name] for name in ASKED if name in request.headers}
        asked = self._http.build_request(request.method, f"{self._place}/{key}", headers=headers)
        found = await self._http.send(asked, stream=True)
        if found.status_code not in {200, 206, 304, 416}:
            await found.aclose()
            return DENIED
        return StreamingResponse(
            _chunks(found), found.status_code, _told(found.headers), background=BackgroundTask(found.aclose)
        )


def _told(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in TOLD if name in headers} | FROM_ANY_PAGE


async def _chunks(found: httpx.Response) -> AsyncIterator[bytes]:
    async for chunk in found.aiter_raw():
        yield chunk
