"""From the inventory table's stream to the graph: every change of stock is told, as it was recorded, in order."""

import importlib
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pynamodb.expressions.operand import Path

from datasources.dynamo.listened import LISTENED, listened
from datasources.dynamo.listening import listen
from datasources.dynamo.stock_stream import stock_change, stocked_products
from datasources.dynamo.stocks import stock_item, stock_key
from domain.ids import ProductId, variant_id
from domain.inventory.stock import Stock
from resolvers._kit.ids import new_id
from resolvers.inventory.announcing import Announcement, publication_of
from tests.resolvers.inventory.making import BOUNDS, adjust, line, saved
from tests.served import served
from tests.shop import Context, Shop


def records(shop: Shop) -> list[Any]:
    return [record for some in shop.news("inventory") for record in some]


def image(stock: Stock) -> dict[str, Any]:
    key = stock_key(stock.variant_id)
    return stock_item(stock) | {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def new_variant() -> Any:
    return variant_id(ProductId(new_id("prod")), 1)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([5, -2, -4, "bounds"]), max_size=6))
def test_any_edits_are_announced_as_they_are_recorded(shop: Shop, edits: list[Any]) -> None:
    one, place = new_variant(), saved(shop)["id"]
    records(shop)
    for number, edit in enumerate(edits):
        if edit == "bounds":
            shop.ask(BOUNDS, {"id": one, "place": place, "safety": number}, person="staff")
        else:
            adjust(shop, line(one, place, edit))
    told = [found for record in records(shop) if (found := publication_of(stock_change, record))]
    stock = shop.handlers["inventory"].store.many([one]).get(one)
    recorded = stock.changes if stock else ()
    assert {found.key for found in told} <= {one}
    assert [found.variables["seq"] for found in told] == [change.seq for change in recorded]
    for found, change in zip(told, recorded, strict=True):
        announced = msgspec.json.decode(found.variables["payload"], type=Announcement)
        assert announced == Announcement(variant_id=one, availability=change.availability, at=change.at)


def test_what_is_no_change_of_stock_is_not_announced(shop: Shop) -> None:
    records(shop)
    one, place = new_variant(), saved(shop)["id"]
    adjust(shop, line(one, place, 5))
    shop.settle()
    found = records(shop)
    shop.seen.clear()
    found = records(shop)
    ours = next(each for each in found if one in each["dynamodb"]["Keys"]["sk"]["S"])
    rewritten = {"dynamodb": ours["dynamodb"] | {"OldImage": ours["dynamodb"]["NewImage"]}}
    removed = {"dynamodb": {"OldImage": ours["dynamodb"]["NewImage"], "Keys": ours["dynamodb"]["Keys"]}}
    told = [publication_of(stock_change, record) for record in [*found, rewritten, removed]]
    assert [each.key for each in told if each].count(one) == 1
    assert stocked_products({"Records": [ours, removed, ours]}) == (f"prod_{one[4:30]}",)


def test_only_what_buyers_can_have_more_or_less_of_is_summed_up_anew(shop: Shop) -> None:
    one, place = new_variant(), saved(shop)["id"]
    adjust(shop, line(one, place, 5))
    counted = shop.handlers["inventory"].store.many([one])[one]
    level = counted.levels[0]
    held = replace(counted, version=2, levels=(replace(level, reserved=2),))
    sold = replace(counted, version=3, levels=(replace(level, on_hand=level.on_hand - 2),))

    def summed_up(old: Stock | None, new: Stock) -> tuple[str, ...]:
        images = {"OldImage": old and image(old), "NewImage": image(new)}
        return stocked_products({"Records": [{"dynamodb": images}]})

    assert summed_up(None, counted) == summed_up(counted, held) == (f"prod_{one[4:30]}",)
    assert summed_up(held, sold) == ()


def test_what_nobody_listens_to_any_more_is_not_told(shop: Shop) -> None:
    one, other, place = new_variant(), new_variant(), saved(shop)["id"]
    adjust(shop, line(one, place, 5), line(other, place, 5))
    records(shop)
    word = shop.handlers["inventory"].store.table
    for variant, ago in ((one, 24 * 3600), (other, 26 * 3600)):
        key = stock_key(variant)
        word.connection.update_item(word.name, key.pk, key.sk, actions=[Path(LISTENED).remove()])
        listen(word, key, time.time() - ago)
    adjust(shop, line(one, place, 1), line(other, place, 1))
    told = [found for record in records(shop) if (found := publication_of(listened(stock_change), record))]
    assert [(found.key, found.variables["seq"]) for found in told] == [(one, 2)]


def test_every_change_is_published_in_the_order_of_its_variant(shop: Shop) -> None:
    records(shop)
    variants, place = [new_variant() for _ in range(3)], saved(shop)["id"]
    for units in range(1, 4):
        adjust(shop, *[line(one, place, units) for one in variants])
    heard: list[Any] = []
    with overhearing(shop, heard) as publisher:
        assert publisher.publish({"Records": records(shop)}, Context()) == {"batchItemFailures": []}
    for one in variants:
        told = [each for each in heard if each["variantId"] == one]
        assert [(each["seq"], each["availability"]["quantity"]) for each in told] == [(1, 1), (2, 3), (3, 6)]
        assert all(each["at"] for each in told)


@contextmanager
def overhearing(shop: Shop, heard: list[Any]) -> Iterator[Any]:
    """The function's module, imported anew beside a served graph whose answers are kept."""

    async def graph(scope: Any, receive: Any, send: Any) -> None:
        async def hearing(message: Any) -> None:
            if message["type"] == "http.response.body":
                heard.append(json.loads(message["body"])["data"]["publishStockChange"])
            await send(message)

        await shop.gateway(scope, receive, hearing)

    with served(graph) as url, pytest.MonkeyPatch.context() as environment:
        environment.setenv("GRAPH_URL", f"{url}/graphql")
        sys.modules.pop("resolvers.inventory.publisher", None)
        yield importlib.import_module("resolvers.inventory.publisher")
