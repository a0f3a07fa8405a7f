"""What the cart's answers need from outside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from domain.cart import totals
from domain.cart.carts import Cart
from domain.cart.discounts import Discount
from domain.cart.offers import Offer
from domain.cart.shipping import ShippingZone
from domain.cart.storing import (
    Decision,
    HeldGoods,
    Joined,
    KeptCart,
    NoCart,
    Refusal,
    StoredCart,
    StoredMerge,
)
from domain.cart.taxes import TaxTable
from domain.cart.terms import CodeTaken, CountedDiscount, Saved, Stale
from domain.cart.totals import Conditions
from domain.errors import UserError
from domain.ids import CartId, CustomerId, DiscountId, ProductId, SessionId, ShippingZoneId, VariantId
from domain.keys import Key, KeyReused
from domain.money import CurrencyCode
from domain.pages import Page, Window
from domain.sessions import GuestContext, Session
from resolvers._kit.limits import Limit

type Decide = Callable[[Cart], Decision | Refusal | NoCart]
type Join = Callable[[Cart, Cart | None], Joined]


class Store(Protocol):
    """Carts: each change is one transaction, or nothing."""

    def get(self, cart_id: CartId) -> KeptCart | None:
        """The cart with its last changes, whoever asks."""

    def of_customer(self, customer: CustomerId) -> KeptCart | None:
        """The cart that a customer has; it may have become an order."""

    def listen(self, cart_id: CartId) -> None:
        """Have the changes of a cart told from now on."""

    def create(self, cart: Cart | Refusal, key: Key) -> StoredCart | NoCart | Refusal | KeyReused:
        """Store a new cart, once for a key; tell why there can be none, unless there was for the key."""

    def change(
        self, cart_id: CartId, decide: Decide, *, key: Key | None = None
    ) -> StoredCart | NoCart | Refusal | KeyReused:
        """Store what is decided of a cart, decided anew whenever others came first; once for a key."""

    def merge(self, guest_id: CartId, customer: CustomerId, decide: Join, key: Key) -> StoredMerge | NoCart | KeyReused:
        """Store what becomes of a guest's cart and the customer's; once for a key."""


class Goods(Protocol):
    """What is held for carts: nothing is stored until ``also`` is, with the cart."""

    def hold(self, cart: Cart) -> HeldGoods | tuple[UserError, ...]:
        """Everything in the cart for the next minutes; or what is missing, at ``("lines", place, ...)``."""

    def keep(self, owners: Sequence[CartId], owner: CartId, wanted: Mapping[VariantId, int]) -> HeldGoods:
        """Of what is held for several carts, one keeps no more than ``wanted``; the rest is given back."""

    def lapse(self, owner: CartId) -> HeldGoods | None:
        """Nothing any more, if what is held has run out; None when it has not."""

    def give_back(self, owner: str) -> None:
        """Give back, at once, what has run out for an owner that is no cart any more."""

    def ran_out(self, most: int) -> Iterator[str]:
        """The owners of what has run out and was not given back."""

    def within_reach(
        self, variants: Sequence[VariantId], owner: CartId, *, fresh: bool = True
    ) -> Mapping[VariantId, int]:
        """How many units of each variant the cart could have, with those that it has; now, or a moment ago."""


class Market(Protocol):
    """What is sold."""

    def of(self, variants: Iterable[VariantId], locale: str | None) -> Mapping[VariantId, Offer]:
        """What there is of the variants, on sale or not, as fresh as what shoppers browse."""


class Terms(Protocol):
    """The shop's terms, as staff keep them."""

    def terms(self) -> totals.Terms:
        """All zones and tax tables, and the automatic discounts."""

    def discount(self, id: DiscountId) -> CountedDiscount | None:  # noqa: A002  # the domain's word
        """A discount as it is now."""

    def discounts(self, window: Window) -> Page[CountedDiscount]:
        """One page of all discounts, newest first."""

    def save_discount(self, old: Discount | None, new: Discount) -> Saved | Stale | CodeTaken:
        """Store the version after ``old``, or a first one."""

    def save_zone(self, old: ShippingZone | None, new: ShippingZone) -> Saved | Stale:
        """Store the version after ``old``, or a first one."""

    def save_table(self, old: TaxTable | None, new: TaxTable) -> Saved | Stale:
        """Store the version after ``old``, or a country's first one."""

    def delete_zone(self, id: ShippingZoneId) -> bool:  # noqa: A002  # the domain's word
        """Remove a zone; whether it was there."""

    def delete_table(self, country: str) -> bool:
        """Remove a country's table; whether it was there."""


class Sessions(Protocol):
    """What is remembered of guests, as long as it is: None of whoever is not known, and no use ever fails."""

    def start(self, context: GuestContext) -> Session:
        """Remember somebody new."""

    def get(self, id: SessionId) -> Session | None:  # noqa: A002  # the domain's word
        """What is known, and keep it."""

    def set_context(self, id: SessionId, context: GuestContext) -> Session | None:  # noqa: A002  # the domain's word
        """Remember for whom to choose, in place of what was known."""

    def set_cart(self, id: SessionId, cart_id: CartId | None) -> Session | None:  # noqa: A002  # the domain's word
        """Remember which cart to go on with."""

    def saw(self, id: SessionId, product_id: ProductId) -> Session | None:  # noqa: A002  # the domain's word
        """Remember a product that was looked at."""

    def renew(self, id: SessionId) -> Session | None:  # noqa: A002  # the domain's word
        """Another id for what is known, but for the cart."""


class Carts(Struct, frozen=True, kw_only=True):
    """Everything an answer of the cart domain may use."""

    store: Store
    goods: Goods
    market: Market
    conditions: Callable[[Cart], Conditions]
    sessions: Sessions
    shop: CurrencyCode
    now: Callable[[], datetime]
    new_id: Callable[[str], str]
    buyers: Limit
    terms: Terms
    edits: Limit
