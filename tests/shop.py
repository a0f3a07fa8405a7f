"""The shop in one process for tests: the data plane, the real handlers, the emulator's stores, real tokens.

Only the processes between them are left out, so that a test can count invocations and round trips.
"""

import asyncio
import importlib
import json
import os
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any, Final

import boto3
import httpx
import jwt
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives.asymmetric import rsa

from infra.domains import Work, discover, function_name
from local.appsync.deployed import Api, Mode, Pool, Provider, Resolver
from local.appsync.gateway import Gateway
from local.appsync.invocation import Invocation
from local.graph import SIGNERS
from resolvers._kit.settings import (
    Borrowed,
    BorrowedBucket,
    Bucket,
    Bus,
    Cache,
    Declared,
    Graph,
    Inbox,
    Secret,
    Table,
    Users,
)
from schema.api import routes, upload_sdl
from tests.unconnected import value_of

REGION: Final = "us-east-1"
POOL: Final = Pool(id=f"{REGION}_test", region=REGION)
API_KEY: Final = "da2-test"
PEOPLE: Final = ("shopper", "other", "staff", "finance", "admin")
FUNCTION: Final = "function"
"""Signs with IAM credentials, as the shop's own functions do."""
SUBS: Final = {name: str(uuid.uuid5(uuid.NAMESPACE_DNS, name)) for name in PEOPLE}
EMAILS: Final = {name: f"{name}@example.org" for name in PEOPLE}
GROUPS: Final = {"staff": ["staff"], "finance": ["finance"], "admin": ["admin"]}

LOADING: Final = Lock()
NOWHERE: Final = "http://127.0.0.1:1"
"""Opens the simulator of payments, as on the laptop; its news are lost, as news may be."""


@cache
def _private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class OwnKeys:
    """The test pool's published key."""

    async def key(self, pool_id: str, key_id: str) -> jwt.PyJWK | None:
        if (pool_id, key_id) != (POOL.id, "k"):
            return None
        document = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(_private_key().public_key()))
        return jwt.PyJWK(document | {"kid": "k", "alg": "RS256"})


@cache
def headers_of(person: str) -> dict[str, str]:
    """The credentials of guest, shopper, other, staff, finance or admin, whatever the body."""
    if person == "guest":
        return {"x-api-key": API_KEY}
    now = int(time.time())
    claims = {
        "sub": SUBS[person], "cognito:username": person,
        "email": EMAILS[person], "email_verified": True,
        "iss": POOL.issuer, "aud": "client", "token_use": "id",
        "iat": now, "auth_time": now, "exp": now + 3600,
    }  # fmt: skip
    if person in GROUPS:
        claims["cognito:groups"] = GROUPS[person]
    return {"authorization": jwt.encode(claims, _private_key(), "RS256", {"kid": "k"})}


def signed(body: bytes, host: str = "127.0.0.1") -> dict[str, str]:
    """The credentials of one of the shop's functions, for this very body."""
    request = AWSRequest("POST", f"http://{host}/graphql", headers={"content-type": "application/json"}, data=body)
    SigV4Auth(Credentials("test", "test"), "appsync", REGION).add_auth(request)
    return dict(request.headers)


class Context:
    """Lambda's context, as far as the kit reads it."""

    def __init__(self) -> None:
        self.aws_request_id = str(uuid.uuid4())


def make_table(endpoint: str, declared: Table, name: str) -> None:
    """Create a declared table; the emulator's CloudFormation does it from the template elsewhere."""
    strings = {declared.partition, declared.sort or declared.partition, *(index.sort for index in declared.indexes)}
    keys = [{"AttributeName": declared.partition, "KeyType": "HASH"}]
    local: Any = [
        {
            "IndexName": index.name,
            "KeySchema": [*keys, {"AttributeName": index.sort, "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"},
        }
        for index in declared.indexes
    ]
    if declared.sort:
        keys.append({"AttributeName": declared.sort, "KeyType": "RANGE"})
    boto3.client("dynamodb", endpoint_url=endpoint, region_name=REGION).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=keys,  # type: ignore[arg-type]  # plain dicts
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": "S"} for one in sorted(strings)],
        LocalSecondaryIndexes=local,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )


def environment(endpoint: str, cache_url: str) -> dict[str, str]:
    """Make the domains' declared resources on the emulator and give the variables that name them.

    What is borrowed has a variable that is its owner's; who publishes is given a graph by its test.
    """
    found = {"AWS_ENDPOINT_URL": endpoint}
    for variable, resource in (one for each in discover() for one in each.declared):
        if isinstance(resource, Cache):
            found[variable] = cache_url
        elif not isinstance(resource, Borrowed | BorrowedBucket | Graph) and variable not in found:
            name = f"test-{uuid.uuid4().hex[:12]}"
            made = _made(endpoint, resource, name) or _pool(endpoint, resource, name)
            found[variable] = made or value_of(resource)
    return found | {"SIMULATOR_URL": NOWHERE}


def _made(endpoint: str, resource: Declared, name: str) -> str | None:
    """What the variable of a resource holds that has to be there, which it is then; None for any other."""

    def client(service: Any) -> Any:
        return boto3.client(service, endpoint_url=endpoint, region_name=REGION)

    match resource:
        case Table():
            make_table(endpoint, resource, name)
            return name
        case Bucket():
            client("s3").create_bucket(Bucket=name)
            return name
        case Inbox():
            return str(client("sqs").create_queue(QueueName=name)["QueueUrl"])
        case Bus():
            client("events").create_event_bus(Name=name)
            return name
        case Secret(generated=key):
            return str(client("secretsmanager").create_secret(Name=name, SecretString=f'{{"{key}": "{name}"}}')["ARN"])
    return None


def _pool(endpoint: str, resource: Declared, name: str) -> str | None:
    """The id of an empty user pool, where one is declared."""
    if not isinstance(resource, Users):
        return None
    cognito = boto3.client("cognito-idp", endpoint_url=endpoint, region_name=REGION)
    return cognito.create_user_pool(PoolName=name)["UserPool"]["Id"]


def load_handler(environ: Mapping[str, str], domain: str, module: str = "handler") -> Any:
    """Import a domain's handler, or another of its wired modules, anew, as a fresh Lambda environment does."""
    sys.modules.pop(f"resolvers.{domain}.{module}", None)
    os.environ.update(environ)
    return importlib.import_module(f"resolvers.{domain}.{module}")


def arn_of(domain: str) -> str:
    return f"arn:aws:lambda:{REGION}:000000000000:function:{function_name(domain)}"


@dataclass
class Shop:
    """Ask it as anybody; ``invoked`` lists the fields of all invocations so far. ``handlers`` are by domain."""

    environ: dict[str, str]
    handlers: dict[str, Any]
    invoked: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    reactors: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        api = Api(
            id="test",
            arn=f"arn:aws:appsync:{REGION}:000000000000:apis/test",
            sdl=upload_sdl(),
            default=Provider(mode=Mode.USERS, pool=POOL),
            additional=(Provider(mode=Mode.IAM), Provider(mode=Mode.API_KEY)),
            keys={API_KEY: int(time.time()) + 86_400},
            resolvers=tuple(
                Resolver(type_name=kind, field_name=name, function_arn=arn_of(route.domain), batch=route.batch)
                for (kind, name), route in ((path.split("."), route) for path, route in routes().items())
            ),
        )
        self.gateway = Gateway(api, self._invoke, pools=OwnKeys(), iam=SIGNERS)

    @property
    def handler(self) -> Any:
        """The catalogue's."""
        return self.handlers["catalog"]

    async def _invoke(self, arn: str, payload: bytes) -> Invocation:
        event = json.loads(payload)
        handler = next(one for domain, one in self.handlers.items() if arn == arn_of(domain))
        info = (event[0] if isinstance(event, list) else event)["info"]
        self.invoked.append(f"{info['parentTypeName']}.{info['fieldName']}")
        try:
            return Invocation(json.dumps(handler.answer(event, Context())).encode())
        except Exception as error:  # noqa: BLE001  # as Lambda does with whatever a handler raises
            failure = {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": []}
            return Invocation(json.dumps(failure).encode(), "Unhandled")

    def send(self, document: str, variables: Mapping[str, Any] | None = None, *, person: str = "guest") -> Any:
        """The whole answer, errors and all."""
        body = json.dumps({"query": document, "variables": dict(variables or {})}).encode()
        return asyncio.run(self.post(body, signed(body) if person == FUNCTION else headers_of(person))).json()

    async def post(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(self.gateway)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.post("/graphql", content=body, headers=headers)

    def ask(self, document: str, variables: Mapping[str, Any] | None = None, *, person: str = "guest") -> Any:
        """The data of an answer that must have no errors."""
        answer = self.send(document, variables, person=person)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def reacting(self, domain: str) -> Any:
        """A domain's reactor, loaded when it is first asked for, whoever asks at the same moment."""
        with LOADING:
            if domain not in self.reactors:
                self.reactors[domain] = load_handler(self.environ, domain, "reactor")
            return self.reactors[domain]

    def settle(self) -> None:
        """Hand everything new in the tables' streams to the reactions, as Lambda's event source does.

        To those in the handlers: what a reactor of its own tells goes over a bus, which a test has to have.
        """
        heard = (one for one in discover() if one.heard(Work.REACTIONS) and not one.reacting)
        for domain in (one.name for one in heard if one.name in self.handlers):
            for records in self.news(domain):
                self.handlers[domain].react({"Records": records}, Context())

    def news(self, domain: str = "catalog") -> Iterator[list[Any]]:
        """What the stream of a domain's table tells that has not been asked for yet."""
        endpoint = self.environ["AWS_ENDPOINT_URL"]
        streams = boto3.client("dynamodbstreams", endpoint_url=endpoint, region_name=REGION)
        table = self.environ[f"{domain.upper()}_TABLE"]
        for stream in streams.list_streams(TableName=table)["Streams"]:
            described = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]
            for shard in described["Shards"]:
                at = streams.get_shard_iterator(
                    StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
                )["ShardIterator"]
                while True:
                    got: Any = streams.get_records(ShardIterator=at, Limit=500)
                    fresh = [one for one in got["Records"] if one["dynamodb"]["SequenceNumber"] not in self.seen]
                    for one in fresh:  # Lambda's events have seconds here
                        moment = one["dynamodb"]["ApproximateCreationDateTime"]
                        one["dynamodb"]["ApproximateCreationDateTime"] = moment.timestamp()
                    self.seen |= {one["dynamodb"]["SequenceNumber"] for one in fresh}
                    if fresh:
                        yield fresh
                    at = got.get("NextShardIterator")
                    if not got["Records"] or not at:
                        break


@contextmanager
def opened(endpoint: str, cache_url: str) -> Iterator[Shop]:
    """A shop with empty stores of its own."""
    environ = environment(endpoint, cache_url)
    _private_key()  # made before threads ask for it, each of which would make its own
    yield Shop(environ, {domain.name: load_handler(environ, domain.name) for domain in discover()})
