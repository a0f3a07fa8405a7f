"""Links to files that were bought: for who has paid, so many of each, and each one counted."""

from dataclasses import replace

import pytest

from domain.errors import ErrorCode
from domain.ids import MediaId, OrderLineId
from domain.orders.downloading import LINKS_A_UNIT, download, good_in, links_left
from domain.orders.events import OrderEvent, replayed
from domain.orders.life import cancel
from domain.orders.machine import Done
from domain.orders.orders import Order, PaymentFacts
from domain.orders.paying import told
from domain.shown import Good
from tests.domain.orders.making import NOON, begun, done, facts, line, purchase

BOOK = Good(media_id=MediaId("media_" + "b" * 26), name="book.pdf", content_type="application/pdf", size=7)
EXTRA = replace(BOOK, media_id=MediaId("media_" + "e" * 26), name="extra.zip")
COST = 2000


def bought(*money: PaymentFacts, quantity: int = 1) -> Order:
    """An order of a book with an extra, and of a thing without, and what its payment has told since."""
    lines = (replace(line(1, quantity, COST // quantity), goods=(BOOK, EXTRA)), line(2, price=0))
    order = begun(purchase(*lines, shipping=0)).order
    for one in money:
        order = done(told(order, one, NOON))
    return order


CAPTURED = facts(COST, COST, version=2)


def given(order: Order, good: Good = BOOK) -> Order:
    return done(download(order, order.lines[0].id, good.media_id, "ada", NOON))


def left(order: Order, good: Good = BOOK) -> int:
    return links_left(order, order.lines[0], good)


@pytest.mark.parametrize("quantity", [1, 4])
def test_each_file_has_its_own_links_for_each_unit(quantity: int) -> None:
    order = bought(CAPTURED, quantity=quantity)
    most = LINKS_A_UNIT * quantity
    for number in range(most):
        assert (left(order), left(order, EXTRA)) == (most - number, most)
        order = given(order)
    assert left(order) == 0
    refused = download(order, order.lines[0].id, BOOK.media_id, "ada", NOON)
    assert not isinstance(refused, Done)
    assert [error.code for error in refused] == [ErrorCode.ILLEGAL_TRANSITION]
    assert left(given(order, EXTRA), EXTRA) == most - 1


def test_events_say_how_often_it_was() -> None:
    first = begun(purchase(replace(line(1, price=COST), goods=(BOOK,)), shipping=0))
    events: list[OrderEvent] = [first.event]
    order = first.order
    steps = [told(order, CAPTURED, NOON)]
    for step in steps:
        assert isinstance(step, Done)
        events.append(step.event)
        order = step.order
    for _ in range(3):
        step = download(order, order.lines[0].id, BOOK.media_id, "ada", NOON)
        assert isinstance(step, Done)
        events.append(step.event)
        order = step.order
    assert replayed(first.order, events) == order
    assert [one.times for one in order.downloaded] == [3]


@pytest.mark.parametrize(
    ("money", "may"),
    [
        ((), False),
        ((CAPTURED,), True),
        ((facts(COST, COST // 2, version=2),), False),
        ((CAPTURED, facts(COST, COST, 500, version=3)), True),
        ((CAPTURED, facts(COST, COST, COST, version=3)), False),
        ((facts(COST, version=2, voided=True),), False),
    ],
    ids=["promised", "taken", "taken in part", "given back in part", "given back", "let go"],
)
def test_links_are_for_who_has_paid(money: tuple[PaymentFacts, ...], *, may: bool) -> None:
    order = bought(*money)
    outcome = download(order, order.lines[0].id, BOOK.media_id, "ada", NOON)
    assert isinstance(outcome, Done) is may


def test_what_costs_nothing_is_paid_and_what_is_cancelled_is_not() -> None:
    free = begun(purchase(replace(line(1, price=0), goods=(BOOK,)), shipping=0)).order
    assert left(given(free)) == LINKS_A_UNIT - 1
    gone = done(cancel(free, "no", "ada", NOON))
    assert not isinstance(download(gone, gone.lines[0].id, BOOK.media_id, "ada", NOON), Done)


def test_what_did_not_come_with_a_line_is_not_there() -> None:
    order = bought(CAPTURED)
    other = order.lines[1].id
    for line_id, media_id in ((other, BOOK.media_id), (OrderLineId("x"), BOOK.media_id), (order.lines[0].id, "x")):
        assert good_in(order, line_id, MediaId(media_id)) is None
        refused = download(order, line_id, MediaId(media_id), "ada", NOON)
        assert not isinstance(refused, Done)
        assert [error.code for error in refused] == [ErrorCode.NOT_FOUND]
