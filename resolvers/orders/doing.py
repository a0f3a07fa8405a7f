"""How something is done with an order: decided by its rules, and stored with what the stock must say of it."""

from collections.abc import Callable

from msgspec import Struct

from domain import keys
from domain.errors import ErrorCode, InputError
from domain.ids import ORDER, CustomerId, FulfillmentId, OrderId, ReturnId, is_id
from domain.keys import Key, KeyReused
from domain.money import BadAmount, Money, MoneyDraft
from domain.orders import life, returns
from domain.orders.machine import Done, Outcome
from domain.orders.orders import LineQuantity, Order
from domain.orders.storing import Also, Decision, NoOrder, Refusal, StoredOrder
from resolvers._kit.callers import Anyone, Shopper
from resolvers.orders.ports import Orders
from resolvers.orders.views import OrderPayload, order_of

type Act = Callable[[Order], Decision | Refusal]


class Request(Struct, frozen=True, kw_only=True):
    """Who wants something done with which order, once for a key; ``content`` tells it from other requests.

    ``argument`` is what the order, or a part of it, is named by.
    """

    caller: Shopper
    order_id: str
    key: str
    content: tuple[object, ...]
    argument: str = "id"


def may_see(caller: Anyone, order: Order) -> bool:
    """A guest's order is whoever's knows its id; a customer's is the customer's and the shop's."""
    return order.customer_id is None or order.customer_id == caller.sub or caller.staff


def seen_by(orders: Orders, caller: Anyone, id_: str) -> Order | None:
    """The order with this id, as far as there is one for the caller."""
    kept = orders.store.get(OrderId(id_)) if is_id(id_, ORDER) else None
    return kept.order if kept and may_see(caller, kept.order) else None


def may_change(orders: Orders, caller: Shopper, order: Order) -> bool:
    """To know an order's id is not enough to cancel it: a guest's is for staff, and for who has claimed it."""
    if caller.staff or order.customer_id is not None:
        return caller.sees_all_of(order.customer_id)
    return orders.store.is_among(order, CustomerId(caller.sub))


def carried_out(orders: Orders, asked: Request, act: Act) -> OrderPayload:
    """Have it done with an order that is the caller's to change."""
    if (refused := keys.refused(asked.key)) is not None:
        return OrderPayload(user_errors=(refused,))
    if not is_id(asked.order_id, ORDER):
        return _none(asked)

    def decide(order: Order) -> Decision | Refusal | NoOrder:
        return act(order) if may_change(orders, asked.caller, order) else NoOrder()

    content = (asked.order_id, *asked.content)
    key = Key(caller=asked.caller.sub, key=asked.key, fingerprint=keys.fingerprint(content))
    match orders.store.change(OrderId(asked.order_id), decide, key=key):
        case StoredOrder(order=order) if may_change(orders, asked.caller, order):
            return OrderPayload(order=order_of(order))
        case Refusal(errors=errors):
            return OrderPayload(user_errors=errors)  # type: ignore[arg-type]  # a changed total is of checkouts alone
        case KeyReused():
            return OrderPayload(user_errors=(keys.REUSED,))
        case _:
            return _none(asked)


def _none(asked: Request) -> OrderPayload:
    error = InputError(code=ErrorCode.NOT_FOUND, message="there is no such order", field=(asked.argument,))
    return OrderPayload(user_errors=(error,))


def confirming(orders: Orders, caller: Shopper) -> Act:
    """The shop accepts it."""
    return lambda order: _decision(life.confirm(order, caller.sub, orders.now()))


def completing(orders: Orders, caller: Shopper) -> Act:
    """It is done."""
    return lambda order: _decision(life.complete(order, caller.sub, orders.now()))


def delivering(orders: Orders, caller: Shopper, parcel: FulfillmentId) -> Act:
    """A parcel has arrived."""
    return lambda order: _decision(life.deliver(order, parcel, caller.sub, orders.now()))


def asking_back(orders: Orders, caller: Shopper, lines: tuple[LineQuantity, ...], reason: str) -> Act:
    """The customer wants to return something."""
    return lambda order: _decision(returns.request(order, lines, reason, caller.sub, orders.now()))


def cancelling(orders: Orders, caller: Shopper, reason: str) -> Act:
    """It is not to be sent, and its goods are anybody's again."""

    def act(order: Order) -> Decision | Refusal:
        outcome = life.cancel(order, reason, caller.sub, orders.now())
        return _decision(outcome, orders.goods.give_back) if isinstance(outcome, Done) else _decision(outcome)

    return act


def sending(orders: Orders, caller: Shopper, parcel: life.Parcel) -> Act:
    """A parcel leaves its warehouse."""
    return lambda order: _decision(
        life.fulfil(order, parcel, caller.sub, orders.now()),
        lambda after: orders.goods.send(after, after.fulfillments[-1], caller.sub),
    )


def resolving(orders: Orders, caller: Shopper, of: ReturnId, answer: returns.Answer) -> Act:
    """The shop answers a return, and puts back what it takes back, if it is to be."""

    def restocked(after: Order) -> Also | tuple[object, ...] | None:
        back = next(one for one in after.returns if one.id == of)
        again = back.resolution is not None and back.resolution.restocked
        return orders.goods.restock(after, back, caller.sub) if again else None

    return lambda order: _decision(returns.resolve(order, of, answer, caller.sub, orders.now()), restocked)


def amount_of(draft: MoneyDraft, argument: str) -> Money | InputError:
    """The amount that an argument says, or why it is none."""
    try:
        return Money.parse(draft.amount, draft.currency)
    except BadAmount as error:
        return InputError(code=ErrorCode.INVALID, message=str(error), field=(argument, "amount"))


def _decision(
    outcome: Outcome, also: Callable[[Order], Also | tuple[object, ...] | None] = lambda _: None
) -> Decision | Refusal:
    if not isinstance(outcome, Done):
        return Refusal(errors=outcome)
    more = also(outcome.order)
    if isinstance(more, tuple):
        return Refusal(errors=more)  # type: ignore[arg-type]  # errors of the stock
    return Decision(order=outcome.order, event=outcome.event, also=more)
