"""Lists of orders through the graph: for staff with filters, for customers their own."""

from typing import Any

import pytest

from tests.resolvers.orders.making import CONFIRM, done, ordered, variant
from tests.shop import Shop

LIST = """query($filter: OrderFilter, $first: Int, $after: String, $last: Int, $before: String) {
  orders(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
MINE = """query($first: Int, $after: String) { myOrders(first: $first, after: $after) {
  edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }"""


def ids(page: Any) -> list[str]:
    return [edge["node"]["id"] for edge in page["edges"]]


def listed(shop: Shop, **variables: Any) -> Any:
    return shop.ask(LIST, variables, person="staff")["orders"]


def test_staff_page_through_all_orders_and_filter_them(shop: Shop) -> None:
    of = variant(shop)
    made = [ordered(shop, (of, 1), person="shopper" if number % 2 else "guest") for number in range(5)]
    every = [one["id"] for one in reversed(made)]
    done(shop, CONFIRM, made[1]["id"])
    assert ids(listed(shop)) == every
    first = listed(shop, first=2)
    assert (ids(first), first["pageInfo"]["hasNextPage"]) == (every[:2], True)
    rest = listed(shop, first=10, after=first["pageInfo"]["endCursor"])
    assert (ids(rest), rest["pageInfo"]["hasNextPage"]) == (every[2:], False)
    back = listed(shop, last=1, before=rest["pageInfo"]["startCursor"])
    assert ids(back) == [every[1]]
    assert ids(listed(shop, filter={"status": "CONFIRMED"})) == [made[1]["id"]]
    assert ids(listed(shop, filter={"status": "PLACED", "paymentStatus": "CAPTURED"})) == [
        one for one in every if one != made[1]["id"]
    ]
    assert ids(listed(shop, filter={"search": made[2]["number"]})) == [made[2]["id"]]
    assert ids(listed(shop, filter={"search": made[2]["email"]})) == every
    assert ids(listed(shop, filter={"placedFrom": made[3]["placedAt"]}))[:1] == every[:1]
    assert ids(listed(shop, filter={"placedTo": "2026-01-02T00:00:00Z"})) == []

    mine = shop.ask(MINE, {"first": 1}, person="shopper")["myOrders"]
    assert (ids(mine), mine["pageInfo"]["hasNextPage"]) == ([made[3]["id"]], True)
    more = shop.ask(MINE, {"after": mine["pageInfo"]["endCursor"]}, person="shopper")["myOrders"]
    assert ids(more) == [made[1]["id"]]
    assert ids(shop.ask(MINE, person="other")["myOrders"]) == []

    answer = shop.send(LIST, {"after": mine["pageInfo"]["endCursor"]}, person="staff")
    assert "the cursor is not one of this list" in answer["errors"][0]["message"]


@pytest.mark.parametrize("bound", ["placedFrom", "placedTo"])
@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0000-01-01T00:00:00Z", "-0044-03-15T12:00:00Z",
        "2026-02-30T00:00:00Z",
    ],
)  # fmt: skip
def test_a_moment_that_is_none_is_the_callers_mistake_and_no_fault(shop: Shop, bound: str, moment: str) -> None:
    answer = shop.send(LIST, {"filter": {bound: moment}}, person="staff")
    (error,) = answer["errors"]
    assert "InternalFault" not in str(error)
    assert moment in error["message"] or "invalid value" in error["message"]
    assert "edges" in listed(shop, filter={bound: "9999-12-31T23:59:59.999999999Z"})
    assert "edges" in listed(shop, filter={bound: "0001-01-01T00:00:00Z"})
