"""A change of a cart on its way from the table's stream to the graph."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.cart.carts import Cart
from domain.cart.storing import CartChangeReason, KeptCart
from domain.ids import CartId
from resolvers._kit.publishing import Publication

MUTATION: Final = "publishCartChange"

type ReadChange = Callable[[Mapping[str, Any]], tuple[KeptCart | None, KeptCart] | None]


class Announcement(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The payload of the publishing mutation; the cart is as stored, to be priced by whoever answers it."""

    cart_id: CartId
    reason: CartChangeReason
    at: datetime
    cart: Cart


def announcement_of(kept: KeptCart) -> Announcement:
    """What those who may listen are told of the change that made this version: the newest of the cart's own."""
    change = kept.changes[-1]
    return Announcement(cart_id=kept.cart.id, reason=change.reason, at=change.at, cart=kept.cart)


def publication_of(read: ReadChange, record: Mapping[str, Any]) -> Publication | None:
    """What to publish of one record of the table's stream; None for what is no change of a cart.

    There is nothing shorter to say: the largest cart is less than a subscription carries.
    """
    found = read(record)
    if found is None:
        return None
    old, new = found
    if old is not None and old.cart.version == new.cart.version:
        return None
    payload = msgspec.json.encode(announcement_of(new)).decode()
    variables = {"seq": new.cart.version, "payload": payload}
    return Publication(key=new.cart.id, mutation=MUTATION, variables=variables, shorter=variables)
