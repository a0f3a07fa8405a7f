"""One function a field: load, decide, store, return."""

from collections.abc import Sequence
from typing import Final

from domain.money import MoneyDraft
from domain.payments.payments import OperationKind
from resolvers._kit.app import App
from resolvers._kit.callers import Anyone, BackOffice, Finance
from resolvers._kit.limits import Limit
from resolvers.payments import paying, views
from resolvers.payments.parents import OrderParent
from resolvers.payments.paying import Order, Wish
from resolvers.payments.ports import Payments
from resolvers.payments.settings import DOMAIN
from resolvers.payments.views import Payment, PaymentPayload, RefundPayload

app: Final = App[Payments](DOMAIN)


def buyers(payments: Payments) -> Limit:
    """How often one buyer may begin to pay."""
    return payments.buyers


def staff(payments: Payments) -> Limit:
    """How often one member of staff may move money."""
    return payments.staff


@app.field("Query.payment")
def payment(payments: Payments, caller: Anyone, *, id: str) -> Payment | None:
    """A payment by its id."""
    return paying.read(payments, caller, id)


@app.field("Mutation.paymentStart", limit=buyers)
def payment_start(
    payments: Payments, caller: Anyone, *, cart_id: str, provider: str, idempotency_key: str,
    return_url: str | None = None,
) -> PaymentPayload:  # fmt: skip
    """Begin to pay for a cart."""
    return views.started(paying.start(payments, caller, Wish(cart_id, provider, return_url, idempotency_key)))


@app.field("Mutation.paymentCapture", limit=staff)
def payment_capture(
    payments: Payments, caller: BackOffice, *, id: str, idempotency_key: str, amount: MoneyDraft | None = None
) -> PaymentPayload:
    """Take what a buyer has promised."""
    return views.moved(paying.move(payments, caller, Order(id, OperationKind.CAPTURE, idempotency_key, amount)))


@app.field("Mutation.paymentRefund", limit=staff)
def payment_refund(
    payments: Payments, caller: Finance, *, id: str, amount: MoneyDraft, idempotency_key: str, reason: str | None = None
) -> RefundPayload:
    """Give back what was taken."""
    order = Order(id, OperationKind.REFUND, idempotency_key, amount, reason)
    return views.refunded(paying.move(payments, caller, order))


@app.field("Mutation.paymentVoid", limit=staff)
def payment_void(payments: Payments, caller: BackOffice, *, id: str, idempotency_key: str) -> PaymentPayload:
    """Release what a buyer has promised."""
    return views.moved(paying.move(payments, caller, Order(id, OperationKind.VOID, idempotency_key)))


@app.batch("Order.payments")
def order_payments(payments: Payments, caller: Anyone, parents: Sequence[OrderParent]) -> list[tuple[Payment, ...]]:
    """The payments of each order, in its order; nobody is told there by what they are paid."""
    there = payments.store.many(id_ for parent in parents for id_ in parent.payment_ids)
    return [
        tuple(views.payment_of(there[id_], buyer=False) for id_ in parent.payment_ids if id_ in there)
        for parent in parents
    ]
