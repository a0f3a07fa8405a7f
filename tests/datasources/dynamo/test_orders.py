"""Orders on both stores: each change once, with its event and its goods, or not at all."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from datasources.dynamo.inventory import InventoryTable
from datasources.roundtrips import counted
from domain.errors import ErrorCode, IllegalTransitionError, InsufficientStockError
from domain.ids import OrderId
from domain.inventory.moving import MOST_LINES, MovementReason
from domain.keys import Key, KeyReused
from domain.money import Money
from domain.orders.events import OrderEventType, replayed
from domain.orders.machine import Done
from domain.orders.orders import MOST_MOVED, Order, OrderLine
from domain.orders.paying import told
from domain.orders.statuses import (
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
    fulfillment_status_of,
    payment_status_of,
    status_of,
)
from domain.orders.storing import Decision, NoOrder, Refusal, StoredOrder, Unchanged
from domain.pages import BadPage, Window
from tests.datasources.dynamo.stalls import CUSTOMER
from tests.datasources.dynamo.test_checkout import codes, stock
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_inventory import adjust
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.dynamo.tills import PLACES, STAFF, Till, names_of
from tests.domain.cart.strategies import USD
from tests.domain.inventory.making import EAST, WEST, adjustment
from tests.domain.inventory.making import variant as stocked

NOWHERE = OrderId("order_" + "0" * 26)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def till(endpoint: str, inventory: InventoryTable, clock: Clock) -> Till:
    found = Till(names_of(endpoint), inventory, clock)
    found.opened()
    return found


def is_told(till: Till, order: OrderId) -> bool:
    """Whether an order is what its stored events say, the last of which is kept with it."""
    kept, events = till.kept(order), till.orders.changes(order, 0)
    assert kept.last == events[-1]
    return replayed(kept.order, events) == kept.order


def test_cancelling_gives_the_goods_back_in_the_same_moment_and_owes_the_money(till: Till) -> None:
    stock(till, 5, 2)
    order = till.ordered({0: 2, 1: 1})
    with counted() as sent:
        done = till.cancel(order.id)
    assert sent == Counter({"dynamodb.GetItem": 1, "dynamodb.BatchGetItem": 1, "dynamodb.TransactWriteItems": 1})
    assert status_of(done.order) is OrderStatus.CANCELLED
    assert (till.reserved(), till.on_hand()) == ({}, {0: 5, 1: 5})
    assert codes(till.cancel(order.id)) == [ErrorCode.ILLEGAL_TRANSITION]
    assert is_told(till, order.id)


def test_what_is_sent_leaves_the_house_with_a_movement_each(till: Till) -> None:
    stock(till, 5, 2)
    order = till.ordered({0: 3, 1: 1})
    assert codes(till.send(order.id, {0: 1})) == [ErrorCode.ILLEGAL_TRANSITION]
    till.confirm(order.id)
    done = till.send(order.id, {0: 2, 1: 1})
    assert fulfillment_status_of(done.order) is FulfillmentStatus.PARTIALLY_FULFILLED
    assert (till.on_hand(), till.promised(order.id)) == ({0: 3, 1: 4}, {0: 1})
    assert till.moved(MovementReason.SOLD) == -3
    moved = [one for one in till.inventory.movements(Window(10)).items if one.reason is MovementReason.SOLD]
    assert {(one.reference, one.actor, one.warehouse_id) for one in moved} == {(order.number, STAFF, EAST)}
    assert codes(till.cancel(order.id)) == [ErrorCode.ILLEGAL_TRANSITION]
    assert codes(till.send(order.id, {0: 2})) == [ErrorCode.INVALID]
    till.send(order.id, {0: 1})
    assert (till.on_hand(), till.reserved()) == ({0: 2, 1: 4}, {})
    assert is_told(till, order.id)


def test_what_a_warehouse_does_not_have_does_not_leave_it(till: Till) -> None:
    stock(till, 5, 1)
    order = till.ordered({0: 2})
    till.confirm(order.id)
    refused = till.send(order.id, {0: 2}, WEST)
    assert isinstance(refused, Refusal)
    (error,) = refused.errors
    assert isinstance(error, InsufficientStockError)
    assert (error.available, error.field) == (0, ("lines", "0", "quantity"))
    assert till.order(order.id).version == 2


def test_what_comes_back_is_put_where_it_was_sent_from_once(till: Till) -> None:
    adjust(till.inventory, adjustment(1, variant_id=stocked(0)))
    adjust(till.inventory, adjustment(4, variant_id=stocked(0), warehouse_id=WEST))
    order = till.ordered({0: 3})
    till.confirm(order.id)
    till.send(order.id, {0: 1}, EAST)
    till.send(order.id, {0: 2}, WEST)
    asked = till.ask_back(order.id, {0: 2})
    of = asked.order.returns[0].id
    told = at_once(4, lambda _: till.take_back(order.id, of))
    assert sum(isinstance(one, StoredOrder) for one in told) == 1
    stored = till.inventory.many([stocked(0)])[stocked(0)]
    assert {one.warehouse_id: one.on_hand for one in stored.levels} == {EAST: 0, WEST: 4}
    assert till.moved(MovementReason.RETURNED) == 2
    again = till.ask_back(order.id, {0: 1})
    till.take_back(order.id, again.order.returns[1].id, restock=False)
    assert till.on_hand() == {0: 4}
    assert is_told(till, order.id)


def test_the_fullest_parcel_and_the_fullest_cancellation_fit_a_transaction(till: Till) -> None:
    stock(till, 5, 50)
    lines = dict.fromkeys(range(50), 1)
    cancelled = till.ordered(lines)
    assert isinstance(till.cancel(cancelled.id, text="key-of-cancel"), StoredOrder)
    order = till.ordered(lines)
    till.confirm(order.id)
    assert codes(till.send(order.id, lines)) == [ErrorCode.INVALID]
    assert MOST_MOVED == MOST_LINES
    first = dict.fromkeys(range(MOST_MOVED), 1)
    assert isinstance(till.send(order.id, first, text="key-of-parcel"), StoredOrder)
    asked = till.ask_back(order.id, first)
    assert isinstance(till.take_back(order.id, asked.order.returns[0].id), StoredOrder)
    assert till.reserved() == dict.fromkeys(range(MOST_MOVED, 50), 1)


def test_sixteen_parcels_at_once_are_never_more_than_was_ordered(till: Till) -> None:
    stock(till, 20, 1)
    order = till.ordered({0: 5})
    till.confirm(order.id)
    told = at_once(16, lambda _: till.send(order.id, {0: 1}))
    assert sum(isinstance(one, StoredOrder) for one in told) == 5
    refused = [codes(one) for one in told if isinstance(one, Refusal)]
    assert refused == [[ErrorCode.ILLEGAL_TRANSITION]] * 11
    assert (till.on_hand(), till.reserved()) == ({0: 15}, {})
    assert is_told(till, order.id)


def test_who_cancels_and_who_sends_at_once_do_not_both(till: Till) -> None:
    stock(till, 50, 1)
    for _ in range(5):
        order = till.ordered({0: 2})
        till.confirm(order.id)
        told = at_once(8, lambda n, of=order.id: till.cancel(of) if n % 2 else till.send(of, {0: 2}))  # type: ignore[misc]  # bound now
        assert sum(isinstance(one, StoredOrder) for one in told) == 1
        assert all(isinstance(one.errors[0], IllegalTransitionError) for one in told if isinstance(one, Refusal))
        assert till.promised(order.id) == {}
        assert is_told(till, order.id)
    sent = sum(-one.delta for one in till.inventory.movements(Window(100)).items if one.delta < 0)
    assert till.on_hand() == {0: 50 - sent}


@pytest.mark.parametrize("action", ["confirm", "cancel", "send"])
def test_twenty_calls_with_one_key_happen_once_and_are_answered_alike(till: Till, action: str) -> None:
    stock(till, 20, 1)
    order = till.ordered({0: 4})
    if action == "send":
        till.confirm(order.id)
    acts = {
        "confirm": lambda: till.confirm(order.id, text="key-of-action"),
        "cancel": lambda: till.cancel(order.id, text="key-of-action"),
        "send": lambda: till.send(order.id, {0: 1}, text="key-of-action"),
    }
    told = at_once(20, lambda _: acts[action]())
    assert {one.order for one in told} == {till.order(order.id)}
    assert sum(not one.replayed for one in told) == 1
    assert till.order(order.id).version == order.version + (2 if action == "send" else 1)


def test_a_key_is_of_one_request_and_used_where_nothing_is_to_change_too(till: Till) -> None:
    stock(till, 5, 1)
    order = till.ordered({0: 1})
    key = Key(caller=STAFF, key="key-0001", fingerprint="a")
    assert till.orders.change(order.id, lambda _: Unchanged(), key=key) == StoredOrder(order=order)
    assert till.orders.change(order.id, lambda _: Unchanged(), key=key) == StoredOrder(order=order, replayed=True)
    other = Key(caller=STAFF, key="key-0001", fingerprint="b")
    assert till.orders.change(order.id, lambda _: Unchanged(), key=other) == KeyReused()
    assert till.orders.change(order.id, lambda _: Unchanged()) == StoredOrder(order=order)


def test_an_order_that_there_is_not_or_that_is_a_strangers_is_none(till: Till) -> None:
    stock(till, 5, 1)
    order = till.ordered({0: 1}, CUSTOMER)
    assert till.confirm(NOWHERE) == NoOrder()
    assert till.orders.change(order.id, lambda _: NoOrder()) == NoOrder()
    assert till.orders.get(NOWHERE) is None
    assert till.orders.by_number("S-22222-22222") is None
    assert till.orders.changes(NOWHERE, 0) == ()


def test_events_are_paged_and_told_from_any_on(till: Till) -> None:
    stock(till, 9, 1)
    order = till.ordered({0: 6})
    till.confirm(order.id)
    for _ in range(5):
        till.send(order.id, {0: 1})
    every = till.orders.changes(order.id, 0)
    assert [one.seq for one in every] == list(range(1, 8))
    assert [one.type for one in every[:3]] == [
        OrderEventType.PLACED, OrderEventType.CONFIRMED, OrderEventType.FULFILLED,
    ]  # fmt: skip
    assert till.orders.changes(order.id, 5) == every[5:]
    assert till.orders.changes(order.id, 7) == till.orders.changes(order.id, 2**63) == ()
    with counted() as sent:
        page = till.orders.timeline(order.id, Window(3))
        after = till.orders.timeline(order.id, Window(4, page.places[-1]))
    assert sent == Counter({"dynamodb.Query": 2})
    assert (*page.items, *after.items) == every
    assert (page.has_next, page.has_previous, after.has_next, after.has_previous) == (True, False, False, True)
    for place in (("x",), (-1,), (1, 2), ()):
        with pytest.raises(BadPage):
            till.orders.timeline(order.id, Window(3, place))


def test_news_of_a_payment_that_comes_often_late_and_at_once_is_told_once_each(till: Till) -> None:
    """The provider has captured, then given back twice; each of it is told four times, in any order."""
    stock(till, 5, 1)
    order = till.ordered({0: 1})
    (facts,), (owed,) = order.payments, order.owed
    total = facts.authorized
    news = [
        replace(facts, version=version, captured=total, refunded=Money(back, USD))
        for version, back in ((2, 0), (3, 100), (4, 250))
    ]

    def tell(number: int) -> object:
        def decide(one: Order) -> Decision | Unchanged:
            outcome = told(one, news[number % 3], till.now(), settled=[owed.id])
            assert outcome is None or isinstance(outcome, Done)
            return Decision(order=outcome.order, event=outcome.event) if outcome else Unchanged()

        return till.orders.change(order.id, decide)

    at_once(12, tell)
    found = till.order(order.id)
    assert (found.payments, found.owed) == ((news[2],), ())
    assert 2 <= found.version <= 4
    assert is_told(till, order.id)
    assert payment_status_of(found) is PaymentStatus.PARTIALLY_REFUNDED


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_done_at_once_stock_is_conserved_and_each_order_is_what_its_events_say(
    till: Till, seed: int
) -> None:
    stock(till, 12, 3)
    adjust(till.inventory, *(adjustment(12, variant_id=stocked(one), warehouse_id=WEST) for one in range(3)))
    orders = [till.ordered({0: 2, 1: 3}), till.ordered({1: 2, 2: 1}), till.ordered({0: 4})]

    def act(number: int) -> None:
        chance = random.Random(100 * seed + number)
        for _ in range(8):
            something(till, chance, chance.choice(orders).id)

    at_once(6, act)
    for order in (till.order(one.id) for one in orders):
        assert is_told(till, order.id)
        left = {} if status_of(order) is OrderStatus.CANCELLED else order.unfulfilled
        assert till.promised(order.id) == {
            number: left[one.id] for number, one in named(order).items() if left.get(one.id)
        }
    till.reserved()
    moved = Counter[str]()
    for one in till.inventory.movements(Window(100)).items:
        moved[one.variant_id] += one.delta
    assert till.on_hand() == {number: moved[stocked(number)] for number in range(3)}


def something(till: Till, chance: random.Random, order: OrderId) -> None:
    """What somebody does with an order, whether or not it is possible."""
    one, units = till.order(order), {chance.randrange(3): chance.randint(1, 2)}
    match chance.randrange(8):
        case 0:
            till.confirm(order)
        case 1 if chance.random() < 0.2:
            till.cancel(order)
        case 2 if has(one, units):
            till.ask_back(order, units)
        case 3 if one.returns:
            till.take_back(order, chance.choice(one.returns).id, restock=chance.random() < 0.5)
        case _ if has(one, units):
            till.send(order, units, chance.choice(PLACES))


def named(order: Order) -> dict[int, OrderLine]:
    return {number: one for number in range(3) for one in order.lines if one.variant_id == stocked(number)}


def has(order: Order, units: dict[int, int]) -> bool:
    return {*units} <= {*named(order)}
