"""Staff change stock: what they are answered, what is refused, and that what is refused changes nothing."""

from typing import Any

import pytest

from domain.ids import ProductId, variant_id
from resolvers._kit.ids import new_id
from tests.resolvers.catalog.making import made, name
from tests.resolvers.inventory.making import BOUNDS, TRANSFER, WAREHOUSE, adjust, line, saved
from tests.shop import SUBS, Shop

MOVEMENTS = """
query($id: ID, $first: Int, $after: String) {
  stockMovements(variantId: $id, first: $first, after: $after) {
    edges { cursor node { id variantId warehouseId delta reason reference actor at } }
    pageInfo { hasNextPage endCursor }
  }
}"""
LEVELS = """
query($id: ID!) { node(id: $id) { ... on ProductVariant {
  sku stockLevels { warehouse { code } onHand reserved available safetyStock backorderLimit version }
} } }"""


def variant() -> str:
    return variant_id(ProductId(new_id("prod")), 1)


def movements(shop: Shop, of: str | None = None, **page: Any) -> Any:
    return shop.ask(MOVEMENTS, {"id": of} | page, person="staff")["stockMovements"]


def test_what_comes_in_is_there_and_every_line_is_a_movement(shop: Shop) -> None:
    place, one, other = saved(shop), variant(), variant()
    payload = adjust(
        shop,
        line(one, place["id"], 5, reference="PO 7"),
        line(other, place["id"], 2),
        line(one, place["id"], -1, reason="DAMAGED"),
    )
    assert payload["userErrors"] == []
    assert [(level["variantId"], level["onHand"], level["available"]) for level in payload["levels"]] == [
        (one, 4, 4),
        (other, 2, 2),
    ]
    assert {level["warehouse"]["code"] for level in payload["levels"]} == {place["code"]}
    moved = [edge["node"] for edge in movements(shop, one)["edges"]]
    assert sorted((each["delta"], each["reason"], each["reference"]) for each in moved) == [
        (-1, "DAMAGED", None),
        (5, "RECEIVED", "PO 7"),
    ]
    assert {each["actor"] for each in moved} == {SUBS["staff"]}
    assert [edge["node"]["delta"] for edge in movements(shop, other)["edges"]] == [2]


def test_who_takes_too_much_is_told_and_no_line_happens(shop: Shop) -> None:
    place, one, other = saved(shop)["id"], variant(), variant()
    adjust(shop, line(one, place, 3))
    payload = adjust(shop, line(other, place, 9), line(one, place, -2), line(one, place, -2))
    assert payload["levels"] == []
    assert payload["userErrors"] == [
        {
            "code": "INSUFFICIENT_STOCK",
            "message": "only 3 can be taken away, not 4",
            "field": ["changes", "1", "delta"],
            "variantId": one,
            "requested": 4,
            "available": 3,
        }
    ]
    assert movements(shop, other)["edges"] == []


def test_a_key_is_for_one_request(shop: Shop) -> None:
    place, one, key = saved(shop)["id"], variant(), name("key")
    first = adjust(shop, line(one, place, 3), key=key)
    assert adjust(shop, line(one, place, 3), key=key) == first
    (error,) = adjust(shop, line(one, place, 4), key=key)["userErrors"]
    assert (error["code"], error["field"]) == ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    (error,) = adjust(shop, line(one, place, 4), key="short")["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID", ["idempotencyKey"])
    assert len(movements(shop, one)["edges"]) == 1


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"delta": 0}, "INVALID", "delta"),
        ({"delta": 2_000_000_000}, "INVALID", "delta"),
        ({"variantId": "x"}, "NOT_FOUND", "variantId"),
        ({"warehouseId": "x"}, "NOT_FOUND", "warehouseId"),
        ({"reference": "x" * 201}, "INVALID", "reference"),
    ],
)
def test_a_malformed_line_is_named(shop: Shop, changes: dict[str, Any], code: str, field: str) -> None:
    place, one = saved(shop)["id"], variant()
    (error,) = adjust(shop, line(one, place, 1), line(one, place, 1) | changes)["userErrors"]
    assert (error["code"], error["field"]) == (code, ["changes", "1", field])
    assert movements(shop, one)["edges"] == []


def test_a_thousand_lines_are_refused_unread(shop: Shop) -> None:
    (error,) = adjust(shop, *[line(variant(), "x", 1)] * 1_000)["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID", ["changes"])


def transfer(shop: Shop, variant_: str, way: tuple[str, str], units: int, key: str = "") -> Any:
    origin, target = way
    variables = {"id": variant_, "from": origin, "to": target, "units": units, "key": key or name("key")}
    return shop.ask(TRANSFER, variables, person="staff")["stockTransfer"]


def test_a_transfer_moves_units_once(shop: Shop) -> None:
    east, west, one, key = saved(shop)["id"], saved(shop)["id"], variant(), name("key")
    adjust(shop, line(one, east, 5))
    first = transfer(shop, one, (east, west), 3, key)
    assert [(level["warehouse"]["id"], level["onHand"]) for level in first["levels"]] == [(east, 2), (west, 3)]
    assert transfer(shop, one, (east, west), 3, key) == first
    assert [edge["node"]["reason"] for edge in movements(shop, one)["edges"]].count("TRANSFERRED") == 2


def test_a_transfers_errors_name_its_own_arguments(shop: Shop) -> None:
    east, west, one = saved(shop)["id"], saved(shop)["id"], variant()
    adjust(shop, line(one, east, 5))
    asked = [
        (("x", (east, west), 1), "NOT_FOUND", ["variantId"]),
        ((one, ("x", west), 1), "NOT_FOUND", ["fromWarehouseId"]),
        ((one, (east, "x"), 1), "NOT_FOUND", ["toWarehouseId"]),
        ((one, (east, east), 1), "INVALID", ["toWarehouseId"]),
        ((one, (east, west), 0), "INVALID", ["quantity"]),
        ((one, (east, west), 6), "INSUFFICIENT_STOCK", ["quantity"]),
    ]
    for arguments, code, field in asked:
        (error,) = transfer(shop, *arguments)["userErrors"]
        assert (error["code"], error["field"]) == (code, field)
    assert len(movements(shop, one)["edges"]) == 1


def test_bounds_are_set_and_kept(shop: Shop) -> None:
    place, one = saved(shop)["id"], variant()
    adjust(shop, line(one, place, 5))
    for given in ({"safety": 2}, {"limit": 7}, {}):
        shop.ask(BOUNDS, {"id": one, "place": place} | given, person="staff")
    (level,) = shop.ask(BOUNDS, {"id": one, "place": place, "safety": 2}, person="staff")["stockLevelSet"]["levels"]
    assert (level["available"], level["safetyStock"], level["backorderLimit"], level["version"]) == (3, 2, 7, 3)
    answer = shop.ask(BOUNDS, {"id": one, "place": place, "limit": -1}, person="staff")["stockLevelSet"]
    assert [(error["code"], error["field"]) for error in answer["userErrors"]] == [("INVALID", ["backorderLimit"])]


def test_a_warehouse_is_saved_by_version(shop: Shop) -> None:
    made_ = saved(shop, priority=0)

    def save(**variables: Any) -> Any:
        content = {"code": made_["code"], "name": "Place", "priority": 3}
        return shop.ask(WAREHOUSE, {"input": content} | variables, person="admin")["warehouseSave"]

    assert save(id=made_["id"], expected=1)["warehouse"] == made_ | {"version": 2, "priority": 3}
    assert save(id=made_["id"], expected=1)["userErrors"][0]["currentVersion"] == 2
    assert save(id="x")["userErrors"][0]["code"] == "NOT_FOUND"
    assert save()["userErrors"][0]["code"] == "DUPLICATE"
    every = shop.ask("{ warehouses { id priority } }", person="staff")["warehouses"]
    assert made_["id"] in [one["id"] for one in every]
    assert [one["priority"] for one in every] == sorted(one["priority"] for one in every)


def test_movements_are_paged_and_a_cursor_is_of_its_list(shop: Shop) -> None:
    place, one = saved(shop)["id"], variant()
    for number in range(1, 4):
        adjust(shop, line(one, place, number))
    first = movements(shop, one, first=2)
    assert [edge["node"]["delta"] for edge in first["edges"]] == [3, 2]
    rest = movements(shop, one, first=2, after=first["pageInfo"]["endCursor"])
    assert [edge["node"]["delta"] for edge in rest["edges"]] == [1]
    assert rest["pageInfo"]["hasNextPage"] is False
    for variables in ({"after": first["pageInfo"]["endCursor"]}, {"id": "x"}):
        (error,) = shop.send(MOVEMENTS, variables, person="staff")["errors"]
        assert error["errorType"] == "BadRequest"


def test_stock_levels_are_for_staff_and_others_get_null_beside_the_variant(shop: Shop) -> None:
    product = made(shop, status="ACTIVE")
    found = shop.ask(
        "query($id: ID!) { product(id: $id) { variants { edges { node { id } } } } }", {"id": product["id"]}
    )
    one, place = found["product"]["variants"]["edges"][0]["node"]["id"], saved(shop)
    assert shop.ask(LEVELS, {"id": one}, person="staff")["node"]["stockLevels"] == []
    adjust(shop, line(one, place["id"], 5))
    for person in ("staff", "admin"):
        (level,) = shop.ask(LEVELS, {"id": one}, person=person)["node"]["stockLevels"]
        assert (level["warehouse"]["code"], level["onHand"], level["version"]) == (place["code"], 5, 1)
    first = saved(shop, priority=0)
    adjust(shop, line(one, first["id"], 2))
    found = shop.ask(LEVELS, {"id": one}, person="staff")["node"]["stockLevels"]
    assert [level["warehouse"]["code"] for level in found] == [first["code"], place["code"]]
    for person in ("guest", "shopper", "finance"):
        before = len(shop.invoked)
        answer = shop.send(LEVELS, {"id": one}, person=person)
        assert answer["data"]["node"]["stockLevels"] is None
        assert answer["data"]["node"]["sku"]
        assert [error["errorType"] for error in answer["errors"]] == ["Unauthorized"]
        assert shop.invoked[before:] == ["Query.node"]
