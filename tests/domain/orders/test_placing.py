"""What becomes of a purchase: an order for exactly what the buyer agreed to, or every reason why there is none."""

from dataclasses import replace
from typing import Any

import pytest

from domain.errors import ErrorCode, InputError
from domain.ids import CartId, CustomerId
from domain.money import CurrencyCode, Money
from domain.orders.machine import Done, OrderAction, allowed_actions
from domain.orders.orders import Due
from domain.orders.placing import Purchase, Tender, TotalChangedError, digest_of, lets_in, placed
from domain.orders.statuses import PaymentStatus, payment_status_of
from tests.domain.orders.making import NOON, ORDER, TOKEN, begun, facts, line, purchase, tender, usd

BOUGHT = purchase()
TOTAL = BOUGHT.totals.total


def place(bought: Purchase = BOUGHT, paid: Tender | None = None, expected: Money = TOTAL) -> Any:
    return placed(bought, paid or tender(bought), expected, order_id=ORDER, token=TOKEN, now=NOON)


def codes(outcome: Any) -> list[ErrorCode]:
    assert isinstance(outcome, tuple), outcome
    return [error.code for error in outcome]


def test_an_order_holds_what_was_bought_and_owes_its_capture() -> None:
    order = begun().order
    assert [(one.sku, one.quantity, one.total) for one in order.lines] == [
        ("SKU-1", 2, usd(2000)),
        ("SKU-2", 1, usd(333)),
    ]
    assert (order.totals, order.email, order.version) == (BOUGHT.totals, "ada@example.org", 1)
    assert [(one.due, one.amount) for one in order.owed] == [(Due.CAPTURE, TOTAL)]
    assert allowed_actions(order) == (OrderAction.CONFIRM, OrderAction.CANCEL)
    assert len({one.id for one in order.lines}) == 2


def test_what_was_captured_already_is_not_owed_again() -> None:
    order = place(paid=tender(BOUGHT, captured=TOTAL)).order
    assert (order.owed, payment_status_of(order)) == ((), PaymentStatus.CAPTURED)


def test_what_the_cart_lacks_is_told_before_anything_else() -> None:
    lacks = (InputError(code=ErrorCode.RESERVATION_EXPIRED, message="hold it again", field=("reservedUntil",)),)
    assert place(replace(BOUGHT, lacks=lacks), expected=usd(1)) == lacks


def test_another_total_is_told_with_both_amounts() -> None:
    (error,) = place(expected=usd(TOTAL.minor - 1))
    assert isinstance(error, TotalChangedError)
    assert (error.code, error.was, error.now) == (ErrorCode.PRICE_CHANGED, usd(TOTAL.minor - 1), TOTAL)
    assert codes(place(expected=Money(TOTAL.minor, CurrencyCode.EUR))) == [ErrorCode.PRICE_CHANGED]


def test_a_code_that_others_used_up_is_told_where_it_changes_the_total() -> None:
    gone = InputError(code=ErrorCode.DISCOUNT_EXHAUSTED, message="used up", field=("discounts",))
    bought = replace(BOUGHT, exhausted=(gone,))
    assert codes(place(bought, expected=usd(1))) == [ErrorCode.DISCOUNT_EXHAUSTED, ErrorCode.PRICE_CHANGED]
    assert isinstance(place(bought), Done), "the buyer saw the total without it"


@pytest.mark.parametrize(
    ("paid", "code"),
    [
        (Tender(cart_id=CartId("cart_another"), facts=facts(TOTAL.minor)), ErrorCode.NOT_FOUND),
        (tender(BOUGHT, voided=True), ErrorCode.REQUIRED),
        (tender(BOUGHT, authorized=usd(0)), ErrorCode.REQUIRED),
        (tender(BOUGHT, captured=TOTAL, refunded=usd(1)), ErrorCode.REQUIRED),
        (tender(BOUGHT, captured=usd(1)), ErrorCode.REQUIRED),
        (tender(BOUGHT, authorized=usd(TOTAL.minor - 1)), ErrorCode.INVALID),
        (tender(BOUGHT, authorized=usd(TOTAL.minor + 1)), ErrorCode.INVALID),
        (tender(BOUGHT, authorized=Money(TOTAL.minor, CurrencyCode.EUR)), ErrorCode.INVALID),
    ],
)
def test_a_payment_that_is_not_authorised_for_exactly_this_is_refused(paid: Tender, code: ErrorCode) -> None:
    outcome = place(paid=paid)
    assert codes(outcome) == [code]
    assert outcome[0].field == ("paymentId",)


def test_what_costs_something_needs_a_payment_and_a_gift_none() -> None:
    assert codes(placed(BOUGHT, None, TOTAL, order_id=ORDER, token=None, now=NOON)) == [ErrorCode.NOT_FOUND]
    gift = begun(purchase(line(1, price=0), shipping=0)).order
    assert (gift.owed, payment_status_of(gift)) == ((), PaymentStatus.CAPTURED)


def test_a_guest_is_let_in_by_email_and_token_alone() -> None:
    order = begun().order
    assert order.token_digest == digest_of(TOKEN) != TOKEN
    assert lets_in(order, " Ada@Example.org", TOKEN)
    assert not lets_in(order, "eve@example.org", TOKEN)
    assert not lets_in(order, "ada@example.org", TOKEN + "x")
    assert not lets_in(order, "\ud800", "\ud800")
    known = replace(order, customer_id=CustomerId("c0ffee"), token_digest=None)
    assert not lets_in(known, "ada@example.org", "")
