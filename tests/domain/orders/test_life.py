"""What is refused of what the state admits: units, texts and amounts, each told where it stands."""

from dataclasses import replace

import pytest

from domain.errors import ErrorCode
from domain.ids import FulfillmentId, OperationId, OrderLineId, PaymentId
from domain.money import CurrencyCode, Money
from domain.orders import life, returns
from domain.orders.events import after
from domain.orders.machine import Done, Outcome
from domain.orders.orders import MOST_MOVED, MOST_PARCELS, MOST_RETURNS, Due, LineQuantity, Order
from domain.orders.paying import told
from domain.orders.returns import Answer
from domain.orders.statuses import ReturnStatus, return_status_of
from tests.domain.orders.making import NOON, STAFF, all_of, begun, done, line, parcel, purchase, units, usd


def told_of(outcome: Outcome | None) -> list[tuple[ErrorCode, tuple[str, ...] | None]]:
    assert isinstance(outcome, tuple), outcome
    return [(error.code, error.field) for error in outcome]


def confirmed() -> Order:
    return done(life.confirm(begun().order, STAFF, NOON))


def paid(order: Order) -> Order:
    (facts,) = order.payments
    news = replace(facts, version=2, captured=facts.authorized)
    return done(told(order, news, NOON, settled=[one.id for one in order.owed]))


def sent() -> Order:
    order = paid(confirmed())
    return done(life.fulfil(order, parcel(all_of(order.unfulfilled)), STAFF, NOON))


def test_each_wrong_line_of_a_parcel_is_told_at_its_place() -> None:
    order = confirmed()
    first, second = order.lines
    asked = (
        LineQuantity(line_id=first.id, quantity=1),
        LineQuantity(line_id=OrderLineId("item_none"), quantity=1),
        LineQuantity(line_id=second.id, quantity=0),
        LineQuantity(line_id=first.id, quantity=2),
    )
    assert told_of(life.fulfil(order, parcel(asked, carrier="x" * 101, tracking_number="\n"), STAFF, NOON)) == [
        (ErrorCode.INVALID, ("lines", "0", "quantity")),
        (ErrorCode.NOT_FOUND, ("lines", "1", "lineId")),
        (ErrorCode.INVALID, ("lines", "2", "quantity")),
        (ErrorCode.INVALID, ("lines", "3", "quantity")),
        (ErrorCode.INVALID, ("carrier",)),
        (ErrorCode.INVALID, ("trackingNumber",)),
    ]
    assert told_of(life.fulfil(order, parcel(()), STAFF, NOON)) == [(ErrorCode.REQUIRED, ("lines",))]
    many = units(order, 1) * (MOST_MOVED + 1)
    assert told_of(life.fulfil(order, parcel(many), STAFF, NOON)) == [(ErrorCode.INVALID, ("lines",))]


def test_lines_of_one_kind_are_one_part_of_a_parcel() -> None:
    order = confirmed()
    asked = units(order, 1) * 2
    (found,) = done(life.fulfil(order, parcel(asked, carrier=" DHL "), STAFF, NOON)).fulfillments
    assert (found.lines, found.carrier) == (units(order, 2), "DHL")


def test_there_are_only_so_many_parcels_and_returns() -> None:
    order = done(life.confirm(begun(purchase(line(1, 200))).order, STAFF, NOON))
    for _ in range(MOST_PARCELS):
        order = done(life.fulfil(order, parcel(units(order, 1)), STAFF, NOON))
    assert told_of(life.fulfil(order, parcel(units(order, 1)), STAFF, NOON)) == [(ErrorCode.INVALID, ("lines",))]
    for _ in range(MOST_RETURNS):
        order = done(returns.request(order, units(order, 1), "no", "ada", NOON))
        of = order.returns[-1].id
        order = done(returns.resolve(order, of, Answer(approve=False), STAFF, NOON))
    assert told_of(returns.request(order, units(order, 1), "no", "ada", NOON)) == [(ErrorCode.INVALID, ("lines",))]


@pytest.mark.parametrize(("reason", "code"), [(" ", ErrorCode.REQUIRED), ("x" * 501, ErrorCode.INVALID)])
def test_a_reason_is_one_line(reason: str, code: ErrorCode) -> None:
    assert told_of(life.cancel(confirmed(), reason, STAFF, NOON)) == [(code, ("reason",))]
    assert told_of(returns.request(sent(), units(sent(), 1), reason, "ada", NOON)) == [(code, ("reason",))]


def test_what_was_only_authorised_is_let_go_and_what_was_taken_is_refunded() -> None:
    before = done(life.cancel(confirmed(), "no", STAFF, NOON))
    assert [(one.due, one.amount) for one in before.owed] == [(Due.VOID, None)]
    after_ = done(life.cancel(paid(confirmed()), "no", STAFF, NOON))
    assert [(one.due, one.amount) for one in after_.owed] == [(Due.REFUND, after_.totals.total)]


def test_what_is_captured_while_the_order_is_cancelled_is_owed_back() -> None:
    cancelled = done(life.cancel(confirmed(), "no", STAFF, NOON))
    (facts,) = cancelled.payments
    late = done(told(cancelled, replace(facts, version=2, captured=facts.authorized), NOON))
    assert [(one.due, one.amount) for one in late.owed] == [(Due.VOID, None), (Due.REFUND, facts.authorized)]
    assert told(late, late.payments[0], NOON) is None


def test_old_news_of_a_payment_changes_nothing_and_of_a_strangers_there_is_none() -> None:
    order = paid(confirmed())
    (facts,) = order.payments
    assert told(order, replace(facts, version=1, captured=usd(0)), NOON) is None
    assert told(order, facts, NOON, settled=[OperationId("op_none")], failed=[OperationId("op_none")]) is None
    stranger = replace(facts, id=PaymentId("pay_another"))
    assert told_of(told(order, stranger, NOON)) == [(ErrorCode.NOT_FOUND, ("paymentId",))]
    other = Money(1, CurrencyCode.EUR)
    wrong = replace(facts, version=9, authorized=other, captured=other, refunded=Money(0, CurrencyCode.EUR))
    assert told_of(told(order, wrong, NOON)) == [(ErrorCode.INVALID, None)]


def test_news_by_which_nothing_of_a_payment_is_another_but_its_version_are_no_event() -> None:
    order = paid(confirmed())
    (facts,) = order.payments
    newer = replace(facts, version=facts.version + 1)
    assert told(order, newer, NOON) is None
    assert told(order, newer, NOON, settled=[OperationId("op_none")], failed=[OperationId("op_none")]) is None
    refunded = done(told(order, replace(facts, version=facts.version + 2, refunded=usd(1)), NOON))
    assert refunded.payments[0].version == facts.version + 2
    assert told(refunded, newer, NOON) is None


def test_what_newer_news_settle_is_told_with_the_payment_as_of_them() -> None:
    order = confirmed()
    (facts,), (owed,) = order.payments, order.owed
    newer = replace(facts, version=facts.version + 3)
    failed = told(order, newer, NOON, failed=[owed.id])
    assert isinstance(failed, Done)
    assert (failed.event.payment, failed.event.failed) == (newer, (owed.id,))


def test_a_refund_that_did_not_arrive_is_not_done_by_older_news_that_it_was_on_its_way() -> None:
    cancelled = done(life.cancel(paid(confirmed()), "no", STAFF, NOON))
    (facts,), (owed,) = cancelled.payments, cancelled.owed
    gone, back = (replace(facts, version=3, refunded=facts.captured), replace(facts, version=4))
    failed = done(told(cancelled, back, NOON, failed=[owed.id]))
    assert [(one.id, one.failed) for one in failed.owed] == [(owed.id, True)]
    assert told(failed, gone, NOON, settled=[owed.id]) is None


def cancelled_after_paying() -> Order:
    return done(life.cancel(paid(confirmed()), "no", STAFF, NOON))


def what_is_owed(order: Order) -> list[tuple[Due, Money | None, bool]]:
    return [(one.due, one.amount, one.failed) for one in order.owed]


def test_a_cancelled_order_gives_back_the_rest_when_somebody_gave_back_a_part_beside_it() -> None:
    """The whole is owed, and refused, since a part is on its way already: of which the order hears before, or after."""
    cancelled = cancelled_after_paying()
    (facts,), (owed,) = cancelled.payments, cancelled.owed
    part = replace(facts, version=3, refunded=usd(400))
    rest = [(Due.REFUND, facts.captured - usd(400), False)]
    at_once = done(told(cancelled, part, NOON, failed=[owed.id]))
    assert what_is_owed(at_once) == rest
    first = done(told(cancelled, replace(facts, version=3), NOON, failed=[owed.id]))
    assert what_is_owed(first) == [(Due.REFUND, facts.captured, True)]
    then = done(told(first, replace(part, version=4), NOON, failed=[owed.id]))
    assert what_is_owed(then) == rest
    refused = done(told(then, replace(part, version=5), NOON, failed=[owed.id, then.owed[0].id]))
    assert what_is_owed(refused) == [(Due.REFUND, facts.captured - usd(400), True)], "it is tried again no more"
    by_hand = done(told(refused, replace(part, version=6, refunded=facts.captured), NOON))
    assert by_hand.owed == ()


def test_a_refund_of_a_cancelled_order_that_bounced_is_left_to_people() -> None:
    cancelled = cancelled_after_paying()
    (facts,), (owed,) = cancelled.payments, cancelled.owed
    given = done(told(cancelled, replace(facts, version=3, refunded=facts.captured), NOON, settled=[owed.id]))
    assert given.owed == ()
    bounced = done(told(given, replace(facts, version=4), NOON, failed=[owed.id]))
    assert what_is_owed(bounced) == [(Due.REFUND, facts.captured, True)]
    again = done(told(bounced, replace(facts, version=5, refunded=facts.captured), NOON, failed=[owed.id]))
    assert again.owed == ()


def test_a_return_whose_refund_bounced_is_not_refunded() -> None:
    order = sent()
    order = done(returns.request(order, units(order, 1), "too small", "ada", NOON))
    order = done(returns.resolve(order, order.returns[0].id, Answer(approve=True, refund=usd(700)), STAFF, NOON))
    (facts,), (owed,) = order.payments, order.owed
    refunded = done(told(order, replace(facts, version=8, refunded=usd(700)), NOON, settled=[owed.id]))
    assert return_status_of(refunded, refunded.returns[0]) is ReturnStatus.REFUNDED
    bounced = done(told(refunded, replace(facts, version=9), NOON, failed=[owed.id]))
    assert return_status_of(bounced, bounced.returns[0]) is ReturnStatus.APPROVED
    assert what_is_owed(bounced) == [(Due.REFUND, usd(700), True)]
    other = done(told(order, replace(facts, version=8, refunded=usd(900)), NOON, settled=[owed.id]))
    assert done(told(other, replace(facts, version=9, refunded=usd(700)), NOON)).owed == (), "that was nobody's return"


def test_a_refund_is_at_most_what_the_units_cost_with_their_tax() -> None:
    bought = purchase(line(1, 3, price=100, tax=25), tax_included=False)
    order = paid(done(life.confirm(begun(bought).order, STAFF, NOON)))
    order = done(life.fulfil(order, parcel(units(order, 3)), STAFF, NOON))
    back = 0
    for expected in (108, 109, 108):
        order = done(returns.request(order, units(order, 1), "no", "ada", NOON))
        asked = order.returns[-1]
        assert returns.most_refundable(order, asked) == usd(expected)
        for refund, approve in ((usd(expected + 1), True), (usd(0), True), (usd(1), False)):
            said = Answer(approve=approve, refund=refund)
            assert told_of(returns.resolve(order, asked.id, said, STAFF, NOON)) == [(ErrorCode.INVALID, ("refund",))]
        said = Answer(approve=True, refund=usd(expected))
        order = done(returns.resolve(order, asked.id, said, STAFF, NOON))
        back += expected
    assert back == 325, "all units together what the line costs"
    euros = Answer(approve=True, refund=Money(1, CurrencyCode.EUR))
    again = sent()
    again = done(returns.request(again, units(again, 1), "no", "ada", NOON))
    outcome = returns.resolve(again, again.returns[0].id, euros, STAFF, NOON)
    assert told_of(outcome) == [(ErrorCode.INVALID, ("refund",))]


def test_nothing_is_refunded_twice() -> None:
    order = sent()
    order = done(returns.request(order, units(order, 2), "no", "ada", NOON))
    (facts,) = order.payments
    order = done(told(order, replace(facts, version=3, refunded=usd(facts.captured.minor - 10)), NOON))
    assert returns.most_refundable(order, order.returns[0]) == usd(10)


def test_a_return_is_refunded_when_its_refund_is_carried_out() -> None:
    order = sent()
    order = done(returns.request(order, units(order, 1), "too small", "ada", NOON))
    order = done(returns.resolve(order, order.returns[0].id, Answer(approve=True, refund=usd(700)), STAFF, NOON))
    assert return_status_of(order, order.returns[0]) is ReturnStatus.APPROVED
    (owed,) = order.owed
    assert (owed.due, owed.amount, owed.return_id) == (Due.REFUND, usd(700), order.returns[0].id)
    (facts,) = order.payments
    order = done(told(order, replace(facts, version=3, refunded=usd(700)), NOON, settled=[owed.id]))
    assert return_status_of(order, order.returns[0]) is ReturnStatus.REFUNDED
    assert order.owed == ()


def test_what_a_provider_refuses_for_good_is_left_to_people_and_not_tried_again() -> None:
    cancelled = done(life.cancel(paid(confirmed()), "no", STAFF, NOON))
    (owed,), (facts,) = cancelled.owed, cancelled.payments
    stuck = done(told(cancelled, facts, NOON, failed=[owed.id]))
    assert (stuck.owed, stuck.unsettled) == ((replace(owed, failed=True),), ())
    assert told(stuck, facts, NOON, failed=[owed.id]) is None
    by_hand = replace(facts, version=3, refunded=facts.captured)
    after_all = done(told(stuck, by_hand, NOON, settled=[owed.id]))
    assert after_all.owed == ()


def test_a_return_whose_refund_did_not_arrive_is_not_refunded() -> None:
    order = sent()
    order = done(returns.request(order, units(order, 1), "too small", "ada", NOON))
    order = done(returns.resolve(order, order.returns[0].id, Answer(approve=True, refund=usd(700)), STAFF, NOON))
    order = done(told(order, order.payments[0], NOON, failed=[order.owed[0].id]))
    assert return_status_of(order, order.returns[0]) is ReturnStatus.APPROVED


@pytest.mark.parametrize(("approve", "status"), [(True, ReturnStatus.RECEIVED), (False, ReturnStatus.REJECTED)])
def test_a_return_without_a_refund_is_received_or_rejected(approve: bool, status: ReturnStatus) -> None:
    order = sent()
    order = done(returns.request(order, units(order, 1), "too small", "ada", NOON))
    of = order.returns[0].id
    both = done(returns.request(order, units(order, 1), "too big", "ada", NOON))
    order = done(returns.resolve(both, of, Answer(approve=approve, restock=True), STAFF, NOON))
    assert return_status_of(order, order.returns[0]) is status
    assert order.returns[0].resolution is not None
    assert order.returns[0].resolution.restocked is approve
    again = returns.resolve(order, of, Answer(approve=True), STAFF, NOON)
    assert told_of(again) == [(ErrorCode.NOT_FOUND, ("id",))]


def test_an_event_follows_the_version_that_it_was_made_of() -> None:
    found = life.confirm(begun().order, STAFF, NOON)
    event = found.event if not isinstance(found, tuple) else None
    assert event is not None
    with pytest.raises(ValueError, match="does not follow version 2"):
        after(done(found), event)


def test_a_parcel_that_there_is_not_never_arrives() -> None:
    refused = life.deliver(sent(), FulfillmentId("ful_none"), STAFF, NOON)
    assert told_of(refused) == [(ErrorCode.NOT_FOUND, ("id",))]
