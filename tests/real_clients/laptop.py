"""A whole system that can be stopped and started again where it is, and tokens of its users."""

import signal
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self
from urllib.parse import urlsplit

import boto3
import jwt

from local.running import Running, running

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

NOTES: Final = Path(__file__).parent.parent / "local" / "fixtures" / "templates"
"""The API that is served: notes that are written, announced and erased."""


class Laptop:
    """``make run`` as a process that serves what the templates say, to be used as ``with``."""

    def __init__(self, data: Path, templates: Path = NOTES) -> None:
        self._data = data
        self._templates = templates
        self._ends = ExitStack()
        self._system = self._started()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    @property
    def outputs(self) -> Mapping[str, Any]:
        return self._system.outputs

    def do(self, deed: Literal["drop", "restart"]) -> None:
        """What the programs of the clients may ask for."""
        {"drop": self.drop, "restart": self.restart}[deed]()

    def drop(self) -> None:
        """Have the server end every WebSocket."""
        self._system.process.send_signal(signal.SIGUSR1)

    def restart(self) -> None:
        """Stop it as Ctrl-C does and start it again, with the same data, at the same addresses."""
        plain, tls = (urlsplit(url).port for url in (self.outputs["custom"]["http_url"], self.outputs["data"]["url"]))
        self._system.stop()
        self._ends.close()
        self._system = self._started("--port", str(plain), "--tls-port", str(tls))

    def person(self, group: str | None = None) -> dict[str, str]:
        """How the first demo user of the group signs in."""
        wanted = [group] if group else []
        found = next(who for who in self.outputs["custom"]["demo_users"] if who["groups"] == wanted)
        return {"username": found["username"], "password": found["password"]}

    def token(self, group: str | None = None, *, client: str | None = None) -> str:
        """An access token of that user, from the app client of the outputs unless another is named."""
        person = self.person(group)
        answer = self._cognito().initiate_auth(
            ClientId=client or self.outputs["auth"]["user_pool_client_id"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": person["username"], "PASSWORD": person["password"]},
        )
        return answer["AuthenticationResult"]["AccessToken"]

    def expired_token(self, client: str) -> str:
        """A token that was good until a moment ago, from a client that makes short-lived ones."""
        token = self.token(client=client)
        ends = jwt.decode(token, options={"verify_signature": False})["exp"]
        time.sleep(max(0.0, ends - time.time()))
        return token

    def hasty_client(self) -> str:
        """An app client whose tokens are good for four seconds, and may be refreshed.

        Long enough to be used by a slow machine, and so short that Amplify, which wants five, refreshes each of them.
        """
        made = self._cognito().create_user_pool_client(
            UserPoolId=self.outputs["auth"]["user_pool_id"],
            ClientName="hasty",
            ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            AccessTokenValidity=4,
            IdTokenValidity=4,
            TokenValidityUnits={"AccessToken": "seconds", "IdToken": "seconds"},
        )
        return made["UserPoolClient"]["ClientId"]

    def _cognito(self) -> "CognitoIdentityProviderClient":
        return boto3.client(
            "cognito-idp",
            endpoint_url=self.outputs["custom"]["aws_endpoint_url"],
            region_name=self.outputs["auth"]["aws_region"],
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )

    def _started(self, *arguments: str) -> Running:
        start = running("--no-sample", "--templates", str(self._templates), *arguments, data=self._data)
        return self._ends.enter_context(start)
