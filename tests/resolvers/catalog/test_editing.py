"""Staff edit the catalogue: each change once, whole, on the version that was read, or a reason and nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.resolvers.catalog.making import (
    CATEGORY,
    COLLECTION,
    CREATE,
    UPDATE,
    category,
    collection,
    made,
    name,
    product_input,
)
from tests.shop import Shop

STATUS = """
mutation Status($id: ID!, $status: ProductStatus!, $expected: Int) {
  productSetStatus(id: $id, status: $status, expectedVersion: $expected) {
    product { version status } userErrors { code field ... on ConflictError { currentVersion } }
  }
}
"""
READ = "query Read($id: ID!) { product(id: $id) { version name status slug } }"


def read(shop: Shop, product: Any) -> Any:
    return shop.ask(READ, {"id": product["id"]}, person="staff")["product"]


def create(shop: Shop, key: str, **given: Any) -> Any:
    return shop.ask(CREATE, {"input": product_input(**given), "key": key}, person="staff")["productCreate"]


def update(shop: Shop, product: Any, expected: int | None = None, **given: Any) -> Any:
    sent = product_input(**({"slug": product["slug"]} | given))
    variables = {"id": product["id"], "input": sent, "expected": expected}
    return shop.ask(UPDATE, variables, person="staff")["productUpdate"]


def codes(payload: Any) -> list[tuple[str, list[str] | None]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def test_a_new_product_is_a_draft_unless_said_otherwise(shop: Shop) -> None:
    assert made(shop, status=None)["status"] == "DRAFT"


def test_the_same_key_and_content_gives_the_first_answer_and_stores_nothing(shop: Shop) -> None:
    key, slug = name("key"), name("once")
    first, again = create(shop, key, slug=slug), create(shop, key, slug=slug)
    assert again == first
    assert first["product"]["slug"] == slug


def test_twenty_equal_requests_at_once_are_one_product(shop: Shop) -> None:
    key, slug = name("key"), name("once")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: create(shop, key, slug=slug), range(20)))
    assert [answer["userErrors"] for answer in answers] == [[]] * 20
    assert len({answer["product"]["id"] for answer in answers}) == 1


def test_a_key_used_for_other_content_is_refused(shop: Shop) -> None:
    key = name("key")
    create(shop, key)
    answer = create(shop, key)
    assert (answer["product"], codes(answer)) == (None, [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])])


@pytest.mark.parametrize("key", ["", "short", "x" * 129])
def test_a_key_has_its_bounds(shop: Shop, key: str) -> None:
    assert codes(create(shop, key)) == [("INVALID", ["idempotencyKey"])]


def test_a_slug_is_taken_once_and_free_again_when_given_up(shop: Shop) -> None:
    one, slug = made(shop), name("other")
    assert codes(create(shop, name("key"), slug=one["slug"])) == [("DUPLICATE", ["input", "slug"])]
    assert update(shop, one, slug=slug)["product"]["slug"] == slug
    assert create(shop, name("key"), slug=one["slug"])["userErrors"] == []


def test_content_equal_to_what_is_stored_changes_nothing(shop: Shop) -> None:
    one = made(shop)
    assert update(shop, one)["product"]["version"] == 1
    assert update(shop, one, name="New name")["product"]["version"] == 2
    assert update(shop, one, name="New name")["product"]["version"] == 2


def test_an_edit_of_an_older_version_is_refused_with_the_version_stored_now(shop: Shop) -> None:
    one = made(shop)
    update(shop, one, name="Second")
    answer = update(shop, one, expected=1, name="Third")
    assert codes(answer) == [("CONFLICT", ["expectedVersion"])]
    assert answer["userErrors"][0]["currentVersion"] == 2
    assert read(shop, one)["name"] == "Second"
    assert update(shop, one, expected=2, name="Third")["product"]["version"] == 3


def test_edits_at_once_without_a_version_all_count(shop: Shop) -> None:
    one = made(shop)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: update(shop, one, name=f"Name {n}"), range(4)))
    assert sorted(answer["product"]["version"] for answer in answers) == [2, 3, 4, 5]


def test_a_product_is_put_on_sale_and_archived(shop: Shop) -> None:
    one = made(shop, status="DRAFT")
    for version, status in ((2, "ACTIVE"), (3, "ARCHIVED"), (3, "ARCHIVED")):
        answer = shop.ask(STATUS, {"id": one["id"], "status": status}, person="staff")["productSetStatus"]
        assert answer["product"] == {"version": version, "status": status}
    stale = shop.ask(STATUS, {"id": one["id"], "status": "DRAFT", "expected": 1}, person="staff")["productSetStatus"]
    assert codes(stale) == [("CONFLICT", ["expectedVersion"])]


def test_variants_keep_their_ids_through_an_edit(shop: Shop) -> None:
    def variants(*skus: str) -> list[dict[str, Any]]:
        return [
            {"sku": sku, "options": [{"name": "Size", "value": sku}], "prices": [{"amount": "1", "currency": "USD"}]}
            for sku in skus
        ]

    def ids(answer: Any) -> dict[str, str]:
        return {edge["node"]["sku"]: edge["node"]["id"] for edge in answer["product"]["variants"]["edges"]}

    one = made(shop, variants=variants("S", "M"))
    before = ids(update(shop, one, variants=variants("S", "M", "L")))
    after = ids(update(shop, one, variants=variants("L", "S")))
    assert after == {sku: before[sku] for sku in ("L", "S")}


EUROS_ONLY = {"sku": "a", "prices": [{"amount": "1", "currency": "EUR"}]}
NO_CATEGORY, NO_COLLECTION = "cat_00000000000000000000000000", "coll_00000000000000000000000000"


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"slug": "Not A Slug"}, "INVALID", ["slug"]),
        ({"name": "  "}, "REQUIRED", ["name"]),
        ({"name": "x" * 256}, "INVALID", ["name"]),
        ({"price": "1.001"}, "INVALID", ["variants", "0", "prices", "0", "amount"]),
        ({"price": "-1"}, "INVALID", ["variants", "0", "prices", "0", "amount"]),
        ({"price": "1e3"}, "INVALID", ["variants", "0", "prices", "0", "amount"]),
        ({"variants": []}, "REQUIRED", ["variants"]),
        ({"categoryId": NO_CATEGORY}, "NOT_FOUND", ["categoryId"]),
        ({"categoryId": "nonsense"}, "NOT_FOUND", ["categoryId"]),
        ({"collectionIds": [NO_COLLECTION]}, "NOT_FOUND", ["collectionIds"]),
        (
            {"variants": [{"sku": "a", "prices": [{"amount": "1", "currency": "EUR"}]}]},
            "REQUIRED",
            ["variants", "0", "prices"],
        ),
        ({"media": [{"url": "https://a.example/1"}] * 2}, "DUPLICATE", ["media"]),
    ],
)
def test_bad_content_is_refused_with_its_place_and_nothing_is_stored(
    shop: Shop, given: dict[str, Any], code: str, path: list[str]
) -> None:
    one = made(shop)
    assert (code, ["input", *path]) in codes(create(shop, name("key"), **given))
    assert (code, ["input", *path]) in codes(update(shop, one, **given))
    assert read(shop, one)["version"] == 1


def test_a_product_too_large_for_the_store_is_refused_in_bytes(shop: Shop) -> None:
    texts = [{"locale": f"a{letter}", "description": "é" * 60_000} for letter in "abcdef"]
    answer = create(shop, name("key"), translations=texts)
    assert codes(answer) == [("INVALID", ["input"])]
    assert "bytes" in answer["userErrors"][0]["message"]


def test_an_unknown_product_is_not_found(shop: Shop) -> None:
    for unknown in ("prod_00000000000000000000000000", "cat_00000000000000000000000000", "", "x" * 5000):
        assert codes(update(shop, {"id": unknown, "slug": name("x")})) == [("NOT_FOUND", ["id"])]


def test_categories_form_a_tree_without_circles(shop: Shop) -> None:
    top = category(shop)
    below = category(shop, top["id"])
    assert below["parent"] == {"slug": top["slug"]}
    sent = {"slug": top["slug"], "name": "Top", "parentId": below["id"]}
    answer = shop.ask(CATEGORY, {"id": top["id"], "input": sent}, person="staff")["categorySave"]
    assert codes(answer) == [("INVALID", ["input", "parentId"])]
    lost = shop.ask(CATEGORY, {"input": sent | {"slug": name("c"), "parentId": "cat_x"}}, person="staff")[
        "categorySave"
    ]
    assert codes(lost) == [("NOT_FOUND", ["input", "parentId"])]


@pytest.mark.parametrize(
    ("document", "field", "make"), [(CATEGORY, "category", category), (COLLECTION, "collection", collection)]
)
def test_taxa_are_versioned_and_their_slugs_unique(shop: Shop, document: str, field: str, make: Any) -> None:
    one, other = make(shop), make(shop)

    def save(expected: int | None = None, **given: Any) -> Any:
        sent = {"slug": one["slug"], "name": one["name"]} | given
        return shop.ask(document, {"id": one["id"], "input": sent, "expected": expected}, person="staff")[
            f"{field}Save"
        ]

    assert save()[field]["version"] == 1
    assert save(expected=1, name="Renamed")[field]["version"] == 2
    assert codes(save(expected=1, name="Again")) == [("CONFLICT", ["expectedVersion"])]
    assert codes(save(slug=other["slug"])) == [("DUPLICATE", ["input", "slug"])]
    unknown = shop.ask(document, {"id": f"{field[:3]}_x", "input": {"slug": name("x"), "name": "X"}}, person="staff")
    assert codes(unknown[f"{field}Save"]) == [("NOT_FOUND", ["id"])]


def test_a_slug_that_changed_hands_leads_shoppers_to_its_new_product(shop: Shop) -> None:
    read = "query Read($slug: String) { product(slug: $slug) { id } }"
    one, slug = made(shop), name("moved")
    assert shop.ask(read, {"slug": one["slug"]})["product"] == {"id": one["id"]}
    update(shop, one, slug=slug, status="DRAFT")
    other = create(shop, name("key"), slug=one["slug"])["product"]
    shop.settle()
    assert shop.ask(read, {"slug": one["slug"]})["product"] == {"id": other["id"]}
    assert shop.ask(read, {"slug": slug})["product"] is None


def test_two_categories_cannot_be_moved_below_each_other_at_once(shop: Shop) -> None:
    one, other = category(shop), category(shop)

    def move(pair: tuple[Any, Any]) -> Any:
        moved, parent = pair
        sent = {"slug": moved["slug"], "name": moved["name"], "parentId": parent["id"]}
        return shop.ask(CATEGORY, {"id": moved["id"], "input": sent}, person="staff")["categorySave"]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(move, [(one, other), (other, one)]))
    assert sorted(len(answer["userErrors"]) for answer in answers) == [0, 1]
