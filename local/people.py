"""The demo users: two shoppers and one each of staff, finance and admin, in the deployed Cognito user pool.

Their passwords are made once per data directory and kept there, so that a script that signed in yesterday still can.
"""

import json
import os
import secrets
import string
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from local.aws import QUICK, session
from local.faults import CannotRun

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

NAME: Final = "demo_users.json"
GROUPS: Final = {
    "ada@example.com": (),
    "grace@example.com": (),
    "staff@example.com": ("staff",),
    "finance@example.com": ("finance",),
    "admin@example.com": ("admin",),
}
"""Username to the groups of the user; example.com is nobody's (RFC 2606)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A demo user, as ``amplify_outputs.json`` lists it."""

    username: str
    password: str
    groups: tuple[str, ...]


def settle(endpoint: str, user_pool_id: str, folder: Path) -> tuple[Person, ...]:
    """Have the demo users be in the pool with the folder's passwords; made where missing."""
    people = _remembered(folder)
    cognito = session().client("cognito-idp", endpoint_url=endpoint, config=QUICK)
    try:
        known = _emails(cognito, user_pool_id)
        for person in people:
            if person.username not in known:
                _create(cognito, user_pool_id, person)
    except (ClientError, BotoCoreError) as fault:
        raise CannotRun(f"the demo users could not be created: {fault}") from fault
    return people


def _remembered(folder: Path) -> tuple[Person, ...]:
    file = folder / NAME
    if not file.exists():
        people = [Person(username=name, password=_password(), groups=groups) for name, groups in GROUPS.items()]
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump([asdict(person) for person in people], out, indent=2)
        return tuple(people)
    try:
        found = json.loads(file.read_bytes())
        return tuple(Person(**(facts | {"groups": tuple(facts["groups"])})) for facts in found)
    except (ValueError, TypeError, KeyError) as fault:
        raise CannotRun(
            f"{file} does not hold the demo users any more: remove it, or start once with --reset"
        ) from fault


def _password() -> str:
    """One of each kind the pool's policy asks for, and 18 more letters and digits (107 bits)."""
    letters = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(18))
    return f"Souk-{secrets.randbelow(10)}{letters}"


def _emails(cognito: "CognitoIdentityProviderClient", pool: str) -> set[str]:
    pages: Iterable[Any] = cognito.get_paginator("list_users").paginate(UserPoolId=pool)
    users = (user for page in pages for user in page["Users"])
    return {fact["Value"] for user in users for fact in user.get("Attributes", []) if fact["Name"] == "email"}


def _create(cognito: "CognitoIdentityProviderClient", pool: str, person: Person) -> None:
    name = person.username
    cognito.admin_create_user(
        UserPoolId=pool,
        Username=name,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": name}, {"Name": "email_verified", "Value": "true"}],
    )
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=person.password, Permanent=True)
    for group in person.groups:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
