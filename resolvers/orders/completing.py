"""How a cart becomes an order: for whoever asks in the graph, and for a buyer who has paid and is gone."""

from functools import partial
from typing import Final

from msgspec import Struct

from domain import keys
from domain.errors import ErrorCode, InputError
from domain.ids import CART, PAYMENT, CartId, OrderId, PaymentId, is_id
from domain.keys import Key
from domain.money import Money
from domain.orders.orders import PaymentFacts
from domain.orders.placing import Purchase, placed, unagreed
from domain.orders.storing import Buyer, NoOrder, Placing, Refusal
from domain.payments.ordering import FIELD, NO_PAYMENT, unusable
from domain.payments.payments import Payment
from domain.payments.storing import KeptPayment
from resolvers._kit.callers import Anyone
from resolvers.orders.ports import Till
from resolvers.orders.views import Outcome

UNPAID: Final = InputError(
    code=ErrorCode.REQUIRED, message="it costs something: begin a payment, and say which", field=FIELD
)


class Wish(Struct, frozen=True, kw_only=True):
    """Which cart is bought, by which payment, and what the buyer agrees to pay; none is needed for what is free."""

    cart_id: str
    payment_id: str | None
    expected: Money
    key: str


def complete(till: Till, caller: Anyone, wish: Wish) -> Outcome:
    """Make an order of a cart that is the caller's, once for a key: a guest's is whoever's knows its id."""
    if (refused := keys.refused(wish.key)) is not None:
        return Refusal(errors=(refused,))
    if not is_id(wish.cart_id, CART):
        return NoOrder()
    cart = CartId(wish.cart_id)
    payment = None if wish.payment_id is None else PaymentId(wish.payment_id)
    key = Key(caller=cart, key=wish.key, fingerprint=keys.fingerprint(("complete", payment, wish.expected)))
    buyer = Buyer(owns=lambda owner: owner in {None, caller.sub}, payment=payment)
    return till.checkout.complete(cart, buyer, partial(_decided, till, payment, wish.expected), key)


def complete_paid(till: Till, cart: CartId, payment: PaymentId, paid: Money) -> Outcome:
    """Make an order of a cart whose buyer has paid so much, and with it agreed to it; once for the payment."""
    # The caller is the payment: whoever asks in the graph chooses keys of their cart's, and must not meet this one.
    key = Key(caller=payment, key="paid", fingerprint=cart)
    buyer = Buyer(owns=lambda _: True, payment=payment)
    return till.checkout.complete(cart, buyer, partial(_decided, till, payment, paid), key)


def _decided(
    till: Till, payment: PaymentId | None, expected: Money, purchase: Purchase, order: OrderId
) -> Placing | Refusal:
    """The order, or all that stands against it: first what is bought and what it costs, then how it is paid."""
    if against := unagreed(purchase, expected):
        return Refusal(errors=against)
    token = till.token(order) if purchase.customer_id is None else None
    place = partial(placed, purchase, order_id=order, token=token, now=till.now())
    total = purchase.totals.total
    if payment is None:
        return Refusal(errors=(UNPAID,)) if total.minor else Placing(done=place(None))
    kept = till.payments.get(payment) if is_id(payment, PAYMENT) else None
    refusal = NO_PAYMENT if kept is None else unusable(kept.payment, purchase.cart_id, total)
    if kept is None or refusal is not None:
        return Refusal(errors=(refusal or NO_PAYMENT,))
    return Placing(done=place(_facts(kept.payment)), also=partial(_bound, till, kept, order))


def _bound(till: Till, kept: KeptPayment, order: OrderId, into: object) -> None:
    """The payment is this order's, on condition that it is still what was looked at."""
    till.payments.consuming(into, kept, order)


def _facts(payment: Payment) -> PaymentFacts:
    return PaymentFacts(
        id=payment.id,
        version=payment.version,
        authorized=payment.seen.authorized,
        captured=payment.captured,
        refunded=payment.refunded,
    )
