"""Orders and payments, which do not know each other, understand what they tell each other over the bus."""

from datetime import UTC, datetime

import msgspec

from domain.errors import ErrorCode
from domain.ids import CartId, PaymentId
from domain.orders.storing import KeptOrder
from domain.payments.moving import saw
from domain.payments.owing import Intention
from domain.payments.payments import OperationKind
from domain.payments.storing import PaymentChangeReason
from resolvers.orders.reactions import PAID, PaymentNews
from resolvers.orders.telling import CHECKOUT_REFUSED, kind_of, refused_of
from resolvers.orders.telling import told_of as order_told
from resolvers.payments.owing import tasks_of
from resolvers.payments.telling import told_of as payment_told
from tests.domain.orders.making import begun
from tests.domain.payments.making import CART, NOW, payment, seen
from tests.resolvers.payments.test_telling import kept


def over_the_bus(kind: str, detail: object) -> str:
    """An event as a queue holds it; the bus adds the id to the detail."""
    told = {"id": "of the event", **msgspec.to_builtins(detail)}
    return msgspec.json.encode({"version": "0", "source": "souk", "detail-type": kind, "detail": told}).decode()


def test_payments_do_what_an_order_says_that_it_owes() -> None:
    placed = begun()
    told = order_told(KeptOrder(order=placed.order, last=placed.event))
    [owed] = placed.order.owed
    assert list(tasks_of(over_the_bus(kind_of(placed.event.type), told))) == [
        (owed.payment_id, Intention(id=owed.id, kind=OperationKind.CAPTURE, amount=owed.amount))
    ]


def test_payments_release_what_no_order_was_made_of() -> None:
    paid = PaymentId("pay_11111111111111111111111111")
    event = refused_of(CartId(CART), paid, [ErrorCode.CART_EMPTY], datetime.now(UTC))
    assert event.kind == CHECKOUT_REFUSED
    assert list(tasks_of(over_the_bus(event.kind, event.detail))) == [(paid, None)]


def test_orders_learn_of_a_payment_what_they_need() -> None:
    told = payment_told(kept(saw(payment(), seen(1000, 400), NOW)))
    news = msgspec.convert(msgspec.to_builtins(told), PaymentNews)
    for name in news.__struct_fields__:
        mine, theirs = (msgspec.to_builtins(getattr(one, name)) for one in (news, told))
        assert mine == theirs, name


def test_orders_wait_for_changes_that_there_are() -> None:
    assert {one.value for one in PaymentChangeReason} >= PAID
