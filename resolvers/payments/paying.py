"""How a buyer begins to pay, and how those who work here move the money."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from domain import keys
from domain.errors import ErrorCode, InputError
from domain.ids import CART, PAYMENT, CartId, CustomerId, PaymentId, is_id
from domain.keys import Key
from domain.money import BadAmount, Money, MoneyDraft
from domain.payments.payments import OperationKind, Payment, begun
from domain.payments.starting import going_on, unstartable
from domain.payments.storing import NoPayment, Refusal
from resolvers._kit.callers import Anyone, Shopper
from resolvers.payments import views
from resolvers.payments.ports import Due, Outcome, Payments

NO_CART: Final = InputError(
    code=ErrorCode.NOT_FOUND, message="there is no such cart, or not any more", field=("cartId",)
)


class Wish(NamedTuple):
    """What a buyer asks for."""

    cart_id: str
    provider: str
    return_url: str | None
    key: str


def read(payments: Payments, caller: Anyone, id_: str) -> views.Payment | None:
    """A payment, as far as there is one for the caller: a guest's is whoever's knows its id."""
    kept = payments.store.get(PaymentId(id_)) if is_id(id_, PAYMENT) else None
    if kept is None:
        return None
    if kept.payment.owner is not None and kept.payment.owner == caller.sub:
        return views.payment_of(kept.payment, buyer=True)
    if caller.back_office:
        return views.payment_of(kept.payment, buyer=False)
    return views.payment_of(kept.payment, buyer=True) if kept.payment.owner is None else None


def start(payments: Payments, caller: Anyone, wish: Wish) -> Outcome:
    """Begin to pay for a cart, or go on with what has begun; whatever stands against it, nothing is stored."""
    if (refused := keys.refused(wish.key)) is not None:
        return Refusal(errors=(refused,))
    if wish.provider not in payments.providers:
        return Refusal(errors=(_unknown(payments.providers),))
    customer = None if caller.sub is None else CustomerId(caller.sub)
    due = payments.dues.of(CartId(wish.cart_id), customer) if is_id(wish.cart_id, CART) else None
    return Refusal(errors=(NO_CART,)) if due is None else _started(payments, due, wish)


def _started(payments: Payments, due: Due, wish: Wish) -> Outcome:
    request = keys.fingerprint(("start", wish.provider, wish.return_url))
    key = Key(caller=due.cart.id, key=wish.key, fingerprint=request)
    refusal = _unpayable(due, wish.return_url)
    if refusal is not None:
        return payments.cashier.start(refusal, wish.return_url, key)
    owner, total = due.cart.customer_id, due.bill.totals.total
    known = going_on(payments.store.of_cart(due.cart.id), wish.provider, owner, total)
    if known is not None:
        return payments.cashier.go_on(known.id, wish.return_url, key)
    return payments.cashier.start(_new(payments, due, wish.provider), wish.return_url, key)


def _new(payments: Payments, due: Due, provider: str) -> Payment:
    id_, total = PaymentId(payments.new_id(PAYMENT)), due.bill.totals.total
    return begun(id_, due.cart.id, total, payments.now(), provider=provider, owner=due.cart.customer_id)


def _unpayable(due: Due, return_url: str | None) -> Refusal | None:
    """All that the cart lacks, below what the buyer gave; then what else stands against it."""
    lacks = tuple(InputError(code=one.code, message=one.message, field=("cartId", *one.field)) for one in due.lacks)
    other = None if lacks else unstartable(due.bill.totals.total, return_url)
    errors = lacks if other is None else (other,)
    return Refusal(errors=errors) if errors else None


def _unknown(providers: Iterable[str]) -> InputError:
    message = f"this shop takes payments by {', '.join(sorted(providers))}"
    return InputError(code=ErrorCode.INVALID, message=message, field=("provider",))


class Order(NamedTuple):
    """What somebody who works here asks for; no ``amount`` is the whole of it."""

    id: str
    kind: OperationKind
    key: str
    amount: MoneyDraft | None = None
    reason: str | None = None


def move(payments: Payments, caller: Shopper, order: Order) -> Outcome:
    """Have money moved, once for a key of the caller's."""
    if (refused := keys.refused(order.key)) is not None:
        return Refusal(errors=(refused,))
    amount = None if order.amount is None else _amount(order.amount)
    if isinstance(amount, InputError):
        return Refusal(errors=(amount,))
    if not is_id(order.id, PAYMENT):
        return NoPayment()
    request = keys.fingerprint((order.kind.value, order.id, amount, order.reason))
    key = Key(caller=caller.sub, key=order.key, fingerprint=request)
    return payments.cashier.move(PaymentId(order.id), order.kind, amount, key, reason=order.reason)


def _amount(draft: MoneyDraft) -> Money | InputError:
    try:
        return Money.parse(draft.amount, draft.currency)
    except BadAmount as error:
        return InputError(code=ErrorCode.INVALID, message=str(error), field=("amount", "amount"))
