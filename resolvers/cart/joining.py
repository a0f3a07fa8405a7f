"""How a guest's cart becomes the customer's, or part of it, at sign-in."""

from typing import Final

from domain import keys
from domain.cart import beginning
from domain.cart.carts import Cart, revised
from domain.cart.merging import MOST_HELD, CartMergeStrategy, merged
from domain.cart.reserving import held, holding
from domain.cart.storing import Joined, NoCart, StoredMerge
from domain.errors import ErrorCode, InputError
from domain.ids import CART, CartId, CustomerId, is_id
from resolvers._kit.asks import Asks
from resolvers._kit.callers import Shopper
from resolvers.cart import views
from resolvers.cart.changing import known
from resolvers.cart.ports import Carts, Join
from resolvers.cart.reading import shown, variants_of
from resolvers.cart.views import CartMergePayload, merge_change_of

NO_GUEST_CART: Final = InputError(
    code=ErrorCode.NOT_FOUND, message="there is no such cart of a guest, or not any more", field=("guestCartId",)
)


def join(carts: Carts, caller: Shopper, guest_id: str, strategy: CartMergeStrategy, key: str) -> CartMergePayload:
    """Bring a guest's cart into the customer's, once for a key. Whatever stands against it, the customer has a cart."""
    customer = CustomerId(caller.sub)
    if (refused := keys.refused(key)) is not None:
        return CartMergePayload(cart=own(carts, customer), user_errors=(refused,))
    decide, record = merging(carts, customer, strategy), known(caller.sub, key, "merge", guest_id, strategy)
    found = carts.store.merge(CartId(guest_id), customer, decide, record) if is_id(guest_id, CART) else NoCart()
    if isinstance(found, StoredMerge):
        changes = tuple(map(merge_change_of, found.changes))
        return CartMergePayload(cart=_open(carts, found.cart), changes=changes)
    error = NO_GUEST_CART if isinstance(found, NoCart) else keys.REUSED
    return CartMergePayload(cart=own(carts, customer), user_errors=(error,))


def own(carts: Carts, customer: CustomerId, asks: Asks | None = None) -> views.Cart | None:
    """The open cart of a customer, on the wire."""
    kept = carts.store.of_customer(customer)
    return _open(carts, kept.cart if kept else None, asks)


def _open(carts: Carts, cart: Cart | None, asks: Asks | None = None) -> views.Cart | None:
    """The cart on the wire, unless it has become an order."""
    return shown(carts, cart, asks) if cart is not None and cart.order_id is None else None


def merging(carts: Carts, customer: CustomerId, strategy: CartMergeStrategy) -> Join:
    """By the strategy, with what is held for either as far as the merged cart needs it."""
    return lambda guest, account: _joined(carts, guest, account, strategy, customer)


def _joined(
    carts: Carts, guest: Cart, account: Cart | None, strategy: CartMergeStrategy, customer: CustomerId
) -> Joined:
    blank = beginning.empty(CartId(carts.new_id(CART)), customer, guest.currency, carts.now())
    offers = carts.market.of([*variants_of(guest), *(variants_of(account) if account else ())], guest.locale)
    found = merged(guest, account, strategy, new=blank, offers=offers, now=carts.now())
    if found.cart is None or found.guest is guest:
        return Joined(guest=found.guest, cart=found.cart, changes=found.changes)
    current = account if account and account.id == found.cart.id else None
    wanted = {line.variant_id: line.quantity for line in found.cart.lines}
    goods = carts.goods.keep(_holders(guest, current, found.cart.id), found.cart.id, wanted)
    cart = holding(found.cart, goods.units, goods.until)
    if current is not None and found.cart is current:
        cart = revised(current, carts.now(), lines=cart.lines, reserved_until=cart.reserved_until)
    return Joined(guest=found.guest, cart=cart, changes=found.changes, also=goods.also)


def _holders(guest: Cart, account: Cart | None, heir: CartId) -> tuple[CartId, ...]:
    """Whose holds become the heir's. The guest's is left to run out where both are more than one transaction takes."""
    together = held(guest).keys() | (held(account).keys() if account else frozenset())
    return (heir, guest.id) if len(together) <= MOST_HELD else (heir,)
