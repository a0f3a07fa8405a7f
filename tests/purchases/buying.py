"""Carts that lack nothing, made through the graph, and what must be true of all that became of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from domain.ids import VariantId, variant_id
from domain.orders.events import replayed
from domain.orders.orders import Order
from domain.orders.statuses import OrderStatus, payment_status_of, status_of
from domain.orders.statuses import PaymentStatus as OrderPaid
from domain.payments.payments import OperationState, Payment, PaymentStatus
from tests.purchases.world import World
from tests.resolvers.cart.making import ADDRESS, begun, reserve, say
from tests.resolvers.catalog.making import made, name
from tests.resolvers.inventory.making import adjust, line, saved

NO_MONEY: Final = frozenset(
    {
        PaymentStatus.PENDING,
        PaymentStatus.ACTION_REQUIRED,
        PaymentStatus.FAILED,
        PaymentStatus.VOIDED,
        PaymentStatus.REFUNDED,
    }
)
"""Of a payment that the shop has nothing of, and is promised nothing."""


class Shelf:
    """A thing of ten dollars that is not sent by post, of which so many units lie in one warehouse."""

    def __init__(self, world: World, units: int, place: str = "") -> None:
        variants = [{"sku": name("SKU"), "prices": [{"amount": "10.00", "currency": "USD"}]}]
        self.world, self.units = world, units
        self.before: list[Order] = []
        """Orders that were looked at before, and do not change any more."""
        self.of: str = variant_id(made(world, variants=variants, kind="DIGITAL")["id"], 1)
        self.place: str = place or saved(world)["id"]
        assert adjust(world, line(self.of, self.place, units))["userErrors"] == []
        cart = world.handlers["cart"]
        for near in (cart.cache.near, cart.goods.near):
            near.clear()

    def cart(self, units: int) -> Any:
        """A guest's cart of so many, held; None where there are not so many."""
        cart = begun(self.world, (self.of, units))
        assert say(self.world, cart, email="ada@example.org", billingAddress=ADDRESS)["userErrors"] == []
        held = reserve(self.world, cart)
        return None if held["userErrors"] else held["cart"]

    def stock(self) -> Any:
        return self.world.handlers["inventory"].store.many([VariantId(self.of)])[self.of]

    def check(self, orders: Iterable[Order], carts: Sequence[str]) -> None:
        """Nothing is lost: what is gone was sent and did not come back, and what is promised is still to be sent."""
        stock = self.stock()
        there = [one for one in (*self.before, *orders) if any(line.variant_id == self.of for line in one.lines)]
        sent = sum(one.fulfilled.total() for one in there)
        back = sum(
            part.quantity
            for order in there
            for one in order.returns
            if one.resolution and one.resolution.restocked
            for part in one.lines
        )
        assert sum(level.on_hand for level in stock.levels) == self.units - sent + back
        assert sum(level.reserved for level in stock.levels) == sum(one.quantity for one in stock.promises)
        assert all(level.sound for level in stock.levels)
        promised = Counter[str]()
        for one in stock.promises:
            promised[one.owner] += one.quantity
            assert one.owner not in carts or one.until is not None
        for order in there:
            owed = 0 if status_of(order) is OrderStatus.CANCELLED else order.unfulfilled.total()
            assert promised.pop(order.id, 0) == owed
        assert promised.keys() <= {*carts}, "nobody else holds any"


def check(world: World, carts: Sequence[str], shelf: Shelf) -> list[Order]:
    """Everything has come to its end, and is as it must be; gives the orders."""
    orders = [order for cart in carts if (order := world.order_of(cart))]
    payments = {one.id: one for cart in carts for one in world.payments_of(cart)}
    for payment in payments.values():
        check_payment(world, payment)
    for cart in carts:
        check_cart(world, cart, [one for one in payments.values() if one.cart_id == cart])
    for order in orders:
        check_order(world, order, payments)
    check_told(world, orders, payments.values())
    shelf.check(orders, carts)
    shelf.before += orders
    return orders


def check_payment(world: World, payment: Payment) -> None:
    intent = world.intent(payment)
    if intent is None:
        assert not payment.operations or payment.reference is None
        return
    assert payment.reference is None or intent.seen == payment.seen, (intent, payment)
    seen = intent.seen
    assert seen.captured.minor <= seen.authorized.minor <= payment.amount.minor
    assert 0 <= seen.refunded.minor <= seen.captured.minor
    assert not payment.pending()
    assert sum(answer.seen is not None for answer in intent.answers.values()) <= len(payment.operations)


def check_cart(world: World, cart: str, payments: Sequence[Payment]) -> None:
    """One order or none; a payment without an order is given back."""
    order = world.order_of(cart)
    with_order = [one for one in payments if one.order_id is not None]
    assert len(with_order) == (order is not None and bool(order.totals.total.minor)), (order, payments)
    for payment in payments:
        if payment.order_id is not None:
            assert order is not None
            assert (payment.order_id, order.cart_id) == (order.id, cart)
        elif payment.status not in NO_MONEY:
            assert _given_up(payment), payment


def _given_up(payment: Payment) -> bool:
    """Whether the provider, or a rule, said for good that something is not to be."""
    return any(payment.state(one) is OperationState.FAILED for one in payment.operations)


def check_order(world: World, order: Order, payments: Any) -> None:
    events = world.handlers["orders"].store.changes(order.id, 0)
    assert [one.seq for one in events] == list(range(1, order.version + 1))
    assert replayed(order, events) == order
    for facts in order.payments:
        payment = payments[facts.id]
        known = (facts.authorized, facts.captured, facts.refunded, facts.voided)
        voided = payment.status is PaymentStatus.VOIDED
        assert known == (payment.seen.authorized, payment.captured, payment.refunded, voided), (order, payment)
        assert payment.order_id == order.id
    taken = sum(payments[one.id].captured.minor for one in order.payments)
    back = sum(payments[one.id].refunded.minor for one in order.payments)
    paid = payment_status_of(order) is OrderPaid.CAPTURED
    assert paid == (taken >= order.totals.total.minor and not back)
    assert order.unsettled == (), order
    if status_of(order) is OrderStatus.CANCELLED:
        failed = sum(one.amount.minor for one in order.owed if one.failed and one.amount is not None)
        assert failed == taken - back, order


def check_told(world: World, orders: Iterable[Order], payments: Iterable[Payment]) -> None:
    """The bus has heard of every version of each, in their order; each letter is sent, once."""
    firsts = list(dict.fromkeys(one.id for one in world.told))
    things: list[Order | Payment] = [*orders, *payments]
    for one in things:
        mine = [id_ for id_ in firsts if id_.startswith(f"{one.id}:") and not id_.endswith(":refused")]
        assert mine == [f"{one.id}:{seq}" for seq in range(1, one.version + 1)]
    doubtful = world.deaths.before.count("ses.SendEmail")
    letters = Counter(world.letters)
    for order in orders:
        wanted = {f"Your order {order.number}": 1, f"Your order {order.number} is on its way": len(order.fulfillments)}
        for subject, times in wanted.items():
            assert times <= letters[subject] <= times + doubtful, (subject, letters)
            doubtful -= letters[subject] - times
