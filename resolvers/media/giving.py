"""How who has bought a file gets a link to it, which the order counts."""

from datetime import timedelta
from functools import partial
from typing import Final

from msgspec import Struct

from domain import keys
from domain.errors import ErrorCode, InputError
from domain.ids import ORDER, MediaId, OrderId, OrderLineId, is_id
from domain.keys import Key, KeyReused
from domain.orders.downloading import download, good_in, links_left
from domain.orders.machine import Done
from domain.orders.orders import Order
from domain.orders.storing import Decision, NoOrder, Refusal, StoredOrder
from resolvers._kit.callers import Anyone
from resolvers.media.ports import Uploads
from resolvers.media.views import MediaDownloadPayload

LINK_LASTS: Final = timedelta(minutes=10)
"""From the click to the begin of the download. Whoever is given the link by another can use it as long."""
NOWHERE: Final = InputError(code=ErrorCode.NOT_FOUND, message="there is no such order", field=("orderId",))


class Wish(Struct, frozen=True, kw_only=True):
    """Which file of which order, once for a key."""

    order_id: str
    line_id: OrderLineId
    media_id: MediaId
    key: str


def give(uploads: Uploads, caller: Anyone, wish: Wish) -> MediaDownloadPayload:
    """A link, if it is the caller's order: a guest's is whoever's knows its id."""
    if (refused := keys.refused(wish.key)) is not None:
        return MediaDownloadPayload(user_errors=(refused,))
    if not is_id(wish.order_id, ORDER):
        return MediaDownloadPayload(user_errors=(NOWHERE,))

    content = ("download", wish.order_id, wish.line_id, wish.media_id)
    key = Key(caller=caller.sub or wish.order_id, key=wish.key, fingerprint=keys.fingerprint(content))
    match uploads.orders.change(OrderId(wish.order_id), partial(_decided, uploads, caller, wish), key=key):
        case StoredOrder(order=order):
            return _given(uploads, order, wish)
        case Refusal(errors=errors):
            return MediaDownloadPayload(user_errors=errors)  # type: ignore[arg-type]  # a changed total is of checkouts
        case KeyReused():
            return MediaDownloadPayload(user_errors=(keys.REUSED,))
        case _:
            return MediaDownloadPayload(user_errors=(NOWHERE,))


def _decided(uploads: Uploads, caller: Anyone, wish: Wish, order: Order) -> Decision | Refusal | NoOrder:
    if order.customer_id not in {None, caller.sub}:
        return NoOrder()
    outcome = download(order, wish.line_id, wish.media_id, caller.sub or "guest", uploads.now())
    if isinstance(outcome, Done):
        return Decision(order=outcome.order, event=outcome.event)
    return Refusal(errors=outcome)


def _given(uploads: Uploads, order: Order, wish: Wish) -> MediaDownloadPayload:
    found = good_in(order, wish.line_id, wish.media_id)
    assert found, "goods of a line never change"
    line, good = found
    return MediaDownloadPayload(
        url=uploads.link(good, int(LINK_LASTS.total_seconds())),
        expires_at=uploads.now() + LINK_LASTS,
        left=links_left(order, line, good),
    )
