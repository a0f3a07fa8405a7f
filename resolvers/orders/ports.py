"""What the answers of orders need from outside."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from domain.errors import UserError
from domain.ids import CartId, CustomerId, OrderId, PaymentId
from domain.keys import Key, KeyReused
from domain.orders.events import OrderEvent
from domain.orders.orders import Fulfillment, Order, Return
from domain.orders.placing import Purchase
from domain.orders.storing import (
    Also,
    Buyer,
    Decision,
    KeptOrder,
    NoOrder,
    OrderFilter,
    Placing,
    Refusal,
    StoredOrder,
    Unchanged,
)
from domain.pages import Page, Window
from domain.payments.storing import KeptPayment
from resolvers._kit.limits import Limit

type Decide = Callable[[Order], Decision | Unchanged | Refusal | NoOrder]


class Store(Protocol):
    """Orders: each change is one transaction, or nothing."""

    def get(self, order_id: OrderId) -> KeptOrder | None:
        """The order, whoever asks."""

    def by_number(self, number: str) -> KeptOrder | None:
        """The order with a number."""

    def changes(self, order_id: OrderId, after_seq: int) -> tuple[OrderEvent, ...]:
        """The events after one, in their order."""

    def is_among(self, order: Order, customer: CustomerId) -> bool:
        """Whether an order is a customer's own, or one that they bought as a guest and have claimed."""

    def change(
        self, order_id: OrderId, decide: Decide, *, key: Key | None = None
    ) -> StoredOrder | NoOrder | Refusal | KeyReused:
        """Store what is decided of an order, decided anew whenever others came first; once for a key."""


class Lists(Protocol):
    """Lists of orders, newest first."""

    def all(self, asked: OrderFilter, window: Window) -> Page[Order]:
        """Of all that fit."""

    def of_customer(self, customer: CustomerId, window: Window) -> Page[Order]:
        """Of a customer's."""


class Goods(Protocol):
    """What is promised to orders: nothing is stored until the result is, with the order."""

    def give_back(self, order: Order) -> Also:
        """What was not sent is anybody's again."""

    def send(self, order: Order, parcel: Fulfillment, actor: str) -> Also | tuple[UserError, ...]:
        """What is in a parcel leaves its warehouse."""

    def restock(self, order: Order, back: Return, actor: str) -> Also | tuple[UserError, ...]:
        """What came back is put where it was sent from."""


class Checkout(Protocol):
    """Carts become orders: each in one transaction, or not at all."""

    def complete(
        self, cart_id: CartId, buyer: Buyer, decide: Callable[[Purchase, OrderId], Placing | Refusal], key: Key
    ) -> StoredOrder | NoOrder | Refusal | KeyReused:
        """Store the order that is decided of a purchase, decided anew whenever others came first; once for a key."""


class Payments(Protocol):
    """What orders are paid by."""

    def get(self, payment_id: PaymentId) -> KeptPayment | None:
        """The payment, whoever asks."""

    def consuming(self, into: Any, kept: KeptPayment, order: OrderId) -> object:
        """Add to a transaction that an order is placed with a payment, as long as it is what was looked at."""


class Till(Struct, frozen=True, kw_only=True):
    """What is needed to make an order of a cart; ``token`` is what a guest shows to see the order again."""

    checkout: Checkout
    payments: Payments
    token: Callable[[OrderId], str]
    now: Callable[[], datetime]


class Orders(Struct, frozen=True, kw_only=True):
    """Everything an answer of orders may use."""

    till: Till

    store: Store
    lists: Lists
    goods: Goods
    now: Callable[[], datetime]
    checkouts: Limit
    buyers: Limit
    edits: Limit
