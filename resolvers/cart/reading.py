"""How a cart is read: by whom it may be, and at what it costs now."""

from dataclasses import replace

from domain.cart.carts import Cart
from domain.cart.offers import Offers
from domain.cart.storing import KeptCart
from domain.cart.totals import Bill, bill
from domain.ids import CART, CartId, VariantId, is_id
from resolvers._kit.callers import Anyone
from resolvers._kit.faults import BadRequest
from resolvers.cart import views
from resolvers.cart.ports import Carts


def may_read(caller: Anyone, cart: Cart) -> bool:
    """A guest's cart is whoever's knows its id; a customer's is the customer's alone."""
    return cart.customer_id is None or cart.customer_id == caller.sub


def kept_for(carts: Carts, caller: Anyone, id_: str) -> KeptCart | None:
    """The cart with this id, as far as there is one for the caller."""
    kept = carts.store.get(CartId(id_)) if is_id(id_, CART) else None
    return kept if kept and may_read(caller, kept.cart) else None


def offers_for(carts: Carts, cart: Cart) -> Offers:
    """What is sold of what is in the cart, and how much of it the cart could have."""
    variants = [line.variant_id for line in cart.lines]
    offers = carts.market.of(variants, cart.locale)
    reach = carts.goods.within_reach(list(offers), cart.id) if offers else {}
    return {one: replace(offer, available=reach.get(one, 0)) for one, offer in offers.items()}


def billed(carts: Carts, cart: Cart, offers: Offers) -> Bill:
    """What the cart costs now."""
    found = carts.conditions(cart)
    return bill(cart, offers, found.terms, now=carts.now(), uses=found.uses, estimate=cart.estimate)


def shown(carts: Carts, cart: Cart) -> views.Cart:
    """The cart on the wire, at what it costs now: a read of its goods' stock, and what is cached of all else."""
    return views.cart_of(cart, billed(carts, cart, offers_for(carts, cart)), carts.now())


def changes_of(carts: Carts, caller: Anyone, id_: str, after_seq: int) -> tuple[views.CartChange, ...]:
    """The changes of a cart after a version, each with the cart as it is now."""
    if after_seq < 0:
        raise BadRequest(f"afterSeq is 0 or more, not {after_seq}")
    kept = kept_for(carts, caller, id_)
    changes = [change for change in kept.changes if change.seq > after_seq] if kept else []
    if kept is None or not changes:
        return ()
    now = shown(carts, kept.cart)
    return tuple(
        views.CartChange(seq=change.seq, cart_id=kept.cart.id, reason=change.reason, cart=now, at=change.at)
        for change in changes
    )


def variants_of(cart: Cart) -> list[VariantId]:
    """What is in the cart."""
    return [line.variant_id for line in cart.lines]
