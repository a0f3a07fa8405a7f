"""Orders hear of their payments in any order and any number of times; what was paid for is bought, or let go."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import permutations
from typing import Any, Final

import msgspec
import pytest

from datasources.faults import StoreUnavailable
from domain.cart.carts import LIFETIME
from domain.ids import CartId, OperationId, OrderId, PaymentId
from domain.money import Money
from domain.orders.events import OrderEventType
from domain.orders.orders import Due, Order, PaymentFacts
from domain.orders.statuses import PaymentStatus, payment_status_of
from domain.payments.storing import PaymentChangeReason
from resolvers._kit.consuming import NotYet
from resolvers.orders.reactions import GRACE, PAID, Untellable
from resolvers.orders.settings import Reacting as Settings
from tests.datasources.dynamo.test_races import at_once
from tests.datasources.dynamo.tills import total_of
from tests.domain.cart.strategies import USD
from tests.resolvers.orders.hearing import Reacting, made, payment_of

ONE: Final = {0: 1}
TOTAL: Final = total_of(ONE)
PAYMENT: Final = OrderEventType.PAYMENT


@pytest.fixture
def till(endpoint: str) -> Reacting:
    found = made(endpoint)
    found.begun_anew()
    return found


def usd(minor: int) -> Money:
    return Money(minor, USD)


def known(order: Order, **parts: Any) -> PaymentFacts:
    """What the order knows of its payment, but for these."""
    (facts,) = order.payments
    return replace(facts, **parts)


def happened(till: Reacting, order: OrderId) -> list[OrderEventType]:
    return [one.type for one in till.orders.changes(order, 1)]


def test_news_of_twenty_deliveries_at_once_happen_once(till: Reacting) -> None:
    order = till.ordered(ONE)
    (owed,) = order.owed
    captured = known(order, version=6, captured=usd(TOTAL))
    at_once(20, lambda _: till.hear_of(order, captured, done=[owed.id]))
    found = till.order(order.id)
    assert (found.payments, found.owed) == ((captured,), ())
    assert happened(till, order.id) == [PAYMENT]
    assert payment_status_of(found) is PaymentStatus.CAPTURED


def test_news_in_whatever_order_say_the_same_in_the_end(till: Reacting) -> None:
    for places in permutations(range(3)):
        order = till.ordered(ONE)
        (owed,) = order.owed
        captured = known(order, version=6, captured=usd(TOTAL))
        back = [replace(captured, version=8, refunded=usd(100)), replace(captured, version=10, refunded=usd(300))]
        news = [captured, *back]
        for place in (*places, *places):
            till.hear_of(order, news[place], done=[owed.id])
        found = till.order(order.id)
        assert (found.payments, found.owed) == ((news[2],), ())
        assert len(happened(till, order.id)) == 1 + len(
            [one for one in places[1:] if one > max(places[: places.index(one)])]
        )


def test_what_makes_only_another_version_of_the_payment_does_not_happen_to_the_order(till: Reacting) -> None:
    order = till.ordered(ONE)
    for what in ("AUTHORIZED", "CAPTURING", "VOIDING", "REFUSED"):
        till.hear_of(order, known(order, version=7), what, failed=["op_another"])
    assert till.version(order.id) == 1


def test_what_a_provider_refuses_for_good_is_left_to_people(till: Reacting) -> None:
    order = till.ordered(ONE)
    (owed,) = order.owed
    till.hear_of(order, known(order, version=5), "REFUSED", failed=[owed.id])
    assert [(one.id, one.failed) for one in till.order(order.id).owed] == [(owed.id, True)]


def test_what_is_captured_of_a_cancelled_order_is_owed_back(till: Reacting) -> None:
    order = till.ordered(ONE)
    till.cancel(order.id)
    till.hear_of(order, known(order, version=5, captured=usd(TOTAL)))
    assert [(one.due, one.amount) for one in till.order(order.id).owed] == [
        (Due.VOID, None), (Due.REFUND, usd(TOTAL)),
    ]  # fmt: skip


def test_news_that_an_order_cannot_have_are_a_fault(till: Reacting) -> None:
    order = till.ordered(ONE)
    nowhere = replace(order, id=OrderId("order_" + "0" * 26))
    news = [
        (nowhere, known(order)),
        (order, known(order, id=PaymentId("pay_another"))),
        (order, known(order, version=9, refunded=usd(1))),
    ]
    for of, facts in news:
        with pytest.raises(Untellable, match=f"{facts.id} of version {facts.version} cannot be told to {of.id}"):
            till.hear_of(of, facts)
    assert till.version(order.id) == 1


def test_news_that_cannot_be_read_are_a_fault(till: Reacting) -> None:
    with pytest.raises(msgspec.ValidationError, match="paymentId"):
        till.hear("payment.captured", {"orderId": None})
    with pytest.raises(KeyError, match="weather"):
        till.hear("weather.fine", {})


@pytest.mark.parametrize("what", sorted(PAID))
def test_a_buyer_who_has_paid_and_is_gone_gets_their_order_when_the_grace_is_over(till: Reacting, what: str) -> None:
    cart = till.held(ONE)
    with pytest.raises(NotYet) as unripe:
        till.hear_paid(cart, TOTAL, what=what, ago=GRACE - timedelta(seconds=7.5))
    assert unripe.value.seconds == 8
    assert till.cart(cart).order_id is None
    till.hear_paid(cart, TOTAL, what=what)
    found = till.cart(cart).order_id
    assert found is not None
    assert [one.id for one in till.order(found).payments] == [payment_of(cart)]
    assert till.told == []


def test_of_a_buyer_and_twenty_deliveries_at_once_one_places_the_order(till: Reacting) -> None:
    cart = till.held(ONE)

    def act(number: int) -> Any:
        return till.hear_paid(cart, TOTAL) if number else till.complete(cart, TOTAL)

    outcome = at_once(21, act)[0]
    assert till.cart(cart).order_id == outcome.order.id
    assert (till.promised(outcome.order.id), till.told) == (ONE, [])
    assert len(till.orders.changes(outcome.order.id, 0)) == 1


def test_old_news_that_are_told_again_do_not_release_what_an_order_was_paid_with(till: Reacting) -> None:
    cart = till.held(ONE)
    placed = till.complete(cart, TOTAL)
    till.ticking.now += LIFETIME.total_seconds()
    assert till.store.get(cart) is None
    till.hear_paid(cart, TOTAL, ago=LIFETIME)
    assert till.told == []
    assert till.version(placed.order.id) == 1


def test_a_customers_cart_is_completed_for_them_too(till: Reacting) -> None:
    cart = till.held(ONE, till_customer := "c0ffee")  # type: ignore[arg-type]  # a customer's id
    till.hear_paid(cart, TOTAL)
    found = till.cart(cart).order_id
    assert found is not None
    assert till.order(found).customer_id == till_customer


def test_what_cannot_be_bought_any_more_is_told_with_its_reasons_once_for_the_payment(till: Reacting) -> None:
    dearer, gone, other = till.held(ONE), CartId("cart_" + "0" * 26), till.held(ONE)
    unheld = till.filled(ONE)
    till.complete(other, TOTAL, payment="pay_of_another_tab")
    for cart, total in ((dearer, TOTAL - 1), (gone, TOTAL), (other, TOTAL), (unheld, TOTAL)):
        till.hear_paid(cart, total)
    assert till.codes() == [["PRICE_CHANGED"], ["NOT_FOUND"], ["CART_COMPLETED"], ["REQUIRED"]]
    assert [one.detail.cart_id for one in till.told] == [dearer, gone, other, unheld]
    assert till.cart(dearer).order_id is None
    till.hear_paid(dearer, TOTAL - 1)
    assert [till.told[0].id, till.told[0].key] == [till.told[-1].id, till.told[-1].key] == [
        f"{payment_of(dearer)}:refused", payment_of(dearer),
    ]  # fmt: skip


def test_goods_that_are_held_no_more_are_not_sold_and_the_money_is_let_go(till: Reacting) -> None:
    cart = till.held(ONE)
    till.ticking.now += 3600
    till.hear_paid(cart, TOTAL)
    assert till.codes() == [["RESERVATION_EXPIRED"]]
    till.lapse()
    till.hear_paid(cart, TOTAL)
    assert till.codes()[1:] == [["REQUIRED"]]


@pytest.mark.parametrize(
    "parts",
    [
        {"voided": True},
        {"refunded": {"amount": "1.00", "currency": "USD"}},
        {"what": "VOIDING"},
        {"what": "REFUSED"},
        {"what": "CAPTURING"},
    ],
    ids=str,
)
def test_a_payment_that_waits_for_no_order_is_left_alone(till: Reacting, parts: dict[str, Any]) -> None:
    cart = till.held(ONE)
    till.hear_paid(cart, TOTAL, ago=timedelta(0), **parts)
    assert (till.cart(cart).order_id, till.told) == (None, [])


@pytest.mark.parametrize("done", [False, True], ids=["before it is done", "after it is done"])
@pytest.mark.parametrize("request_", ["get_item", "transact_write_items"])
def test_news_that_a_store_takes_badly_come_again_and_are_then_taken_once(
    till: Reacting, monkeypatch: pytest.MonkeyPatch, request_: str, done: bool
) -> None:
    order, cart = till.ordered(ONE), till.held(ONE)
    captured = known(order, version=6, captured=usd(TOTAL))
    settled = [OperationId(order.owed[0].id)]
    for tell in (partial(till.hear_of, order, captured, done=settled), partial(till.hear_paid, cart, TOTAL)):
        with monkeypatch.context() as patch:
            for connection in (till.store.table.connection, till.orders.table.connection):
                patch.setattr(connection, request_, failing(getattr(connection, request_), done=done))
            with pytest.raises(StoreUnavailable):
                tell()
        tell()
        tell()
    assert happened(till, order.id) == [PAYMENT]
    placed = till.cart(cart).order_id
    assert placed is not None
    assert (till.promised(placed), till.told) == (ONE, [])


def failing(call: Any, *, done: bool) -> Any:
    """A request whose answer is lost, before or after it was carried out."""

    def called(*given: Any, **named: Any) -> Any:
        if done:
            call(*given, **named)
        raise StoreUnavailable("DynamoDB", "the line is dead")

    return called


def test_a_refusal_that_the_bus_does_not_take_comes_again(till: Reacting, monkeypatch: pytest.MonkeyPatch) -> None:
    cart, put = till.held(ONE), till.put
    left = [StoreUnavailable("EventBridge", "away")]

    def unwilling(events: Any) -> None:
        if left:
            raise left.pop()
        put(events)

    till.reactor = msgspec.structs.replace(till.reactor, put=unwilling)
    with pytest.raises(StoreUnavailable):
        till.hear_paid(cart, TOTAL - 1)
    till.hear_paid(cart, TOTAL - 1)
    assert till.codes() == [["PRICE_CHANGED"]]


def test_what_orders_subscribe_to_is_what_payments_and_orders_tell() -> None:
    hint = Settings.__annotations__["heard"]
    kinds = set(hint.__metadata__[0].events)
    told = {f"payment.{one.value.lower()}" for one in PaymentChangeReason}
    told |= {f"order.{one.value.lower()}" for one in OrderEventType}
    assert kinds <= told
    assert told - kinds == {
        "payment.created", "payment.started", "payment.attempted", "payment.ordered", "payment.capturing",
        "payment.voiding", "payment.refunding", "order.confirmed",
        "order.cancelled", "order.delivered", "order.return_requested", "order.return_resolved", "order.payment",
        "order.completed", "order.downloaded", "order.erased", "payment.erased",
    }  # fmt: skip
