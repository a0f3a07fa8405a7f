"""What the customers' functions need from outside."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from domain.customers.customers import Consent, Customer, Refused
from domain.customers.signing import Told
from domain.customers.storing import Decision, Found, NoCustomer, Refusal, StoredCustomer
from domain.customers.wishes import Wishlist
from domain.ids import CustomerId, VariantId
from domain.keys import KeyReused
from domain.pages import Page, Window
from resolvers._kit.limits import Limit

type Decide = Callable[[Customer], Decision | Refusal]


class Known(Struct, frozen=True, kw_only=True):
    """What the user pool says of a user, and what they said of themselves there, under its names."""

    told: Told
    attributes: Mapping[str, str]


class Store(Protocol):
    """Customers: each change is one transaction, or nothing."""

    def get(self, customer: CustomerId) -> Customer | None:
        """The customer, whoever asks."""

    def many(self, ids: Iterable[CustomerId]) -> Mapping[CustomerId, Customer]:
        """The customers there are of these."""

    def make(self, customer: Customer) -> StoredCustomer | NoCustomer:
        """Store a user's profile unless there is one, which is then given."""

    def change(self, customer: CustomerId, decide: Decide) -> StoredCustomer | NoCustomer | Refusal | KeyReused:
        """Store what is decided of a customer, decided anew whenever others came first."""

    def consents(self, customer: CustomerId) -> tuple[Consent, ...]:
        """All that a customer ever said about being written to."""

    def wishlists(self, ids: Iterable[CustomerId]) -> Mapping[CustomerId, Wishlist]:
        """What these customers wish for."""

    def wish(
        self, customer: CustomerId, decide: Callable[[Wishlist], Wishlist | Refused]
    ) -> Wishlist | Refusal | NoCustomer:
        """Store what is decided of a customer's wishes, decided anew whenever others came first."""


class Lists(Protocol):
    """Lists of customers."""

    def all(self, window: Window) -> Page[Customer]:
        """Of all, newest first."""

    def search(self, text: str, window: Window) -> Found:
        """Of those that a search finds."""


class Customers(Struct, frozen=True, kw_only=True):
    """Everything an answer of customers may use.

    ``claim`` makes orders of a guest a customer's who bought them, and says how many; ``ask`` asks the user pool.
    """

    store: Store
    lists: Lists
    ask: Callable[[CustomerId], Known | None]
    claim: Callable[[Customer], int]
    on_sale: Callable[[VariantId], bool]
    wording: str
    now: Callable[[], datetime]
    changes: Limit
    claims: Limit
