"""A customer as they see themselves, and as those see them who serve them."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from schema.addresses import Address
from schema.buyer import BuyerContext
from schema.catalog.types import ProductVariant
from schema.pages import PageInfo
from schema.prose import entity
from schema.route import routed
from schema.scalars import AWSDateTime

if TYPE_CHECKING:  # these know customers
    from schema.cart.types import Cart
    from schema.orders.types import OrderConnection
    from schema.reviews.types import ReviewConnection

BATCH = 100
"""Customers whose wishes are answered in one invocation, and wishes whose variants are: a page."""


@entity
class Consent:
    """An entry of the log of what a customer said about being written to.

    seq: The first is 1, and each change of mind is the next.
    at: When it was said.
    granted: Whether the shop may write from then on.
    wording: What was agreed to, or withdrawn, as the customer read it.
    where: In which part of the shop.
    """

    seq: int
    at: AWSDateTime
    granted: bool
    wording: str
    where: str


@entity
class WishlistEdge:
    """A wish at its place in the list.

    cursor: The place, to go on from.
    variant_id: What is wished for.
    wished_at: Since when.
    """

    cursor: str
    variant_id: strawberry.ID
    wished_at: AWSDateTime

    @routed("catalog", batch=BATCH)
    def node(self) -> ProductVariant | None:
        """The variant; null when it is not on sale any more."""


@entity
class WishlistConnection:
    """One page of a customer's wishes.

    edges: The wishes of the page, newest first.
    page_info: Where the page lies in the list.
    total_count: How many wishes the whole list has, at most 200.
    """

    edges: list[WishlistEdge]
    page_info: PageInfo
    total_count: int


@entity
class Customer:
    """A person with an account: seen by themselves and by staff, by nobody else.

    id: The user's id in the user pool, its "sub".
    email: What they sign in with, as the user pool said when the shop last heard of it, from an ID token or by
      guestOrdersClaim; it takes some that are no AWSEmail.
    email_verified: Whether they have shown that it is theirs.
    name: What they are called.
    phone: Where they can be called, in the form of E.164, such as "+49301234567"; it need not be one that is in use.
    locale: The language they like to be written to in, such as "de".
    marketing_consent: Whether the shop may write to them about more than their orders.
    marketing_wording: What to show beside the box by which they agree, word for word: it is kept with what they said.
    addresses: The addresses that they keep, at most 20, in the order in which they came.
    default_address_id: Which of them is to be proposed first; null when there is none.
    created_at: Since when they are a customer.
    updated_at: When this was last changed.
    """

    id: strawberry.ID
    email: str
    email_verified: bool
    name: str | None
    phone: str | None
    locale: str | None
    marketing_consent: bool
    marketing_wording: str
    addresses: list[Address]
    default_address_id: strawberry.ID | None
    created_at: AWSDateTime
    updated_at: AWSDateTime

    @routed("customers", batch=BATCH)
    def wishlist(
        self,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        context: BuyerContext | None = None,
    ) -> WishlistConnection:
        """A page of what they wish for, newest first.

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        last: How many of the oldest, 1 to 100; not together with first.
        before: The cursor to go back from.
        context: For whom prices and texts are chosen; the customer's own language when left out.
        """

    @routed("customers", batch=BATCH)
    def consents(self) -> list[Consent]:
        """All that they said about being written to, oldest first, at most 200 entries. Of at most 10 customers at
        once.
        """

    @routed("orders", batch=BATCH)
    def orders(
        self, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
    ) -> Annotated["OrderConnection", strawberry.lazy("schema.orders.types")] | None:
        """A page of their orders, newest first, with those that they bought as a guest and have claimed; null while
        orders are out of reach. Of at most 10 customers at once.

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        last: How many of the oldest, 1 to 100; not together with first.
        before: The cursor to go back from.
        """

    @routed("cart", batch=BATCH)
    def cart(self) -> Annotated["Cart", strawberry.lazy("schema.cart.types")] | None:
        """Their cart; null when there is none, and while carts are out of reach. Of at most 10 customers at once."""

    @routed("reviews", batch=BATCH)
    def reviews(
        self, first: int | None = None, after: str | None = None
    ) -> Annotated["ReviewConnection", strawberry.lazy("schema.reviews.types")] | None:
        """A page of what they said of products, newest first, whatever the shop has made of it; null while reviews are
        out of reach. Of at most 10 customers at once.

        first: How many, 1 to 100; 20 when left out.
        after: The cursor to go on from.
        """


@entity
class CustomerEdge:
    """A customer at their place in a list.

    cursor: The place, to go on from.
    node: The customer.
    """

    cursor: str
    node: Customer


@entity
class CustomerConnection:
    """One page of customers.

    edges: The customers of the page.
    page_info: Where the page lies in the list.
    complete: False when a search finds more than it looks through: another letter then finds those that are missing.
    """

    edges: list[CustomerEdge]
    page_info: PageInfo
    complete: bool
