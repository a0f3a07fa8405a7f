"""Edits are limited, through the whole shop: who has no room left is told so by the graph, and nothing changes."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.datasources.valkey.servers import OwnValkey
from tests.resolvers.catalog.making import name, product_input
from tests.shop import Shop, environment, load_handler

CREATE = """
mutation Create($input: ProductInput!, $key: String!) {
  productCreate(input: $input, idempotencyKey: $key) {
    product { id }
    userErrors { __typename code message field ... on ThrottledError { retryAfterSeconds } }
  }
}
"""
SAVE = """
mutation Save($input: CategoryInput!) {
  categorySave(input: $input) { category { id } userErrors { code } }
}
"""
READ = "query Read($slug: String!) { product(slug: $slug) { id } }"


@pytest.fixture
def valkey() -> Iterator[OwnValkey]:
    made = OwnValkey()
    yield made
    made.stop()


@pytest.fixture
def shop(emulator: str, valkey: OwnValkey) -> Shop:
    """Three edits an hour, and a Valkey of its own."""
    environ = environment(emulator, valkey.url) | {"EDIT_RATE": "3 in 3600 s"}
    return Shop(environ, {"catalog": load_handler(environ, "catalog")})


def create(shop: Shop, slug: str, person: str = "staff") -> Any:
    variables = {"input": product_input(slug=slug), "key": name("key")}
    return shop.ask(CREATE, variables, person=person)["productCreate"]


def test_the_fourth_edit_is_refused_with_when_to_come_back_and_stores_nothing(shop: Shop) -> None:
    slugs = [name("limited") for _ in range(4)]
    *stored, refused = [create(shop, slug) for slug in slugs]
    assert [one["userErrors"] for one in stored] == [[], [], []]
    (error,) = refused["userErrors"]
    assert (refused["product"], error["__typename"], error["code"], error["field"]) == (
        None, "ThrottledError", "THROTTLED", None,
    )  # fmt: skip
    assert 1100 < error["retryAfterSeconds"] <= 1200
    found = [shop.ask(READ, {"slug": slug}, person="staff")["product"] is not None for slug in slugs]
    assert found == [True, True, True, False]


def test_all_edits_share_a_limit_and_each_member_of_staff_has_one(shop: Shop) -> None:
    for _ in range(3):
        create(shop, name("limited"))
    variables = {"input": {"slug": name("limited"), "name": "Limited"}}
    assert shop.ask(SAVE, variables, person="staff")["categorySave"]["userErrors"] == [{"code": "THROTTLED"}]
    assert shop.ask(SAVE, variables, person="admin")["categorySave"]["userErrors"] == []


@pytest.mark.parametrize("outage", ["stop", "pause"])
def test_editing_goes_on_while_nobody_can_be_counted(shop: Shop, valkey: OwnValkey, outage: str) -> None:
    for _ in range(3):
        create(shop, name("limited"))
    getattr(valkey, outage)()
    assert [create(shop, name("limited"))["userErrors"] for _ in range(5)] == [[]] * 5
