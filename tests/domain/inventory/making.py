"""Variants, warehouses and adjustments for tests of the inventory."""

from datetime import UTC, datetime
from typing import Any, Final

from domain.ids import ProductId, VariantId, WarehouseId, variant_id
from domain.inventory.moving import Adjustment, MovementReason, adjusted
from domain.inventory.stock import Stock

NOON: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
EAST: Final = WarehouseId("wh_east")
WEST: Final = WarehouseId("wh_west")
PLACES: Final = (EAST, WEST)


def variant(number: int = 1, product: str = "a") -> VariantId:
    return variant_id(ProductId(f"prod_{product * 26}"), number)


def adjustment(delta: int = 1, **changes: Any) -> Adjustment:
    content: dict[str, Any] = {
        "variant_id": variant(), "warehouse_id": EAST, "delta": delta, "reason": MovementReason.COUNTED,
    }  # fmt: skip
    return Adjustment(**(content | changes))


def stocked(*asked: Adjustment) -> dict[VariantId, Stock]:
    """The stocks after these adjustments, which must be possible, of nothing."""
    found = adjusted({}, asked, PLACES, NOON)
    assert all(isinstance(one, Stock) for one in found), found
    return {one.variant_id: one for one in found if isinstance(one, Stock)}
