"""Starting and stopping: each start is authorised by itself, and what is wrong with one ends only that one."""

import asyncio
import json
from typing import Any

import pytest

from local.appsync.realtime.connection import MOST_SUBSCRIPTIONS
from tests.conformance.points import DOC, UNKNOWN, point
from tests.local.appsync.realtime.live import KEYED, Client, Live, live, starting
from tests.local.appsync.world import NOW, Raised

CHANGED = "subscription { changed { id } }"
UNSUPPORTED = {
    "type": "error",
    "payload": {
        "errors": [
            {"errorType": "UnsupportedOperation", "message": "unknown not supported through the realtime channel"}
        ]
    },
}


def answers(*asked: Any, headers: Any = KEYED, **options: Any) -> list[dict[str, Any]]:
    """What is said to a client that says these things, one answer each; it can subscribe afterwards all the same."""

    async def talk() -> list[dict[str, Any]]:
        async with live(**options) as there, there.client(headers) as client:
            heard = []
            for message in asked:
                await client.say(message)
                heard.append(await client.hear())
            assert await client.start(CHANGED, "still") == {"id": "still", "type": "start_ack"}
            return heard

    return asyncio.run(talk())


def told(id_: str, *errors: dict[str, Any]) -> dict[str, Any]:
    return {"id": id_, "type": "error", "payload": {"errors": list(errors)}}


def typed(error_type: str, message: str) -> dict[str, Any]:
    return {"errorType": error_type, "message": message}


def test_a_start_is_acknowledged_and_a_stop_completed() -> None:
    assert answers(starting(CHANGED, "a", KEYED), {"id": "a", "type": "stop"}) == [
        {"id": "a", "type": "start_ack"},
        {"type": "complete", "id": "a"},
    ]


def test_an_id_is_free_again_after_its_stop() -> None:
    start, stop = starting(CHANGED, "a", KEYED), {"id": "a", "type": "stop"}
    assert [said["type"] for said in answers(start, stop, start, stop)] == ["start_ack", "complete"] * 2


def test_an_id_in_use_is_an_error_and_its_subscription_goes_on() -> None:
    async def talk() -> list[Any]:
        async with live() as there, there.client() as client:
            await client.start(CHANGED, "a")
            again = await client.start(CHANGED, "a")
            await there.mutate('mutation { change(id: "1") { id } }')
            return [again, await client.hear()]

    again, data = asyncio.run(talk())
    assert again == told("a", typed("DuplicatedOperationError", "Duplicated operation id a"))
    assert data == {"type": "data", "id": "a", "payload": {"data": {"changed": {"id": "1"}}}}


def test_a_stop_of_nothing_is_an_error() -> None:
    assert answers({"id": "x", "type": "stop"}) == [told("x", typed("UnknownOperationError", "Unknown operation id x"))]


@pytest.mark.parametrize(
    "message",
    [
        "no JSON",
        "[]",
        '{"no": "type"}',
        {"type": "subscribe", "id": "1"},
        {"type": "stop"},
        {"type": "start"},
        {"type": "start", "id": "1", "payload": {}},
        {"type": "start", "id": 7, "payload": {"data": "{}", "extensions": {"authorization": KEYED}}},
        {"type": "start", "id": "1", "payload": {"data": {}, "extensions": {"authorization": KEYED}}},
        {"type": "start", "id": "1", "payload": {"data": "{}", "extensions": {}}},
        {"type": "start", "id": "1", "payload": {"data": "{}", "extensions": {"authorization": {"x-api-key": 1}}}},
        {"type": "start", "id": "1", "payload": {"data": "{", "extensions": {"authorization": KEYED}}},
        {"type": "start", "id": "1", "payload": {"data": "{}", "extensions": {"authorization": KEYED}}},
        starting("{ hello }", "1", KEYED),
        starting('mutation { change(id: "1") { id } }', "1", KEYED),
        starting("subscription { changed @skip(if: true) { id } }", "1", KEYED),
    ],
)
def test_what_is_no_start_of_a_subscription_is_not_supported(message: Any) -> None:
    assert answers(message) == [UNSUPPORTED]


def test_variables_may_be_left_out_or_empty() -> None:
    bare = starting(CHANGED, "1", KEYED)
    bare["payload"]["data"] = json.dumps({"query": CHANGED})
    assert [said["type"] for said in answers(bare, starting(CHANGED, "2", KEYED, {}))] == ["start_ack"] * 2


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (
            "subscription { onX { id } }",
            {},
            "Validation error of type FieldUndefined: Field 'onX' in type 'Subscription' is undefined @ 'onX'",
        ),
        (
            "subscription ($id: ID!) { guarded(id: $id) { id } }",
            {},
            "Variable 'id' has coerced Null value for NonNull type 'ID!'",
        ),
    ],
)
def test_a_document_or_variable_that_is_not_valid_is_said_in_the_words_of_http(
    query: str, variables: Any, message: str
) -> None:
    assert answers(starting(query, "v", KEYED, variables)) == [told("v", {"message": message})]


def test_a_text_that_is_no_document_is_said_to_be_none() -> None:
    assert answers(starting("{}}", "v", KEYED)) == [
        told("v", typed("MalformedHttpRequestException", "Unable to parse GraphQL query."))
    ]


def test_each_start_says_who_it_is_for_so_that_one_socket_carries_several_callers() -> None:
    async def talk(there: Live, client: Client) -> list[Any]:
        staff = "subscription { staffOnly { id } }"
        return [
            await client.start(staff, "guest"),
            await client.start(staff, "shopper", there.token()),
            await client.start(staff, "staff", there.token("staff")),
            await client.start(CHANGED, "wrong", {**KEYED, "x-api-key": "da2-wrong"}),
            await client.start(CHANGED, "late", there.token(exp=int(NOW) - 1)),
            await client.start(CHANGED, "nobody", {"host": "x"}),
        ]

    async def run() -> list[Any]:
        async with live() as there, there.client() as client:
            return await talk(there, client)

    denied = typed("Unauthorized", "Not Authorized to access staffOnly on type Subscription")
    assert asyncio.run(run()) == [
        told("guest", denied),
        told("shopper", denied),
        {"id": "staff", "type": "start_ack"},
        told("wrong", typed("UnauthorizedException", "You are not authorized to make this call.")),
        told("late", typed("UnauthorizedException", "Token has expired.")),
        told("nobody", typed("UnauthorizedException", "Valid authorization header not provided.")),
    ]


def test_selecting_what_the_caller_may_not_have_ends_the_subscription() -> None:
    query = "subscription { changed { id part { __typename id } secret } }"
    assert answers(starting(query, "s", KEYED)) == [
        told("s", typed("Unauthorized", "Not Authorized to access secret on type Thing"))
    ]


def test_a_subscriptions_resolver_is_run_at_its_start_and_may_refuse() -> None:
    def guard(event: dict[str, Any]) -> None:
        if event["arguments"]["id"] != "mine":
            raise Raised("NotYours", "This one is not yours.")

    query = "subscription ($id: ID!) { guarded(id: $id) { id } }"

    async def run() -> list[Any]:
        async with live({"Subscription.guarded": guard}) as there, there.client() as client:
            said = [
                await client.start(query, "a", id="theirs"),
                await client.start(query, "b", there.token("staff"), id="mine"),
            ]
            [_, event] = there.functions.asked("Subscription.guarded")
            for id_ in ("theirs", "mine"):
                await there.mutate("mutation ($id: ID!) { change(id: $id) { id } }", id=id_)
            return [*said, event, await client.hear()]

    refused, accepted, event, data = asyncio.run(run())
    assert refused == told("a", typed("NotYours", "This one is not yours."))
    assert accepted == {"id": "b", "type": "start_ack"}
    assert event["info"]["parentTypeName"] == "Subscription"
    assert (event["arguments"], event["source"], event["identity"]["groups"]) == ({"id": "mine"}, None, ["staff"])
    assert data == {"type": "data", "id": "b", "payload": {"data": {"guarded": {"id": "mine"}}}}


@point("5.5", DOC)
def test_a_resolver_that_is_unauthorized_is_worded_by_appsync() -> None:
    def guard(_event: Any) -> None:
        raise Raised("UnauthorizedException", "words of its own")

    start = starting('subscription { guarded(id: "1") { id } }', "g", KEYED)
    assert answers(start, answers={"Subscription.guarded": guard}) == [
        told("g", typed("UnauthorizedException", "You are not authorized to make this call."))
    ]


def test_a_subscription_can_be_stopped_while_its_resolver_still_runs() -> None:
    async def run() -> list[Any]:
        release = asyncio.Event()

        async def guard() -> None:
            await release.wait()

        async with live({"Subscription.guarded": lambda _event: guard()}) as there, there.client() as client:
            await client.say(starting('subscription { guarded(id: "1") { id } }', "g", KEYED))
            again = await client.start(CHANGED, "g")
            await client.say({"id": "g", "type": "stop"})
            stopped = await client.hear()
            release.set()
            return [again["payload"]["errors"][0]["errorType"], stopped, await client.start(CHANGED, "g")]

    assert asyncio.run(run()) == [
        "DuplicatedOperationError",
        {"type": "complete", "id": "g"},
        {"id": "g", "type": "start_ack"},
    ]


def test_a_connection_has_200_subscriptions_and_the_next_is_refused_with_an_object_for_errors() -> None:
    async def run() -> list[Any]:
        async with live() as there, there.client() as client:
            for number in range(MOST_SUBSCRIPTIONS):
                await client.say(starting(CHANGED, str(number), KEYED))
            acknowledged = [await client.hear() for _ in range(MOST_SUBSCRIPTIONS)]
            assert {said["type"] for said in acknowledged} == {"start_ack"}
            refused = await client.start(CHANGED, "more")
            await client.say({"id": "0", "type": "stop"})
            await client.hear()
            return [refused, await client.start(CHANGED, "more")]

    refused, accepted = asyncio.run(run())
    errors = typed("MaxSubscriptionsReachedError", "Max number of 200 subscriptions reached")
    assert refused == {"id": "more", "type": "error", "payload": {"errors": errors}}
    assert accepted["type"] == "start_ack"


def test_a_subscription_over_http_is_refused() -> None:
    async def run() -> dict[str, Any]:
        async with live() as there:
            return await there.mutate(CHANGED)

    assert asyncio.run(run())["errors"][0]["errorType"] == "OperationNotSupported"


@point("5.8", UNKNOWN)
def test_a_subscription_ends_with_the_token_that_it_was_started_with() -> None:
    async def run() -> list[Any]:
        async with live() as there, there.client() as client:
            await client.start(CHANGED, "short", there.token(exp=NOW + 0.05))
            await client.start(CHANGED, "long", there.token())
            ended = await client.hear()
            await there.mutate('mutation { change(id: "1") { id } }')
            return [ended, await client.hear()]

    ended, data = asyncio.run(run())
    assert ended == told("short", typed("UnauthorizedException", "Token has expired."))
    assert data["id"] == "long"
