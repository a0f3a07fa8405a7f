"""What buyers see of stock: of a product by its summary, of a variant by the stock itself, and its changes."""

from typing import Any

import pytest

from domain.ids import ProductId, variant_id
from domain.inventory.stock import KEPT_CHANGES
from resolvers._kit.ids import new_id
from tests.resolvers.catalog.making import UPDATE, made, product_input
from tests.resolvers.inventory.making import BOUNDS, adjust, line, saved
from tests.shop import FUNCTION, Shop

PRODUCT = """
query($id: ID!) { product(id: $id) {
  availability { purchasable quantity lowStock backorderable }
  variants { edges { node { id availability { purchasable quantity lowStock backorderable } } } }
} }"""
CHANGES = """
query($id: ID!, $seq: Int!) {
  stockChanges(variantId: $id, afterSeq: $seq) {
    seq variantId at availability { purchasable quantity lowStock backorderable }
  }
}"""
PUBLISH = """
mutation($payload: AWSJSON!) { publishStockChange(seq: 1, payload: $payload) { seq variantId } }"""
NOTHING = {"purchasable": False, "quantity": 0, "lowStock": False, "backorderable": False}


def two_variants(shop: Shop) -> tuple[str, list[str]]:
    prices = [{"amount": "10.00", "currency": "USD"}]
    variants = [
        {"sku": size, "prices": prices, "options": [{"name": "Size", "value": size}]} for size in ("small", "large")
    ]
    product = made(shop, variants=variants)
    found = shop.ask(PRODUCT, {"id": product["id"]})["product"]
    return product["id"], [edge["node"]["id"] for edge in found["variants"]["edges"]]


def seen(shop: Shop, product: str) -> tuple[Any, list[Any]]:
    found = shop.ask(PRODUCT, {"id": product})["product"]
    return found["availability"], [edge["node"]["availability"] for edge in found["variants"]["edges"]]


def test_what_was_never_counted_is_not_sold(shop: Shop) -> None:
    product, _ = two_variants(shop)
    assert seen(shop, product) == (NOTHING, [NOTHING, NOTHING])


def test_a_variant_shows_its_stock_at_once_and_its_product_after_the_reaction(shop: Shop) -> None:
    product, (small, large) = two_variants(shop)
    east, west = saved(shop)["id"], saved(shop)["id"]
    adjust(shop, line(small, east, 4), line(small, west, 3), line(large, east, 2))
    whole, (of_small, of_large) = seen(shop, product)
    assert whole == NOTHING
    assert of_small == {"purchasable": True, "quantity": 7, "lowStock": False, "backorderable": False}
    assert of_large == {"purchasable": True, "quantity": 2, "lowStock": True, "backorderable": False}
    for _ in range(2):
        shop.settle()
        assert seen(shop, product)[0] == NOTHING | {"purchasable": True, "quantity": 9}
        shop.seen.clear()  # the stream may tell everything again


def test_a_variant_that_its_product_no_longer_has_is_not_offered(shop: Shop) -> None:
    product, (small, large) = two_variants(shop)
    place = saved(shop)["id"]
    adjust(shop, line(small, place, 4), line(large, place, 20))
    shop.settle()
    assert seen(shop, product)[0]["quantity"] == 24
    found = shop.ask("query($id: ID!) { product(id: $id) { slug } }", {"id": product})["product"]
    prices = [{"amount": "10.00", "currency": "USD"}]
    variants = [{"sku": "small", "prices": prices, "options": [{"name": "Size", "value": "small"}]}]
    shop.ask(UPDATE, {"id": product, "input": product_input(slug=found["slug"], variants=variants)}, person="staff")
    shop.settle()
    assert [offer and offer["quantity"] for offer in (seen(shop, product)[0], *seen(shop, product)[1])] == [4, 4]


def test_what_can_be_had_later_is_purchasable_too(shop: Shop) -> None:
    product, (small, _) = two_variants(shop)
    shop.ask(BOUNDS, {"id": small, "place": saved(shop)["id"], "limit": 5}, person="staff")
    shop.settle()
    later = NOTHING | {"purchasable": True, "backorderable": True}
    assert seen(shop, product) == (later, [later, NOTHING])


def changes(shop: Shop, of: str, after: int) -> Any:
    return shop.ask(CHANGES, {"id": of, "seq": after})["stockChanges"]


def test_changes_are_told_without_gaps_from_every_kind_of_edit(shop: Shop) -> None:
    one, place = variant_id(ProductId(new_id("prod")), 1), saved(shop)["id"]
    assert changes(shop, one, 0) == []
    adjust(shop, line(one, place, 9))
    adjust(shop, line(one, place, -2), line(one, place, -1))
    shop.ask(BOUNDS, {"id": one, "place": place, "safety": 6}, person="staff")
    found = changes(shop, one, 0)
    assert [(each["seq"], each["availability"]["quantity"]) for each in found] == [(1, 9), (2, 6), (3, 0)]
    assert {each["variantId"] for each in found} == {one}
    assert changes(shop, one, 2) == found[2:]
    assert changes(shop, one, 3) == []


def test_the_last_changes_are_kept(shop: Shop) -> None:
    one, place = variant_id(ProductId(new_id("prod")), 1), saved(shop)["id"]
    for _ in range(KEPT_CHANGES + 2):
        adjust(shop, line(one, place, 1))
    assert [each["seq"] for each in changes(shop, one, 0)] == list(range(3, KEPT_CHANGES + 3))


@pytest.mark.parametrize("variables", [{"id": "x", "seq": 0}, {"id": "var_" + "a" * 26 + "-1", "seq": -1}])
def test_a_question_that_cannot_be_answered_is_told_so(shop: Shop, variables: dict[str, Any]) -> None:
    (error,) = shop.send(CHANGES, variables)["errors"]
    assert error["errorType"] == "BadRequest"


def test_a_payload_of_another_shape_is_told_to_nobody(shop: Shop) -> None:
    (error,) = shop.send(PUBLISH, {"payload": '{"variantId": 1}'}, person=FUNCTION)["errors"]
    assert error["errorType"] == "BadRequest"
