"""When a buyer can be erased from an order, and what of the order says nothing of them."""

from dataclasses import fields, replace

import pytest

from domain.addresses import Address
from domain.ids import ERASED, CustomerId
from domain.orders import life, returns
from domain.orders.erasing import erased, under_way
from domain.orders.events import NO_EMAIL, NOTHING
from domain.orders.machine import allowed_actions
from domain.orders.orders import Order
from domain.orders.paying import told
from domain.orders.returns import Answer
from tests.domain.orders.making import NOON, STAFF, all_of, begun, done, facts, parcel, purchase, units

ADA = CustomerId("ada")
HOME = Address(
    name="Ada", company="Lovelace", line1="Weg 1", line2="hinten", city="Berlin", region="DE-BE",
    postal_code="10115", country="DE", phone="+4930123456",
)  # fmt: skip
PERSONAL = {
    "customer_id", "email", "shipping_address", "billing_address", "locale", "token_digest", "fulfillments", "returns",
}  # fmt: skip


def bought() -> Order:
    what = replace(purchase(), customer_id=ADA, email="ada@example.org", locale="de")
    return begun(replace(what, shipping_address=HOME, billing_address=HOME)).order


def confirmed() -> Order:
    return done(life.confirm(bought(), STAFF, NOON))


def sent(units_of: int = 9) -> Order:
    order = confirmed()
    lines = all_of(order.unfulfilled) if units_of == 9 else units(order, units_of)
    return done(life.fulfil(order, parcel(lines, tracking_number="4711"), STAFF, NOON))


def delivered() -> Order:
    order = sent()
    return done(life.deliver(order, order.fulfillments[0].id, STAFF, NOON))


def paid(order: Order) -> Order:
    total = order.totals.total.minor
    news = facts(total, total, version=2)
    return done(told(order, news, NOON, settled=[one.id for one in order.owed]))


def asked_back() -> Order:
    order = paid(delivered())
    return done(returns.request(order, units(order, 1), "too small for Ada", ADA, NOON))


def answered() -> Order:
    order = asked_back()
    return done(returns.resolve(order, order.returns[0].id, Answer(approve=False), STAFF, NOON))


@pytest.mark.parametrize(
    ("order", "runs"),
    [
        (bought(), True), (confirmed(), True), (sent(1), True), (sent(), True), (delivered(), True),
        (paid(bought()), True), (paid(sent()), True), (asked_back(), True),
        (paid(delivered()), False), (answered(), False), (done(life.complete(paid(delivered()), STAFF, NOON)), False),
        (done(life.cancel(bought(), "no", STAFF, NOON)), True),
    ],
)  # fmt: skip
def test_it_is_under_way_while_goods_returns_or_money_are(order: Order, runs: bool) -> None:
    assert under_way(order) is runs
    if runs:
        with pytest.raises(ValueError, match="under way"):
            erased(order, NOON)


def test_all_that_says_whose_it_is_goes_and_all_else_stays() -> None:
    order = answered()
    gone = erased(order, NOON).order
    changed = {one.name for one in fields(Order) if getattr(order, one.name) != getattr(gone, one.name)}
    assert changed == PERSONAL | {"version", "erased_at"}
    assert (gone.customer_id, gone.email, gone.locale, gone.token_digest) == (ERASED, NO_EMAIL, None, None)
    place = Address(name=NOTHING, line1=NOTHING, city=NOTHING, country="DE", region="DE-BE")
    assert gone.shipping_address == gone.billing_address == place
    assert (gone.fulfillments[0].tracking_number, gone.returns[0].reason) == (None, NOTHING)
    assert allowed_actions(gone) == allowed_actions(order)


@pytest.mark.parametrize(("region", "kept"), [("BE", True), ("US-CA", True), ("Ada's region", False), ("", False)])
def test_of_a_place_the_tax_needs_its_code_stays_and_no_words_do(region: str, kept: bool) -> None:
    order = replace(answered(), billing_address=replace(HOME, region=region))
    address = erased(order, NOON).order.billing_address
    assert address is not None
    assert address.region == (region if kept else None)
