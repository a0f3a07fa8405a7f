"""The conformance API in an AWS account: deployed, given two people, asked for its schema rules, and deleted again."""

import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import boto3
from botocore.exceptions import ClientError

from infra.deploy import realtime
from infra.stack import CannotDeploy, Say, Stack
from tests.conformance.endpoint import STAFF, USER, Endpoint, sign_in
from tests.conformance.template import STACK, template

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient

PEOPLE: Final = {USER: ("conformance@example.com", None), STAFF: ("conformance-staff@example.com", "staff")}
"""Person to e-mail address and group; example.com is nobody's (RFC 2606)."""
SCHEMA_SECONDS: Final = 60
"""A schema document is read within a few."""


@dataclass(slots=True)
class Account:
    """One account and region; ``look`` is how often CloudFormation and AppSync are looked at, in seconds."""

    session: boto3.Session
    say: Say = print
    look: float = 2.0
    _schemas: str | None = None
    _ends: list[Callable[[], object]] = field(default_factory=list)

    def deploy(self) -> Endpoint:
        """Bring the stack and its people; raises CannotDeploy."""
        stack = Stack(self.session.client("cloudformation"), STACK, say=self.say, look=self.look)
        stack.bring({"TemplateBody": json.dumps(template())}, {})
        told, region = stack.outputs(), self.session.region_name
        credentials = self.session.get_credentials()
        return Endpoint(
            url=told["GraphQlUrl"],
            realtime=realtime(told["GraphQlUrl"]),
            api_key=told["ApiKey"],
            tokens={person: self._token(told, *who) for person, who in PEOPLE.items()},
            signer=credentials.get_frozen_credentials() if credentials else None,
            region=region,
            upload=self.upload,
        )

    def _token(self, told: dict[str, str], name: str, group: str | None) -> str:
        """The person's token; the password is new at each run, and known to nobody afterwards."""
        cognito, pool = self.session.client("cognito-idp"), told["UserPoolId"]
        with suppress(cognito.exceptions.UsernameExistsException):
            cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
        password = f"Aa1-{secrets.token_urlsafe(18)}"
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
        if group:
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
        return sign_in(told["UserPoolClientId"], name, password, self.session.region_name, cognito.meta.endpoint_url)

    def upload(self, document: str) -> str | None:
        """Whether the control plane takes a schema document, asked with an API that lives as long as the run."""
        client = self.session.client("appsync")
        api = self._schemas = self._schemas or self._schema_api(client)
        try:
            client.start_schema_creation(apiId=api, definition=document.encode())
        except ClientError as refused:
            return str(refused)
        deadline = time.monotonic() + SCHEMA_SECONDS
        while (found := client.get_schema_creation_status(apiId=api))["status"] in {"PROCESSING", "DELETING"}:
            if time.monotonic() > deadline:
                return f"it is still {found['status']} after {SCHEMA_SECONDS} s"
            time.sleep(self.look / 4)
        return None if found["status"] in {"SUCCESS", "ACTIVE"} else found.get("details", found["status"])

    def _schema_api(self, client: "AppSyncClient") -> str:
        made = client.create_graphql_api(name=f"{STACK}Schemas", authenticationType="API_KEY")["graphqlApi"]["apiId"]
        self._ends.append(lambda: client.delete_graphql_api(apiId=made))
        return made

    def tidy(self) -> None:
        """Delete what the run itself made."""
        while self._ends:
            self._ends.pop()()

    def delete(self) -> None:
        """Delete the stack, and all that is in it."""
        client = self.session.client("cloudformation")
        client.delete_stack(StackName=STACK)
        client.get_waiter("stack_delete_complete").wait(StackName=STACK)
        self.say(f"  {STACK}   deleted")


def of_environment() -> Account:
    """The account whose credentials are in the environment; raises CannotDeploy when no region is chosen."""
    session = boto3.Session()
    if session.region_name is None:
        raise CannotDeploy("no region is chosen: set AWS_DEFAULT_REGION, or a region in your AWS profile")
    return Account(session)
