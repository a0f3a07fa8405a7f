"""An API as it is deployed: what AppSync's control plane knows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from local.appsync.limits import Limits
from local.appsync.sdl import UnsupportedApi, object_types

if TYPE_CHECKING:
    from mypy_boto3_appsync import AppSyncClient


class Mode(StrEnum):
    """How callers of an API prove who they are."""

    API_KEY = "API_KEY"
    IAM = "AWS_IAM"
    USERS = "AMAZON_COGNITO_USER_POOLS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A Cognito user pool whose tokens are taken; ``client_regex`` says from which of its clients (None: all)."""

    id: str
    region: str
    client_regex: str | None = None

    @property
    def issuer(self) -> str:
        return f"https://cognito-idp.{self.region}.amazonaws.com/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One authorization mode of an API, with its pool if it has one."""

    mode: Mode
    pool: Pool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """The function that answers a field; ``batch`` is how many parents one invocation takes, 0 means one, unbatched."""

    type_name: str
    field_name: str
    function_arn: str
    batch: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """An AppSync GraphQL API.

    ``keys`` are the API keys with their expiry in seconds since the epoch. ``depth_limit`` and ``resolver_limit`` are 0
    for none of the API's own.
    """

    id: str
    arn: str
    sdl: str
    default: Provider
    additional: tuple[Provider, ...] = ()
    default_action: Literal["ALLOW", "DENY"] = "ALLOW"
    keys: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    resolvers: tuple[Resolver, ...] = ()
    introspection: bool = True
    depth_limit: int = 0
    resolver_limit: int = 0
    limits: Limits = field(default_factory=Limits)

    @property
    def providers(self) -> tuple[Provider, ...]:
        return (self.default, *self.additional)

    def has(self, mode: Mode) -> bool:
        return any(provider.mode is mode for provider in self.providers)


def load(client: "AppSyncClient", api_id: str) -> Api:
    """The API as the control plane describes it; ``UnsupportedApi`` if it cannot be served."""
    facts: Mapping[str, Any] = client.get_graphql_api(apiId=api_id)["graphqlApi"]
    default_pool = facts.get("userPoolConfig") or {}
    sdl = _sdl(client, api_id)
    return Api(
        id=api_id,
        arn=facts["arn"],
        sdl=sdl,
        default=_provider(facts),
        additional=tuple(_provider(more) for more in facts.get("additionalAuthenticationProviders") or ()),
        default_action="DENY" if default_pool.get("defaultAction") == "DENY" else "ALLOW",
        keys=_keys(client, api_id),
        resolvers=_resolvers(client, api_id, sdl),
        introspection=facts.get("introspectionConfig", "ENABLED") != "DISABLED",
        depth_limit=int(facts.get("queryDepthLimit") or 0),
        resolver_limit=int(facts.get("resolverCountLimit") or 0),
    )


def _provider(facts: Mapping[str, Any]) -> Provider:
    name = facts["authenticationType"]
    if name not in {mode.value for mode in Mode}:
        known = ", ".join(Mode)
        raise UnsupportedApi(f"authorization mode {name} is not served here; these are: {known}")
    pool = facts.get("userPoolConfig")
    if Mode(name) is not Mode.USERS:
        return Provider(mode=Mode(name))
    if not pool:
        raise UnsupportedApi(f"authorization mode {name} needs a userPoolConfig")
    return Provider(
        mode=Mode.USERS,
        pool=Pool(id=pool["userPoolId"], region=pool["awsRegion"], client_regex=pool.get("appIdClientRegex") or None),
    )


def _sdl(client: "AppSyncClient", api_id: str) -> str:
    try:
        return client.get_introspection_schema(apiId=api_id, format="SDL")["schema"].read().decode()
    except client.exceptions.GraphQLSchemaException as none:
        raise UnsupportedApi(f"API {api_id} has no schema") from none


def _keys(client: "AppSyncClient", api_id: str) -> Mapping[str, int]:
    return MappingProxyType({key["id"]: int(key["expires"]) for key in client.list_api_keys(apiId=api_id)["apiKeys"]})


def _resolvers(client: "AppSyncClient", api_id: str, sdl: str) -> tuple[Resolver, ...]:
    sources = _functions(client, api_id)
    found: list[Resolver] = []
    for type_name in object_types(sdl):
        pages = client.get_paginator("list_resolvers").paginate(apiId=api_id, typeName=type_name)
        found.extend(_resolver(facts, sources) for page in pages for facts in page["resolvers"])
    return tuple(found)


def _functions(client: "AppSyncClient", api_id: str) -> Mapping[str, str]:
    pages = client.get_paginator("list_data_sources").paginate(apiId=api_id)
    return {
        source["name"]: source["lambdaConfig"]["lambdaFunctionArn"]
        for page in pages
        for source in page["dataSources"]
        if source.get("type") == "AWS_LAMBDA"
    }


def _resolver(facts: Mapping[str, Any], functions: Mapping[str, str]) -> Resolver:
    where = f"{facts['typeName']}.{facts['fieldName']}"
    function = functions.get(facts.get("dataSourceName") or "")
    direct = not any(facts.get(part) for part in ("code", "requestMappingTemplate", "responseMappingTemplate"))
    if function is None or not direct or facts.get("kind", "UNIT") != "UNIT":
        raise UnsupportedApi(f"the resolver of {where} is not a direct Lambda resolver; only those are served here")
    return Resolver(
        type_name=facts["typeName"],
        field_name=facts["fieldName"],
        function_arn=function,
        batch=int(facts.get("maxBatchSize") or 0),
    )
