"""The shop's terms on both stores: read as they were saved, codes unique, and no limit ever exceeded."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from datasources.dynamo.carts import CartTable
from datasources.dynamo.table import ItemKey, Table
from datasources.dynamo.terms import TermsTable
from datasources.dynamo.transactions import Transaction
from datasources.roundtrips import counted
from domain.cart.carts import Cart
from domain.cart.discounts import Discount, DiscountKind, Uses
from domain.cart.offers import Offers
from domain.cart.taxes import TaxRate
from domain.cart.terms import CodeTaken, CountedDiscount, Saved, Stale, customer_of
from domain.cart.totals import Terms
from domain.ids import CustomerId, DiscountId, ShippingZoneId
from domain.pages import BadPage, Page, Window
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_carts import Settings
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_races import at_once
from tests.domain.cart.strategies import NOW, cart, discount, flat_rate, percent, shops, vat, zone

BUYER = "customer c0ffee"
NUMBERS = count(1000)
SPRING = percent(1, 10, code="Spring")
AUTOMATIC = discount(2, DiscountKind.FREE_SHIPPING)


@pytest.fixture
def clock() -> Clock:
    found = Clock()
    found.now = NOW.timestamp()
    return found


@pytest.fixture
def table(endpoint: str) -> Table:
    return CartTable(new_table(endpoint, Settings)).table


@pytest.fixture
def terms(table: Table, clock: Clock) -> TermsTable:
    return TermsTable(table, clock=clock)


def revised(one: Discount, **parts: Any) -> Discount:
    return replace(one, version=one.version + 1, **parts)


def ordered(terms: TermsTable, table: Table, *discounts: Discount, customer: str = BUYER) -> frozenset[str]:
    """An order that uses the discounts; the names of what stood against it."""
    write = Transaction(table)
    write.put(ItemKey(f"ORDER#{next(NUMBERS)}", "ORDER"), {})
    terms.using(write, discounts, customer)
    return write.commit()


def used(terms: TermsTable, one: Discount) -> int:
    kept = terms.discount(one.id)
    assert kept is not None
    return kept.used


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shop=shops())
def test_what_is_saved_is_read_back(endpoint: str, shop: tuple[Cart, Offers, Terms]) -> None:
    store = TermsTable(CartTable(new_table(endpoint, Settings)).table)
    bought, _, asked = shop
    outcomes = [store.save_discount(None, one) for one in asked.discounts]
    outcomes += [store.save_zone(None, one) for one in asked.zones]
    outcomes += [store.save_table(None, one) for one in asked.taxes]
    assert {*outcomes} <= {Saved()}
    automatic = tuple(one for one in asked.discounts if one.code is None)
    assert store.terms() == replace(asked, discounts=automatic)
    codes = [one.code for one in asked.discounts if one.code is not None]
    found = store.coded([*codes, *(code.upper() for code in codes), "none", "", " ", "\ud800", "x" * 51])
    assert sorted(found, key=lambda one: one.id) == [one for one in asked.discounts if one.code is not None]
    assert [store.discount(one.id) for one in asked.discounts] == [
        CountedDiscount(discount=one, used=0) for one in asked.discounts
    ]
    assert store.uses(asked.discounts, customer_of(bought)) == {
        one.id: Uses() for one in asked.discounts if one.usage_limit is not None
    }


def test_each_reading_is_one_request_and_none_where_there_is_nothing_to_ask(terms: TermsTable) -> None:
    limited = [percent(number, 10, usage_limit=5, per_customer_limit=1, code=f"c{number}") for number in range(10, 35)]
    for one in (AUTOMATIC, *limited):
        terms.save_discount(None, one)
    terms.save_zone(None, zone(1, flat_rate(1, 100)))
    with counted() as sent:
        terms.terms()
    assert sent == Counter({"dynamodb.Query": 1})
    with counted() as sent:
        assert len(terms.coded(f"C{number}" for number in range(10, 35))) == 25
        assert len(terms.uses(limited, BUYER)) == 25
    assert sent == Counter({"dynamodb.BatchGetItem": 2})
    with counted() as sent:
        assert terms.coded([]) == ()
        assert terms.uses([AUTOMATIC], BUYER) == {}
        assert terms.uses([percent(1, 10, per_customer_limit=1)], None) == {}
    assert sent == Counter()


def test_a_code_is_one_discounts_alone_however_it_is_written(terms: TermsTable) -> None:
    assert terms.save_discount(None, SPRING) == Saved()
    other = percent(3, 20, code=" SPRING")
    assert terms.save_discount(None, other) == CodeTaken(code=" SPRING")
    assert terms.discount(other.id) is None
    assert [one.discount for one in terms.discounts(Window()).items] == [SPRING]
    outcomes = at_once(8, lambda number: terms.save_discount(None, percent(10 + number, 5, code="summer")))
    assert Counter(type(one) for one in outcomes) == {Saved: 1, CodeTaken: 7}


def test_a_code_goes_from_one_discount_to_another_and_is_never_both(terms: TermsTable) -> None:
    other = percent(3, 20, code="Summer")
    for one in (SPRING, other):
        terms.save_discount(None, one)
    assert terms.save_discount(other, revised(other, code="spring")) == CodeTaken(code="spring")
    assert terms.coded(["summer"]) == (other,)
    moved = revised(SPRING, code="Autumn")
    assert terms.save_discount(SPRING, moved) == Saved()
    assert terms.save_discount(other, revised(other, code="spring")) == Saved()
    assert terms.coded(["spring"]) == (revised(other, code="spring"),)
    assert terms.coded(["autumn"]) == (moved,)
    assert terms.coded(["summer"]) == ()


def test_a_discount_becomes_automatic_and_has_a_code_again(terms: TermsTable, table: Table) -> None:
    terms.save_discount(None, SPRING)
    assert ordered(terms, table, SPRING) == frozenset()
    open_ = revised(SPRING, code=None, ends_at=NOW + timedelta(days=1))
    assert terms.save_discount(SPRING, open_) == Saved()
    assert (terms.coded(["spring"]), terms.terms().discounts) == ((), (open_,))
    again = revised(open_, code="SPRING", usage_limit=2)
    assert terms.save_discount(open_, again) == Saved()
    assert (terms.coded(["spring"]), terms.terms().discounts) == ((again,), ())
    assert terms.discount(SPRING.id) == CountedDiscount(discount=again, used=1)
    assert terms.uses([again], None) == {again.id: Uses(total=1)}


def test_of_writers_of_one_version_one_is_taken_and_the_others_are_told(terms: TermsTable) -> None:
    terms.save_discount(None, SPRING)
    outcomes = at_once(8, lambda number: terms.save_discount(SPRING, revised(SPRING, code=f"code {number}")))
    assert Counter(map(str, outcomes)) == {str(Saved()): 1, str(Stale(current_version=2)): 7}
    kept = terms.discount(SPRING.id)
    assert kept is not None
    assert terms.coded(f"code {number}" for number in range(8)) == (kept.discount,)
    assert terms.save_discount(percent(9, 1), revised(percent(9, 1))) == Stale(current_version=None)


def test_zones_and_tables_are_changed_by_version_and_can_go(terms: TermsTable) -> None:
    first, table = zone(1, flat_rate(1, 100)), vat(TaxRate(name="VAT", rate=190_000), country="de")
    assert (terms.save_zone(None, first), terms.save_table(None, table)) == (Saved(), Saved())
    assert terms.save_zone(None, first) == Stale(current_version=1)
    assert terms.save_table(None, replace(table, country="DE")) == Stale(current_version=1)
    second = replace(first, version=2, name="Elsewhere")
    assert (terms.save_zone(first, second), terms.save_zone(first, second)) == (Saved(), Stale(current_version=2))
    assert terms.save_table(table, replace(table, version=2)) == Saved()
    assert terms.terms() == Terms(zones=(second,), taxes=(replace(table, version=2),))
    assert (terms.delete_zone(first.id), terms.delete_table("DE")) == (True, True)
    assert (terms.delete_zone(first.id), terms.delete_table("DE")) == (False, False)
    assert terms.save_zone(second, replace(second, version=3)) == Stale(current_version=None)
    assert terms.delete_zone(ShippingZoneId("zone_none")) is False
    assert terms.terms() == Terms()


def test_terms_of_more_than_a_megabyte_are_read_to_the_end(terms: TermsTable) -> None:
    long = tuple(TaxRate(name=f"{number} {'x' * 3000}", rate=1) for number in range(100))
    tables = [vat(*long, country=country) for country in ("AT", "BE", "CH", "DE", "ES")]
    for one in tables:
        terms.save_table(None, one)
    with counted() as sent:
        assert terms.terms().taxes == tuple(tables)
    assert sent == Counter({"dynamodb.Query": 2})


def walked(terms: TermsTable, size: int) -> list[DiscountId]:
    ids: list[DiscountId] = []
    window = Window(size)
    while True:
        with counted() as sent:
            page: Page[CountedDiscount] = terms.discounts(window)
        assert sent == Counter({"dynamodb.Query": 1, "dynamodb.BatchGetItem": 1})
        assert len(page.items) == len(page.places) <= size
        ids += [one.discount.id for one in page.items]
        if not page.has_next:
            return ids
        window = Window(size, page.places[-1])


@pytest.mark.parametrize("size", [1, 3, 100])
def test_discounts_are_paged_newest_first_with_their_uses(
    terms: TermsTable, table: Table, clock: Clock, size: int
) -> None:
    assert terms.discounts(Window()).items == ()
    made = [percent(number % 5, 10, code=None if number % 2 else f"c{number}") for number in (3, 5, 2, 4, 1)]
    for one in made:
        clock.now += 1
        terms.save_discount(None, one)
    terms.save_discount(made[0], revised(made[0], title="Renamed"))
    ordered(terms, table, made[1])
    assert walked(terms, size) == [one.id for one in reversed(made)]
    last = terms.discounts(Window()).items
    assert [(one.discount.title, one.used) for one in last[-2:]] == [(made[1].title, 1), ("Renamed", 0)]


@pytest.mark.parametrize("place", [(1,), ("x" * 200,), ("\udc80",), ("a", "b"), ()])
def test_a_forged_place_is_refused(terms: TermsTable, place: Any) -> None:
    with pytest.raises(BadPage):
        terms.discounts(Window(10, place))


def test_of_thirty_two_orders_a_discount_for_ten_is_given_to_ten(terms: TermsTable, table: Table) -> None:
    ten = percent(1, 10, code="ten", usage_limit=10)
    for one in (ten, AUTOMATIC):
        terms.save_discount(None, one)
    failed = at_once(32, lambda number: ordered(terms, table, ten, AUTOMATIC, customer=f"customer {number}"))
    assert Counter(failed) == {frozenset[str](): 10, frozenset({"discount"}): 22}
    assert (used(terms, ten), used(terms, AUTOMATIC)) == (10, 10)
    assert terms.uses([ten, AUTOMATIC], BUYER) == {ten.id: Uses(total=10)}


def test_of_thirty_two_orders_a_customer_is_given_a_discount_for_three_three_times(
    terms: TermsTable, table: Table
) -> None:
    three = percent(1, 10, code="three", usage_limit=100, per_customer_limit=3)
    terms.save_discount(None, three)
    failed = at_once(32, lambda number: ordered(terms, table, three, customer=f"customer {number % 2}"))
    assert Counter(failed) == {frozenset[str](): 6, frozenset({"customer"}): 26}
    for number in range(2):
        assert terms.uses([three], f"customer {number}") == {three.id: Uses(total=6, by_customer=3)}
    assert terms.uses([three], "customer 2") == {three.id: Uses(total=6)}
    assert terms.uses([three], None) == {three.id: Uses(total=6)}


def test_a_discount_that_has_changed_is_not_used_as_it_was(terms: TermsTable, table: Table) -> None:
    terms.save_discount(None, SPRING)
    limited = revised(SPRING, usage_limit=1)
    terms.save_discount(SPRING, limited)
    assert ordered(terms, table, SPRING) == {"discount"}
    assert ordered(terms, table, limited) == frozenset()
    assert ordered(terms, table, limited) == {"discount"}
    assert used(terms, limited) == 1


def test_uses_go_on_being_counted_while_staff_change_the_discount(terms: TermsTable, table: Table) -> None:
    terms.save_discount(None, SPRING)

    def act(number: int) -> bool:
        while True:
            kept = terms.discount(SPRING.id)
            assert kept is not None
            if number % 2 and not ordered(terms, table, kept.discount):
                return True
            changed = revised(kept.discount, title=f"Title {number}")
            if not number % 2 and terms.save_discount(kept.discount, changed) == Saved():
                return False

    assert sum(at_once(12, act)) == 6
    kept = terms.discount(SPRING.id)
    assert kept is not None
    assert (kept.used, kept.discount.version) == (6, 7)


def test_no_email_lies_in_a_key(terms: TermsTable, table: Table) -> None:
    once = percent(1, 10, code="once", per_customer_limit=1)
    terms.save_discount(None, once)
    buyer = customer_of(cart(email="Ada@Example.org"))
    assert buyer is not None
    assert ordered(terms, table, once, customer=buyer) == frozenset()
    there = table.connection.scan(table.name)["Items"]
    assert len(there) == 5
    assert "example" not in str(there).casefold()


def test_customers_are_told_apart_by_who_they_are_else_by_their_email() -> None:
    assert customer_of(cart()) is None
    assert customer_of(cart(email="Ada@Example.org")) == customer_of(cart(email="ada@example.org"))
    known = cart(email="ada@example.org", customer_id=CustomerId("c0ffee"))
    assert customer_of(known) == customer_of(replace(known, email=None)) == BUYER
    assert customer_of(known) != customer_of(cart(email="ada@example.org"))
