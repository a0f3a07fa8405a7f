"""Wire shapes that every domain uses; each class is the GraphQL type of its name."""

from functools import lru_cache
from typing import Protocol

from msgspec import Struct

from domain import addresses, money
from domain.errors import (
    ConflictError,
    ErrorCode,
    IllegalTransitionError,
    InputError,
    InsufficientStockError,
    PaymentError,
    ThrottledError,
)
from domain.ids import AddressId, CartLineId
from domain.money import CurrencyCode
from domain.pages import Place, cursor


class Money(Struct, frozen=True):
    """An exact amount as decimal text."""

    amount: str
    currency: CurrencyCode

    @classmethod
    def of(cls, value: money.Money) -> "Money":
        """The amount with exactly its currency's decimals."""
        return cls(value.amount, value.currency)


class AppliedDiscount(Struct, frozen=True, kw_only=True):
    """A discount that was given."""

    code: str | None
    title: str
    amount: Money


class Sums(Protocol):
    """What something costs, as the rules of a domain know it."""

    @property
    def subtotal(self) -> money.Money: ...
    @property
    def discount(self) -> money.Money: ...
    @property
    def shipping(self) -> money.Money: ...
    @property
    def tax(self) -> money.Money: ...
    @property
    def tax_included(self) -> bool: ...
    @property
    def total(self) -> money.Money: ...


class Totals(Struct, frozen=True, kw_only=True):
    """What a cart or an order costs."""

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    tax_included: bool
    total: Money

    @classmethod
    def of(cls, sums: Sums) -> "Totals":
        """Each amount with exactly its currency's decimals."""
        return cls(
            subtotal=Money.of(sums.subtotal),
            discount=Money.of(sums.discount),
            shipping=Money.of(sums.shipping),
            tax=Money.of(sums.tax),
            tax_included=sums.tax_included,
            total=Money.of(sums.total),
        )


class PriceChangedError(Struct, frozen=True, kw_only=True):
    """A unit of a line costs another amount than it did."""

    code: ErrorCode
    message: str
    field: tuple[str, ...] | None
    line_id: CartLineId
    was: Money
    now: Money


class TotalChangedError(Struct, frozen=True, kw_only=True):
    """The whole costs another amount than the buyer agreed to."""

    code: ErrorCode
    message: str
    field: tuple[str, ...] | None
    was: Money
    now: Money


type UserError = (
    InputError
    | ConflictError
    | IllegalTransitionError
    | InsufficientStockError
    | PaymentError
    | PriceChangedError
    | ThrottledError
    | TotalChangedError
)
"""Every shape of an expected failure on the wire."""


class Address(Struct, frozen=True, kw_only=True):
    """A postal address; one that a customer keeps has an id."""

    id: AddressId | None
    name: str
    company: str | None
    line1: str
    line2: str | None
    city: str
    region: str | None
    postal_code: str | None
    country: str
    phone: str | None

    @classmethod
    def of(cls, address: addresses.Address, id_: AddressId | None = None) -> "Address":
        """The address on the wire."""
        return cls(
            id=id_,
            name=address.name,
            company=address.company,
            line1=address.line1,
            line2=address.line2,
            city=address.city,
            region=address.region,
            postal_code=address.postal_code,
            country=address.country,
            phone=address.phone,
        )


class DeletePayload(Struct, frozen=True, kw_only=True):
    """What became of the wish to remove a thing."""

    deleted_id: str | None = None
    user_errors: tuple[UserError, ...] = ()


class PageInfo(Struct, frozen=True, kw_only=True):
    """Where a page lies in its list."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None

    @classmethod
    def of(cls, cursors: tuple[str, ...], *, has_next: bool, has_previous: bool) -> "PageInfo":
        """The page whose items have these cursors."""
        return cls(
            has_next_page=has_next,
            has_previous_page=has_previous,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )


@lru_cache(maxsize=512)
def cursors_of(listing: str, places: tuple[Place, ...]) -> tuple[str, ...]:
    """The cursors of places in ``listing``; kept, because the same pages are asked for again and again."""
    return tuple(cursor(listing, *place) for place in places)
