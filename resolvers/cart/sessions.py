"""What is remembered of guests: on the wire, and how it is changed. Each use is one step of the store's."""

from typing import Final

from msgspec import Struct

from domain.cart.beginning import context_errors
from domain.errors import ErrorCode, InputError
from domain.ids import CartId, ProductId, SessionId, noun_of
from domain.money import CurrencyCode
from domain.sessions import GuestContext
from domain.sessions import Session as Known
from resolvers._kit.callers import Anyone
from resolvers._kit.views import UserError
from resolvers._kit.wire import Hidden
from resolvers.cart import views
from resolvers.cart.changing import NO_CART
from resolvers.cart.ports import Carts
from resolvers.cart.reading import kept_for, shown

NO_SESSION: Final = InputError(
    code=ErrorCode.NOT_FOUND, message="there is no such session, or not any more; start another", field=("id",)
)
NO_PRODUCT: Final = InputError(
    code=ErrorCode.NOT_FOUND, message="this is not the id of a product", field=("productId",)
)


class Session(Struct, frozen=True, kw_only=True):
    """What is remembered of a guest; what its cart's and its products' answers need travels hidden."""

    id: SessionId
    locale: str | None
    currency: CurrencyCode | None
    country: str | None
    remembered: bool
    cart_id: Hidden[CartId | None]
    viewed: Hidden[tuple[ProductId, ...]]


class SessionParent(Struct, frozen=True, kw_only=True):
    """A session whose cart is asked for."""

    cart_id: CartId | None


class SessionPayload(Struct, frozen=True, kw_only=True):
    """What became of a session."""

    session: Session | None = None
    user_errors: tuple[UserError, ...] = ()


def get(carts: Carts, id_: str) -> Session | None:
    """A session, on the wire."""
    known = carts.sessions.get(SessionId(id_))
    return session_of(known) if known else None


def start(carts: Carts, context: GuestContext) -> SessionPayload:
    """A new session."""
    errors = context_errors(context)
    return SessionPayload(user_errors=errors) if errors else payload(carts.sessions.start(context))


def set_context(carts: Carts, id_: str, context: GuestContext) -> SessionPayload:
    """Another context."""
    errors = context_errors(context)
    return (
        SessionPayload(user_errors=errors) if errors else payload(carts.sessions.set_context(SessionId(id_), context))
    )


def set_cart(carts: Carts, caller: Anyone, id_: str, cart_id: str | None) -> SessionPayload:
    """Another cart, which must be one that the caller may read."""
    if cart_id is not None and kept_for(carts, caller, cart_id) is None:
        return SessionPayload(user_errors=(NO_CART,))
    return payload(carts.sessions.set_cart(SessionId(id_), None if cart_id is None else CartId(cart_id)))


def see(carts: Carts, id_: str, product_id: str) -> SessionPayload:
    """A product looked at; whether it is on sale is asked when it is shown."""
    if noun_of(product_id) != "Product":
        return SessionPayload(user_errors=(NO_PRODUCT,))
    return payload(carts.sessions.saw(SessionId(id_), ProductId(product_id)))


def renew(carts: Carts, id_: str) -> SessionPayload:
    """Another id."""
    return payload(carts.sessions.renew(SessionId(id_)))


def cart_in(carts: Carts, caller: Anyone, cart_id: CartId | None) -> views.Cart | None:
    """The cart that a session points to, as far as the caller may go on with it."""
    kept = kept_for(carts, caller, cart_id) if cart_id else None
    return shown(carts, kept.cart) if kept and kept.cart.order_id is None else None


def payload(known: Known | None) -> SessionPayload:
    """A session as it is now, or that there is none."""
    return SessionPayload(user_errors=(NO_SESSION,)) if known is None else SessionPayload(session=session_of(known))


def session_of(known: Known) -> Session:
    """A session on the wire."""
    return Session(
        id=known.id,
        locale=known.context.locale,
        currency=known.context.currency,
        country=known.context.country,
        remembered=known.remembered,
        cart_id=known.cart_id,
        viewed=known.viewed,
    )
