"""What becomes of a purchase: an order for exactly what the buyer agreed to, or every reason why there is none."""

from dataclasses import replace
from typing import Any

import pytest

from domain.errors import ErrorCode, InputError
from domain.ids import CustomerId, OrderId
from domain.money import CurrencyCode, Money
from domain.orders.guests import digest_of, fits, lets_in, token_of
from domain.orders.machine import OrderAction, allowed_actions
from domain.orders.orders import Due, PaymentFacts
from domain.orders.placing import TotalChangedError, placed, unagreed
from domain.orders.statuses import PaymentStatus, payment_status_of
from tests.domain.orders.making import NOON, ORDER, TOKEN, begun, line, paid, purchase, usd

BOUGHT = purchase()
TOTAL = BOUGHT.totals.total


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
    order = placed(BOUGHT, paid(BOUGHT, captured=TOTAL), order_id=ORDER, token=TOKEN, now=NOON).order
    assert (order.owed, payment_status_of(order)) == ((), PaymentStatus.CAPTURED)


def test_what_the_cart_lacks_is_told_before_anything_else() -> None:
    lacks = (InputError(code=ErrorCode.RESERVATION_EXPIRED, message="hold it again", field=("reservedUntil",)),)
    assert unagreed(replace(BOUGHT, lacks=lacks), usd(1)) == lacks


def test_another_total_is_told_with_both_amounts() -> None:
    (error,) = unagreed(BOUGHT, usd(TOTAL.minor - 1))
    assert isinstance(error, TotalChangedError)
    assert (error.code, error.was, error.now) == (ErrorCode.PRICE_CHANGED, usd(TOTAL.minor - 1), TOTAL)
    assert codes(unagreed(BOUGHT, Money(TOTAL.minor, CurrencyCode.EUR))) == [ErrorCode.PRICE_CHANGED]


def test_a_code_that_others_used_up_is_told_where_it_changes_the_total() -> None:
    gone = InputError(code=ErrorCode.DISCOUNT_EXHAUSTED, message="used up", field=("discounts",))
    bought = replace(BOUGHT, exhausted=(gone,))
    assert codes(unagreed(bought, usd(1))) == [ErrorCode.DISCOUNT_EXHAUSTED, ErrorCode.PRICE_CHANGED]
    assert unagreed(bought, TOTAL) == (), "the buyer saw the total without it"


@pytest.mark.parametrize(
    "promised",
    [
        None,
        paid(BOUGHT, authorized=usd(0)),
        paid(BOUGHT, authorized=usd(TOTAL.minor - 1)),
        paid(BOUGHT, authorized=usd(TOTAL.minor + 1)),
        paid(BOUGHT, authorized=Money(TOTAL.minor, CurrencyCode.EUR)),
    ],
)
def test_no_order_is_made_without_a_payment_of_exactly_what_it_costs(promised: PaymentFacts | None) -> None:
    with pytest.raises(ValueError, match="is not paid by"):
        placed(BOUGHT, promised, order_id=ORDER, token=None, now=NOON)


def test_a_gift_needs_no_payment() -> None:
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


def test_a_token_is_the_orders_and_the_secrets_alone() -> None:
    token = token_of(ORDER, "a secret")
    assert token == token_of(ORDER, "a secret")
    assert len({token, token_of(ORDER, "another"), token_of(OrderId(f"{ORDER}x"), "a secret")}) == 3
    assert (len(token), token.isalnum()) == (24, True)
    mine = placed(BOUGHT, paid(BOUGHT), order_id=ORDER, token=token, now=NOON).order
    assert fits(mine, token)
    assert not fits(mine, token_of(ORDER, "another"))
    assert not fits(replace(mine, token_digest=None), token)
