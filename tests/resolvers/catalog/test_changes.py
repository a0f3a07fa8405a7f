"""What happened to a product, as guests and staff are told, and as those who listen are."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from datasources.dynamo import items
from datasources.dynamo.transactions import Transaction
from domain.catalog.products import Product, ProductStatus
from domain.ids import CategoryId, CollectionId, ProductId, variant_id
from resolvers.catalog.announcing import Announcement, announcement_of
from resolvers.catalog.selections import DOCUMENTS
from tests.datasources.samples import key26, product
from tests.resolvers.catalog.making import UPDATE, category, collection, made, product_input
from tests.shop import FUNCTION, Shop

CHANGES = """
query Changes($id: ID!, $after: Int!) {
  productChanges(productId: $id, afterSeq: $after) {
    seq productId changed at product { name version status variants { totalCount } }
  }
}
"""
STATUS = """
mutation Status($id: ID!, $status: ProductStatus!) {
  productSetStatus(id: $id, status: $status) { product { version } userErrors { code } }
}
"""
PUBLISH = DOCUMENTS["publishProductChange"]


def changes(shop: Shop, id_: str, after: int = 0, person: str = "guest") -> Any:
    return shop.ask(CHANGES, {"id": id_, "after": after}, person=person)["productChanges"]


def renamed(shop: Shop, one: Any, name: str, **more: Any) -> None:
    answer = shop.ask(
        UPDATE, {"id": one["id"], "input": product_input(slug=one["slug"], name=name, **more)}, person="staff"
    )
    assert answer["productUpdate"]["userErrors"] == []


def put(shop: Shop, one: Any, status: str) -> None:
    answer = shop.ask(STATUS, {"id": one["id"], "status": status}, person="staff")
    assert answer["productSetStatus"]["userErrors"] == []


@pytest.mark.parametrize("person", ["guest", "shopper", "staff"])
def test_changes_are_told_without_gaps_oldest_first_with_the_product_as_it_is_now(shop: Shop, person: str) -> None:
    one = made(shop, name="First")
    renamed(shop, one, "Second")
    renamed(shop, one, "Third", vendor="V", seoTitle="T")
    told = changes(shop, one["id"], person=person)
    assert [change["seq"] for change in told] == [1, 2, 3]
    assert [change["changed"] for change in told[1:]] == [["name"], ["name", "vendor", "seoTitle"]]
    assert {"slug", "variants", "collectionIds"} <= set(told[0]["changed"])
    now = {"name": "Third", "version": 3, "status": "ACTIVE", "variants": {"totalCount": 1}}
    assert [change["product"] for change in told] == [now] * 3
    assert {change["productId"] for change in told} == {one["id"]}
    assert [change["at"] for change in told] == sorted(change["at"] for change in told)


def test_only_what_came_after_is_told(shop: Shop) -> None:
    one = made(shop)
    for name in ("Second", "Third"):
        renamed(shop, one, name)
    assert [change["seq"] for change in changes(shop, one["id"], after=2)] == [3]
    assert changes(shop, one["id"], after=3) == changes(shop, one["id"], after=2**31 - 1) == []


def test_every_name_of_what_changed_is_one_of_the_input(shop: Shop) -> None:
    one = made(shop)
    (first,) = changes(shop, one["id"])
    known = shop.gateway.graph.schema.type_map["ProductInput"]
    assert set(first["changed"]) == set(getattr(known, "fields"))  # noqa: B009  # graphql-core types no members


def test_at_most_a_hundred_are_told_at_once(shop: Shop) -> None:
    store = shop.handler.store
    one = product()
    store.create(one, [])
    for number in range(104):
        one, old = replace(one, version=one.version + 1, name=f"Name {number}"), one
        store.replace(old, one, [], [])
    first = changes(shop, one.id)
    assert [change["seq"] for change in first] == list(range(1, 101))
    assert [change["seq"] for change in changes(shop, one.id, after=100)] == list(range(101, 106))


def test_changes_that_are_gone_are_seen_by_the_first_seq(shop: Shop) -> None:
    one = made(shop)
    renamed(shop, one, "Second")
    expired = Transaction(shop.handler.store.table)
    expired.delete(items.change_key("product", one["id"], 1))
    expired.commit()
    assert [change["seq"] for change in changes(shop, one["id"])] == [2]


@pytest.mark.parametrize("person", ["guest", "shopper"])
def test_a_product_that_is_taken_off_sale_tells_so_and_nothing_else(shop: Shop, person: str) -> None:
    one = made(shop)
    put(shop, one, "DRAFT")
    renamed(shop, one, "A secret", status="DRAFT")
    seen = [(change["seq"], change["changed"], change["product"]) for change in changes(shop, one["id"], person=person)]
    assert seen == [(1, [], None), (2, [], None), (3, [], None)]
    put(shop, one, "ACTIVE")
    again = changes(shop, one["id"], person=person)
    assert [(change["seq"], change["changed"]) for change in again[1:]] == [(2, ["status"]), (3, []), (4, ["status"])]
    assert {change["product"]["name"] for change in again} == {"A secret"}


@pytest.mark.parametrize("person", ["guest", "shopper"])
def test_a_product_that_was_never_on_sale_is_as_one_that_is_not_there(shop: Shop, person: str) -> None:
    draft = made(shop, status="DRAFT")
    put(shop, draft, "ARCHIVED")
    unknown = f"prod_{key26()}"
    for after in (0, 1, 7):
        told = [shop.send(CHANGES, {"id": id_, "after": after}, person=person) for id_ in (draft["id"], unknown)]
        assert told[0] == told[1] == {"data": {"productChanges": []}}


def test_staff_see_drafts(shop: Shop) -> None:
    draft = made(shop, status="DRAFT")
    put(shop, draft, "ARCHIVED")
    told = changes(shop, draft["id"], person="staff")
    assert [(change["seq"], change["product"]["status"]) for change in told] == [(1, "ARCHIVED"), (2, "ARCHIVED")]
    assert told[1]["changed"] == ["status"]


@pytest.mark.parametrize(
    ("id_", "after", "said"),
    [
        (f"cat_{'0' * 26}", 0, "productId is not the id of a Product"),
        ("nonsense", 0, "productId is not the id of a Product"),
        (f"prod_{'0' * 26}", -1, "afterSeq is 0 or more, not -1"),
    ],
)
def test_a_question_that_has_no_answer_is_told_why(shop: Shop, id_: str, after: int, said: str) -> None:
    (error,) = shop.send(CHANGES, {"id": id_, "after": after})["errors"]
    assert (error["errorType"], error["message"][: len(said)]) == ("BadRequest", said)


def publish(shop: Shop, seq: int, announcement: Announcement) -> Any:
    variables = {"seq": seq, "payload": msgspec.json.encode(announcement).decode()}
    return shop.ask(PUBLISH, variables, person=FUNCTION)["publishProductChange"]


def shown(**changes: Any) -> Product:
    return product(status=ProductStatus.ACTIVE, **changes)


def test_what_is_published_is_the_product_of_that_change_whole(shop: Shop) -> None:
    shelf, sale = category(shop), collection(shop)
    one = shown(category_id=CategoryId(shelf["id"]), collection_ids=(CollectionId(sale["id"]),), price=1250)
    told = publish(shop, 7, announcement_of(replace(one, name="Before"), one))
    assert (told["seq"], told["productId"], told["changed"]) == (7, one.id, ["name"])
    assert told["at"] == "2026-01-01T12:00:00.000Z"
    assert told["product"]["name"] == one.name
    assert told["product"]["priceRange"]["min"] == {"amount": "12.50", "currency": "USD"}
    assert told["product"]["category"] == {key: shelf[key] for key in ("id", "slug", "name", "version")}
    assert [found["slug"] for found in told["product"]["collections"]] == [sale["slug"]]


def test_its_variants_are_those_of_that_change_whatever_is_stored_by_then(shop: Shop) -> None:
    old = shown(price=100)
    shop.handler.store.create(old, [])
    (variant,) = old.variants
    new = replace(old, version=2, variants=(replace(variant, sku="B"), replace(variant, id=variant_id(old.id, 2))))
    edges = publish(shop, 2, announcement_of(old, new))["product"]["variants"]["edges"]
    assert [edge["node"]["sku"] for edge in edges] == ["B", "A"]
    told = publish(shop, 1, announcement_of(None, old))["product"]["variants"]
    assert (told["totalCount"], told["edges"][0]["node"]["price"]["amount"]) == (1, "1.00")


def test_what_shoppers_do_not_see_is_published_without_saying_what_it_is(shop: Shop) -> None:
    draft = product(status=ProductStatus.DRAFT)
    told = publish(shop, 2, announcement_of(replace(draft, name="Before"), draft))
    assert (told["seq"], told["productId"], told["changed"], told["product"]) == (2, draft.id, [], None)


def test_a_category_made_a_moment_ago_is_shown_with_its_products(shop: Shop) -> None:
    shop.ask("{ categories { id } }")  # the cache's tree is from before
    shelf = category(shop)
    one = made(shop, categoryId=shelf["id"])
    read = "query Read($id: ID!) { product(id: $id) { category { slug } } }"
    assert shop.ask(read, {"id": one["id"]})["product"]["category"] == {"slug": shelf["slug"]}


GOOD = json.loads(msgspec.json.encode(announcement_of(None, product(id=ProductId(f"prod_{'0' * 26}")))))


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ([], "Expected `object`, got `array`"),
        ({}, "missing required field `productId`"),
        (GOOD | {"at": "yesterday"}, "Invalid RFC3339"),
        (GOOD | {"more": 1}, "unknown field `more`"),
        (GOOD | {"product": {"id": "x"}}, "missing required field"),
        (GOOD | {"changed": [1]}, "Expected `str`, got `int`"),
    ],
)
def test_a_payload_of_another_shape_is_refused(shop: Shop, payload: Any, said: str) -> None:
    answer = shop.send(PUBLISH, {"seq": 1, "payload": json.dumps(payload)}, person=FUNCTION)
    (error,) = answer["errors"]
    assert error["errorType"] == "BadRequest"
    assert said in error["message"]
    assert answer["data"] == {"publishProductChange": None}


@pytest.mark.parametrize("person", ["guest", "shopper", "staff", "admin"])
def test_nobody_but_a_function_publishes(shop: Shop, person: str) -> None:
    before = len(shop.invoked)
    answer = shop.send(PUBLISH, {"seq": 1, "payload": json.dumps(GOOD)}, person=person)
    assert [error["errorType"] for error in answer["errors"]] == ["Unauthorized"]
    assert shop.invoked[before:] == []
