"""What a nested field's answer reads of its parent (AppSync's ``source``), which the orders have answered."""

from msgspec import Struct

from domain.ids import PaymentId


class OrderParent(Struct, frozen=True, kw_only=True):
    """An order, which its reader may see, and so its payments."""

    payment_ids: tuple[PaymentId, ...]
