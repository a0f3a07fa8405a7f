"""Requests signed with IAM credentials: AWS Signature Version 4, checked with botocore's own arithmetic."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Signing

from local.appsync.failures import unauthorized
from local.appsync.identity import Credentials
from local.appsync.wire import Request

SCHEME: Final = "AWS4-HMAC-SHA256"
_SKEW_SECONDS: Final = 300
"""How far a signature's time may be from ours (AWS General Reference, "Signing AWS API requests")."""
_HEADER: Final = re.compile(
    rf"{SCHEME}\s+Credential=(?P<key>[^/,\s]+)/(?P<day>\d{{8}})/(?P<region>[^/,\s]+)/appsync/aws4_request\s*,\s*"
    r"SignedHeaders=(?P<headers>[a-z0-9;_-]+)\s*,\s*Signature=(?P<signature>[0-9a-f]{64})\s*"
)
_TIME: Final = "%Y%m%dT%H%M%SZ"


def verify(request: Request, keys: Mapping[str, Credentials], region: str, clock: Callable[[], float]) -> Credentials:
    """The credentials that signed the request for AppSync in ``region``; ``Refusal`` if none did."""
    stated = _HEADER.fullmatch(request.header("authorization") or "")
    credentials = keys.get(stated["key"]) if stated else None
    if stated is None or credentials is None or stated["region"] != region:
        raise unauthorized()
    time = request.header("x-amz-date") or ""
    if not time.startswith(stated["day"]) or not _is_now(time, clock):
        raise unauthorized()
    signed = stated["headers"].split(";")
    if not {"host", "x-amz-date"} <= set(signed) or not _is_whole(request, credentials):
        raise unauthorized()
    if not hmac.compare_digest(_signature(request, credentials, region, signed), stated["signature"]):
        raise unauthorized()
    return credentials


def _is_now(time: str, clock: Callable[[], float]) -> bool:
    try:
        signed_at = datetime.strptime(time, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(signed_at.timestamp() - clock()) <= _SKEW_SECONDS


def _is_whole(request: Request, credentials: Credentials) -> bool:
    """Whether the body is the one that was hashed, and the session the one the key belongs to."""
    stated = request.header("x-amz-content-sha256")
    if stated is not None and stated != hashlib.sha256(request.body).hexdigest():
        return False
    return request.header("x-amz-security-token") == credentials.session_token


def _signature(request: Request, credentials: Credentials, region: str, signed: list[str]) -> str:
    query = f"?{request.query.decode('latin-1')}" if request.query else ""
    headers = {name: request.header(name) or "" for name in signed}
    again = AWSRequest(
        method=request.method,
        url=f"https://{request.header('host') or ''}{request.path}{query}",
        data=request.body,
        headers=headers,
    )
    again.context["timestamp"] = request.header("x-amz-date")
    auth = SigV4Auth(Signing("", credentials.secret), "appsync", region)
    canonical = auth.canonical_request(again)
    return str(auth.signature(auth.string_to_sign(again, canonical), again))
