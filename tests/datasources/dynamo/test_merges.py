"""A guest's cart becomes the customer's on both stores: once, with all lines and all that is held, or not at all."""

import random
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from datasources.dynamo.inventory import InventoryTable
from domain.cart.carts import LIFETIME, revised
from domain.cart.merging import CartMergeStrategy, MergeChange
from domain.cart.storing import CartChangeReason, Decision, NoCart, StoredCart, StoredMerge
from domain.ids import CartId, CustomerId, OrderId
from domain.inventory.holding import HOLD_LIFE
from domain.keys import KeyReused
from tests.conftest import ROOT
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.stalls import CUSTOMER, KEEP_ACCOUNT, KEEP_GUEST, SUM, CartSettings, Stall
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_inventory import adjust
from tests.datasources.dynamo.test_races import at_once
from tests.domain.inventory.making import WEST, adjustment
from tests.domain.inventory.making import variant as stocked

NOWHERE = CartId("cart_" + "0" * 26)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stall(endpoint: str, inventory: InventoryTable, clock: Clock) -> Stall:
    found = Stall(new_table(endpoint, CartSettings), inventory, clock)
    found.opened()
    return found


def stock(stall: Stall, units: int, variants: int) -> None:
    for first in range(0, variants, 20):
        lines = [adjustment(units, variant_id=stocked(one)) for one in range(first, min(first + 20, variants))]
        adjust(stall.inventory, *lines)


def test_sixteen_calls_with_one_key_merge_once_and_are_told_alike(stall: Stall) -> None:
    guest, account = stall.begun({1: 2}), stall.begun({1: 3, 2: 1}, CUSTOMER)
    told = at_once(16, lambda _: stall.merge(guest, text="key-of-sign-in"))
    assert stall.units(account) == {1: 5, 2: 1}
    assert stall.units(guest) == {}
    assert {one.cart for one in told} == {stall.cart(account)}
    assert [len(one.changes) for one in told] == [1] * 16
    assert len({one.changes for one in told}) == 1
    assert sum(not one.replayed for one in told) == 1
    stall.agrees(guest, account)


def test_the_goods_are_merged_once_whatever_the_keys(stall: Stall) -> None:
    guest, account = stall.begun({1: 2}), stall.begun({1: 3}, CUSTOMER)
    told = at_once(8, lambda _: stall.merge(guest))
    assert all(isinstance(one, StoredMerge) and not one.replayed for one in told)
    assert sorted(len(one.changes) for one in told) == [0] * 7 + [1]
    assert stall.units(account) == {1: 5}


def test_a_line_that_another_tab_adds_meanwhile_is_in_one_of_the_carts(stall: Stall) -> None:
    guest, account = stall.begun({1: 1}), stall.begun({2: 1}, CUSTOMER)
    at_once(8, lambda tab: stall.add(guest, {tab + 10: 1}) if tab else stall.merge(guest))
    assert stall.units(guest, account) == {1: 1, 2: 1} | dict.fromkeys(range(11, 18), 1)
    stall.merged(guest)
    assert (stall.units(guest), len(stall.units(account))) == ({}, 9)
    stall.agrees(guest, account)


def test_what_is_added_to_the_accounts_cart_meanwhile_stays(stall: Stall) -> None:
    guest, account = stall.begun({1: 1}), stall.begun({2: 1}, CUSTOMER)
    at_once(8, lambda tab: stall.add(account, {tab + 10: 1}) if tab else stall.merge(guest))
    assert stall.units(account) == {1: 1, 2: 1} | dict.fromkeys(range(11, 18), 1)


@pytest.mark.parametrize("there", [True, False], ids=["into a cart", "into none yet"])
def test_carts_of_several_guests_that_become_one_accounts_at_once_all_arrive(stall: Stall, there: bool) -> None:
    """One device each."""
    stock(stall, 10, 8)
    guests = [stall.begun({device: 1, 7: 1}) for device in range(6)]
    for guest in guests[::2]:
        stall.reserve(guest)
    if there:
        stall.begun({6: 1}, CUSTOMER)
    at_once(6, lambda device: stall.merged(guests[device]))
    account = stall.account()
    assert stall.units(account.id) == dict.fromkeys(range(6), 1) | {7: 6} | ({6: 1} if there else {})
    assert stall.agrees(account.id, *guests) == {0: 1, 2: 1, 4: 1, 7: 3}


def test_a_merge_and_a_new_cart_of_the_customers_at_once_leave_a_cart_that_is_theirs(stall: Stall) -> None:
    guest = stall.begun({1: 1})
    made = at_once(2, lambda call: stall.merged(guest).id if call else stall.begun({2: 1}, CUSTOMER))
    assert stall.account().id in made
    assert stall.units(*set(made)) == {1: 1, 2: 1}


def test_a_customers_cart_is_the_last_that_was_begun_until_it_is_gone(stall: Stall, clock: Clock) -> None:
    assert stall.store.of_customer(CUSTOMER) is None
    first, second = stall.begun({1: 1}, CUSTOMER), stall.begun({2: 1}, CUSTOMER)
    stall.begun({3: 1}, CustomerId("somebody else"))
    stall.begun({3: 1})
    assert stall.account().id == second != first
    clock.now += LIFETIME.total_seconds()
    assert stall.store.of_customer(CUSTOMER) is None
    guest = stall.begun({4: 1})
    assert stall.merged(guest).id == stall.account().id
    assert stall.units(stall.account().id) == {4: 1}


@pytest.mark.parametrize("strategy", CartMergeStrategy)
def test_beside_a_cart_that_has_become_an_order_another_begins(stall: Stall, strategy: CartMergeStrategy) -> None:
    account, guest = stall.begun({1: 1}, CUSTOMER), stall.begun({2: 1})
    done = revised(stall.cart(account), stall.carts.now(), order_id=OrderId("order_1"))
    stall.change(account, lambda _: Decision(cart=done, reason=CartChangeReason.COMPLETED))
    new = stall.merged(guest, strategy)
    assert new.id not in {account, guest}
    assert (new.customer_id, stall.units(new.id), stall.cart(account)) == (CUSTOMER, {2: 1}, done)
    assert stall.account() == new


def test_a_guests_cart_that_has_become_an_order_gives_nothing(stall: Stall) -> None:
    guest = stall.begun({1: 1})
    done = revised(stall.cart(guest), stall.carts.now(), order_id=OrderId("order_1"))
    stall.change(guest, lambda _: Decision(cart=done, reason=CartChangeReason.COMPLETED))
    assert stall.merge(guest) == StoredMerge(cart=None)
    account = stall.begun({2: 1}, CUSTOMER)
    assert stall.merge(guest) == StoredMerge(cart=stall.cart(account))
    assert stall.cart(guest) == done


def test_a_cart_that_is_no_guests_is_none_to_merge(stall: Stall, clock: Clock) -> None:
    account, others = stall.begun({1: 1}, CUSTOMER), stall.begun({2: 1}, CustomerId("somebody else"))
    gone = stall.begun({3: 1})
    for one in (account, others, NOWHERE):
        assert stall.merge(one) == NoCart()
    clock.now += LIFETIME.total_seconds()
    assert stall.merge(gone) == NoCart()
    clock.now -= 1
    assert stall.units(account, others) == {1: 1, 2: 1}


def test_a_repeated_merge_is_told_as_before_with_the_cart_as_it_is_now(stall: Stall, clock: Clock) -> None:
    guest, account = stall.begun({1: 2}), stall.begun({1: 3}, CUSTOMER)
    first = stall.merge(guest, text="key-of-sign-in")
    assert first.changes[0].merged == 5
    stall.add(guest, {3: 1})
    stall.add(account, {2: 1})
    again = stall.merge(guest, text="key-of-sign-in")
    assert again == StoredMerge(cart=stall.cart(account), changes=first.changes, replayed=True)
    assert stall.units(guest) == {3: 1}
    assert stall.merge(guest, text="key-of-sign-in", content="b") == KeyReused()
    clock.now += timedelta(hours=23).total_seconds()
    assert stall.merge(NOWHERE, text="key-of-sign-in") == again


@pytest.mark.parametrize(
    ("strategy", "held"), [(SUM, {1: 4, 2: 1, 3: 2}), (KEEP_GUEST, {1: 2, 2: 1}), (KEEP_ACCOUNT, {1: 3, 3: 2})]
)
def test_what_is_held_for_either_is_held_for_the_account_as_far_as_it_is_in_its_cart(
    stall: Stall, strategy: CartMergeStrategy, held: dict[int, int]
) -> None:
    adjust(
        stall.inventory, adjustment(1, variant_id=stocked(1)), adjustment(9, warehouse_id=WEST, variant_id=stocked(1))
    )
    stock(stall, 5, 4)
    guest, account = stall.begun({1: 2, 2: 1}), stall.begun({1: 2, 3: 2}, CUSTOMER)
    stall.reserve(guest)
    stall.reserve(account)
    stall.add(account, {1: 1})
    cart = stall.merged(guest, strategy)
    assert stall.agrees(guest, account) == held
    assert stall.holds.of(guest) is None
    assert cart.reserved_until == stall.carts.now() + HOLD_LIFE


def test_what_was_held_for_the_guest_alone_and_stays_in_the_accounts_cart_makes_a_version(stall: Stall) -> None:
    """Its lines stay as they are: all that is new is that they are held."""
    stock(stall, 5, 2)
    guest, account = stall.begun({1: 2}), stall.begun({1: 2}, CUSTOMER)
    stall.reserve(guest)
    before = stall.cart(account)
    after = stall.merged(guest, KEEP_ACCOUNT)
    assert (after.version, after.lines) == (before.version + 1, (replace(before.lines[0], held=2),))
    assert stall.agrees(guest, account) == {1: 2}


def test_two_full_carts_of_which_all_is_held_are_merged_too(stall: Stall, clock: Clock) -> None:
    """A hundred stocks and the carts are more than one transaction takes: the guest's hold runs out by itself."""
    stock(stall, 5, 100)
    guest, account = (stall.begun({}, owner) for owner in (None, CUSTOMER))
    for cart, first in ((guest, 0), (account, 50)):
        stall.add(cart, dict.fromkeys(range(first, first + 50), 1))
        assert isinstance(stall.reserve(cart), StoredCart)
    stall.merged(guest, KEEP_GUEST)
    assert stall.units(account) == dict.fromkeys(range(50), 1)
    assert stall.cart(account).reserved_until is None
    assert stall.reserved() == dict.fromkeys(range(50), 1)
    assert isinstance(stall.reserve(account), StoredCart)
    clock.now += HOLD_LIFE.total_seconds()
    stall.lapse()
    assert stall.agrees(guest, account) == {}


def test_a_merge_that_changes_nothing_makes_no_version(stall: Stall) -> None:
    guest, account = stall.begun({}), stall.begun({1: 1}, CUSTOMER)
    before = stall.cart(guest), stall.cart(account)
    assert stall.merge(guest) == StoredMerge(cart=before[1], changes=tuple[MergeChange, ...]())
    assert (stall.cart(guest), stall.cart(account)) == before


@pytest.mark.parametrize("seed", range(3))
def test_whatever_buyers_do_at_once_carts_and_stock_are_of_one_mind(stall: Stall, clock: Clock, seed: int) -> None:
    """Add, hold, change, merge, and time that passes while they do: then all of it runs out."""
    stock(stall, 12, 4)
    adjust(stall.inventory, *(adjustment(12, variant_id=stocked(one), warehouse_id=WEST) for one in range(4)))
    account, guests = stall.begun({}, CUSTOMER), [stall.begun({}) for _ in range(3)]

    def buyer(number: int) -> None:
        chance = random.Random(100 * seed + number)
        for _ in range(10):
            cart = chance.choice([account, *guests, guests[number % 3]])
            match chance.randrange(7):
                case 0 | 1:
                    stall.add(cart, {chance.randrange(4): chance.randint(1, 3)})
                case 2 | 3:
                    stall.reserve(cart)
                case 4:
                    stall.update(cart, chance.randrange(3))
                case 5:
                    stall.merge(guests[number % 3], chance.choice(list(CartMergeStrategy)))
                case _:
                    clock.now += chance.choice([60, 60, 400])
                    stall.lapse()

    at_once(6, buyer)
    stall.lapse()
    stall.agrees(account, *guests)
    for one in (account, *guests):
        stall.reserve(one)
    stall.agrees(account, *guests)
    clock.now += HOLD_LIFE.total_seconds()
    stall.lapse()
    assert stall.agrees(account, *guests) == {}


KILLED = """
import sys
from datasources.dynamo.inventory import InventoryTable
from domain.ids import CartId
from tests.datasources.dynamo.stalls import Stall
stall = Stall(sys.argv[1], InventoryTable(sys.argv[2]))
print("ready", flush=True)
for guest in sys.argv[3:]:
    stall.merge(CartId(guest))
    print(guest, flush=True)
"""


def test_whoever_is_killed_while_merging_leaves_each_cart_merged_or_as_it_was(
    endpoint: str, inventory: InventoryTable
) -> None:
    stall = Stall(new_table(endpoint, CartSettings), inventory)
    stall.opened()
    stock(stall, 100, 2)
    guests = [stall.begun({number % 2: 1}) for number in range(30)]
    for guest in guests:
        stall.reserve(guest)
    command = [sys.executable, "-c", KILLED, stall.store.table.name, inventory.table.name, *guests]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        for _ in range(5):
            assert running.stdout.readline()
        running.kill()
    account = stall.account().id
    assert stall.units(account, *guests) == {0: 15, 1: 15}
    assert stall.agrees(account, *guests) == {0: 15, 1: 15}
    assert 4 <= sum(not stall.units(guest) for guest in guests) < 30
