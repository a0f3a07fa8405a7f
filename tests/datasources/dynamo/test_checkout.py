"""A cart becomes one order on both stores, whoever asks and how often: all of it, or nothing."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from datasources.dynamo import order_items
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreUnavailable
from datasources.roundtrips import counted
from domain.cart.storing import CartChangeReason, StoredCart
from domain.errors import ErrorCode
from domain.ids import CartId, CustomerId, OrderId
from domain.inventory.holding import HOLD_LIFE
from domain.keys import KeyReused
from domain.money import Money
from domain.orders.events import OrderEventType
from domain.orders.numbers import number_of
from domain.orders.storing import NoOrder, Refusal, StoredOrder
from resolvers._kit.ids import new_id
from tests.conftest import ROOT
from tests.datasources.dynamo.stalls import CUSTOMER
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_inventory import adjust
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.dynamo.tills import Till, names_of, total_of
from tests.domain.cart.strategies import USD, percent
from tests.domain.inventory.making import WEST, adjustment
from tests.domain.inventory.making import variant as stocked


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def till(endpoint: str, inventory: InventoryTable, clock: Clock) -> Till:
    found = Till(names_of(endpoint), inventory, clock)
    found.opened()
    return found


def stock(till: Till, units: int, variants: int) -> None:
    for first in range(0, variants, 20):
        lines = [adjustment(units, variant_id=stocked(one)) for one in range(first, min(first + 20, variants))]
        adjust(till.inventory, *lines)


def codes(outcome: Any) -> list[ErrorCode]:
    assert isinstance(outcome, Refusal), outcome
    return [error.code for error in outcome.errors]


def untouched(till: Till, cart: CartId, held: dict[int, int]) -> bool:
    """Whether a cart is still one, with what is held for it, and there is no order."""
    kept = till.store.get(cart)
    assert kept is not None
    assert kept.cart.order_id is None
    assert till.agrees(cart) == held
    assert not till.payments.connection.scan(till.payments.name)["Items"]
    return not till.orders.table.connection.scan(till.orders.table.name)["Items"]


def test_everything_that_belongs_to_an_order_is_there_at_once(till: Till) -> None:
    stock(till, 5, 2)
    till.terms.save_discount(None, percent(1, 10, code="ten"))
    cart = till.held({0: 2, 1: 1}, codes=("ten",))
    till.checkout._conditions.of(till.cart(cart))
    with counted() as sent:
        found = till.complete(cart, 1500 - 150 + 500)
    assert sent == Counter({"dynamodb.GetItem": 1, "dynamodb.BatchGetItem": 2, "dynamodb.TransactWriteItems": 1}), (
        "the cart; the code; the hold and the stocks"
    )
    assert isinstance(found, StoredOrder)
    order = found.order
    assert till.order(order.id) == order
    assert [(one.type, one.seq) for one in till.orders.changes(order.id, 0)] == [(OrderEventType.PLACED, 1)]
    by_number = till.orders.by_number(order.number)
    assert by_number is not None
    assert by_number.order == order
    assert [(one.sku, one.quantity, one.name) for one in order.lines] == [
        (f"SKU {stocked(0)}", 2, "Thing 0"),
        (f"SKU {stocked(1)}", 1, "Thing 1"),
    ]
    assert (order.discounts[0].code, order.totals.discount, order.totals.total) == (
        "ten", Money(150, USD), Money(1850, USD),
    )  # fmt: skip
    assert order.shipping is not None
    kept = till.store.get(cart)
    assert kept is not None
    assert (kept.cart.order_id, kept.cart.reserved_until, kept.changes[-1].reason) == (
        order.id, None, CartChangeReason.COMPLETED,
    )  # fmt: skip
    assert till.holds.of(cart) is None
    assert (till.promised(cart), till.promised(order.id)) == ({}, {0: 2, 1: 1})
    used = till.terms.discount(order.discounts[0].discount_id)
    assert used is not None
    assert used.used == 1


@pytest.mark.parametrize("keys", ["one key", "a key each"])
def test_twenty_completions_at_once_are_one_order(till: Till, keys: str) -> None:
    stock(till, 5, 1)
    till.terms.save_discount(None, percent(1, 10, code="ten", usage_limit=5))
    cart = till.held({0: 2}, codes=("ten",))
    text = "key-of-checkout" if keys == "one key" else ""
    told = at_once(20, lambda _: till.complete(cart, 900 + 500, text=text))
    assert {type(one) for one in told} == {StoredOrder}
    assert len({one.order for one in told}) == 1
    assert sum(not one.replayed for one in told) == 1
    assert till.promised(told[0].order.id) == {0: 2}
    counted_ = till.terms.discount(told[0].order.discounts[0].discount_id)
    assert counted_ is not None
    assert counted_.used == 1
    till.cart(cart)
    assert len(till.orders.changes(told[0].order.id, 0)) == 1


def test_of_two_payments_of_one_cart_one_makes_the_order(till: Till) -> None:
    stock(till, 5, 1)
    cart = till.held({0: 1})
    told = at_once(8, lambda number: till.complete(cart, 1000, payment=f"pay_{number % 2}"))
    orders = {one.order for one in told if isinstance(one, StoredOrder)}
    assert len(orders) == 1
    assert sum(isinstance(one, StoredOrder) for one in told) == 4
    others = [codes(one) for one in told if not isinstance(one, StoredOrder)]
    assert others == [[ErrorCode.CART_COMPLETED]] * 4
    bound = till.payments.connection.scan(till.payments.name)["Items"]
    assert [one["order"]["S"] for one in bound] == [orders.pop().id]


def test_a_repeated_request_is_answered_with_the_order_as_it_is_now(till: Till) -> None:
    stock(till, 5, 1)
    cart = till.held({0: 1})
    first = till.complete(cart, 1000, text="key-of-checkout")
    till.confirm(first.order.id)
    again = till.complete(cart, 1000, text="key-of-checkout")
    assert again == StoredOrder(order=till.order(first.order.id), replayed=True)
    assert again.order.version == 2
    assert till.complete(cart, 1000, text="key-of-checkout", content="b") == KeyReused()


BUYERS = {True: 32, False: 16}
"""At once; fewer on the slow store, which would not answer all of them in time."""


def test_of_many_buyers_of_the_last_ten_units_ten_have_orders(till: Till, thorough: bool) -> None:
    stock(till, 10, 1)
    carts = [till.filled({0: 1}) for _ in range(BUYERS[thorough])]

    def buy(number: int) -> Any:
        held = till.reserve(carts[number])
        return till.complete(carts[number], 1000) if isinstance(held, StoredCart) else held

    told = at_once(len(carts), buy)
    orders = [one.order for one in told if isinstance(one, StoredOrder)]
    assert len(orders) == len({one.id for one in orders}) == len({one.number for one in orders}) == 10
    assert till.reserved() == {0: 10}
    assert sum(till.promised(one.id)[0] for one in orders) == 10


def test_of_many_buyers_with_a_code_for_ten_ten_have_orders_and_the_others_keep_their_goods(
    till: Till, thorough: bool
) -> None:
    stock(till, 100, 1)
    ten = percent(1, 10, code="ten", usage_limit=10)
    till.terms.save_discount(None, ten)
    carts = [till.held({0: 1}, codes=("ten",)) for _ in range(BUYERS[thorough])]
    told = at_once(len(carts), lambda number: till.complete(carts[number], 450 + 500))
    done = [one for one in told if isinstance(one, StoredOrder)]
    refused = [codes(one) for one in told if isinstance(one, Refusal)]
    assert len(done) == 10
    assert refused == [[ErrorCode.DISCOUNT_EXHAUSTED, ErrorCode.PRICE_CHANGED]] * (len(carts) - 10)
    used = till.terms.discount(ten.id)
    assert used is not None
    assert used.used == 10
    losers = [cart for cart, one in zip(carts, told, strict=True) if isinstance(one, Refusal)]
    assert all(till.promised(cart) == {0: 1} for cart in losers)
    assert isinstance(till.complete(losers[0], 1000), StoredOrder), "at the price without the code"


def test_what_is_held_no_more_is_not_sold(till: Till, clock: Clock) -> None:
    stock(till, 5, 1)
    cart = till.held({0: 1})
    clock.now += HOLD_LIFE.total_seconds() - 1
    assert codes(till.complete(till.filled({0: 1}), 1000)) == [ErrorCode.REQUIRED], "it was never held"
    clock.now += 1
    assert codes(till.complete(cart, 1000)) == [ErrorCode.RESERVATION_EXPIRED]
    assert untouched(till, cart, {0: 1})


def test_what_a_buyer_with_a_faster_clock_took_is_not_sold_twice(till: Till, clock: Clock) -> None:
    adjust(till.inventory, adjustment(1, variant_id=stocked(0)))
    adjust(till.inventory, adjustment(1, variant_id=stocked(0), warehouse_id=WEST))
    cart = till.held({0: 2})
    clock.now += HOLD_LIFE.total_seconds()
    fast = till.held({0: 1})
    clock.now -= 1
    assert codes(till.complete(cart, 1500)) == [ErrorCode.RESERVATION_EXPIRED]
    assert isinstance(till.complete(fast, 1000), StoredOrder)


def test_another_price_than_was_agreed_to_is_no_order(till: Till) -> None:
    stock(till, 5, 1)
    cart = till.held({0: 1})
    till.prices = {
        one: replace(offer, prices=(Money(501, USD),)) if one == stocked(0) else offer
        for one, offer in till.prices.items()
    }
    outcome = till.complete(cart, 1000)
    assert codes(outcome) == [ErrorCode.PRICE_CHANGED]
    assert (outcome.errors[0].was, outcome.errors[0].now) == (Money(1000, USD), Money(1001, USD))
    assert untouched(till, cart, {0: 1})
    assert isinstance(till.complete(cart, 1001), StoredOrder)


def test_terms_that_this_process_remembers_and_staff_have_changed_are_read_anew(till: Till) -> None:
    stock(till, 5, 1)
    everybody = percent(2, 50, ends_at=till.now() + timedelta(days=1))
    till.terms.save_discount(None, everybody)
    cart = till.held({0: 2})
    assert till.checkout._conditions.of(till.cart(cart)).terms.discounts == (everybody,)
    till.terms.save_discount(everybody, replace(everybody, version=2, rate=everybody.rate // 5))
    assert codes(till.complete(cart, 500 + 500)) == [ErrorCode.PRICE_CHANGED]
    assert isinstance(till.complete(cart, 900 + 500), StoredOrder)


def test_a_strangers_cart_is_none(till: Till) -> None:
    stock(till, 5, 1)
    cart = till.held({0: 1}, CUSTOMER)
    for owner in (None, CustomerId("somebody else")):
        assert till.complete(cart, 1000, owner=owner) == NoOrder()
    assert till.complete(CartId("cart_" + "0" * 26), 1000) == NoOrder()
    done = till.complete(cart, 1000, owner=CUSTOMER)
    assert isinstance(done, StoredOrder)
    assert done.order.customer_id == CUSTOMER
    assert till.complete(cart, 1000) == NoOrder()


def test_an_order_whose_number_is_taken_gets_another(till: Till, clock: Clock) -> None:
    stock(till, 5, 1)
    ids = [OrderId(new_id("order")) for _ in range(2)]
    given = iter(ids)
    other = Till(till.names, till.inventory, clock, new=lambda _: next(given))
    taken = number_of(ids[0], till.now())
    write = Transaction(till.orders.table)
    write.put(order_items.number_key(taken), {"id": {"S": "order_another"}})
    write.commit()
    done = other.complete(till.held({0: 1}), 1000)
    assert (done.order.id, done.order.number) == (ids[1], number_of(ids[1], till.now()))


def test_the_fullest_cart_fits_one_transaction_and_leaves_room_for_its_payment(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock(till, 5, 50)
    limits: Any = {"usage_limit": 9, "per_customer_limit": 9}
    for number in range(15):
        till.terms.save_discount(None, percent(number, 1, **limits))
    till.terms.save_discount(None, percent(20, 1, code="one", **limits))
    cart = till.held(dict.fromkeys(range(50), 1), CUSTOMER, codes=("one",))
    sizes: list[int] = []
    commit = Transaction.commit

    def counting(write: Transaction) -> frozenset[str]:
        sizes.append(len(write))
        return commit(write)

    monkeypatch.setattr(Transaction, "commit", counting)
    refused = till.complete(cart, 1, owner=CUSTOMER)
    found = till.complete(cart, refused.errors[0].now.minor, owner=CUSTOMER)
    assert isinstance(found, StoredOrder)
    assert len(found.order.discounts) == 16
    payment, second_code = 1, 2
    assert sizes == [93 + payment - second_code]


@pytest.mark.parametrize("done", [False, True], ids=["before it is done", "after it is done"])
def test_a_buyer_whose_answer_is_lost_asks_again_and_has_one_order(
    till: Till, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    """A fault at each request of a checkout in turn; then the request again, with its key and with another."""
    stock(till, 50, 1)
    requests = ("get_item", "batch_get_item", "transact_write_items")
    connections = (till.store.table.connection, till.orders.table.connection, till.inventory.table.connection)
    for faulty in range(20):
        cart, left = till.held({0: 1}), [faulty]
        with monkeypatch.context() as patch:
            for connection in connections:
                for name in requests:
                    patch.setattr(connection, name, failing(getattr(connection, name), left, done=done))
            try:
                outcome = till.complete(cart, 1000, text="key-of-checkout")
            except StoreUnavailable:
                outcome = None
        again = till.complete(cart, 1000, text="key-of-checkout")
        other = till.complete(cart, 1000)
        assert again.order == other.order
        assert outcome is None or outcome.order == again.order
        assert till.promised(again.order.id) == {0: 1}
        assert len(till.orders.changes(again.order.id, 0)) == 1
        if outcome is not None:
            break
    assert faulty == 3, "a cart, a hold with its stock, the order: each was lost once"
    assert till.reserved() == {0: faulty + 1}


def failing(call: Any, left: list[int], *, done: bool) -> Any:
    """A request that fails when it is its turn, before or after the store has carried it out."""

    def called(*given: Any, **named: Any) -> Any:
        turn, left[0] = left[0] == 0, left[0] - 1
        answer = call(*given, **named) if done or not turn else None
        if turn:
            raise StoreUnavailable("DynamoDB", "the line is dead")
        return answer

    return called


KILLED = """
import json, sys
from datasources.dynamo.inventory import InventoryTable
from domain.ids import CartId
from tests.datasources.dynamo.tills import Till
till = Till(json.loads(sys.argv[1]), InventoryTable(sys.argv[2]))
print("ready", flush=True)
for cart in sys.argv[3:]:
    till.complete(CartId(cart), 1500)
    print(cart, flush=True)
"""


def test_whoever_is_killed_while_completing_leaves_whole_orders_only(endpoint: str, inventory: InventoryTable) -> None:
    till = Till(names_of(endpoint), inventory)
    till.opened()
    stock(till, 100, 2)
    carts = [till.held({0: 1, 1: 1}) for _ in range(20)]
    command = [sys.executable, "-c", KILLED, json.dumps(till.names), inventory.table.name, *carts]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        for _ in range(4):
            assert running.stdout.readline()
        running.kill()
    done = 0
    for cart in carts:
        order_id = till.cart(cart).order_id
        if order_id is None:
            assert till.promised(cart) == {0: 1, 1: 1}
            continue
        done += 1
        assert till.promised(cart) == {}
        assert till.promised(order_id) == {0: 1, 1: 1}
        assert till.order(order_id).cart_id == cart
        assert len(till.orders.changes(order_id, 0)) == 1
    assert 3 <= done < 20
    assert len(till.payments.connection.scan(till.payments.name)["Items"]) == done
    told = at_once(8, lambda number: [till.complete(cart, total_of({0: 1, 1: 1})) for cart in carts[number::8]])
    orders = [one.order for of_one in told for one in of_one]
    assert len({one.id for one in orders}) == 20
    assert till.reserved() == {0: 20, 1: 20}
