"""Lists of orders on both stores: what an oracle says, both ways, at a cost that does not grow."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from datasources.dynamo.order_lists import OrderLists, _fits
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.transactions import Transaction
from datasources.roundtrips import counted
from domain.ids import CustomerId, OrderId
from domain.orders import life
from domain.orders.machine import Done
from domain.orders.orders import Order
from domain.orders.paying import told
from domain.orders.statuses import FulfillmentStatus, OrderStatus, PaymentStatus
from domain.orders.storing import Decision, OrderFilter
from domain.pages import BadPage, Window
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.tills import OrderSettings
from tests.domain.orders.making import STAFF, all_of, begun, parcel, purchase

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
ADA, BEN = CustomerId("ada"), CustomerId("ben")
NUMBERS = count()


@pytest.fixture
def clock() -> Clock:
    found = Clock()
    found.now = (NEW_YEAR + timedelta(days=1)).timestamp()
    return found


@pytest.fixture
def orders(endpoint: str, clock: Clock) -> OrderTable:
    return OrderTable(new_table(endpoint, OrderSettings), clock=clock)


@pytest.fixture
def lists(orders: OrderTable, clock: Clock) -> OrderLists:
    return OrderLists(orders, clock=clock)


def place(orders: OrderTable, minutes: int, owner: CustomerId | None = None, email: str = "ada@example.org") -> Order:
    """An order, so many minutes before or after the new year."""
    bought = replace(purchase(), customer_id=owner, email=email)
    done = begun(bought, OrderId(f"order_{next(NUMBERS):026}"), NEW_YEAR + timedelta(minutes=minutes))
    write = Transaction(orders.table)
    orders.place(write, done)
    assert not write.commit()
    return done.order


def grown(orders: OrderTable, order: Order, steps: int) -> Order:
    """The order after so many steps of its life."""
    (facts,) = order.payments
    taken = replace(facts, version=2, captured=facts.authorized)
    acts: list[Any] = [
        lambda one: life.confirm(one, STAFF, one.placed_at),
        lambda one: told(one, taken, one.placed_at, settled=[due.id for due in one.owed]),
        lambda one: life.fulfil(one, parcel(all_of(one.unfulfilled)), STAFF, one.placed_at),
        lambda one: life.deliver(one, one.fulfillments[0].id, STAFF, one.placed_at),
        lambda one: life.complete(one, STAFF, one.placed_at),
    ]
    if steps < 0:
        acts, steps = [lambda one: life.cancel(one, "no", STAFF, one.placed_at)], 1
    for act in acts[:steps]:
        done = act(order)
        assert isinstance(done, Done)
        stored = orders.change(order.id, lambda _, done=done: Decision(order=done.order, event=done.event))  # type: ignore[misc]  # bound now
        order = stored.order  # type: ignore[union-attr]  # nobody else is there
    return order


def many(orders: OrderTable) -> list[Order]:
    """Orders of two years, buyers and all stages of life; newest first."""
    chance = random.Random(5)
    made = []
    for minutes in chance.sample(range(-500, 500), 40):
        owner = chance.choice([ADA, BEN, None])
        order = place(orders, minutes, owner, chance.choice(["ada@example.org", "Ben@Example.org"]))
        made.append(grown(orders, order, chance.randint(-1, 5)))
    return sorted(made, key=lambda one: (one.placed_at, one.id), reverse=True)


def walked(page: Any, size: int, *, backward: bool) -> list[OrderId]:
    """All pages of a list, in the order of the list."""
    found: list[OrderId] = []
    window = Window(size, None, backward)
    while True:
        one = page(window)
        ids = [order.id for order in one.items]
        assert len(ids) <= size
        found = ids + found if backward else found + ids
        if not (one.has_previous if backward else one.has_next):
            return found
        assert ids, "a page that is not the last holds something to go on from"
        window = Window(size, one.places[0 if backward else -1], backward)


def filters() -> Iterator[OrderFilter]:
    """Every filter on its own, and many together."""
    chance = random.Random(6)
    statuses: tuple[Any, ...] = (*OrderStatus, *[None] * 4)
    payments = (PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURED, PaymentStatus.FAILED, *[None] * 3)
    goods = (*FulfillmentStatus, *[None] * 5)
    for _ in range(25):
        first, last = sorted(chance.sample(range(-600, 600), 2))
        yield OrderFilter(
            status=chance.choice(statuses),
            payment_status=chance.choice(payments),
            fulfillment_status=chance.choice(goods),
            placed_from=chance.choice([None, NEW_YEAR + timedelta(minutes=first)]),
            placed_to=chance.choice([None, NEW_YEAR + timedelta(minutes=last)]),
        )
    for one in OrderStatus:
        yield OrderFilter(status=one)
    for two in FulfillmentStatus:
        yield OrderFilter(fulfillment_status=two, payment_status=PaymentStatus.CAPTURED)


def test_every_list_is_what_the_oracle_says_both_ways(orders: OrderTable, lists: OrderLists) -> None:
    every = many(orders)
    assert walked(lambda window: lists.all(OrderFilter(), window), 7, backward=False) == [one.id for one in every]
    for number, asked in enumerate(filters()):
        expected = [one.id for one in every if _fits(one, asked)]
        size = (3, 7, 100)[number % 3]
        for backward in (False, True):
            found = walked(lambda window, asked=asked: lists.all(asked, window), size, backward=backward)
            assert found == expected, asked
    for owner in (ADA, BEN, CustomerId("nobody")):
        expected = [one.id for one in every if one.customer_id == owner]
        for backward in (False, True):
            found = walked(lambda window, of=owner: lists.of_customer(of, window), 4, backward=backward)
            assert found == expected


def test_orders_are_found_by_their_whole_number_or_email(orders: OrderTable, lists: OrderLists) -> None:
    every = many(orders)
    for written in (every[3].number, every[3].number.lower().replace("-", " "), every[3].number[2:]):
        page = lists.all(OrderFilter(search=written), Window())
        assert page.items == (every[3],)
        assert not page.has_next
    other = next(one for one in every if one.cancelled_at is None)
    assert lists.all(OrderFilter(search=other.number, status=OrderStatus.CANCELLED), Window()).items == ()
    for email in ("ada@example.org", " BEN@example.org"):
        for status in (None, OrderStatus.COMPLETED, OrderStatus.CANCELLED):
            asked = OrderFilter(search=email, status=status, placed_from=NEW_YEAR - timedelta(minutes=300))
            own = [one for one in every if one.email.casefold() == email.strip().casefold()]
            expected = [one.id for one in own if _fits(one, asked)]
            for backward in (False, True):
                found = walked(lambda window, asked=asked: lists.all(asked, window), 2, backward=backward)
                assert found == expected
    for text in ("", "nobody@example.org", "S-22222-22223", "\ud800", "x" * 5000):
        assert lists.all(OrderFilter(search=text), Window()).items == ()


def test_a_page_costs_the_same_however_many_orders_there_are(orders: OrderTable, lists: OrderLists) -> None:
    asked = {
        "all": OrderFilter(),
        "one": OrderFilter(status=OrderStatus.PLACED),
        "three": OrderFilter(
            status=OrderStatus.PLACED,
            payment_status=PaymentStatus.AUTHORIZED,
            fulfillment_status=FulfillmentStatus.UNFULFILLED,
        ),
        "two": OrderFilter(status=OrderStatus.PLACED, fulfillment_status=FulfillmentStatus.UNFULFILLED),
        "email": OrderFilter(search="ada@example.org"),
    }
    costs: list[dict[str, Counter[str]]] = []
    for size in (12, 48):
        for minutes in range(size):
            place(orders, -size - minutes, ADA)
        found = {}
        for name, one in asked.items():
            with counted() as sent:
                page = lists.all(one, Window(10))
            assert len(page.items) == 10
            found[name] = sent
        with counted() as sent:
            lists.of_customer(ADA, Window(10))
        costs.append(found | {"customer": sent})
    assert costs[0] == costs[1]
    query, read = "dynamodb.Query", "dynamodb.BatchGetItem"
    # The new year has begun and has no orders yet, so that the old one is asked too.
    assert costs[0] == {
        "all": Counter({query: 2, read: 1}),
        "one": Counter({query: 2, read: 1}),
        "three": Counter({query: 2, read: 1}),
        "two": Counter({query: 12, read: 1}),
        "email": Counter({query: 1, read: 1}),
        "customer": Counter({query: 1, read: 1}),
    }


@pytest.mark.parametrize("place", [(1,), ("x" * 200,), ("\udc80",), ("a", "b"), (), ("",), ("20é6",), ("nowhere",)])
def test_a_forged_place_is_refused(lists: OrderLists, place: Any) -> None:
    for asked in (OrderFilter(), OrderFilter(search="ada@example.org")):
        with pytest.raises(BadPage):
            lists.all(asked, Window(10, place))


def test_a_place_of_another_time_is_the_end_of_the_list(orders: OrderTable, lists: OrderLists) -> None:
    made = place(orders, 0)
    for text in ("0000", "1999-01-01T00:00:00.000000+00:00#order_x"):
        assert lists.all(OrderFilter(), Window(10, (text,))).items == ()
        assert lists.all(OrderFilter(), Window(10, (text,), backward=True)).items == (made,)
    assert lists.all(OrderFilter(), Window(10, ("9999",))).items == (made,)
    assert lists.all(OrderFilter(), Window(10, ("9999",), backward=True)).items == ()


def test_no_email_lies_in_a_key(orders: OrderTable) -> None:
    place(orders, 0)
    for item in orders.table.connection.scan(orders.table.name)["Items"]:
        assert "example" not in str({name: part for name, part in item.items() if name not in {"document", "event"}})
