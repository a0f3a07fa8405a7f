"""A small API of our own, its functions written as plain Python, and a caller of it."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
import orjson

from local.appsync.deployed import Api, Mode, Provider, Resolver
from local.appsync.gateway import Gateway
from local.appsync.identity import Credentials
from local.appsync.invocation import Invocation

API_ID = "worldapi"
REGION = "us-east-1"
API_ARN = f"arn:aws:appsync:{REGION}:000000000000:apis/{API_ID}"
KEY = "da2-world"
NOW = 1_770_000_000.0

SDL = """
# Where it begins.
type Query {
  # One animal,
  # by its id.
  animal(
    # Which one.
    id: ID!
  ): Animal
  animals(first: Int = 3, kinds: [Kind!], where: Where): [Animal!]!
  pets: [Pet]
  pet: Pet
  keeper: Keeper
  strict: Keeper!
  text(value: String): String
  echo(
    id: ID, int: Int, float: Float, boolean: Boolean, string: String, date: AWSDate, time: AWSTime, at: AWSDateTime,
    timestamp: AWSTimestamp, email: AWSEmail, json: AWSJSON, url: AWSURL, phone: AWSPhone, ip: AWSIPAddress,
    kind: Kind, where: Where, numbers: [Int!], matrix: [[Int]]
  ): Scalars
  scalars: Scalars
  unresolved: String
  unresolvedStrict: String!
}
type Mutation {
  first(value: Int!): Int
  second(value: Int!): Int
  rename(name: String!): Animal
  strictly(value: Int!): Int!
}
type Subscription { renamed: Animal @aws_subscribe(mutations: ["rename"]) }

# Whatever lives.
enum Kind {
  # It barks.
  DOG
  CAT
}
interface Named { id: ID! name: String! }
type Animal implements Named {
  id: ID!
  name: String!
  kind: Kind
  keeper: Keeper
  friends: [Animal!]
  mother: Animal
  weight: Float!
  tags: [String!]!
  nickname(suffix: String): String
}
type Keeper implements Named { id: ID! name: String! animals: [Animal] salary: Int }
union Pet = Animal | Keeper
input Where { name: String kind: Kind = DOG born: AWSDate inner: Where numbers: [Int!] must: Boolean! }
type Scalars {
  id: ID int: Int float: Float boolean: Boolean string: String date: AWSDate time: AWSTime at: AWSDateTime
  timestamp: AWSTimestamp email: AWSEmail json: AWSJSON url: AWSURL phone: AWSPhone ip: AWSIPAddress kind: Kind
  strictInt: Int! list: [Int] strictList: [Int!] keeper: Keeper animals: [Animal] pet: Pet
}
"""

type Answer = Callable[[dict[str, Any]], Any]
type BatchAnswer = Callable[[list[dict[str, Any]]], Any]


class Raised(Exception):
    """What a function raised: its class name and its text."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message


@dataclass
class Functions:
    """The functions of an API by ``Type.field``, and what they were asked: one entry an invocation."""

    answers: dict[str, Callable[[Any], Any]]
    calls: list[tuple[str, Any]] = field(default_factory=list)

    async def invoke(self, arn: str, payload: bytes) -> Invocation:
        name = arn.rsplit(":", 1)[-1].replace("_", ".")
        event = orjson.loads(payload)
        self.calls.append((name, event))
        try:
            answer = self.answers[name](event)
            if hasattr(answer, "__await__"):
                answer = await answer
        except Raised as raised:
            told = {"errorMessage": raised.message, "errorType": raised.error_type, "stackTrace": ["line 1"]}
            return Invocation(orjson.dumps(told), "Unhandled")
        return answer if isinstance(answer, Invocation) else Invocation(orjson.dumps(answer))

    def asked(self, name: str) -> list[Any]:
        return [event for called, event in self.calls if called == name]


def resolvers(answers: Iterable[str], batches: Mapping[str, int]) -> tuple[Resolver, ...]:
    return tuple(
        Resolver(
            type_name=name.split(".")[0],
            field_name=name.split(".")[1],
            function_arn=f"arn:aws:lambda:us-east-1:000000000000:function:{name.replace('.', '_')}",
            batch=batches.get(name, 0),
        )
        for name in answers
    )


def api(answers: Iterable[str] = (), batches: Mapping[str, int] | None = None, **changed: Any) -> Api:
    facts: dict[str, Any] = {
        "id": API_ID,
        "arn": API_ARN,
        "sdl": SDL,
        "default": Provider(mode=Mode.API_KEY),
        "keys": {KEY: int(NOW) + 60, "da2-old": int(NOW)},
        "resolvers": resolvers(answers, batches or {}),
    }
    return Api(**{**facts, **changed})


class NoKeys:
    """The keys of no pool."""

    async def key(self, pool_id: str, key_id: str) -> jwt.PyJWK | None:  # noqa: ARG002 - the interface's signature
        return None


@dataclass
class World:
    """A gateway with its functions, asked over HTTP."""

    gateway: Gateway
    functions: Functions
    headers: dict[str, str] = field(default_factory=lambda: {"x-api-key": KEY})

    async def send(self, method: str = "POST", url: str = "/graphql", **request: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self.gateway, client=("192.0.2.7", 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
            return await client.request(method, url, **request)

    async def post(self, query: Any, variables: Any = None, **more: Any) -> httpx.Response:
        body = {"query": query, **({} if variables is None else {"variables": variables}), **more}
        return await self.send(json=body, headers=self.headers)

    async def ask(self, query: str, variables: Any = None, **more: Any) -> dict[str, Any]:
        response = await self.post(query, variables, **more)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def data(self, query: str, variables: Any = None) -> Any:
        body = await self.ask(query, variables)
        assert "errors" not in body, body
        return body["data"]


def world(
    answers: Mapping[str, Callable[[Any], Any]] | None = None,
    batches: Mapping[str, int] | None = None,
    *,
    pools: Any = None,
    iam: Mapping[str, Credentials] | None = None,
    clock: Callable[[], float] | None = None,
    **changed: Any,
) -> World:
    functions = Functions(dict(answers or {}))
    gateway = Gateway(
        api(functions.answers, batches, **changed),
        functions.invoke,
        pools=pools or NoKeys(),
        iam=iam or {},
        clock=clock or (lambda: NOW),
    )
    return World(gateway, functions)


def real_clock() -> float:
    return time.time()


def errors(body: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What is wrong, briefly: path, type and message."""
    return [(e.get("path"), e.get("errorType"), e["message"]) for e in body.get("errors", [])]
