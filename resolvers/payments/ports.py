"""What the payments' answers need from outside."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from domain.cart.carts import Cart
from domain.cart.requirements import Requirement
from domain.cart.totals import Bill
from domain.ids import CartId, CustomerId, PaymentId
from domain.keys import Key, KeyReused
from domain.money import Money
from domain.payments.payments import OperationKind, Payment
from domain.payments.provider import Provider
from domain.payments.storing import KeptPayment, NoPayment, Refusal, StoredPayment
from resolvers._kit.limits import Limit

type Outcome = StoredPayment | NoPayment | Refusal | KeyReused


class Due(Protocol):
    """A cart, what it costs now, and what it lacks before it can be paid."""

    @property
    def cart(self) -> Cart: ...

    @property
    def bill(self) -> Bill: ...

    @property
    def lacks(self) -> tuple[Requirement, ...]: ...


class Dues(Protocol):
    """Bills of carts, of the terms and prices of this very moment."""

    def of(self, cart_id: CartId, caller: CustomerId | None) -> Due | None:
        """What a cart of the caller's is to pay; None when there is none."""


class Store(Protocol):
    """Payments as they are stored."""

    def get(self, payment_id: PaymentId) -> KeptPayment | None:
        """The payment, whoever asks."""

    def of_cart(self, cart_id: CartId) -> tuple[Payment, ...]:
        """The cart's payments, the oldest first."""

    def many(self, ids: Iterable[PaymentId]) -> Mapping[PaymentId, Payment]:
        """The payments there are of ``ids``."""


class Cashier(Protocol):
    """Who has money moved: each call happens once for a key."""

    def start(self, payment: Payment | Refusal, return_url: str | None, key: Key) -> Outcome:
        """Begin a new payment; tell why there can be none, unless there was for the key."""

    def go_on(self, payment_id: PaymentId, return_url: str | None, key: Key) -> Outcome:
        """A payment that has begun before."""

    def move(
        self, payment_id: PaymentId, kind: OperationKind, amount: Money | None, key: Key, *, reason: str | None = None
    ) -> Outcome:
        """Have money moved; no ``amount`` is the whole of it."""


class Payments(Struct, frozen=True, kw_only=True):
    """Everything an answer may use; ``providers`` are those that are open, by name."""

    cashier: Cashier
    store: Store
    dues: Dues
    providers: Mapping[str, Provider]
    now: Callable[[], datetime]
    new_id: Callable[[str], str]
    buyers: Limit
    staff: Limit
