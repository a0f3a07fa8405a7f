"""How a cart is changed: decide on what is stored, store it with what belongs to it, show what became of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from domain import keys
from domain.cart import beginning, details, lines
from domain.cart.carts import MOST_LINES, Cart
from domain.cart.codes import coded
from domain.cart.lines import LineAsked, LineChange
from domain.cart.reserving import held, holding, released, reserved, unreservable
from domain.cart.storing import CartChangeReason, Decision, HeldGoods, NoCart, Refusal, StoredCart
from domain.errors import ConflictError, ErrorCode, InputError, UserError
from domain.ids import CART, CartId, CustomerId, SessionId, is_id
from domain.keys import Key, KeyReused
from domain.sessions import GuestContext, filled
from resolvers._kit.asks import Asks
from resolvers._kit.callers import Anyone
from resolvers.cart.ports import Carts
from resolvers.cart.reading import billed, may_read, offers_for, shown, variants_of
from resolvers.cart.views import CartPayload

NO_CART: Final = InputError(
    code=ErrorCode.NOT_FOUND, message="there is no such cart, or not any more", field=("cartId",)
)
GONE_OFF_SALE: Final = "it is no longer on sale; remove it"
NO_QUOTE: Final = "the cart cannot be sent this way; choose one of its shippingQuotes"

type Change = Callable[[Cart], Decision | Refusal]


def known(caller: str, key: str, *request: object) -> Key:
    """The key of a request, told apart by everything in it."""
    return Key(caller=caller, key=key, fingerprint=keys.fingerprint(request))


class Request(NamedTuple):
    """Who asks for a change of which cart; ``content`` is what the ``key`` stands for, beside the ``expected`` version
    of the cart, if one is; ``asks`` is what of the payload is asked for.
    """

    caller: Anyone
    cart_id: str
    key: str | None
    expected: int | None
    content: object
    asks: Asks


def changed(carts: Carts, asked: Request, decide: Change) -> CartPayload:
    """Have a change decided of a cart that is the caller's, and only of the expected version, if one is."""
    if asked.key is not None and (refused := keys.refused(asked.key)) is not None:
        return CartPayload(user_errors=(refused,))

    def decided(cart: Cart) -> Decision | Refusal | NoCart:
        if not may_read(asked.caller, cart):
            return NoCart()
        if asked.expected not in {None, cart.version}:
            return Refusal(errors=(conflict(cart.version),))
        return decide(cart)

    if not is_id(asked.cart_id, CART):
        return CartPayload(user_errors=(NO_CART,))
    record = None if asked.key is None else known(asked.cart_id, asked.key, asked.content, asked.expected)
    return payload(carts, carts.store.change(CartId(asked.cart_id), decided, key=record), asked.asks)


def payload(carts: Carts, outcome: StoredCart | NoCart | Refusal | KeyReused, asks: Asks) -> CartPayload:
    """What became of a change, on the wire."""
    match outcome:
        case StoredCart(cart=cart):
            return CartPayload(cart=shown(carts, cart, asks, "cart"))
        case Refusal(errors=errors):
            return CartPayload(user_errors=errors)
        case KeyReused():
            return CartPayload(user_errors=(keys.REUSED,))
        case _:
            return CartPayload(user_errors=(NO_CART,))


def conflict(version: int) -> ConflictError:
    """Another change came first."""
    message = f"it has changed meanwhile: version {version} is stored now"
    return ConflictError(message=message, field=("expectedVersion",), current_version=version)


def create(
    carts: Carts,
    caller: Anyone,
    asked: Sequence[LineAsked],
    context: GuestContext,
    *,
    key: str,
    session_id: SessionId | None,
    asks: Asks,
) -> CartPayload:
    """Begin a cart, once for a key.

    A guest has no name that the key could be tied to, so it is tied to the address: who guesses a key from elsewhere
    does not get to know the cart. What a session says is no part of the request: it may be another the next time.
    """
    if (refused := keys.refused(key)) is not None:
        return CartPayload(user_errors=(refused,))
    owner = None if caller.sub is None else CustomerId(caller.sub)
    blank = beginning.empty(CartId(carts.new_id(CART)), owner, carts.shop, carts.now())
    session = carts.sessions.get(session_id) if session_id else None
    buyer = filled(context, session.context) if session else context
    offers = carts.market.of([one.variant_id for one in asked[:MOST_LINES]], buyer.locale)
    cart = beginning.begun(blank, asked, buyer, offers, carts.now())
    record = known(caller.sub or f"guest {caller.counted_as}", key, "create", tuple(asked), context, session_id)
    stored = carts.store.create(cart if isinstance(cart, Cart) else Refusal(errors=cart), record)
    if session and isinstance(stored, StoredCart):
        carts.sessions.set_cart(session.id, stored.cart.id)
    return payload(carts, stored, asks)


def adding(carts: Carts, asked: Sequence[LineAsked]) -> Change:
    """More units in the cart."""

    def decide(cart: Cart) -> Decision | Refusal:
        wanted = [one.variant_id for one in asked[:MOST_LINES]]
        new = lines.added(cart, asked, carts.market.of(wanted, cart.locale), carts.now())
        return decision(new, CartChangeReason.LINES)

    return decide


def updating(carts: Carts, asked: Sequence[LineChange]) -> Change:
    """Other quantities; what is held and no longer needed is given back with them."""

    def decide(cart: Cart) -> Decision | Refusal:
        new = lines.changed(cart, asked, carts.market.of(variants_of(cart), cart.locale), carts.now())
        if not isinstance(new, Cart) or held(new) == held(cart):
            return decision(new, CartChangeReason.LINES)
        rest = carts.goods.keep((cart.id,), cart.id, held(new))
        return Decision(cart=holding(new, rest.units, rest.until), reason=CartChangeReason.LINES, also=rest.also)

    return decide


def detailing(carts: Carts, given: Mapping[str, Any]) -> Change:
    """What the buyer says about it."""

    def decide(cart: Cart) -> Decision | Refusal:
        offers = carts.market.of(variants_of(cart), cart.locale) if given.get("currency") else {}
        new = details.detailed(cart, given, offers, carts.now())
        if isinstance(new, Cart) and given.get("shipping_quote_id") is not None and _unsent(carts, new):
            field = ("input", "shippingQuoteId")
            new = (InputError(code=ErrorCode.SHIPPING_UNAVAILABLE, message=NO_QUOTE, field=field),)
        return decision(new, CartChangeReason.DETAILS)

    return decide


def _unsent(carts: Carts, cart: Cart) -> bool:
    return billed(carts, cart, offers_for(carts, cart, stock=False)).quote is None


def coding(carts: Carts, codes: Sequence[str]) -> Change:
    """Other discount codes."""
    return lambda cart: decision(coded(cart, codes, carts.now()), CartChangeReason.CODES)


def reserving(carts: Carts) -> Change:
    """Everything held for the buyer."""

    def decide(cart: Cart) -> Decision | Refusal:
        if (error := unreservable(cart)) is not None:
            return Refusal(errors=(error,))
        if gone := _off_sale(carts, cart):
            return Refusal(errors=gone)
        goods = carts.goods.hold(cart)
        if not isinstance(goods, HeldGoods):
            return Refusal(errors=goods)
        assert goods.until
        new = reserved(cart, goods.until, carts.now())
        return Decision(cart=new, reason=CartChangeReason.RESERVED, also=goods.also)

    return decide


def _off_sale(carts: Carts, cart: Cart) -> tuple[InputError, ...]:
    offers = carts.market.of(variants_of(cart), cart.locale)
    return tuple(
        InputError(code=ErrorCode.NOT_FOUND, message=GONE_OFF_SALE, field=("lines", str(place), "variantId"))
        for place, line in enumerate(cart.lines)
        if line.variant_id not in offers or offers[line.variant_id].price(cart.currency) is None
    )


def decision(new: Cart | Sequence[UserError], reason: CartChangeReason) -> Decision | Refusal:
    """What a rule gave, to be stored or told."""
    return Decision(cart=new, reason=reason) if isinstance(new, Cart) else Refusal(errors=tuple(new))


def lapse(carts: Carts, owner: str) -> None:
    """Give back what has run out for a cart, and have the cart say so."""

    def decide(cart: Cart) -> Decision:
        goods = carts.goods.lapse(cart.id)
        if goods is None:
            return Decision(cart=cart, reason=CartChangeReason.RELEASED)
        return Decision(cart=released(cart, carts.now()), reason=CartChangeReason.RELEASED, also=goods.also)

    if not is_id(owner, CART) or isinstance(carts.store.change(CartId(owner), decide), NoCart):
        carts.goods.give_back(owner)
