"""How a cart is read: by whom it may be, and at what it costs now."""

from dataclasses import replace
from typing import Final

from domain.cart.carts import Cart
from domain.cart.offers import Offers
from domain.cart.reserving import holds
from domain.cart.storing import KeptCart
from domain.cart.totals import Bill, bill
from domain.ids import CART, CartId, VariantId, is_id
from resolvers._kit.asks import Asks
from resolvers._kit.callers import Anyone
from resolvers._kit.faults import BadRequest
from resolvers._kit.wire import camel
from resolvers.cart import views
from resolvers.cart.ports import Carts

MOST_TOLD: Final = 20
"""Changes of a cart in one answer: each has the cart with it, 201 KB at most (docs/decisions/0017), and Lambda answers
with 6 MB at most (Lambda guide, "Quotas")."""
UNSTOCKED: Final = frozenset(map(camel, views.Cart.__struct_fields__)) - {"requirements", "warnings"}
"""What of a cart does not depend on how much there is of its goods."""


def may_read(caller: Anyone, cart: Cart) -> bool:
    """A guest's cart is whoever's knows its id; a customer's is the customer's alone."""
    return cart.customer_id is None or cart.customer_id == caller.sub


def kept_for(carts: Carts, caller: Anyone, id_: str) -> KeptCart | None:
    """The cart with this id, as far as there is one for the caller."""
    kept = carts.store.get(CartId(id_)) if is_id(id_, CART) else None
    return kept if kept and may_read(caller, kept.cart) else None


def offers_for(carts: Carts, cart: Cart, *, stock: bool = True, fresh: bool = True) -> Offers:
    """What is sold of what is in the cart, and, if ``stock`` matters, how much of it the cart could have."""
    offers = carts.market.of(variants_of(cart), cart.locale)
    if not (offers and stock):
        return offers
    reach = carts.goods.within_reach(list(offers), cart.id, fresh=fresh)
    return {one: replace(offer, available=reach.get(one, 0)) for one, offer in offers.items()}


def billed(carts: Carts, cart: Cart, offers: Offers) -> Bill:
    """What the cart costs now."""
    found = carts.conditions(cart)
    return bill(cart, offers, found.terms, now=carts.now(), uses=found.uses, estimate=cart.estimate)


def shown(carts: Carts, cart: Cart, asks: Asks | None = None, below: str = "") -> views.Cart:
    """The cart on the wire, at what it costs now: a read of its goods' stock, and what is cached of all else.

    Stock is not read for what is held, nor when nothing is asked for, ``below`` a path, that depends on it.
    """
    now = carts.now()
    stock = not (holds(cart, now) or (asks and asks.within(UNSTOCKED, below)))
    return views.cart_of(cart, billed(carts, cart, offers_for(carts, cart, stock=stock)), now)


def told(carts: Carts, cart: Cart) -> views.Cart:
    """The cart as those who listen are told of it; the stock of its goods may be a moment old."""
    now = carts.now()
    offers = offers_for(carts, cart, stock=not holds(cart, now), fresh=False)
    return views.cart_of(cart, billed(carts, cart, offers), now)


def changes_of(carts: Carts, caller: Anyone, id_: str, after_seq: int) -> tuple[views.CartChange, ...]:
    """The next MOST_TOLD changes of a cart after a version, each with the cart as it is now."""
    if after_seq < 0:
        raise BadRequest(f"afterSeq is 0 or more, not {after_seq}")
    kept = kept_for(carts, caller, id_)
    changes = [change for change in kept.changes if change.seq > after_seq] if kept else []
    if kept is None or not changes:
        return ()
    now = shown(carts, kept.cart)
    return tuple(
        views.CartChange(seq=change.seq, cart_id=kept.cart.id, reason=change.reason, cart=now, at=change.at)
        for change in changes[:MOST_TOLD]
    )


def variants_of(cart: Cart) -> list[VariantId]:
    """What is in the cart."""
    return [line.variant_id for line in cart.lines]
