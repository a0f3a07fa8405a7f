"""Signing in to the shop's Cognito user pool, and staying signed in."""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

STAFF: Final = frozenset({"staff", "admin"})
PATIENCE: Final = 15.0
"""Seconds to wait for Cognito; its own clients wait longer, a person at a terminal does not."""


class NotSignedIn(RuntimeError):
    """Cognito did not accept the credentials, or there are none; the message says what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who signs in: a username with its password, or a token that was fetched elsewhere."""

    username: str = ""
    password: str = ""
    token: str | None = None

    @classmethod
    def of_staff(cls, outputs: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> "Credentials":
        """From SOUK_TOKEN, or SOUK_USERNAME and SOUK_PASSWORD, or the first demo user who is staff."""
        if token := environ.get("SOUK_TOKEN"):
            return cls(token=token)
        if username := environ.get("SOUK_USERNAME"):
            return cls(username=username, password=environ.get("SOUK_PASSWORD", ""))
        for user in outputs.get("custom", {}).get("demo_users") or ():
            if STAFF & set(user["groups"]):
                return cls(username=user["username"], password=user["password"])
        raise NotSignedIn(
            "nobody to sign in as: set SOUK_USERNAME and SOUK_PASSWORD, or SOUK_TOKEN, to a member of staff"
        )


class Session:
    """Keeps one user's token, for any number of threads."""

    def __init__(self, outputs: Mapping[str, Any], credentials: Credentials, http: httpx.Client) -> None:
        self._auth, self._credentials, self._http = outputs["auth"], credentials, http
        region = self._auth["aws_region"]
        custom = outputs.get("custom", {}).get("aws_endpoint_url")
        self._endpoint = custom or f"https://cognito-idp.{region}.amazonaws.com"
        self._lock = threading.Lock()
        self._token, self._refresh = credentials.token, ""

    def token(self) -> str:
        """The token to send; signs in when there is none yet. Raises NotSignedIn."""
        with self._lock:
            if self._token is None:
                self._sign_in()
            return self._token or ""

    def renew(self, stale: str) -> None:
        """Replace a token that the API refused; once, however many threads were refused."""
        with self._lock:
            if self._token != stale:
                return
            if self._credentials.token is not None:
                raise NotSignedIn("the token in SOUK_TOKEN is not accepted; it may have expired")
            try:
                self._initiate("REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": self._refresh})
            except NotSignedIn:
                self._sign_in()

    def _sign_in(self) -> None:
        who = self._credentials
        self._initiate("USER_PASSWORD_AUTH", {"USERNAME": who.username, "PASSWORD": who.password})

    def _initiate(self, flow: str, parameters: Mapping[str, str]) -> None:
        answer = self._http.post(
            self._endpoint,
            json={"AuthFlow": flow, "ClientId": self._auth["user_pool_client_id"], "AuthParameters": parameters},
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
            },
            timeout=PATIENCE,
        )
        try:
            body = answer.json()
        except ValueError:
            body = {}
        if answer.status_code != httpx.codes.OK or "AuthenticationResult" not in body:
            said = body.get("message") or body.get("ChallengeName") or f"status {answer.status_code}"
            raise NotSignedIn(f"{self._credentials.username} cannot sign in: {said}")
        tokens = body["AuthenticationResult"]
        self._token, self._refresh = tokens["IdToken"], tokens.get("RefreshToken", self._refresh)
