"""What the answers of orders need from outside."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from domain.errors import UserError
from domain.ids import CustomerId, OrderId
from domain.keys import Key, KeyReused
from domain.orders.events import OrderEvent
from domain.orders.orders import Fulfillment, Order, Return
from domain.orders.storing import (
    Also,
    Decision,
    KeptOrder,
    NoOrder,
    OrderFilter,
    Refusal,
    StoredOrder,
    Unchanged,
)
from domain.pages import Page, Window
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


class Orders(Struct, frozen=True, kw_only=True):
    """Everything an answer of orders may use."""

    store: Store
    lists: Lists
    goods: Goods
    now: Callable[[], datetime]
    buyers: Limit
    edits: Limit
