"""One function a field: load, decide, store, return."""

from collections.abc import Sequence
from typing import Final

from msgspec import UNSET, Struct, structs

from domain.addresses import Address
from domain.customers.wishes import Wishlist
from domain.ids import CustomerId
from domain.pages import window
from domain.sessions import GuestContext
from resolvers._kit.app import App
from resolvers._kit.callers import Anyone, Shopper, Staff
from resolvers._kit.faults import BadRequest
from resolvers._kit.limits import Limit, refuse_many
from resolvers._kit.views import DeletePayload
from resolvers.customers import changing, views
from resolvers.customers.ports import Customers
from resolvers.customers.settings import DOMAIN
from resolvers.customers.signing_up import own
from resolvers.customers.views import (
    ALL,
    FOUND,
    WISHES,
    Consent,
    Customer,
    CustomerConnection,
    CustomerPayload,
    GuestOrdersClaimPayload,
    WishlistConnection,
    customer_of,
)

app: Final = App[Customers](DOMAIN)
STRANGER: Final = "there is no such customer"
LONGEST_ID: Final = 128
"""Characters of a user name in a pool (Cognito API reference, "UsernameType")."""


class CustomerParent(Struct, frozen=True, kw_only=True):
    """A customer, of whom more is asked."""

    id: CustomerId
    locale: str | None = None


class OwnedParent(Struct, frozen=True, kw_only=True):
    """What belongs to a customer, or to a guest."""

    customer_id: CustomerId | None = None


class CustomerInput(Struct, frozen=True, kw_only=True):
    """What a customer says; what is left out is unset."""

    name: str | None = UNSET  # type: ignore[assignment]  # tells what is left out from what is null
    phone: str | None = UNSET  # type: ignore[assignment]  # as above
    locale: str | None = UNSET  # type: ignore[assignment]  # as above
    marketing_consent: bool | None = UNSET  # type: ignore[assignment]  # as above
    default_address_id: str | None = UNSET  # type: ignore[assignment]  # as above


def changes(customers: Customers) -> Limit:
    """How often one customer may change themselves."""
    return customers.changes


def claims(customers: Customers) -> Limit:
    """How often one customer may claim orders."""
    return customers.claims


@app.field("Query.me")
def me(customers: Customers, caller: Shopper) -> Customer | None:
    """Who asks."""
    found = own(customers, caller)
    return None if found is None else customer_of(found, customers.wording)


@app.field("Query.customer")
def customer(customers: Customers, caller: Staff, *, id: str) -> Customer | None:
    """A customer by their id."""
    found = customers.store.get(CustomerId(id)) if 0 < len(id) <= LONGEST_ID else None
    return None if found is None else customer_of(found, customers.wording)


@app.field("Query.customers")
def customers(
    customers: Customers, caller: Staff, *, search: str | None = None, first: int | None = None,
    after: str | None = None, last: int | None = None, before: str | None = None,
) -> CustomerConnection:  # fmt: skip
    """A page of all customers, or of those that a search finds."""
    listing = ALL if search is None else FOUND
    wanted = window(listing, first=first, after=after, last=last, before=before)
    if search is None:
        return views.customers_page(listing, customers.lists.all(wanted), customers.wording, complete=True)
    found = customers.lists.search(search, wanted)
    return views.customers_page(listing, found.page, customers.wording, complete=found.complete)


@app.field("Mutation.customerUpdate", limit=changes)
def customer_update(customers: Customers, caller: Shopper, *, input: CustomerInput) -> CustomerPayload:
    """Change what is known of the caller."""
    given = {name: value for name, value in structs.asdict(input).items() if value is not UNSET}
    return changing.edited(customers, caller, given)


@app.field("Mutation.addressSave", limit=changes)
def address_save(customers: Customers, caller: Shopper, *, input: Address, id: str | None = None) -> CustomerPayload:
    """Keep an address."""
    return changing.address_saved(customers, caller, id, input)


@app.field("Mutation.addressDelete", limit=changes)
def address_delete(customers: Customers, caller: Shopper, *, id: str) -> DeletePayload:
    """Keep an address no longer."""
    return changing.address_deleted(customers, caller, id)


@app.field("Mutation.wishlistSet", limit=changes)
def wishlist_set(customers: Customers, caller: Shopper, *, variant_id: str, wished: bool) -> CustomerPayload:
    """Wish for a variant, or not any more."""
    return changing.wish_set(customers, caller, variant_id, wished=wished)


@app.field("Mutation.guestOrdersClaim", limit=claims)
def guest_orders_claim(customers: Customers, caller: Shopper) -> GuestOrdersClaimPayload:
    """Claim what was bought as a guest."""
    return changing.claimed(customers, caller)


@app.batch("Customer.wishlist")
def customer_wishlist(
    customers: Customers, caller: Anyone, parents: Sequence[CustomerParent], *, first: int | None = None,
    after: str | None = None, last: int | None = None, before: str | None = None, context: GuestContext | None = None,
) -> list[WishlistConnection | BadRequest]:  # fmt: skip
    """A page of each customer's wishes."""
    wanted = window(WISHES, first=first, after=after, last=last, before=before)
    there = customers.store.wishlists(parent.id for parent in parents if caller.sees_all_of(parent.id))
    return [
        views.wishes_page(there.get(one.id, Wishlist()), wanted, context or GuestContext(locale=one.locale))
        if caller.sees_all_of(one.id)
        else BadRequest(STRANGER)
        for one in parents
    ]


@app.batch("Customer.consents")
def customer_consents(
    customers: Customers, caller: Anyone, parents: Sequence[CustomerParent]
) -> list[tuple[Consent, ...] | BadRequest]:
    """The log of each customer's consents."""
    refuse_many(parents)
    return [customers.store.consents(one.id) if caller.sees_all_of(one.id) else BadRequest(STRANGER) for one in parents]


@app.batch("Order.customer")
def order_customer(customers: Customers, caller: Shopper, parents: Sequence[OwnedParent]) -> list[Customer | None]:
    """Whose each order is."""
    return _owners(customers, caller, parents)


@app.batch("Cart.customer")
def cart_customer(customers: Customers, caller: Shopper, parents: Sequence[OwnedParent]) -> list[Customer | None]:
    """Whose each cart is."""
    return _owners(customers, caller, parents)


def _owners(customers: Customers, caller: Shopper, owned: Sequence[OwnedParent]) -> list[Customer | None]:
    """The owners that the caller may see."""
    owners = [one.customer_id if caller.sees_all_of(one.customer_id) else None for one in owned]
    wanted = [one for one in owners if one is not None]
    there = customers.store.many(wanted) if wanted else {}
    found = [there.get(one) if one is not None else None for one in owners]
    return [None if one is None else customer_of(one, customers.wording) for one in found]
