"""A selection answered from a map alone: what a subscriber gets of a mutation's result."""

import asyncio
from typing import Any

from local.appsync.access import Profile
from local.appsync.deployed import Mode
from local.appsync.execution import Result, project
from local.appsync.identity import Caller
from local.appsync.wire import Question, Request
from tests.local.appsync.world import World, world


def request() -> Request:
    return Request(method="POST", path="/graphql", query=b"", headers={}, body=b"", source_ip=["192.0.2.7"])


async def subscriber(there: World, query: str, value: dict[str, Any]) -> Result:
    caller = Caller(Profile(mode=Mode.API_KEY))
    ready = await there.gateway.ready(caller, Question(query, {}, None), request())
    return project(there.gateway.plan(ready, caller.profile, over_map=True), value)


def test_a_subscription_is_answered_from_what_the_mutation_selected_and_asks_no_function() -> None:
    there = world({"Animal.keeper": lambda _event: {"id": "asked"}})
    value = {"id": "1", "name": "Max", "keeper": {"id": "given"}, "kind": "DOG"}
    query = "subscription { r: renamed { __typename id keeper { id } mother { id } } }"
    result = asyncio.run(subscriber(there, query, {"renamed": value}))
    assert result.body() == {
        "data": {"r": {"__typename": "Animal", "id": "1", "keeper": {"id": "given"}, "mother": None}}
    }
    assert there.functions.calls == []


def test_a_non_null_field_that_the_mutation_did_not_select_makes_the_payload_null() -> None:
    result = asyncio.run(subscriber(world(), "subscription { renamed { id name } }", {"renamed": {"id": "1"}}))
    assert result.body() == {
        "data": {"renamed": None},
        "errors": [
            {
                "path": ["renamed", "name"],
                "locations": None,
                "message": "Cannot return null for non-nullable type: 'String' within parent 'Animal' (/renamed/name)",
            }
        ],
    }
