"""An API deployed on the emulator, read back and asked with real tokens of Cognito."""

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.config import Config

from local.appsync import deployed
from local.appsync.deployed import Api, Mode, Pool, Provider, Resolver
from local.appsync.gateway import Gateway
from local.appsync.sdl import UnsupportedApi
from local.appsync.tokens import PublishedKeys
from local.aws import session
from tests.local.appsync.world import Functions, World

PASSWORD = "Correct-horse-7"
SDL = """
# Everything.
type Query {
  guest: String @aws_api_key @aws_cognito_user_pools
  shopper: String @aws_cognito_user_pools
  staff: String @aws_cognito_user_pools(cognito_groups: ["staff", "admin"])
  publisher: String @aws_iam
  things: [Thing] @aws_api_key @aws_cognito_user_pools
}
type Thing @aws_api_key @aws_cognito_user_pools {
  id: ID
  cost: Int @aws_cognito_user_pools(cognito_groups: ["staff"])
}
"""
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:answers"


@dataclass
class Place:
    """What is deployed: the API, its pool, and the tokens of a user with and one without a group."""

    client: Any
    api_id: str
    pool_id: str
    client_id: str
    key: str
    expired: str
    tokens: dict[str, dict[str, str]]


def boto(service: str, endpoint: str) -> Any:
    return session().client(service, endpoint_url=endpoint, config=Config(proxies={}))  # type: ignore[call-overload]  # any


@pytest.fixture(scope="module")
def place(emulator: str) -> Place:
    cognito, client = boto("cognito-idp", emulator), boto("appsync", emulator)
    pool = cognito.create_user_pool(PoolName="callers")["UserPool"]["Id"]
    app = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    tokens = {name: sign_up(cognito, pool, app, name, groups) for name, groups in (("ann", ["staff"]), ("bob", []))}
    api = client.create_graphql_api(
        name="things",
        authenticationType="AMAZON_COGNITO_USER_POOLS",
        userPoolConfig={"userPoolId": pool, "awsRegion": "us-east-1", "defaultAction": "DENY", "appIdClientRegex": app},
        additionalAuthenticationProviders=[{"authenticationType": "API_KEY"}, {"authenticationType": "AWS_IAM"}],
        queryDepthLimit=9,
        resolverCountLimit=70,
        introspectionConfig="DISABLED",
    )["graphqlApi"]
    api_id = api["apiId"]
    client.start_schema_creation(apiId=api_id, definition=SDL.encode())
    client.create_data_source(
        apiId=api_id, name="answers", type="AWS_LAMBDA", lambdaConfig={"lambdaFunctionArn": FUNCTION}
    )
    for type_name, field, batch in (("Query", "guest", 0), ("Query", "staff", 0), ("Thing", "cost", 25)):
        client.create_resolver(
            apiId=api_id, typeName=type_name, fieldName=field, dataSourceName="answers", kind="UNIT", maxBatchSize=batch
        )
    now = int(time.time())
    keys = [client.create_api_key(apiId=api_id, expires=now + offset)["apiKey"]["id"] for offset in (3600, -3600)]
    return Place(client, api_id, pool, app, keys[0], keys[1], tokens)


def sign_up(cognito: Any, pool: str, app: str, name: str, groups: list[str]) -> dict[str, str]:
    """A user's three tokens."""
    cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True)
    for group in groups:
        cognito.create_group(UserPoolId=pool, GroupName=group)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    told = cognito.initiate_auth(
        ClientId=app, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD}
    )["AuthenticationResult"]
    return {"id": told["IdToken"], "access": told["AccessToken"], "refresh": told["RefreshToken"]}


@pytest.fixture
def world(place: Place, emulator: str) -> World:
    functions = Functions({"answers": answer})
    api = deployed.load(place.client, place.api_id)
    gateway = Gateway(api, functions.invoke, pools=PublishedKeys(emulator, clock=time.time), iam={}, clock=time.time)
    return World(gateway, functions)


def answer(event: Any) -> Any:
    if isinstance(event, list):
        return [{"data": 5} for _ in event]
    return json.dumps(event["identity"])


def ask(world: World, query: str, **headers: str) -> Any:
    response = asyncio.run(world.send(json={"query": query}, headers=headers))
    assert response.status_code == 200, response.text
    return response.json()


def test_an_api_is_read_as_it_is_deployed(place: Place) -> None:
    api = deployed.load(place.client, place.api_id)
    pool = Pool(id=place.pool_id, region="us-east-1", client_regex=place.client_id)
    assert api == Api(
        id=place.api_id,
        arn=f"arn:aws:appsync:us-east-1:000000000000:apis/{place.api_id}",
        sdl=SDL,
        default=Provider(mode=Mode.USERS, pool=pool),
        additional=(Provider(mode=Mode.API_KEY), Provider(mode=Mode.IAM)),
        default_action="DENY",
        keys=api.keys,
        resolvers=(
            Resolver(type_name="Query", field_name="guest", function_arn=FUNCTION),
            Resolver(type_name="Query", field_name="staff", function_arn=FUNCTION),
            Resolver(type_name="Thing", field_name="cost", function_arn=FUNCTION, batch=25),
        ),
        introspection=False,
        depth_limit=9,
        resolver_limit=70,
    )
    assert set(api.keys) == {place.key, place.expired}


@pytest.mark.parametrize(("user", "groups"), [("ann", ["staff"]), ("bob", None)])
@pytest.mark.parametrize("use", ["id", "access"])
def test_real_tokens_are_known(place: Place, world: World, user: str, groups: Any, use: str) -> None:
    body = ask(world, "{ guest }", authorization=place.tokens[user][use])
    identity = json.loads(body["data"]["guest"])
    assert identity["username"] == user
    assert identity["groups"] == groups
    assert identity["issuer"] == f"https://cognito-idp.us-east-1.amazonaws.com/{place.pool_id}"
    assert identity["claims"]["token_use"] == use
    assert identity["defaultAuthStrategy"] == "DENY"


REACHES = [
    ("ann", {"guest", "shopper", "staff", "things"}),
    ("bob", {"guest", "shopper", "things"}),
    ("key", {"guest", "things"}),
]


@pytest.mark.parametrize(("who", "reached"), REACHES)
def test_each_caller_reaches_what_is_theirs_and_nothing_else(
    place: Place, world: World, who: str, reached: set[str]
) -> None:
    headers = {"x-api-key": place.key} if who == "key" else {"authorization": place.tokens[who]["access"]}
    for field in ("guest", "shopper", "staff", "publisher", "things { id }"):
        name = field.split()[0]
        body = ask(world, f"{{ {field} }}", **headers)
        denied = [error["errorType"] for error in body.get("errors", [])] == ["Unauthorized"]
        assert denied == (name not in reached), (who, name)


def test_refresh_tokens_expired_keys_and_another_pools_tokens_are_refused(
    place: Place, world: World, emulator: str
) -> None:
    cognito = boto("cognito-idp", emulator)
    pool = cognito.create_user_pool(PoolName="others")["UserPool"]["Id"]
    app = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    other = sign_up(cognito, pool, app, "eve", ["staff"])
    second = cognito.create_user_pool_client(
        UserPoolId=place.pool_id, ClientName="other", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    elsewhere = cognito.initiate_auth(
        ClientId=second, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD}
    )["AuthenticationResult"]["AccessToken"]
    for headers in (
        {"authorization": place.tokens["ann"]["refresh"]},
        {"authorization": other["access"]},
        {"authorization": other["id"]},
        {"authorization": elsewhere},
        {"x-api-key": place.expired},
    ):
        response = asyncio.run(world.send(json={"query": "{ guest }"}, headers=headers))
        assert response.status_code == 401, headers


def test_an_api_that_cannot_be_served_is_named(place: Place) -> None:
    client = place.client
    bare = client.create_graphql_api(name="bare", authenticationType="API_KEY")["graphqlApi"]["apiId"]
    with pytest.raises(UnsupportedApi, match=f"API {bare} has no schema"):
        deployed.load(client, bare)
    client.start_schema_creation(apiId=bare, definition=b"type Query { a: Int }")
    assert deployed.load(client, bare).resolvers == ()
    client.create_data_source(apiId=bare, name="none", type="NONE")
    client.create_resolver(apiId=bare, typeName="Query", fieldName="a", dataSourceName="none")
    with pytest.raises(UnsupportedApi, match=r"the resolver of Query\.a is not a direct Lambda resolver"):
        deployed.load(client, bare)
    oidc = client.create_graphql_api(
        name="oidc", authenticationType="OPENID_CONNECT", openIDConnectConfig={"issuer": "https://x"}
    )["graphqlApi"]["apiId"]
    client.start_schema_creation(apiId=oidc, definition=b"type Query { a: Int }")
    with pytest.raises(UnsupportedApi, match="authorization mode OPENID_CONNECT is not served here"):
        deployed.load(client, oidc)
