"""A change of an order on its way from the table's stream to the graph."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.ids import CustomerId, OrderId
from domain.orders.events import OrderEventType
from domain.orders.orders import Order
from domain.orders.statuses import (
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
    fulfillment_status_of,
    payment_status_of,
    status_of,
)
from domain.orders.storing import KeptOrder
from resolvers._kit.publishing import Publication

MUTATION: Final = "publishOrderChange"

type ReadChange = Callable[[Mapping[str, Any]], tuple[KeptOrder | None, KeptOrder] | None]


class Announcement(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The payload of the publishing mutation; the order is as stored, but for what lets a guest in, or left out."""

    order_id: OrderId
    customer_id: CustomerId | None
    type: OrderEventType
    message: str | None
    status: OrderStatus
    payment_status: PaymentStatus
    fulfillment_status: FulfillmentStatus
    at: datetime
    order: Order | None


def announcement_of(kept: KeptOrder) -> Announcement:
    """What those who may listen are told of the change that made this version."""
    order, event = kept.order, kept.last
    return Announcement(
        order_id=order.id,
        customer_id=order.customer_id,
        type=event.type,
        message=event.message,
        status=status_of(order),
        payment_status=payment_status_of(order),
        fulfillment_status=fulfillment_status_of(order),
        at=event.at,
        order=replace(order, token_digest=None),
    )


def publication_of(read: ReadChange, record: Mapping[str, Any]) -> Publication | None:
    """What to publish of one record of the table's stream; None for what is no change of an order."""
    found = read(record)
    if found is None:
        return None
    old, new = found
    if old is not None and old.order.version == new.order.version:
        return None
    whole = announcement_of(new)
    return Publication(
        key=new.order.id,
        mutation=MUTATION,
        variables=_variables(new, whole),
        shorter=_variables(new, msgspec.structs.replace(whole, order=None)),
    )


def _variables(kept: KeptOrder, told: Announcement) -> Mapping[str, Any]:
    return {"seq": kept.order.version, "payload": msgspec.json.encode(told).decode()}
