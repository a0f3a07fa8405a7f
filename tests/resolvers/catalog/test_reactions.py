"""What follows from stored changes: shoppers and searches see them, and a moved category takes its products along."""

import time
from typing import Any

import pytest

from resolvers._kit.faults import InternalFault
from tests.resolvers.catalog.making import CATEGORY, UPDATE, category, made, name, product_input
from tests.shop import Context, Shop

SHOWN = "query Shown($id: ID!) { products(filter: { category: $id, status: ACTIVE }) { edges { node { slug } } } }"
FOUND = "query Found($words: String) { products(filter: { search: $words }) { edges { node { slug name } } } }"


def on_sale_in(shop: Shop, one: Any) -> list[str]:
    """As the table lists them for shoppers, without the cache between."""
    connection = shop.ask(SHOWN, {"id": one["id"]}, person="staff")["products"]
    return sorted(edge["node"]["slug"] for edge in connection["edges"])


def found(shop: Shop, words: str) -> list[str]:
    return [edge["node"]["slug"] for edge in shop.ask(FOUND, {"words": words})["products"]["edges"]]


def eventually(shop: Shop, words: str, slugs: list[str]) -> bool:
    """The index looks for news once a second."""
    deadline = time.monotonic() + 10
    while found(shop, words) != slugs and time.monotonic() < deadline:
        time.sleep(0.1)
    return found(shop, words) == slugs


def test_a_moved_category_takes_its_products_along(shop: Shop) -> None:
    old_top, new_top = category(shop), category(shop)
    below = category(shop, old_top["id"])
    deep = category(shop, below["id"])
    slugs = sorted(made(shop, categoryId=place["id"])["slug"] for place in (below, deep))
    shop.settle()
    assert on_sale_in(shop, old_top) == slugs
    moved = {"slug": below["slug"], "name": below["name"], "parentId": new_top["id"]}
    assert shop.ask(CATEGORY, {"id": below["id"], "input": moved}, person="staff")["categorySave"]["userErrors"] == []
    shop.settle()
    assert on_sale_in(shop, new_top) == slugs
    assert on_sale_in(shop, old_top) == []
    assert on_sale_in(shop, below) == slugs


def test_an_edit_is_found_by_its_new_words_and_not_by_its_old_ones(shop: Shop) -> None:
    word, other = name("w").replace("-", ""), name("w").replace("-", "")
    one = made(shop, name=f"Thing {word}")
    shop.settle()
    assert eventually(shop, word, [one["slug"]])
    edited = product_input(slug=one["slug"], name=f"Thing {other}")
    shop.ask(UPDATE, {"id": one["id"], "input": edited}, person="staff")
    shop.settle()
    assert eventually(shop, word, [])
    assert found(shop, other) == [one["slug"]]


def test_an_event_that_comes_twice_and_late_shows_nothing_old(shop: Shop) -> None:
    one = made(shop, name="First")
    late = list(shop.news())
    edited = product_input(slug=one["slug"], name="Second")
    shop.ask(UPDATE, {"id": one["id"], "input": edited}, person="staff")
    shop.settle()
    for records in late * 2:
        shop.handler.react({"Records": records}, Context())
    read = "query Read($id: ID!) { product(id: $id) { name } }"
    assert shop.ask(read, {"id": one["id"]})["product"] == {"name": "Second"}


def test_an_event_that_cannot_be_read_comes_again(shop: Shop) -> None:
    broken = {"dynamodb": {"NewImage": {"pk": {"S": "PRODUCT#x"}, "sk": {"S": "PRODUCT"}, "document": {"S": "{"}}}}
    with pytest.raises(InternalFault):
        shop.handler.react({"Records": [broken]}, Context())
