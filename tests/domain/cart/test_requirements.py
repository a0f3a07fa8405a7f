"""What a cart lacks for checkout, and what its buyer should know."""

from dataclasses import replace
from typing import Any

import pytest

from domain.cart.carts import Cart, line_id, quote_id
from domain.cart.offers import Offer
from domain.cart.requirements import requirements, warnings
from domain.cart.totals import Bill, Terms, bill
from domain.errors import ErrorCode, InputError, InsufficientStockError, PriceChangedError
from domain.ids import OrderId
from domain.money import Money
from tests.domain.cart.strategies import (
    BERLIN,
    CART,
    DAY,
    NOW,
    USD,
    cart,
    flat_rate,
    offer,
    offers,
    percent,
    rate_id,
    variant,
    zone,
)

MUG, FILE = offer(1, 1000), offer(2, 500, ships=False)
QUOTE = quote_id(CART, rate_id(1))
TERMS = Terms(zones=(zone(1, flat_rate(1, 490)),))
READY = cart(
    (MUG, 2), email="a@example.com", shipping_address=BERLIN, shipping_quote_id=QUOTE, reserved_until=NOW + DAY
)


def billed(bought: Cart, *sold: Offer, terms: Terms = TERMS) -> Bill:
    return bill(bought, offers(*sold), terms, now=NOW, uses={})


def needed(bought: Cart, *sold: Offer, terms: Terms = TERMS) -> list[tuple[ErrorCode, tuple[str, ...]]]:
    return [(one.code, one.field) for one in requirements(bought, billed(bought, *sold, terms=terms), NOW)]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"email": None}, [(ErrorCode.REQUIRED, ("email",))], id="an e-mail address"),
        pytest.param({"shipping_address": None}, [(ErrorCode.REQUIRED, ("shippingAddress",))], id="an address"),
        pytest.param({"shipping_quote_id": "x"}, [(ErrorCode.REQUIRED, ("shippingQuote",))], id="a quote that holds"),
        pytest.param({"reserved_until": None}, [(ErrorCode.REQUIRED, ("reservedUntil",))], id="a hold"),
        pytest.param(
            {"reserved_until": NOW}, [(ErrorCode.RESERVATION_EXPIRED, ("reservedUntil",))], id="a hold that lasts"
        ),
        pytest.param({"lines": ()}, [(ErrorCode.CART_EMPTY, ("lines",))], id="goods, before all else"),
        pytest.param(
            {"order_id": OrderId("order_1"), "email": None}, [(ErrorCode.CART_COMPLETED, ("order",))], id="another cart"
        ),
    ],
)
def test_what_is_missing_is_said(parts: dict[str, Any], expected: list[tuple[ErrorCode, tuple[str, ...]]]) -> None:
    assert needed(replace(READY, **parts), MUG) == expected


def test_of_several_ways_to_send_one_is_to_be_chosen_and_a_single_one_is_by_itself() -> None:
    unchosen, two = replace(READY, shipping_quote_id=None), Terms(zones=(zone(1, flat_rate(1, 490), flat_rate(2, 90)),))
    assert needed(unchosen, MUG) == []
    assert billed(unchosen, MUG).totals == billed(READY, MUG).totals
    assert needed(unchosen, MUG, terms=two) == [(ErrorCode.REQUIRED, ("shippingQuote",))]
    assert billed(unchosen, MUG, terms=two).totals.shipping == Money(0, USD)


def test_what_is_downloaded_needs_neither_address_nor_quote_but_a_place_to_be_taxed() -> None:
    files = cart((FILE, 1), email="a@example.com", reserved_until=NOW + DAY)
    assert needed(files, FILE) == [(ErrorCode.REQUIRED, ("billingAddress",))]
    assert needed(replace(files, billing_address=BERLIN), FILE, terms=Terms()) == []


def test_where_nothing_is_sent_another_address_is_needed() -> None:
    assert needed(READY, MUG, terms=Terms()) == [(ErrorCode.SHIPPING_UNAVAILABLE, ("shippingAddress",))]


def test_lines_that_cannot_be_bought_stand_in_the_way() -> None:
    both = replace(READY, lines=cart((FILE, 1), (MUG, 2)).lines, reserved_until=None)
    assert needed(both, replace(FILE, on_sale=False), replace(MUG, available=1)) == [
        (ErrorCode.NOT_FOUND, ("lines", "0")),
        (ErrorCode.INSUFFICIENT_STOCK, ("lines", "1", "quantity")),
        (ErrorCode.REQUIRED, ("reservedUntil",)),
    ]


def test_what_is_held_for_the_buyer_is_there() -> None:
    none_left = replace(MUG, available=0)
    assert needed(READY, none_left) == []
    assert warnings(READY, billed(READY, none_left), NOW) == ()


def test_what_has_changed_is_told_with_its_facts() -> None:
    bought = replace(READY, reserved_until=NOW, codes=("Spring",))
    sold = offer(1, 1100, available=1)
    assert warnings(bought, billed(bought, sold), NOW) == (
        PriceChangedError(
            message="Thing 1 costs 11.00, not 10.00 as before",
            field=("lines", "0", "unitPrice"),
            line_id=line_id(CART, variant(1)),
            was=Money(1000, USD),
            now=Money(1100, USD),
        ),
        InsufficientStockError(
            message="Thing 1: 1 left, 2 wanted",
            field=("lines", "0", "quantity"),
            variant_id=variant(1),
            requested=2,
            available=1,
        ),
        InputError(
            code=ErrorCode.DISCOUNT_NOT_APPLICABLE, message='"Spring": there is no such code', field=("discounts",)
        ),
    )


def test_a_code_that_was_used_up_is_told_as_such() -> None:
    used = percent(1, 10, code="spring", usage_limit=0)
    bought = replace(READY, codes=("SPRING",))
    (warning,) = warnings(bought, billed(bought, MUG, terms=replace(TERMS, discounts=(used,))), NOW)
    assert warning.code is ErrorCode.DISCOUNT_EXHAUSTED


def test_a_line_that_is_gone_is_told_and_nothing_else_of_it() -> None:
    assert [warning.code for warning in warnings(READY, billed(READY), NOW)] == [ErrorCode.NOT_FOUND]
