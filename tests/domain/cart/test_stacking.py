"""Which discounts a cart gets: every automatic one, the best code for goods, and free shipping once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cart.carts import Cart
from domain.cart.discounts import Basket, Discount, DiscountKind, Obstacle, Uses, canonical, hindered, in_scope
from domain.cart.offers import Offers, items_of
from domain.cart.stacking import Stack, stacked
from domain.cart.totals import Terms
from domain.errors import ErrorCode
from domain.ids import DiscountId
from domain.money import Money
from tests.domain.cart.strategies import (
    CATEGORIES,
    COLLECTIONS,
    DAY,
    EUR,
    NOW,
    USD,
    cart,
    discount,
    offer,
    offers,
    percent,
    product,
    shops,
)

MUG, BOOK, FILE = (
    offer(1, 1000, category_ids=tuple(CATEGORIES[:2]), collection_ids=(COLLECTIONS[0],)),
    offer(2, 300, collection_ids=(COLLECTIONS[1],)),
    offer(3, 500, ships=False),
)
ALL = offers(MUG, BOOK, FILE)
FREE = DiscountKind.FREE_SHIPPING


def basket(bought: Cart, sold: Offers = ALL, uses: dict[DiscountId, Uses] | None = None) -> Basket:
    return Basket(currency=bought.currency, items=items_of(bought, sold), now=NOW, uses=uses or {})


def given_to(bought: Cart, *discounts: Discount, uses: dict[DiscountId, Uses] | None = None) -> Stack:
    return stacked(basket(bought, uses=uses), discounts, bought.codes)


def off(stack: Stack) -> int:
    return sum(sum(one.off) for one in stack.taken)


def fixed(number: int, minor: int, **parts: Any) -> Discount:
    return discount(number, DiscountKind.FIXED, amounts=(Money(minor, USD),), **parts)


def units(number: int, buy: int, get: int, **parts: Any) -> Discount:
    return discount(number, DiscountKind.BUY_X_GET_Y, buy=buy, get=get, **parts)


@given(shops())
def test_no_other_code_would_have_saved_more(shop: tuple[Cart, Offers, Terms]) -> None:
    bought, sold, terms = shop
    place = basket(bought, sold)
    best = off(stacked(place, terms.discounts, bought.codes))
    for code in (*bought.codes, ""):
        assert off(stacked(place, terms.discounts, [code])) <= best


@given(shops())
def test_a_code_is_given_or_told_why_not(shop: tuple[Cart, Offers, Terms]) -> None:
    bought, sold, terms = shop
    stack = stacked(basket(bought, sold), terms.discounts, bought.codes)
    told = [canonical(one.code) for one in stack.refused]
    taken = [canonical(one.discount.code) for one in stack.taken if one.discount.code is not None]
    assert len(set(told)) == len(told)
    assert {*told, *taken} == {canonical(code) for code in bought.codes}
    assert not set(told) & set(taken)
    assert sum(1 for one in stack.taken if one.discount.code and one.discount.kind is not FREE) <= 1
    assert sum(1 for one in stack.taken if one.discount.kind is FREE) <= 1


@given(shops())
def test_every_automatic_discount_that_can_be_given_is_given(shop: tuple[Cart, Offers, Terms]) -> None:
    bought, sold, terms = shop
    place = basket(bought, sold)
    stack = stacked(place, terms.discounts, ())
    taken = {one.discount.id for one in stack.taken}
    usable = {one.id for one in terms.discounts if one.code is None and hindered(one, place) is None}
    large = {
        one.id for one in terms.discounts if one.rate >= 70_000 and all(in_scope(one, item) for item in place.items)
    }
    assert taken <= usable
    if place.subtotal - off(stack) >= 8:  # 7 % of 8 is more than half a minor unit
        assert usable & large <= taken


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(1, 900), st.integers(1, 5)), min_size=1, max_size=6), st.integers(1, 3))
def test_of_what_is_bought_the_cheapest_units_are_free(lines: list[tuple[int, int]], buy: int) -> None:
    sold = [(offer(number, minor), quantity) for number, (minor, quantity) in enumerate(lines)]
    place = basket(cart(*sold), offers(*(one for one, _ in sold)))
    prices = sorted(minor for minor, quantity in lines for _ in range(quantity))
    groups = len(prices) // (buy + 1)
    assert off(stacked(place, [units(1, buy, 1)], ())) == sum(prices[:groups])


def test_a_unit_counts_for_one_offer_of_units_only() -> None:
    """Five mugs: two are free for three, and then two are left, too few to count again."""
    bought = cart((MUG, 5))
    assert off(given_to(bought, units(1, 2, 1))) == 1000
    assert off(given_to(bought, units(1, 2, 1), units(2, 2, 1))) == 1000
    assert off(given_to(bought, units(1, 2, 1), units(2, 1, 1))) == 2000


def test_a_code_that_would_cost_the_buyer_something_is_not_taken() -> None:
    """For three mugs and three books the shop gives a mug; a code for one of five would leave too few for that."""
    generous = units(2, 2, 1, product_ids=(MUG.product_id,))
    mean = units(1, 4, 1, code="mean")
    stack = given_to(cart((MUG, 3), (BOOK, 3), codes=("mean",)), generous, mean)
    assert off(stack) == 1000
    assert [(one.code, one.why.obstacle) for one in stack.refused] == [("mean", Obstacle.OUTDONE)]


def test_units_that_a_discount_finds_for_nothing_are_free_to_count_for_another() -> None:
    gift = replace(offer(4, 0), collection_ids=MUG.collection_ids)
    place = basket(cart((MUG, 2), (gift, 1)), offers(MUG, gift))
    nothing = units(1, 2, 1, collection_ids=MUG.collection_ids)
    stack = stacked(place, [nothing, units(2, 1, 1, product_ids=(MUG.product_id,))], ())
    assert [(one.discount.get, one.off) for one in stack.taken] == [(1, (1000, 0))]
    assert stack.taken[0].discount.id != nothing.id


def test_percent_comes_before_fixed_and_after_free_units() -> None:
    """Three mugs, one free: 2,000; less half: 1,000; less 100: 900. Percent of the rest: never of what is free."""
    stack = given_to(cart((MUG, 3)), fixed(1, 100), percent(2, 50), units(3, 2, 1))
    assert [(one.discount.kind.name, sum(one.off)) for one in stack.taken] == [
        ("BUY_X_GET_Y", 1000), ("PERCENT", 1000), ("FIXED", 100),
    ]  # fmt: skip


def test_percentages_multiply() -> None:
    assert off(given_to(cart((MUG, 1)), percent(1, 50), percent(2, 50))) == 750


def test_an_amount_takes_no_more_than_there_is() -> None:
    stack = given_to(cart((MUG, 1), (BOOK, 1)), fixed(1, 5000, collection_ids=(COLLECTIONS[1],)), fixed(2, 900))
    assert [one.off for one in stack.taken] == [(0, 300), (900, 0)]


def test_an_amount_is_parted_by_what_the_lines_cost() -> None:
    assert given_to(cart((MUG, 1), (BOOK, 1)), fixed(1, 100)).off(2) == (77, 23)


def test_of_equal_codes_the_first_is_taken() -> None:
    small, large = percent(1, 10, code="ten"), fixed(2, 100, code="dollar")
    stack = given_to(cart((MUG, 1), codes=("Dollar", "TEN")), small, large)
    assert [one.discount.id for one in stack.taken] == [large.id]
    assert [(one.code, one.why.obstacle) for one in stack.refused] == [("TEN", Obstacle.OUTDONE)]


def test_the_better_code_is_taken_whatever_their_order() -> None:
    small, large = percent(1, 10, code="ten"), fixed(2, 101, code="dollar")
    for codes in (("ten", "dollar"), ("dollar", "ten")):
        assert off(given_to(cart((MUG, 1), codes=codes), small, large)) == 101


def test_a_code_for_shipping_stands_beside_one_for_goods() -> None:
    post, ten = discount(1, FREE, code="post"), percent(2, 10, code="ten")
    stack = given_to(cart((MUG, 1), codes=("post", "ten")), post, ten)
    assert {one.discount.id for one in stack.taken} == {post.id, ten.id}
    assert stack.frees_shipping == post


def test_no_code_is_used_up_for_what_is_free_already() -> None:
    post = discount(1, FREE, code="post")
    stack = given_to(cart((MUG, 1), codes=("post",)), post, discount(2, FREE))
    assert stack.frees_shipping == discount(2, FREE)
    assert [one.why.obstacle for one in stack.refused] == [Obstacle.OUTDONE]
    used = given_to(cart((MUG, 1), codes=("more",)), fixed(1, 1000), fixed(2, 1000, code="more"))
    assert [one.why.obstacle for one in used.refused] == [Obstacle.OUTDONE]


@pytest.mark.parametrize("written", ["STRASSE 5", " stra\u00dfe 5\n", "Stra\u00dfe 5", "\tsTRASSE 5 "])
def test_neither_case_nor_outer_space_of_a_code_matters(written: str) -> None:
    stack = given_to(cart((MUG, 1), codes=(written, "strasse 5")), percent(1, 10, code="Stra\u00dfe 5"))
    assert (off(stack), stack.refused) == (100, ())


@pytest.mark.parametrize(
    ("asked", "obstacle", "fact"),
    [
        pytest.param({"starts_at": NOW + DAY}, Obstacle.NOT_STARTED, NOW + DAY, id="too early"),
        pytest.param({"ends_at": NOW}, Obstacle.ENDED, NOW, id="ended this moment"),
        pytest.param({"usage_limit": 3}, Obstacle.USED_UP, None, id="used up"),
        pytest.param({"per_customer_limit": 2}, Obstacle.USED_BY_CUSTOMER, None, id="used by the customer"),
        pytest.param({"min_subtotal": (Money(1301, USD),)}, Obstacle.BELOW_MINIMUM, Money(1, USD), id="a cent short"),
        pytest.param({"amounts": (Money(1, EUR),)}, Obstacle.OTHER_CURRENCY, None, id="in euros only"),
        pytest.param({"min_subtotal": (Money(1, EUR),)}, Obstacle.OTHER_CURRENCY, None, id="asks for euros only"),
        pytest.param({"product_ids": (product(9),)}, Obstacle.OUT_OF_SCOPE, None, id="for another product"),
        pytest.param({"kind": DiscountKind.BUY_X_GET_Y, "buy": 2, "get": 1}, Obstacle.TOO_FEW, 1, id="one unit short"),
        pytest.param({"code": "other"}, Obstacle.UNKNOWN, None, id="no such code"),
    ],
)
def test_who_gets_nothing_learns_what_is_missing(asked: dict[str, Any], obstacle: Obstacle, fact: object) -> None:
    one = replace(fixed(1, 100, code="code"), **asked)
    stack = given_to(cart((MUG, 1), (BOOK, 1), codes=("Code",)), one, uses={one.id: Uses(total=3, by_customer=2)})
    assert stack.taken == ()
    (refusal,) = stack.refused
    assert (refusal.code, refusal.why.obstacle) == ("Code", obstacle)
    assert (
        next((part for part in (refusal.why.at, refusal.why.missing, refusal.why.units) if part is not None), None)
        == fact
    )
    exhausted = obstacle in {Obstacle.USED_UP, Obstacle.USED_BY_CUSTOMER}
    assert refusal.why.error is (ErrorCode.DISCOUNT_EXHAUSTED if exhausted else ErrorCode.DISCOUNT_NOT_APPLICABLE)


@pytest.mark.parametrize(
    "asked",
    [
        {"starts_at": NOW, "ends_at": NOW + timedelta(microseconds=1)},
        {"usage_limit": 4, "per_customer_limit": 3},
        {"min_subtotal": (Money(1300, USD),)},
        {"min_subtotal": (Money(10**9, EUR), Money(0, USD))},
        {"product_ids": (product(9), product(1))},
        {"category_ids": (CATEGORIES[1],)},
        {"collection_ids": (COLLECTIONS[1],)},
        {"kind": DiscountKind.BUY_X_GET_Y, "buy": 1, "get": 1},
    ],
)
def test_at_its_bounds_a_discount_is_given(asked: dict[str, Any]) -> None:
    one = replace(fixed(1, 100, code="code"), **asked)
    stack = given_to(cart((MUG, 1), (BOOK, 1), codes=("code",)), one, uses={one.id: Uses(total=3, by_customer=2)})
    assert off(stack) > 0


def test_a_code_given_twice_is_told_once_as_it_was_first_written() -> None:
    stack = given_to(cart((MUG, 1), codes=(" Winter", "x", "WINTER")), percent(1, 10, code="winter", ends_at=NOW))
    assert [(one.code, one.why.obstacle) for one in stack.refused] == [
        (" Winter", Obstacle.ENDED),
        ("x", Obstacle.UNKNOWN),
    ]


def test_shipping_is_not_made_free_where_nothing_is_sent() -> None:
    stack = given_to(cart((FILE, 1), codes=("post",)), discount(1, FREE, code="post"))
    assert [one.why.obstacle for one in stack.refused] == [Obstacle.NOTHING_SENT]


def test_an_automatic_discount_that_cannot_be_given_is_not_spoken_of() -> None:
    stack = given_to(cart((MUG, 1)), percent(1, 10, ends_at=NOW))
    assert (stack.taken, stack.refused) == ((), ())
