"""Two carts become one at sign-in: by the strategy, told in full, and whatever state they are in."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cart.carts import MOST_LINES, MOST_QUANTITY, MOST_WORTH, Cart, line_id
from domain.cart.merging import CartMergeReason, CartMergeStrategy, Merged, merged
from domain.cart.offers import Offers
from domain.cart.reserving import reserved
from domain.ids import CartId, CustomerId, OrderId
from tests.domain.cart.strategies import BERLIN, CART, DAY, EUR, NOW, USD, cart, offer, offers, variant

OWNER = CustomerId("cust_1")
GUEST = CartId("cart_" + "9" * 26)
SUM, GUESTS, ACCOUNTS = CartMergeStrategy.SUM, CartMergeStrategy.KEEP_GUEST, CartMergeStrategy.KEEP_ACCOUNT
PRICED = {number: offer(number, 100, 90) for number in range(120)}
ALL = offers(*PRICED.values())
NEW = cart(cart_id=CartId("cart_" + "5" * 26), customer_id=OWNER)
type Units = dict[int, int]


def filled(units: Units, cart_id: CartId = CART, **parts: Any) -> Cart:
    return cart(*((PRICED[number], quantity) for number, quantity in units.items()), cart_id=cart_id, **parts)


def guests(units: Units, **parts: Any) -> Cart:
    return filled(units, GUEST, **parts)


def accounts(units: Units, **parts: Any) -> Cart:
    return filled(units, customer_id=OWNER, **parts)


def merge(guest: Cart, account: Cart | None, strategy: CartMergeStrategy, sold: Offers = ALL) -> Merged:
    return merged(guest, account, strategy, new=NEW, offers=sold, now=NOW)


def units_of(made: Cart | None) -> Units:
    assert made is not None
    return {int(one.variant_id[4:30]): one.quantity for one in made.lines}


def told(found: Merged) -> dict[int, tuple[int, str]]:
    return {int(one.variant_id[4:30]): (one.merged, one.reason.name) for one in found.changes}


@pytest.mark.parametrize(
    ("strategy", "guest", "account", "expected", "changes"),
    [
        pytest.param(SUM, {1: 2}, {2: 3}, {2: 3, 1: 2}, {1: (2, "ADDED")}, id="1 different goods, summed"),
        pytest.param(GUESTS, {1: 2}, {2: 3}, {1: 2}, {1: (2, "ADDED"), 2: (0, "DROPPED")}, id="2 guest's kept"),
        pytest.param(ACCOUNTS, {1: 2}, {2: 3}, {2: 3}, {1: (0, "DROPPED")}, id="3 account's kept"),
        pytest.param(SUM, {1: 2}, {1: 3}, {1: 5}, {1: (5, "SUMMED")}, id="4 the same item in both, summed"),
        pytest.param(GUESTS, {1: 2}, {1: 3}, {1: 2}, {1: (2, "REPLACED")}, id="5 the same item, guest's kept"),
        pytest.param(ACCOUNTS, {1: 2}, {1: 3}, {1: 3}, {1: (3, "REPLACED")}, id="6 the same item, account's kept"),
        pytest.param(GUESTS, {1: 2}, {1: 2}, {1: 2}, {}, id="7 equal carts, one kept: nothing to tell"),
        pytest.param(SUM, {1: 998}, {1: 2}, {1: 999}, {1: (999, "CAPPED")}, id="8 more units than a line has"),
        pytest.param(SUM, {1: 999}, {1: 999}, {1: 999}, {1: (999, "CAPPED")}, id="9 both full: told all the same"),
        pytest.param(SUM, {}, {2: 3}, {2: 3}, {}, id="10 an empty guest's cart changes nothing"),
        pytest.param(GUESTS, {}, {2: 3}, {2: 3}, {}, id="11 and is not kept instead of goods"),
        pytest.param(ACCOUNTS, {1: 2}, {}, {1: 2}, {1: (2, "ADDED")}, id="12 nor is the account's empty one"),
    ],
)
def test_carts_merge_by_the_strategy(
    strategy: CartMergeStrategy, guest: Units, account: Units, expected: Units, changes: dict[int, tuple[int, str]]
) -> None:
    found = merge(guests(guest), accounts(account), strategy)
    assert found.cart is not None
    assert (found.cart.id, found.cart.customer_id) == (CART, OWNER)
    assert units_of(found.cart) == expected
    assert told(found) == changes
    assert all(one.id == line_id(CART, one.variant_id) for one in found.cart.lines)


@pytest.mark.parametrize("strategy", CartMergeStrategy)
def test_13_without_a_cart_of_the_account_a_new_one_gets_all_that_the_guests_has(strategy: CartMergeStrategy) -> None:
    for account in (None, accounts({2: 3}, order_id=OrderId("order_1"))):
        found = merge(guests({1: 2}, email="g@example.com", country="DE", currency=EUR), account, strategy)
        assert found.cart is not None
        assert (found.cart.id, found.cart.customer_id, found.cart.version) == (NEW.id, OWNER, 1)
        assert (units_of(found.cart), found.changes) == ({1: 2}, ())
        assert (found.cart.email, found.cart.country, found.cart.currency) == ("g@example.com", "DE", EUR)
        assert [line.id for line in found.cart.lines] == [line_id(NEW.id, variant(1))]


@pytest.mark.parametrize("account", [None, accounts({2: 3})])
def test_a_guests_cart_that_was_merged_tells_nothing_of_the_customer(account: Cart | None) -> None:
    guest = guests({1: 2}, email="g@example.com", shipping_address=BERLIN, billing_address=BERLIN, codes=("A",))
    found = merge(guest, account, SUM).guest
    assert (found.id, found.version, found.customer_id) == (GUEST, 2, None)
    assert (found.lines, found.codes, found.email) == ((), (), None)
    assert (found.shipping_address, found.billing_address) == (None, None)


@pytest.mark.parametrize("strategy", CartMergeStrategy)
def test_14_a_payment_that_failed_on_the_accounts_cart_is_no_obstacle(strategy: CartMergeStrategy) -> None:
    account = reserved(accounts({2: 3}, email="a@example.com", shipping_address=BERLIN), NOW + DAY, NOW)
    found = merge(guests({1: 2}), account, strategy)
    assert found.cart is not None
    assert found.cart.email == "a@example.com"
    assert found.guest.lines == ()


@pytest.mark.parametrize("strategy", CartMergeStrategy)
def test_15_a_guests_cart_that_has_become_an_order_is_not_bought_again(strategy: CartMergeStrategy) -> None:
    done = guests({1: 2}, order_id=OrderId("order_1"))
    account = accounts({2: 3})
    assert merge(done, account, strategy) == Merged(cart=account, guest=done)
    assert merge(done, None, strategy) == Merged(cart=None, guest=done)
    assert merge(done, replace(account, order_id=OrderId("order_2")), strategy) == Merged(cart=None, guest=done)


def test_16_in_another_currency_what_is_not_sold_in_the_carts_own_is_left_out_and_told() -> None:
    only_dollars = offer(3, 100)
    sold = offers(PRICED[1], only_dollars)
    guest = cart((PRICED[1], 1), (only_dollars, 2), cart_id=GUEST)
    account = cart((PRICED[2], 1), currency=EUR)
    found = merge(guest, account, SUM, sold)
    assert found.cart is not None
    assert (units_of(found.cart), found.cart.currency) == ({2: 1, 1: 1}, EUR)
    assert [one.seen_price.minor for one in found.cart.lines] == [90, 90]
    assert told(found) == {1: (1, "ADDED"), 3: (0, "NOT_PRICED")}
    kept = merge(guest, account, GUESTS, sold)
    assert kept.cart is not None
    assert (kept.cart.currency, units_of(kept.cart)) == (USD, {1: 1, 3: 2})


def test_17_more_lines_than_a_cart_has_are_left_out_and_told() -> None:
    account, guest = dict.fromkeys(range(30), 1), dict.fromkeys(range(25, 60), 1)
    found = merge(guests(guest), accounts(account), SUM)
    assert len(units_of(found.cart)) == MOST_LINES
    assert {number for number, (_, reason) in told(found).items() if reason == "NO_ROOM"} == set(range(50, 60))


def test_18_what_would_be_worth_too_much_is_left_out_and_told() -> None:
    dear = [offer(number, MOST_WORTH) for number in (1, 2)]
    guest, account = cart((dear[0], 1), cart_id=GUEST), cart((dear[1], 1))
    assert told(merge(guest, account, SUM, offers(*dear))) == {1: (0, "NO_ROOM")}


def test_19_what_is_no_longer_on_sale_stays_to_be_seen() -> None:
    found = merge(guests({1: 2}), accounts({2: 3}), SUM, {})
    assert units_of(found.cart) == {2: 3, 1: 2}


def test_20_what_the_kept_cart_does_not_say_the_other_one_does() -> None:
    guest = guests({1: 1}, email="g@example.com", billing_address=BERLIN, codes=("Spring", "b"))
    account = accounts({2: 1}, email="a@example.com", codes=("a", "SPRING"), shipping_quote_id="quote_1")
    found = merge(guest, account, SUM).cart
    assert found is not None
    assert (found.email, found.billing_address) == ("a@example.com", BERLIN)
    assert (found.codes, found.shipping_quote_id) == (("a", "SPRING", "b"), "quote_1")
    other = merge(replace(guest, shipping_address=BERLIN), account, GUESTS).cart
    assert other is not None
    assert (other.email, other.codes, other.shipping_quote_id) == ("g@example.com", ("Spring", "b", "a"), None)


def test_21_a_cart_is_not_merged_with_itself() -> None:
    account = accounts({1: 2})
    assert merge(account, account, SUM) == Merged(cart=account, guest=account)


@pytest.mark.parametrize("values", [CartMergeStrategy, CartMergeReason])
def test_an_enums_values_are_sent_by_their_own_names(values: type[CartMergeStrategy | CartMergeReason]) -> None:
    assert all(value.name == value.value for value in values)


UNITS = st.dictionaries(st.integers(0, 60), st.integers(1, MOST_QUANTITY), max_size=40)


@given(UNITS, UNITS, st.sampled_from(CartMergeStrategy))
def test_nothing_is_lost_or_changed_in_silence(guest: Units, account: Units, strategy: CartMergeStrategy) -> None:
    found = merge(guests(guest), accounts(account), strategy)
    units = units_of(found.cart)
    assert len(units) <= MOST_LINES
    assert all(1 <= quantity <= MOST_QUANTITY for quantity in units.values())
    reported = {one.variant_id: one for one in found.changes}
    for number in guest | account:
        one = reported.get(variant(number))
        in_guest, in_account, now = guest.get(number, 0), account.get(number, 0), units.get(number, 0)
        if one is not None:
            assert (one.guest, one.account, one.merged) == (in_guest, in_account, now)
            assert one.reason in CartMergeReason
        elif guest:
            assert now == in_account
            assert in_guest in {0, now}
