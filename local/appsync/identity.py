"""Who calls: what decides the caller's access, and the ``identity`` that resolvers are shown.

AWS AppSync guide, "Resolver context reference". Nothing in it names the mode: resolvers tell by its shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import orjson

from local.appsync.access import Profile
from local.appsync.deployed import Mode


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller known by one mode; ``facts`` is the identity without ``sourceIp``, None for an API key.

    ``expires`` is when it is no longer known by what it showed, in seconds since the epoch; None for never.
    """

    profile: Profile
    facts: Mapping[str, Any] | None = None
    expires: float | None = None

    def identity(self, source_ip: list[str]) -> bytes:
        """The JSON of ``identity`` for a request that came this way; only the last address is not the caller's word."""
        if self.facts is None:
            return b"null"
        return orjson.dumps({**self.facts, "sourceIp": source_ip})


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An IAM access key's secret, whose it is, and the field ARNs its policy allows (None: ``appsync:GraphQL`` on all).

    ARNs are ``<api arn>/types/<Query|Mutation|Subscription>/fields/<field>``.
    """

    secret: str
    account_id: str
    user_arn: str
    username: str
    session_token: str | None = None
    fields: frozenset[str] | None = None


def of_key(*, primary: bool, expires: float) -> Caller:
    """A caller with an API key is nobody in particular: resolvers see ``identity`` null."""
    return Caller(Profile(mode=Mode.API_KEY, primary=primary), expires=expires)


def of_credentials(credentials: Credentials, *, primary: bool) -> Caller:
    facts = {
        "accountId": credentials.account_id,
        "cognitoIdentityPoolId": None,
        "cognitoIdentityId": None,
        "username": credentials.username,
        "userArn": credentials.user_arn,
        "cognitoIdentityAuthType": None,
        "cognitoIdentityAuthProvider": None,
    }
    return Caller(
        Profile(mode=Mode.IAM, primary=primary, fields=credentials.fields),
        MappingProxyType(facts),
    )


def of_claims(claims: Mapping[str, Any], *, primary: bool, default_action: str) -> Caller:
    """A user by the verified claims of an ID or access token; no groups are null, not an empty list."""
    groups = claims.get("cognito:groups")
    named = [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []
    facts = {
        "sub": claims.get("sub"),
        "issuer": claims.get("iss"),
        "username": claims.get("cognito:username", claims.get("username")),
        "claims": claims,
        "groups": named or None,
        "defaultAuthStrategy": default_action,
    }
    return Caller(
        Profile(mode=Mode.USERS, primary=primary, groups=frozenset(named)),
        MappingProxyType(facts),
        expires=claims["exp"],
    )
