"""Every reachable state of an order and every action: it leads where the table says, or changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

import pytest

from domain.ids import FulfillmentId, OperationId, ReturnId
from domain.orders import life, returns
from domain.orders.machine import RULES, Done, OrderAction, Outcome, allowed_actions
from domain.orders.orders import Due, Order, PaymentFacts
from domain.orders.paying import all_kept, told
from domain.orders.statuses import (
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
    fulfillment_status_of,
    payment_status_of,
    status_of,
)
from tests.domain.orders.making import NOON, STAFF, all_of, begun, line, parcel, purchase, told_illegal, units


class State(NamedTuple):
    """What the possible actions can depend on."""

    status: OrderStatus
    payment: PaymentStatus
    fulfillment: FulfillmentStatus
    travels: bool
    returnable: bool
    asked: bool
    owed: frozenset[Due]


def state_of(order: Order) -> State:
    return State(
        status_of(order),
        payment_status_of(order),
        fulfillment_status_of(order),
        any(one.delivered_at is None for one in order.fulfillments),
        bool(order.returnable),
        any(one.resolution is None for one in order.returns),
        frozenset(one.due for one in order.owed),
    )


def some(order: Order) -> Outcome:
    return life.fulfil(order, parcel(all_of(order.unfulfilled)[:1] or units(order, 1)), STAFF, NOON)


def everything(order: Order) -> Outcome:
    return life.fulfil(order, parcel(all_of(order.unfulfilled) or units(order, 1)), STAFF, NOON)


def arrive(order: Order) -> Outcome:
    found = next((one.id for one in order.fulfillments if one.delivered_at is None), None)
    return life.deliver(order, found or _any_parcel(order), STAFF, NOON)


def _any_parcel(order: Order) -> FulfillmentId:
    return order.fulfillments[0].id if order.fulfillments else FulfillmentId("ful_none")


def ask(order: Order) -> Outcome:
    return returns.request(order, all_of(order.returnable)[:1] or units(order, 1), "too small", "ada", NOON)


def answer(order: Order, *, approve: bool, paid: bool) -> Outcome:
    found = next((one for one in order.returns if one.resolution is None), None)
    most = returns.most_refundable(order, found) if found and paid else None
    refund = most if most is not None and most.minor else None
    of = found.id if found else ReturnId("ret_none")
    return returns.resolve(order, of, returns.Answer(approve=approve, refund=refund), STAFF, NOON)


DO: Final[dict[OrderAction, tuple[Callable[[Order], Outcome], ...]]] = {
    OrderAction.CONFIRM: (lambda order: life.confirm(order, STAFF, NOON),),
    OrderAction.CANCEL: (lambda order: life.cancel(order, "changed my mind", STAFF, NOON),),
    OrderAction.FULFILL: (some, everything),
    OrderAction.DELIVER: (arrive,),
    OrderAction.REQUEST_RETURN: (ask,),
    OrderAction.RESOLVE_RETURN: (
        lambda order: answer(order, approve=True, paid=True),
        lambda order: answer(order, approve=True, paid=False),
        lambda order: answer(order, approve=False, paid=False),
    ),
    OrderAction.COMPLETE: (lambda order: life.complete(order, STAFF, NOON),),
}


def news(order: Order) -> Iterator[Order]:
    """What the payments' side can tell next: each intention carried out, and money that moves without one."""
    for known in order.payments:
        newer = replace(known, version=known.version + 1)
        total, most = known.authorized, known.captured - known.refunded
        for one in order.owed:
            match one.due:
                case Due.CAPTURE if not known.voided and not known.captured.minor:
                    facts = replace(newer, captured=total)
                case Due.VOID if known.captured.minor == 0:
                    facts = replace(newer, voided=True)
                case Due.REFUND if one.amount is not None:
                    facts = replace(newer, refunded=known.refunded + one.amount)
                case _:
                    facts = known
            yield from _told(order, facts, one.id)
        if known.captured.minor == 0 and not known.voided:
            yield from _told(order, replace(newer, captured=total))
            yield from _told(order, replace(newer, captured=replace(total, minor=total.minor // 2)))
            yield from _told(order, replace(newer, voided=True))
        if most.minor:
            yield from _told(order, replace(newer, refunded=known.refunded + replace(most, minor=1)))


def _told(order: Order, facts: PaymentFacts, *settled: OperationId) -> Iterator[Order]:
    outcome = told(order, facts, NOON, settled=settled)
    if isinstance(outcome, Done):
        yield outcome.order


def reachable() -> dict[State, Order]:
    """An order in each state that can be reached from one that was just placed: what costs something, and a gift."""
    found: dict[State, Order] = {}
    waiting = [begun().order, begun(purchase(line(1, price=0), shipping=0)).order]
    while waiting:
        order = waiting.pop()
        if state_of(order) in found:
            continue
        found[state_of(order)] = order
        outcomes = (act(order) for action in OrderAction for act in DO[action])
        waiting += [one.order for one in outcomes if isinstance(one, Done)]
        waiting += news(order)
    return found


STATES: Final = reachable()


@pytest.mark.parametrize("action", OrderAction)
def test_each_action_in_each_state_leads_where_the_table_says_or_is_refused(action: OrderAction) -> None:
    rule = RULES[action]
    for state, order in STATES.items():
        possible = state.status in rule.during and rule.where(order)
        assert (action in allowed_actions(order)) is possible
        for act in DO[action]:
            outcome = act(order)
            if possible:
                assert isinstance(outcome, Done), (state, action, outcome)
                assert outcome.order.version == order.version + 1 == outcome.event.seq
                assert status_of(outcome.order) is (rule.leads or state.status)
            else:
                assert told_illegal(outcome).allowed == tuple(one.value for one in allowed_actions(order))


def test_the_grid_holds_every_state_that_people_know() -> None:
    assert len(STATES) * len(OrderAction) >= 500, "the cells that the test above is about"
    assert {state.status for state in STATES} == {*OrderStatus}
    assert {state.fulfillment for state in STATES} == {*FulfillmentStatus}
    before_an_order = {PaymentStatus.PENDING, PaymentStatus.ACTION_REQUIRED, PaymentStatus.FAILED}
    assert {state.payment for state in STATES} == {*PaymentStatus} - before_an_order


def test_each_action_is_possible_somewhere_and_impossible_elsewhere() -> None:
    for action in OrderAction:
        assert {action in allowed_actions(order) for order in STATES.values()} == {True, False}


EXPECTED: Final = {
    OrderStatus.PLACED: {OrderAction.CONFIRM, OrderAction.CANCEL},
    OrderStatus.CONFIRMED: {*OrderAction} - {OrderAction.CONFIRM},
    OrderStatus.COMPLETED: {OrderAction.REQUEST_RETURN, OrderAction.RESOLVE_RETURN},
    OrderStatus.CANCELLED: set[OrderAction](),
}
"""What is ever possible in a status: the table once more, read off by hand."""


def test_what_is_ever_possible_in_a_status_is_this() -> None:
    found: dict[OrderStatus, set[OrderAction]] = {status: set() for status in OrderStatus}
    for state, order in STATES.items():
        found[state.status] |= {*allowed_actions(order)}
    assert found == EXPECTED


def test_what_has_left_the_house_is_never_cancelled_and_a_cancelled_order_keeps_no_money() -> None:
    for state, order in STATES.items():
        if state.fulfillment is not FulfillmentStatus.UNFULFILLED:
            assert OrderAction.CANCEL not in allowed_actions(order)
        if state.status is OrderStatus.CANCELLED:
            assert all_kept(order).minor == 0
