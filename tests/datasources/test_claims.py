"""Orders that were bought as a guest come into a customer's list on both stores: once, by a verified e-mail alone."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from datasources.claims import Claims
from datasources.dynamo.order_lists import OrderLists
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.transactions import Transaction
from datasources.roundtrips import counted
from domain.ids import CustomerId, OrderId
from domain.orders.orders import Order
from domain.pages import Window
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.dynamo.tills import OrderSettings
from tests.domain.customers.making import NOON, customer
from tests.domain.orders.making import begun, purchase

NUMBERS = count()
ADA = replace(customer(), email="ada@example.org", email_verified=True)
BEN = CustomerId("ben")


@pytest.fixture
def orders(endpoint: str) -> OrderTable:
    return OrderTable(new_table(endpoint, OrderSettings))


def placed(orders: OrderTable, email: str = "ada@example.org", owner: CustomerId | None = None) -> Order:
    number = next(NUMBERS)
    bought = replace(purchase(), customer_id=owner, email=email)
    done = begun(bought, OrderId(f"order_{number:026}"), NOON + timedelta(minutes=number))
    write = Transaction(orders.table)
    orders.place(write, done)
    assert not write.commit()
    return done.order


def mine(orders: OrderTable) -> set[str]:
    page = OrderLists(orders).of_customer(ADA.id, Window(size=100))
    return {one.id for one in page.items}


def test_a_guests_orders_of_the_e_mail_in_any_case_are_theirs_and_nobody_elses_are(orders: OrderTable) -> None:
    own = placed(orders, owner=ADA.id)
    guests = [placed(orders), placed(orders, "ADA@Example.Org")]
    theirs = [placed(orders, owner=BEN), placed(orders, "eve@example.org")]
    assert Claims(orders).claim(ADA) == 2
    assert mine(orders) == {own.id, *(one.id for one in guests)}
    assert [orders.is_among(one, ADA.id) for one in (own, *guests, *theirs)] == [True, True, True, False, False]
    assert orders.is_among(guests[0], BEN) is False
    kept = orders.get(guests[0].id)
    assert kept
    assert kept.order == guests[0], "the order itself says nothing of it"


def test_an_e_mail_that_is_not_verified_claims_nothing(orders: OrderTable) -> None:
    placed(orders)
    with counted() as sent:
        assert Claims(orders).claim(replace(ADA, email_verified=False)) == 0
    assert (Counter(sent), mine(orders)) == (Counter(), set())


def test_who_claims_again_or_at_once_gets_each_order_once_and_pays_for_two_reads(orders: OrderTable) -> None:
    first = placed(orders)
    at_once(4, lambda _: Claims(orders).claim(ADA))
    assert mine(orders) == {first.id}
    second = placed(orders)
    assert Claims(orders).claim(ADA) == 1
    with counted() as sent:
        assert Claims(orders).claim(ADA) == 0
    assert Counter(sent) == {"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1}
    assert mine(orders) == {first.id, second.id}


def test_of_more_than_are_looked_at_the_newest_are_claimed(orders: OrderTable, thorough: bool) -> None:
    if not thorough:
        return
    made = [placed(orders).id for _ in range(130)]
    assert Claims(orders).claim(ADA, pages=1) == 100
    assert mine(orders) == {*made[30:]}
    assert Claims(orders).claim(ADA) == 30
