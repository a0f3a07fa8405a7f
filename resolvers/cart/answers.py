"""One function a field: load, decide, store, return."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import UNSET, Struct

from domain.addresses import Address
from domain.cart.drafts import DiscountDraft, ShippingZoneDraft, TaxTableDraft
from domain.cart.lines import LineAsked, LineChange
from domain.cart.merging import CartMergeStrategy
from domain.ids import CustomerId, SessionId
from domain.money import CurrencyCode
from domain.pages import window
from domain.sessions import GuestContext
from resolvers._kit.app import App
from resolvers._kit.asks import Asks
from resolvers._kit.callers import Anyone, Publisher, Shopper, Staff
from resolvers._kit.faults import BadRequest
from resolvers._kit.limits import Limit, refuse_many
from resolvers._kit.views import DeletePayload
from resolvers.cart import changing, joining, reading, sessions, terms
from resolvers.cart.announcing import Announcement
from resolvers.cart.changing import Request
from resolvers.cart.ports import Carts
from resolvers.cart.sessions import Session, SessionParent, SessionPayload
from resolvers.cart.settings import DOMAIN
from resolvers.cart.terms_views import (
    DISCOUNTS,
    Discount,
    DiscountConnection,
    DiscountPayload,
    ShippingZone,
    ShippingZonePayload,
    TaxTable,
    TaxTablePayload,
    discount_of,
    discounts_page,
)
from resolvers.cart.views import Cart, CartChange, CartMergePayload, CartPayload

app: Final = App[Carts](DOMAIN)


def buyers(carts: Carts) -> Limit:
    """How often one buyer may change carts."""
    return carts.buyers


def edits(carts: Carts) -> Limit:
    """How often one member of staff may change the shop's terms."""
    return carts.edits


class CartDetails(Struct, frozen=True, kw_only=True):
    """What a buyer says; what is left out is unset."""

    email: str | None = UNSET  # type: ignore[assignment]  # tells what is left out from what is null
    currency: CurrencyCode | None = UNSET  # type: ignore[assignment]  # as above
    shipping_address: Address | None = UNSET  # type: ignore[assignment]  # as above
    billing_address: Address | None = UNSET  # type: ignore[assignment]  # as above
    shipping_quote_id: str | None = UNSET  # type: ignore[assignment]  # as above


class CustomerParent(Struct, frozen=True, kw_only=True):
    """A customer, whose cart is asked for."""

    id: CustomerId


@app.field("Query.cart")
def cart(carts: Carts, caller: Anyone, *, id: str, asks: Asks) -> Cart | None:
    """A cart by its id."""
    kept = reading.kept_for(carts, caller, id)
    return reading.shown(carts, kept.cart, asks) if kept else None


@app.field("Query.myCart")
def my_cart(carts: Carts, caller: Shopper, *, asks: Asks) -> Cart | None:
    """The cart of the customer who asks."""
    return joining.own(carts, CustomerId(caller.sub), asks)


@app.batch("Customer.cart")
def customer_cart(carts: Carts, caller: Anyone, parents: Sequence[CustomerParent]) -> list[Cart | None]:
    """The cart of each customer."""
    refuse_many(parents)
    return [joining.own(carts, one.id) if caller.sees_all_of(one.id) else None for one in parents]


@app.field("Query.cartChanges")
def cart_changes(carts: Carts, caller: Anyone, *, cart_id: str, after_seq: int) -> tuple[CartChange, ...]:
    """What happened to a cart after a version."""
    return reading.changes_of(carts, caller, cart_id, after_seq)


@app.field("Query.discount")
def discount(carts: Carts, caller: Staff, *, id: str) -> Discount | None:
    """A discount by its id."""
    found = terms.found_discount(carts, id)
    return discount_of(found) if found else None


@app.field("Query.discounts")
def discounts(carts: Carts, caller: Staff, *, first: int | None = None, after: str | None = None) -> DiscountConnection:
    """A page of discounts, newest first."""
    return discounts_page(carts.terms.discounts(window(DISCOUNTS, first=first, after=after)))


@app.field("Query.shippingZones")
def shipping_zones(carts: Carts, caller: Staff) -> tuple[ShippingZone, ...]:
    """Every shipping zone."""
    return terms.zones(carts)


@app.field("Query.taxTables")
def tax_tables(carts: Carts, caller: Staff) -> tuple[TaxTable, ...]:
    """Every tax table."""
    return terms.tables(carts)


@app.field("Mutation.cartCreate", limit=buyers)
def cart_create(
    carts: Carts, caller: Anyone, *, idempotency_key: str, lines: tuple[LineAsked, ...] | None = None,
    context: GuestContext | None = None, session_id: str | None = None, asks: Asks,
) -> CartPayload:  # fmt: skip
    """Begin a cart."""
    buyer = context or GuestContext()
    known_as = None if session_id is None else SessionId(session_id)
    return changing.create(carts, caller, lines or (), buyer, key=idempotency_key, session_id=known_as, asks=asks)


@app.field("Mutation.cartLinesAdd", limit=buyers)
def cart_lines_add(
    carts: Carts, caller: Anyone, *, cart_id: str, lines: tuple[LineAsked, ...], idempotency_key: str,
    expected_version: int | None = None, asks: Asks,
) -> CartPayload:  # fmt: skip
    """Put more units into a cart."""
    request = Request(caller, cart_id, idempotency_key, expected_version, ("add", lines), asks)
    return changing.changed(carts, request, changing.adding(carts, lines))


@app.field("Mutation.cartLinesUpdate", limit=buyers)
def cart_lines_update(
    carts: Carts, caller: Anyone, *, cart_id: str, lines: tuple[LineChange, ...], expected_version: int | None = None,
    idempotency_key: str | None = None, asks: Asks,
) -> CartPayload:  # fmt: skip
    """Set how many units lines have."""
    request = Request(caller, cart_id, idempotency_key, expected_version, ("update", lines), asks)
    return changing.changed(carts, request, changing.updating(carts, lines))


@app.field("Mutation.cartDetailsSet", limit=buyers)
def cart_details_set(
    carts: Carts, caller: Anyone, *, cart_id: str, input: CartDetails, expected_version: int | None = None,
    idempotency_key: str | None = None, asks: Asks,
) -> CartPayload:  # fmt: skip
    """Say who buys, where it goes and how."""
    given = {name: part for name, part in msgspec.structs.asdict(input).items() if part is not UNSET}
    request = Request(caller, cart_id, idempotency_key, expected_version, ("details", input), asks)
    return changing.changed(carts, request, changing.detailing(carts, given))


@app.field("Mutation.cartDiscountCodesSet", limit=buyers)
def cart_discount_codes_set(
    carts: Carts, caller: Anyone, *, cart_id: str, codes: tuple[str, ...], expected_version: int | None = None,
    idempotency_key: str | None = None, asks: Asks,
) -> CartPayload:  # fmt: skip
    """Set a cart's discount codes."""
    request = Request(caller, cart_id, idempotency_key, expected_version, ("codes", codes), asks)
    return changing.changed(carts, request, changing.coding(carts, codes))


@app.field("Mutation.cartReserve", limit=buyers)
def cart_reserve(
    carts: Carts, caller: Anyone, *, cart_id: str, idempotency_key: str, expected_version: int | None = None,
    asks: Asks,
) -> CartPayload:  # fmt: skip
    """Hold everything in a cart."""
    request = Request(caller, cart_id, idempotency_key, expected_version, "reserve", asks)
    return changing.changed(carts, request, changing.reserving(carts))


@app.field("Mutation.cartMerge", limit=buyers)
def cart_merge(
    carts: Carts, caller: Shopper, *, guest_cart_id: str, strategy: CartMergeStrategy, idempotency_key: str
) -> CartMergePayload:
    """Bring a guest's cart into the customer's."""
    return joining.join(carts, caller, guest_cart_id, strategy, idempotency_key)


@app.field("Mutation.discountSave", limit=edits)
def discount_save(
    carts: Carts, caller: Staff, *, input: DiscountDraft, id: str | None = None, expected_version: int | None = None
) -> DiscountPayload:
    """Store a discount."""
    return terms.save_discount(carts, input, id, expected_version)


@app.field("Mutation.shippingZoneSave", limit=edits)
def shipping_zone_save(
    carts: Carts, caller: Staff, *, input: ShippingZoneDraft, id: str | None = None,
    expected_version: int | None = None,
) -> ShippingZonePayload:  # fmt: skip
    """Store a shipping zone."""
    return terms.save_zone(carts, input, id, expected_version)


@app.field("Mutation.shippingZoneDelete", limit=edits)
def shipping_zone_delete(carts: Carts, caller: Staff, *, id: str) -> DeletePayload:
    """Remove a shipping zone."""
    return terms.delete_zone(carts, id)


@app.field("Mutation.taxTableSave", limit=edits)
def tax_table_save(
    carts: Carts, caller: Staff, *, input: TaxTableDraft, expected_version: int | None = None
) -> TaxTablePayload:
    """Store a country's tax table."""
    return terms.save_table(carts, input, expected_version)


@app.field("Mutation.taxTableDelete", limit=edits)
def tax_table_delete(carts: Carts, caller: Staff, *, country: str) -> DeletePayload:
    """Remove a country's tax table."""
    return terms.delete_table(carts, country)


@app.field("Mutation.publishCartChange")
def publish_cart_change(carts: Carts, caller: Publisher, *, seq: int, payload: object) -> CartChange:
    """Tell of a stored change; the answer is what subscribers are told."""
    try:
        news = msgspec.convert(payload, Announcement)
    except msgspec.ValidationError as error:
        raise BadRequest(f"payload is no change of a cart: {error}") from error
    return CartChange(
        seq=seq, cart_id=news.cart_id, reason=news.reason, cart=reading.told(carts, news.cart), at=news.at
    )


@app.field("Subscription.cartChanged")
def cart_changed(carts: Carts, caller: Anyone, *, cart_id: str) -> None:
    """Let in who may read the cart, and have it told from now on."""
    kept = reading.kept_for(carts, caller, cart_id)
    if kept is None:
        raise BadRequest("there is no such cart, or not any more")
    carts.store.listen(kept.cart.id)


@app.field("Query.session")
def session(carts: Carts, caller: Anyone, *, id: str) -> Session | None:
    """What is remembered of a guest."""
    return sessions.get(carts, id)


@app.batch("Session.cart")
def session_cart(carts: Carts, caller: Anyone, parents: Sequence[SessionParent]) -> list[Cart | None]:
    """The cart of each session, as far as it is the caller's to go on with."""
    return [sessions.cart_in(carts, caller, parent.cart_id) for parent in parents]


@app.field("Mutation.sessionStart", limit=buyers)
def session_start(carts: Carts, caller: Anyone, *, context: GuestContext | None = None) -> SessionPayload:
    """Begin to remember a guest."""
    return sessions.start(carts, context or GuestContext())


@app.field("Mutation.sessionContextSet", limit=buyers)
def session_context_set(carts: Carts, caller: Anyone, *, id: str, context: GuestContext) -> SessionPayload:
    """Remember for whom to choose."""
    return sessions.set_context(carts, id, context)


@app.field("Mutation.sessionCartSet", limit=buyers)
def session_cart_set(carts: Carts, caller: Anyone, *, id: str, cart_id: str | None = None) -> SessionPayload:
    """Remember which cart to go on with."""
    return sessions.set_cart(carts, caller, id, cart_id)


@app.field("Mutation.sessionViewed", limit=buyers)
def session_viewed(carts: Carts, caller: Anyone, *, id: str, product_id: str) -> SessionPayload:
    """Remember a product that was looked at."""
    return sessions.see(carts, id, product_id)


@app.field("Mutation.sessionRenew", limit=buyers)
def session_renew(carts: Carts, caller: Anyone, *, id: str) -> SessionPayload:
    """Give a session another id."""
    return sessions.renew(carts, id)
