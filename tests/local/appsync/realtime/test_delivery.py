"""Who gets what: filters by equality, the mutation's selection and the subscriber's own, in order, within bounds."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.appsync.bus import InProcess
from local.appsync.plan import Plan
from local.appsync.realtime import socket as sockets
from local.appsync.realtime.subscriptions import LARGEST_PAYLOAD, Subscription, Subscriptions, filters
from local.appsync.sdl import UnsupportedApi
from tests.conformance.points import DOC, INFER, point
from tests.local.appsync.realtime.live import KEYED, SDL, Client, Live, frame, live, starting

MUTATION = "mutation ($id: ID!) { change(id: $id) { id } }"


async def payloads(there: Live, client: Client, *mutations: str) -> list[Any]:
    """What the client gets of these mutations: all up to that of a last one, which everybody gets."""
    for mutation in mutations:
        answer = await there.mutate(mutation)
        assert "errors" not in answer, answer
    await client.say(starting("subscription { any { id text } }", "end", KEYED))
    found = [said["payload"] for said in await until_of(client, "end")]
    await there.mutate('mutation { other(id: "end") { id text } }')
    return found + [said["payload"] for said in await until_of(client, "end")]


async def until_of(client: Client, id_: str) -> list[dict[str, Any]]:
    """What is heard before the next message of a subscription."""
    heard = []
    while (said := await client.hear())["id"] != id_:
        heard.append(said)
    return heard


def got(query: str, *mutations: str, **variables: Any) -> list[Any]:
    async def run() -> list[Any]:
        async with live() as there, there.client() as client:
            assert (await client.start(query, **variables))["type"] == "start_ack"
            return await payloads(there, client, *mutations)

    return asyncio.run(run())


ALL = "id size price on kind text"


def change(arguments: str, selection: str = ALL) -> str:
    return f"mutation {{ change({arguments}) {{ {selection} }} }}"


def test_a_subscriber_gets_its_own_selection_of_what_the_mutation_selected() -> None:
    found = got("subscription { c: changed { id size text } }", change('id: "1", size: 3, text: "hi"', "id size kind"))
    assert found == [{"data": {"c": {"id": "1", "size": 3, "text": None}}}]


def test_a_non_null_field_that_was_not_selected_makes_the_payload_null_and_tells_why() -> None:
    assert got("subscription { changed { id must } }", change('id: "1"', "id")) == [
        {
            "data": {"changed": None},
            "errors": [
                {
                    "path": ["changed", "must"],
                    "message": "Cannot return null for non-nullable type: 'String' within parent 'Thing' "
                    "(/changed/must)",
                }
            ],
        }
    ]


@point("5.2", INFER)
def test_an_interface_is_told_apart_by_the_typename_that_the_mutation_selected() -> None:
    query = "subscription { changed { part { id ... on Wheel { spokes } } } }"
    with_name = change('id: "1"', "id part { __typename id ... on Wheel { spokes } }")
    assert got(query, with_name) == [{"data": {"changed": {"part": {"id": "w", "spokes": 12}}}}]
    [without] = got(query, change('id: "1"', "id part { id }"))
    assert without["data"] == {"changed": {"part": None}}


@pytest.mark.parametrize(
    ("asked", "given_", "fits"),
    [
        ('id: "1"', 'id: "1"', True),
        ("id: 1", 'id: "1"', True),
        ('id: "1"', 'id: "2"', False),
        ("size: 3", 'id: "1", size: 3', True),
        ("size: 3", 'id: "1", size: 4', False),
        ("size: 3", 'id: "1"', False),
        ("size: 0", 'id: "1"', False),
        ("price: 3", 'id: "1", price: 3.0', True),
        ("price: 0.1", 'id: "1", price: 0.1', True),
        ("on: true", 'id: "1", on: true', True),
        ("on: true", 'id: "1", on: false', False),
        ("kind: RED", 'id: "1", kind: RED', True),
        ("kind: RED", 'id: "1", kind: BLUE', False),
        ('id: "1", size: 3', 'id: "1", size: 3', True),
        ('id: "1", size: 3', 'id: "1", size: 4', False),
        ("size: null", 'id: "1"', True),
        ("size: null", 'id: "1", size: null', True),
        ("size: null", 'id: "1", size: 1', False),
        ('text: ""', 'id: "1"', False),
    ],
)
def test_arguments_are_compared_with_the_fields_of_their_names(asked: str, given_: str, fits: bool) -> None:
    assert len(got(f"subscription {{ changed({asked}) {{ id }} }}", change(given_))) == fits


def test_an_argument_left_out_does_not_filter_and_a_variable_sent_as_null_filters_for_null() -> None:
    query = "subscription ($size: Int) { changed(size: $size) { id } }"
    mutations = [change('id: "1", size: 1'), change('id: "2"')]
    assert [found["data"]["changed"]["id"] for found in got(query, *mutations)] == ["1", "2"]
    assert [found["data"]["changed"]["id"] for found in got(query, *mutations, size=None)] == ["2"]
    assert [found["data"]["changed"]["id"] for found in got(query, *mutations, size=1)] == ["1"]


def test_a_field_that_the_mutation_did_not_select_fits_null_only() -> None:
    unselected = change('id: "1", size: 3', "id")
    assert got("subscription { changed(size: 3) { id } }", unselected) == []
    assert len(got("subscription { changed(size: null) { id } }", unselected)) == 1


def test_a_scalar_has_no_fields_so_that_it_fits_no_argument() -> None:
    assert got("subscription { counted }", "mutation { count }") == [{"data": {"counted": 7}}]
    assert got('subscription { counted(id: "1") }', "mutation { count }") == []


@point("5.1", DOC)
def test_only_the_mutations_that_a_subscription_names_fire_it_and_none_fires_one_that_names_none() -> None:
    mutations = ['mutation { other(id: "1") { id } }', change('id: "2"', "id")]
    assert [each["data"]["changed"]["id"] for each in got("subscription { changed { id } }", *mutations)] == ["2"]
    assert [each["data"]["any"]["id"] for each in got("subscription { any { id } }", *mutations)] == ["1", "2", "end"]
    assert got("subscription { silent { id } }", *mutations) == []


def test_every_root_field_of_a_mutation_is_published_under_its_name_whatever_its_alias() -> None:
    both = 'mutation { a: change(id: "1") { id } b: change(id: "2") { id } }'
    assert [each["data"]["changed"]["id"] for each in got("subscription { changed { id } }", both)] == ["1", "2"]


def test_a_mutation_that_fails_or_is_refused_publishes_nothing() -> None:
    def broken(_event: Any) -> Any:
        return None

    async def run() -> list[Any]:
        async with live({"Mutation.change": broken}) as there, there.client() as client:
            await client.start("subscription { changed { id } }")
            await there.mutate('mutation { change(id: "1") { id } }')
            await there.mutate('mutation { other(id: "1") { id } }', there.token())
            return await payloads(there, client)

    assert asyncio.run(run()) == []


def test_what_the_mutations_caller_may_not_see_no_subscriber_sees() -> None:
    """The rights on the payload's fields are those of the publishing caller, who here holds an API key."""

    async def run() -> Any:
        async with live() as there, there.client() as client:
            await client.start("subscription { changed { id } }")
            answer = await there.mutate('mutation { change(id: "1") { id secret } }')
            return [answer["data"], (await client.hear())["payload"]]

    assert asyncio.run(run()) == [{"change": {"id": "1", "secret": None}}, {"data": {"changed": {"id": "1"}}}]


def test_after_a_stop_nothing_more_comes_and_before_its_acknowledgement_nothing_does() -> None:
    async def run() -> list[str]:
        async with live() as there, there.client() as client:
            heard = []
            for number in range(5):
                writing = [asyncio.create_task(there.mutate(MUTATION, id=str(turn))) for turn in range(4)]
                await client.say(starting("subscription { changed { id } }", str(number), KEYED))
                await asyncio.gather(*writing)
                await client.say({"id": str(number), "type": "stop"})
                await asyncio.gather(*(there.mutate(MUTATION, id="late") for _ in range(2)))
                said = await client.hear()
                while said["type"] != "complete":
                    heard.append(said)
                    said = await client.hear()
                heard.append(said)
            return [f"{said['id']} {said['type']}" for said in heard]

    heard = asyncio.run(run())
    for number in range(5):
        of_one = [said.split()[1] for said in heard if said.split()[0] == str(number)]
        assert of_one == ["start_ack", *["data"] * (len(of_one) - 2), "complete"]


def test_changes_come_in_the_order_of_their_mutations_to_every_subscriber() -> None:
    async def run() -> list[list[str]]:
        async with live() as there, there.client() as one, there.client(there.token()) as two:
            for client in (one, two):
                await client.start("subscription { changed { id } }")
            for number in range(20):
                await there.mutate(MUTATION, id=str(number))
            return [
                [(await client.hear())["payload"]["data"]["changed"]["id"] for _ in range(20)] for client in (one, two)
            ]

    wanted = [str(number) for number in range(20)]
    assert asyncio.run(run()) == [wanted, wanted]


def test_a_payload_above_240_kilobytes_is_dropped_and_the_next_one_comes() -> None:
    def large(event: dict[str, Any]) -> Any:
        return {"id": event["arguments"]["id"], "text": "x" * int(event["arguments"]["id"])}

    async def run() -> list[Any]:
        async with live({"Mutation.change": large}) as there, there.client() as client:
            await client.start("subscription { changed { id text } }")
            for size in (LARGEST_PAYLOAD - 100, LARGEST_PAYLOAD + 1, 5):
                await there.mutate("mutation ($id: ID!) { change(id: $id) { id text } }", id=str(size))
            return [(await client.hear())["payload"]["data"]["changed"]["id"] for _ in range(2)]

    assert asyncio.run(run()) == [str(LARGEST_PAYLOAD - 100), "5"]


@point("5.7", INFER)
def test_a_client_that_does_not_read_is_cut_off_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "MOST_BUFFERED", 64 * 1024)

    def large(event: dict[str, Any]) -> Any:
        return {"id": event["arguments"]["id"], "text": "x" * 100_000}

    async def run() -> list[str]:
        async with live({"Mutation.change": large}) as there, there.client() as client:
            reader, writer, _ = await there.bare("graphql-ws")
            writer.write(frame(b'{"type":"connection_init"}'))
            await reader.readuntil(b"connection_ack")
            start = starting("subscription { changed { id text } }", "deaf", KEYED)
            writer.write(frame(json.dumps(start).encode()))
            await reader.readuntil(b"start_ack")
            writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport that reads has it
            await client.start("subscription { changed { id } }")
            heard = []
            number = 0
            while len(there.realtime._connections) > 1:
                await there.mutate("mutation ($id: ID!) { change(id: $id) { id text } }", id=str(number))
                heard.append((await client.hear())["payload"]["data"]["changed"]["id"])
                number += 1
                assert number < 500, "it is never cut off"
            writer.close()
            return heard

    heard = asyncio.run(run())
    assert heard == [str(number) for number in range(len(heard))]


def test_a_socket_that_is_gone_leaves_nothing_behind() -> None:
    async def run() -> tuple[int, Any]:
        async with live() as there:
            async with there.client() as client:
                await client.start("subscription { changed { id } }")
                await client.start('subscription { changed(id: "1") { id } }', "2")
            while there.realtime._connections:  # noqa: ASYNC110 - it tells nobody when one goes
                await asyncio.sleep(0.01)
            return len(there.realtime._connections), there.realtime._subscriptions._by_field

    assert asyncio.run(run()) == (0, {"changed": {}})


VALUES = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2).map(round) | st.sampled_from("ab")
PLAN = Plan(None, [], [])  # type: ignore[arg-type]  # an empty selection


@settings(max_examples=200)
@given(
    asked=st.lists(st.dictionaries(st.sampled_from("xyz"), VALUES), max_size=6),
    published=st.dictionaries(st.sampled_from("xyz"), VALUES),
)
def test_found_by_their_filters_are_exactly_those_whose_every_argument_equals(asked: Any, published: Any) -> None:
    def equal(one: Any, other: Any) -> bool:
        return isinstance(one, bool) == isinstance(other, bool) and one == other

    reached: list[int] = []
    subscriptions = Subscriptions()
    made = [
        Subscription(str(place), "field", filters(arguments), PLAN, lambda _text, place=place: reached.append(place))  # type: ignore[misc]  # a lambda's default
        for place, arguments in enumerate(asked)
    ]
    for subscription in made:
        subscriptions.add(subscription)
    subscriptions.deliver(["field"], published)
    assert sorted(reached) == [
        place
        for place, arguments in enumerate(asked)
        if all(equal(value, published.get(name)) for name, value in arguments.items())
    ]
    for subscription in made:
        subscriptions.remove(subscription)
    reached.clear()
    subscriptions.deliver(["field"], published)
    assert reached == []


@pytest.mark.parametrize(
    ("field", "refusal"),
    [
        ('x: Wheel @aws_subscribe(mutations: ["change"])', "Subscription.x gives Wheel, but Mutation.change"),
        ('x: [Thing] @aws_subscribe(mutations: ["change"])', "Subscription.x gives a list"),
        ('x: Thing @aws_subscribe(mutations: ["gone"])', "Subscription.x listens to Mutation.gone, which there is not"),
    ],
)
@point("5.1", DOC)
def test_a_subscription_that_appsync_would_refuse_is_refused_when_the_api_is_loaded(field: str, refusal: str) -> None:
    async def run() -> None:
        async with live(sdl=SDL.replace("silent: Thing @aws_api_key", field)):
            pass

    with pytest.raises(UnsupportedApi, match=refusal):
        asyncio.run(run())


@point("5.2", DOC)
def test_nullability_alone_does_not_make_a_subscription_another_than_its_mutation() -> None:
    async def run() -> None:
        async with live(sdl=SDL.replace("any: Thing @", "any: Thing! @")):
            pass

    asyncio.run(run())


def test_a_mutation_is_answered_though_the_bus_is_out_of_order() -> None:
    class Broken(InProcess):
        async def publish(self, message: bytes) -> None:  # noqa: ARG002 - the interface's signature
            raise ConnectionError("the bus is gone")

    async def run() -> dict[str, Any]:
        async with live(bus=Broken()) as there:
            return await there.mutate(MUTATION, id="1")

    assert asyncio.run(run()) == {"data": {"change": {"id": "1"}}}
