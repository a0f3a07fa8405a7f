"""A till whose orders react: on real stores, with what goes on the bus and to buyers kept for a test to look at."""

import json
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.letters_sent import SentLetters
from datasources.dynamo.order_stream import order_change
from datasources.dynamo.table import ItemKey
from domain.ids import CartId, OrderId, PaymentId
from domain.money import Money
from domain.orders.orders import Order, PaymentFacts
from resolvers._kit.consuming import Message
from resolvers.inventory.settings import Settings
from resolvers.orders.letters import Letter
from resolvers.orders.reacting_ports import Reactor
from resolvers.orders.reactions import GRACE, hear
from resolvers.orders.telling import Event
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_inventory import adjust
from tests.datasources.dynamo.tills import Till, names_of
from tests.domain.cart.strategies import USD
from tests.domain.inventory.making import adjustment
from tests.domain.inventory.making import variant as stocked

TOKEN = "the token of a guest"


class Reacting(Till):
    """``told`` is what went over the bus, ``posted`` what went to whom; ``refuses`` is said to every letter.

    A cart is completed as by the graph's answers: by its payment, which the stores keep as its.
    """

    def __init__(self, endpoint: str) -> None:
        names = names_of(endpoint)
        self.ticking = Clock()
        super().__init__(names, InventoryTable(new_table(endpoint, Settings)), self.ticking)
        self.opened()
        adjust(self.inventory, *(adjustment(10_000, variant_id=stocked(number)) for number in range(2)))
        self.begun_anew()

    def begun_anew(self) -> None:
        """Nothing was told or written yet; orders and carts of other tests are there."""
        self.told: list[Event] = []
        self.posted: list[tuple[str, Letter]] = []
        self.refuses: str | None = None
        self.reactor = Reactor(
            read=order_change,
            put=self.put,
            store=self.orders,
            order_of=self.order_of,
            complete=self.complete_paid,
            token=lambda order: TOKEN if order.customer_id is None else None,
            sent=SentLetters(self.orders.table, clock=self.ticking),
            post=self.post,
            now=self.now,
        )

    def put(self, events: Iterable[Event]) -> None:
        self.told += events

    def post(self, address: str, letter: Letter) -> str | None:
        if self.refuses is None:
            self.posted.append((address, letter))
        return self.refuses

    def order_of(self, payment: PaymentId) -> OrderId | None:
        bound = self.payments.get(ItemKey(payment, "PAYMENT"))
        return OrderId(bound["order"]["S"]) if bound else None

    def complete_paid(self, cart: CartId, payment: PaymentId, paid: Money) -> Any:
        found = self.store.get(cart)
        owner = found.cart.customer_id if found else None
        return self.complete(cart, paid.minor, text=f"paid by {payment}", payment=payment, owner=owner)

    def hear(self, kind: str, detail: Any) -> None:
        """What came over the bus, as EventBridge puts it on a queue."""
        body = json.dumps({"version": "0", "id": "x", "detail-type": kind, "source": "souk.any", "detail": detail})
        hear(self.reactor, Message(id="m", queue="q", receipt="r", body=body, tries=1))

    def hear_of(self, order: Order, facts: PaymentFacts, what: str = "CAPTURED", **parts: Any) -> None:
        """News of an order's payment."""
        self.hear(f"payment.{what.lower()}", payment_news(facts, order.cart_id, what, self.at(), order.id, **parts))

    def hear_paid(
        self, cart: CartId, total: int, *, ago: timedelta = GRACE, what: str = "AUTHORIZED", **parts: Any
    ) -> None:
        """News of a payment of a cart that has no order yet."""
        facts = promised(payment_of(cart), total)
        self.hear(f"payment.{what.lower()}", payment_news(facts, cart, what, self.at(ago), **parts))

    def at(self, ago: timedelta = timedelta(0)) -> str:
        return (self.now() - ago).isoformat()

    def version(self, order: OrderId) -> int:
        return self.order(order).version

    def codes(self) -> list[list[str]]:
        """Of each event that a checkout was refused."""
        assert {(one.kind, one.key, one.id) for one in self.told} <= {
            ("checkout.refused", one.key, f"{one.key}:refused") for one in self.told
        }
        return [[code.value for code in one.detail.codes] for one in self.told]  # type: ignore[union-attr]  # see above


def payment_of(cart: CartId) -> PaymentId:
    return PaymentId(f"pay_{cart.removeprefix('cart_')}")


def promised(payment: PaymentId, total: int) -> PaymentFacts:
    none = Money(0, USD)
    return PaymentFacts(id=payment, version=3, authorized=Money(total, USD), captured=none, refunded=none)


def payment_news(
    facts: PaymentFacts, cart: CartId, what: str, at: str, order: OrderId | None = None, **parts: Any
) -> Any:
    """As payments tell them; more than orders read."""

    def money(amount: Money) -> dict[str, str]:
        return {"amount": amount.amount, "currency": amount.currency.value}

    return {
        "id": f"{facts.id}:{facts.version}", "schema": 1, "paymentId": facts.id, "seq": facts.version, "what": what,
        "at": at, "provider": "simulator", "cartId": cart, "orderId": order, "customerId": None, "status": "CAPTURED",
        "amount": money(facts.authorized), "authorized": money(facts.authorized), "captured": money(facts.captured),
        "refunded": money(facts.refunded), "voided": facts.voided, "done": [], "failed": [],
    } | parts  # fmt: skip


@cache
def made(endpoint: str) -> Reacting:
    """One for all tests of a process, for its clients take longer to make than most tests take."""
    return Reacting(endpoint)
