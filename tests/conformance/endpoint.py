"""An AppSync endpoint to be asked: where it is, and how to prove to it who one is."""

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import boto3
import httpx
import pytest
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

GUEST: Final = "guest"
"""Shows the API key."""
USER: Final = "user"
"""Signs in to the user pool, and is in no group."""
STAFF: Final = "staff"
"""Signs in, and is in the group staff."""
SIGNER: Final = "signer"
"""Signs requests with credentials of the account."""

SECONDS: Final = 40.0
"""AppSync itself gives a request 30 s."""

type Upload = Callable[[str], str | None]
"""Gives a schema document to the control plane: None when it is taken, else what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """The conformance API as it is served somewhere; ``ours`` when that is this repository's data plane.

    ``tokens`` are those of the people who can sign in; a test that needs somebody who cannot is skipped. ``handshake``
    is how sockets are opened where a test is not about that: by ``subprotocol``, ``query`` or ``headers``.
    """

    url: str
    realtime: str
    api_key: str | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)
    signer: ReadOnlyCredentials | None = None
    region: str = "us-east-1"
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    upload: Upload | None = None
    handshake: str = "subprotocol"
    ours: bool = False

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def credentials(self, person: str, body: bytes = b"", path: str = "") -> dict[str, str]:
        """The headers by which the endpoint knows the person; a signature is of a POST of ``body`` to url + path."""
        if person == GUEST and self.api_key:
            return {"x-api-key": self.api_key}
        if person in self.tokens:
            return {"authorization": self.tokens[person]}
        if person == SIGNER and self.signer:
            return self._signed(self.signer, body, path)
        pytest.skip(f"nobody told how to be {person} at this endpoint")

    def _signed(self, signer: ReadOnlyCredentials, body: bytes, path: str) -> dict[str, str]:
        request = AWSRequest("POST", self.url + path, {"content-type": "application/json", "host": self.host}, body)
        SigV4Auth(signer, "appsync", self.region).add_auth(request)
        return dict(request.headers.items())

    def send(
        self,
        body: bytes = b"",
        headers: Mapping[str, str | bytes] | None = None,
        *,
        method: str = "POST",
        query: str = "",
    ) -> httpx.Response:
        """One request as it is."""
        given: Any = {"content-type": "application/json", **(headers or {})}
        with httpx.Client(verify=self.tls, trust_env=False, timeout=SECONDS) as client:
            return client.request(method, self.url + query, content=body, headers=given)

    def post(
        self,
        query: Any,
        variables: Any = None,
        *,
        person: str = GUEST,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """A GraphQL request of the person."""
        asked = {"query": query, **({} if variables is None else {"variables": variables}), **more}
        body = json.dumps(asked).encode()
        return self.send(body, {**self.credentials(person, body), **(headers or {})})

    def ask(self, query: str, variables: Any = None, *, person: str = GUEST, **more: Any) -> dict[str, Any]:
        """The answer to what is run, errors and all."""
        response = self.post(query, variables, person=person, **more)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def given(self, field: str, value: Any, *, person: str = GUEST) -> dict[str, Any]:
        """The answer to a field whose function returns ``value``: ``{name(given: $given) ...}``."""
        name, _, selection = field.partition(" ")
        query = f"query($given: AWSJSON!) {{ {name}(given: $given) {selection} }}"
        return self.ask(query, {"given": json.dumps(value)}, person=person)


def sign_in(client_id: str, username: str, password: str, region: str, endpoint_url: str | None = None) -> str:
    """A person's access token, which is what Amplify sends."""
    unsigned = Config(signature_version=UNSIGNED)
    cognito = boto3.client("cognito-idp", region_name=region, endpoint_url=endpoint_url, config=unsigned)
    answer = cognito.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return str(answer["AuthenticationResult"]["AccessToken"])
