"""One function a field: load, decide, store, return."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from domain.errors import InputError
from domain.ids import CustomerId, FulfillmentId, ReturnId, WarehouseId
from domain.money import MoneyDraft
from domain.orders.guests import lets_in
from domain.orders.life import Parcel
from domain.orders.numbers import read_number
from domain.orders.orders import LineQuantity, order_of
from domain.orders.returns import Answer
from domain.orders.storing import OrderFilter
from domain.pages import window
from resolvers._kit.app import App
from resolvers._kit.callers import Anyone, Publisher, Shopper, Staff
from resolvers._kit.faults import BadRequest
from resolvers._kit.limits import Limit, refuse_many
from resolvers.orders import doing, views
from resolvers.orders.announcing import Announcement
from resolvers.orders.completing import Wish, complete
from resolvers.orders.doing import Request, carried_out, seen_by
from resolvers.orders.ports import Orders
from resolvers.orders.settings import DOMAIN
from resolvers.orders.views import ALL, MINE, CheckoutPayload, OrderChange, OrderConnection, OrderPayload

app: Final = App[Orders](DOMAIN)
type Lines = tuple[LineQuantity, ...]


def checkouts(orders: Orders) -> Limit:
    """How often one buyer may complete checkouts."""
    return orders.checkouts


def edits(orders: Orders) -> Limit:
    """How often one member of staff may change orders."""
    return orders.edits


def buyers(orders: Orders) -> Limit:
    """How often one customer may."""
    return orders.buyers


class CustomerParent(Struct, frozen=True, kw_only=True):
    """A customer, whose orders are asked for."""

    id: CustomerId


@app.field("Query.orders")
def orders(
    orders: Orders, caller: Staff, *, filter: OrderFilter | None = None, first: int | None = None,
    after: str | None = None, last: int | None = None, before: str | None = None,
) -> OrderConnection:  # fmt: skip
    """A page of all orders that fit."""
    wanted = window(ALL, first=first, after=after, last=last, before=before)
    return views.page_of(ALL, orders.lists.all(filter or OrderFilter(), wanted))


@app.field("Query.myOrders")
def my_orders(
    orders: Orders, caller: Shopper, *, first: int | None = None, after: str | None = None, last: int | None = None,
    before: str | None = None,
) -> OrderConnection:  # fmt: skip
    """A page of the caller's orders."""
    wanted = window(MINE, first=first, after=after, last=last, before=before)
    return views.page_of(MINE, orders.lists.of_customer(CustomerId(caller.sub), wanted))


@app.field("Query.order")
def order(orders: Orders, caller: Anyone, *, id: str) -> views.Order | None:
    """An order by its id, as far as there is one for the caller."""
    found = seen_by(orders, caller, id)
    return views.order_of(found) if found else None


@app.field("Query.guestOrder")
def guest_order(orders: Orders, caller: Anyone, *, number: str, email: str, token: str) -> views.Order | None:
    """A guest's order by what the confirmation says."""
    known = read_number(number)
    kept = orders.store.by_number(known) if known else None
    return views.order_of(kept.order) if kept and lets_in(kept.order, email, token) else None


@app.field("Query.orderChanges")
def order_changes(orders: Orders, caller: Anyone, *, order_id: str, after_seq: int) -> tuple[OrderChange, ...]:
    """What happened to an order after a version."""
    if after_seq < 0:
        raise BadRequest(f"afterSeq is 0 or more, not {after_seq}")
    found = seen_by(orders, caller, order_id)
    if found is None or found.version <= after_seq:
        return ()
    events = orders.store.changes(found.id, after_seq)
    # What has happened since it was read is left to the next question, which gives the order that it made.
    return views.changes_of(found, [event for event in events if event.seq <= found.version])


@app.batch("Customer.orders")
def customer_orders(
    orders: Orders, caller: Anyone, parents: Sequence[CustomerParent], *, first: int | None = None,
    after: str | None = None, last: int | None = None, before: str | None = None,
) -> list[OrderConnection | None]:  # fmt: skip
    """A page of each customer's orders."""
    refuse_many(parents)
    wanted = window(MINE, first=first, after=after, last=last, before=before)
    return [
        views.page_of(MINE, orders.lists.of_customer(one.id, wanted)) if caller.sees_all_of(one.id) else None
        for one in parents
    ]


@app.field("Mutation.checkoutComplete", limit=checkouts)
def checkout_complete(
    orders: Orders, caller: Anyone, *, cart_id: str, expected_total: MoneyDraft, idempotency_key: str,
    payment_id: str | None = None,
) -> CheckoutPayload:  # fmt: skip
    """Make an order of a cart."""
    expected = doing.amount_of(expected_total, "expectedTotal")
    if isinstance(expected, InputError):
        return CheckoutPayload(user_errors=(expected,))
    wish = Wish(cart_id=cart_id, payment_id=payment_id, expected=expected, key=idempotency_key)
    return views.completed(complete(orders.till, caller, wish), orders.till.token)


@app.field("Mutation.orderConfirm", limit=edits)
def order_confirm(orders: Orders, caller: Staff, *, id: str, idempotency_key: str) -> OrderPayload:
    """Accept an order."""
    asked = Request(caller=caller, order_id=id, key=idempotency_key, content=("confirm",))
    return carried_out(orders, asked, doing.confirming(orders, caller))


@app.field("Mutation.orderCancel", limit=buyers)
def order_cancel(orders: Orders, caller: Shopper, *, id: str, reason: str, idempotency_key: str) -> OrderPayload:
    """Cancel an order."""
    asked = Request(caller=caller, order_id=id, key=idempotency_key, content=("cancel", reason))
    return carried_out(orders, asked, doing.cancelling(orders, caller, reason))


@app.field("Mutation.orderFulfill", limit=edits)
def order_fulfill(
    orders: Orders, caller: Staff, *, id: str, lines: Lines, warehouse_id: str, idempotency_key: str,
    carrier: str | None = None, tracking_number: str | None = None,
) -> OrderPayload:  # fmt: skip
    """Send a parcel."""
    parcel = Parcel(
        lines=lines, warehouse_id=WarehouseId(warehouse_id), carrier=carrier, tracking_number=tracking_number
    )
    asked = Request(caller=caller, order_id=id, key=idempotency_key, content=("fulfill", parcel))
    return carried_out(orders, asked, doing.sending(orders, caller, parcel))


@app.field("Mutation.orderDeliver", limit=edits)
def order_deliver(orders: Orders, caller: Staff, *, id: str, idempotency_key: str) -> OrderPayload:
    """A parcel has arrived."""
    parcel = FulfillmentId(id)
    asked = Request(caller=caller, order_id=order_of(parcel), key=idempotency_key, content=("deliver", id))
    return carried_out(orders, asked, doing.delivering(orders, caller, parcel))


@app.field("Mutation.orderComplete", limit=edits)
def order_complete(orders: Orders, caller: Staff, *, id: str, idempotency_key: str) -> OrderPayload:
    """Close an order."""
    asked = Request(caller=caller, order_id=id, key=idempotency_key, content=("complete",))
    return carried_out(orders, asked, doing.completing(orders, caller))


@app.field("Mutation.returnRequest", limit=buyers)
def return_request(
    orders: Orders, caller: Shopper, *, order_id: str, lines: Lines, reason: str, idempotency_key: str
) -> OrderPayload:
    """Ask to send units back."""
    content = ("return", lines, reason)
    asked = Request(caller=caller, order_id=order_id, key=idempotency_key, content=content, argument="orderId")
    return carried_out(orders, asked, doing.asking_back(orders, caller, lines, reason))


@app.field("Mutation.returnResolve", limit=edits)
def return_resolve(
    orders: Orders, caller: Staff, *, id: str, approve: bool, idempotency_key: str, restock: bool = False,
    refund: MoneyDraft | None = None,
) -> OrderPayload:  # fmt: skip
    """Answer a return."""
    amount = None if refund is None else doing.amount_of(refund, "refund")
    if isinstance(amount, InputError):
        return OrderPayload(user_errors=(amount,))
    answer, of = Answer(approve=approve, restock=restock, refund=amount), ReturnId(id)
    asked = Request(caller=caller, order_id=order_of(of), key=idempotency_key, content=("resolve", id, answer))
    return carried_out(orders, asked, doing.resolving(orders, caller, of, answer))


@app.field("Mutation.publishOrderChange")
def publish_order_change(orders: Orders, caller: Publisher, *, seq: int, payload: object) -> OrderChange:
    """Tell of a stored change; the answer is what subscribers are told."""
    try:
        news = msgspec.convert(payload, Announcement)
    except msgspec.ValidationError as error:
        raise BadRequest(f"payload is no change of an order: {error}") from error
    return views.told(seq, news)


@app.field("Subscription.orderChanged")
def order_changed(orders: Orders, caller: Anyone, *, order_id: str) -> None:
    """Let in who may read the order."""
    if seen_by(orders, caller, order_id) is None:
        raise BadRequest("there is no such order")


@app.field("Subscription.myOrdersChanged")
def my_orders_changed(orders: Orders, caller: Shopper, *, customer_id: str) -> None:
    """Let in whose orders they are: whether there is another customer with an id is not told."""
    if customer_id != caller.sub:
        raise BadRequest("there is no such customer")
