"""From the table's stream to the graph: every edit is told, as it was recorded, in order, signed."""

import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from datasources.dynamo.stream import product_change
from datasources.live.graph import LARGEST_ANSWER
from domain.catalog.products import Product, ProductStatus
from domain.ids import MediaId, ProductId, variant_id
from domain.shown import ShownMedia
from resolvers._kit.wire import camel
from resolvers.catalog.announcing import Announcement, publication_of
from tests.datasources.samples import product
from tests.resolvers.catalog.making import category
from tests.served import served
from tests.shop import Context, Shop

EDITS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(["A", "B"]),
            "status": st.sampled_from(ProductStatus),
            "tags": st.lists(st.sampled_from("xyz"), unique=True).map(tuple),
        },
    ),
    max_size=6,
)


def edited(shop: Shop, edits: list[dict[str, Any]], **first: Any) -> list[Product]:
    """The versions of a product that is stored, then edited, straight in the table."""
    store = shop.handler.store
    versions = [product(**first)]
    store.create(versions[0], [])
    for edit in edits:
        versions.append(replace(versions[-1], version=versions[-1].version + 1, **edit))
        store.replace(versions[-2], versions[-1], [], [])
    return versions


def records(shop: Shop) -> list[Any]:
    return [record for some in shop.news() for record in some]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS, st.sampled_from(ProductStatus))
def test_any_edits_are_announced_as_they_are_recorded(
    shop: Shop, edits: list[dict[str, Any]], status: ProductStatus
) -> None:
    versions = edited(shop, edits, status=status)
    found = [publication_of(product_change, record) for record in records(shop)]
    told = [one for one in found if one and one.key == versions[0].id]
    recorded = shop.handler.store.changes(versions[0].id, 0)

    assert (
        [one.variables["seq"] for one in told] == [change.seq for change in recorded] == list(range(1, len(told) + 1))
    )
    for one, version, change in zip(told, versions, recorded, strict=True):
        announced = msgspec.json.decode(one.variables["payload"], type=Announcement)
        seen = version.status is ProductStatus.ACTIVE
        assert announced.changed == (tuple(map(camel, change.changed)) if seen else ())
        assert announced.product == (version if seen else None)
        assert (announced.product_id, announced.at) == (version.id, change.at)
        shorter = msgspec.json.decode(one.shorter["payload"], type=Announcement)
        assert shorter == msgspec.structs.replace(announced, product=None)


def test_what_is_no_change_of_a_product_is_not_announced(shop: Shop) -> None:
    category(shop)
    (first,) = edited(shop, [])
    found = records(shop)
    ours = next(one for one in found if one["dynamodb"].get("NewImage", {}).get("pk") == {"S": f"PRODUCT#{first.id}"})
    rewritten = {"dynamodb": ours["dynamodb"] | {"OldImage": ours["dynamodb"]["NewImage"]}}
    removed = {"dynamodb": {"OldImage": ours["dynamodb"]["NewImage"], "Keys": ours["dynamodb"]["Keys"]}}
    told = [publication_of(product_change, record) for record in [*found, rewritten, removed]]
    assert [one.key for one in told if one] == [first.id]


class Overheard:
    """The graph, and what it answered: what subscribers of all its fields are told."""

    def __init__(self, graph: ASGIApp) -> None:
        self._graph = graph
        self.answers: list[Any] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def hearing(message: Message) -> None:
            if message["type"] == "http.response.body":
                self.answers.append(json.loads(message["body"])["data"]["publishProductChange"])
            await send(message)

        await self._graph(scope, receive, hearing)

    def told(self, id_: ProductId) -> list[Any]:
        return [answer for answer in self.answers if answer["productId"] == id_]


@pytest.fixture(scope="module")
def graph(shop: Shop) -> Overheard:
    return Overheard(shop.gateway)


@pytest.fixture(scope="module")
def publisher(graph: Overheard) -> Iterator[Any]:
    """The function's module, imported anew beside a served graph."""
    with served(graph) as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("GRAPH_URL", f"{url}/graphql")
        sys.modules.pop("resolvers.catalog.publisher", None)
        yield importlib.import_module("resolvers.catalog.publisher")


def test_every_change_is_published_in_the_order_of_its_product(shop: Shop, publisher: Any, graph: Overheard) -> None:
    records(shop)
    names = [{"name": f"Name {number}"} for number in range(5)]
    several = [edited(shop, names) for _ in range(4)]
    assert publisher.publish({"Records": records(shop)}, Context()) == {"batchItemFailures": []}
    for versions in several:
        told = graph.told(versions[0].id)
        assert [(one["seq"], one["product"]["name"]) for one in told] == [(one.version, one.name) for one in versions]
        assert [one["changed"] for one in told[1:]] == [["name"]] * 5
        assert {edge["node"]["sku"] for one in told for edge in one["product"]["variants"]["edges"]} == {"A"}


def test_what_is_given_again_is_published_again(shop: Shop, publisher: Any, graph: Overheard) -> None:
    records(shop)
    (only,) = edited(shop, [])
    found = records(shop)
    for _ in range(2):
        publisher.publish({"Records": found}, Context())
    assert [one["seq"] for one in graph.told(only.id)] == [1, 1]


def test_a_product_beyond_what_a_subscription_carries_is_told_of_without_it(
    shop: Shop, publisher: Any, graph: Overheard
) -> None:
    records(shop)
    pictures = tuple(
        ShownMedia(id=MediaId(f"media_{number:026}"), url=f"https://x.example/{number}/{'y' * 1500}")
        for number in range(50)
    )
    plain = product()
    (variant,) = plain.variants
    many = tuple(
        replace(variant, id=variant_id(plain.id, number), media_ids=tuple(one.id for one in pictures[:10]))
        for number in range(20)
    )
    (large,) = edited(shop, [], media=pictures, variants=many)
    assert publisher.publish({"Records": records(shop)}, Context()) == {"batchItemFailures": []}
    whole, shorter = graph.told(large.id)
    assert len(json.dumps(whole)) > LARGEST_ANSWER
    assert (shorter["seq"], shorter["product"], shorter["changed"]) == (1, None, whole["changed"])


def test_a_change_that_cannot_be_published_is_given_back(shop: Shop, publisher: Any) -> None:
    records(shop)
    edited(shop, [{"name": "B"}])
    found = records(shop)
    broken = [
        {"dynamodb": one["dynamodb"] | {"NewImage": one["dynamodb"]["NewImage"] | {"document": {"S": "{"}}}}
        for one in found
        if "document" in one["dynamodb"].get("NewImage", {})
    ]
    answer = publisher.publish({"Records": [*found, *broken]}, Context())
    assert answer["batchItemFailures"] == [{"itemIdentifier": broken[0]["dynamodb"]["SequenceNumber"]}]
