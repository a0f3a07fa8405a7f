"""The wire shapes of customers, and how stored customers become them."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from domain.customers import customers as stored
from domain.customers.customers import Consent
from domain.customers.wishes import Wishlist, page_of
from domain.ids import AddressId, CustomerId, VariantId
from domain.money import CurrencyCode
from domain.pages import Page, Window
from domain.sessions import GuestContext
from resolvers._kit.views import Address, PageInfo, UserError, cursors_of
from resolvers._kit.wire import Hidden

__all__ = ["Consent"]

ALL: Final = "customers"
FOUND: Final = "customers found"
WISHES: Final = "wishes"
"""Names of lists: a cursor of one is refused by the others."""


class Customer(Struct, frozen=True, kw_only=True):
    """A customer."""

    id: CustomerId
    email: str
    email_verified: bool
    name: str | None
    phone: str | None
    locale: str | None
    marketing_consent: bool
    marketing_wording: str
    addresses: tuple[Address, ...]
    default_address_id: AddressId | None
    created_at: datetime
    updated_at: datetime


class CustomerEdge(Struct, frozen=True, kw_only=True):
    """A customer at their place."""

    cursor: str
    node: Customer


class CustomerConnection(Struct, frozen=True, kw_only=True):
    """A page of customers."""

    edges: tuple[CustomerEdge, ...]
    page_info: PageInfo
    complete: bool


class WishlistEdge(Struct, frozen=True, kw_only=True):
    """A wish at its place, and for whom its variant is to be shown."""

    cursor: str
    variant_id: VariantId
    wished_at: datetime
    currency: Hidden[CurrencyCode | None]
    locale: Hidden[str | None]


class WishlistConnection(Struct, frozen=True, kw_only=True):
    """A page of wishes."""

    edges: tuple[WishlistEdge, ...]
    page_info: PageInfo
    total_count: int


class CustomerPayload(Struct, frozen=True, kw_only=True):
    """What became of a change."""

    customer: Customer | None = None
    user_errors: tuple[UserError, ...] = ()


class GuestOrdersClaimPayload(Struct, frozen=True, kw_only=True):
    """What became of a claim."""

    claimed: int | None = None
    user_errors: tuple[UserError, ...] = ()


def customer_of(customer: stored.Customer, wording: str) -> Customer:
    """A customer on the wire."""
    return Customer(
        id=customer.id,
        email=customer.email,
        email_verified=customer.email_verified,
        name=customer.name,
        phone=customer.phone,
        locale=customer.locale,
        marketing_consent=customer.marketing_consent,
        marketing_wording=wording,
        addresses=tuple(Address.of(one.address, one.id) for one in customer.addresses),
        default_address_id=customer.default_address_id,
        created_at=customer.created_at,
        updated_at=customer.updated_at,
    )


def customers_page(listing: str, page: Page[stored.Customer], wording: str, *, complete: bool) -> CustomerConnection:
    """A page of customers on the wire."""
    cursors = cursors_of(listing, page.places)
    return CustomerConnection(
        edges=tuple(
            CustomerEdge(cursor=cursor, node=customer_of(one, wording))
            for cursor, one in zip(cursors, page.items, strict=True)
        ),
        page_info=PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous),
        complete=complete,
    )


def wishes_page(wishlist: Wishlist, window: Window, context: GuestContext) -> WishlistConnection:
    """A page of wishes on the wire, their variants to be shown as the context says."""
    page = page_of(wishlist, window)
    cursors = cursors_of(WISHES, page.places)
    return WishlistConnection(
        edges=tuple(
            WishlistEdge(
                cursor=cursor,
                variant_id=one.variant_id,
                wished_at=one.at,
                currency=context.currency,
                locale=context.locale,
            )
            for cursor, one in zip(cursors, page.items, strict=True)
        ),
        page_info=PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous),
        total_count=len(wishlist.wishes),
    )
