"""Who has bought what, on both stores: by the customer's own places of orders, in a bounded number of requests."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from datasources.dynamo import order_items
from datasources.dynamo.bought import Bought
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.table import ItemKey
from datasources.roundtrips import counted
from domain.ids import CustomerId, OrderId, ProductId, VariantId, variant_id
from resolvers.orders.settings import Settings
from tests.datasources.conftest import new_table
from tests.domain.orders.making import NOON
from tests.resolvers.reviews.making import place

ADA = CustomerId("ada")
THINGS = [ProductId(f"prod_{number:026}") for number in range(60)]
QUERY, MANY = "dynamodb.Query", "dynamodb.BatchGetItem"


def goods(*numbers: int) -> list[VariantId]:
    return [variant_id(THINGS[number], 1 + number % 3) for number in numbers]


@pytest.fixture
def orders(endpoint: str) -> OrderTable:
    return OrderTable(new_table(endpoint, Settings))


def test_what_is_in_ones_own_orders_was_bought(orders: OrderTable) -> None:
    bought = Bought(orders)
    place(orders, ADA, *goods(1, 2))
    place(orders, ADA, *goods(2))
    place(orders, "ben", *goods(3))
    assert [bought.has(ADA, THINGS[number]) for number in range(4)] == [False, True, True, False]
    assert bought.has(CustomerId("ben"), THINGS[3])
    for none in ("", "x" * 99_999, THINGS[1].upper(), THINGS[1] + "0"):
        assert not bought.has(ADA, ProductId(none))
    assert not bought.has(CustomerId("nobody"), THINGS[1])


def test_a_place_that_names_no_products_leads_to_its_order(orders: OrderTable) -> None:
    order = place(orders, "ben", *goods(5))
    orders.table.put(ItemKey(order_items.customer_pk(ADA), order_items.place_of(order)), {})
    assert Bought(orders).has(ADA, THINGS[5])
    assert not Bought(orders).has(ADA, THINGS[6])


def test_a_customer_of_500_orders_is_asked_for_in_few_requests(orders: OrderTable) -> None:
    bought = Bought(orders)
    order = place(orders, ADA, *goods(7, 8))
    for number in range(500):
        other = replace(order, id=OrderId(f"order_{number:026}"), placed_at=NOON + timedelta(seconds=number))
        orders.table.put(
            ItemKey(order_items.customer_pk(ADA), order_items.place_of(other)), order_items.places_item(other)
        )
    place(orders, ADA, *goods(1))
    for product, cost in (
        (THINGS[0], {QUERY: 1}),
        (THINGS[1], {QUERY: 1, MANY: 1}),
        (THINGS[7], {QUERY: 1, MANY: 1}),
    ):
        with counted() as sent:
            assert bought.has(ADA, product) is (product != THINGS[0])
        assert Counter(sent) == Counter(cost)
