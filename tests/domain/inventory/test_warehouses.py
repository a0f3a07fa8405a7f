"""What a warehouse may be."""

from dataclasses import replace

import pytest

from domain.errors import ErrorCode
from domain.ids import WarehouseId
from domain.inventory.stock import MOST_WAREHOUSES, Warehouse
from domain.inventory.warehouses import LARGEST_PRIORITY, WarehouseDraft, in_order, warehouse_of

FRESH = WarehouseId("wh_new")
EAST = Warehouse(id=WarehouseId("wh_east"), version=3, code="EAST", name="East", priority=1)


def draft(code: str = "WEST", name: str = "West", priority: int = 0) -> WarehouseDraft:
    return WarehouseDraft(code=code, name=name, priority=priority)


def test_a_draft_becomes_a_first_version() -> None:
    made = warehouse_of(draft(" WEST ", " West "), None, [EAST], new_id=FRESH)
    assert made == Warehouse(id=FRESH, version=1, code="WEST", name="West", priority=0)


def test_other_content_is_the_next_version_and_equal_content_none() -> None:
    moved = warehouse_of(draft("EAST", "East", 2), EAST, [EAST], new_id=FRESH)
    assert moved == replace(EAST, version=4, priority=2)
    assert warehouse_of(draft("EAST", "East", 1), EAST, [EAST], new_id=FRESH) is EAST


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        (draft(code=" "), ErrorCode.REQUIRED, "code"),
        (draft(code="x" * 33), ErrorCode.INVALID, "code"),
        (draft(code="a\nb"), ErrorCode.INVALID, "code"),
        (draft(name=""), ErrorCode.REQUIRED, "name"),
        (draft(name="x" * 256), ErrorCode.INVALID, "name"),
        (draft(priority=-1), ErrorCode.INVALID, "priority"),
        (draft(priority=LARGEST_PRIORITY + 1), ErrorCode.INVALID, "priority"),
        (draft(code="east"), ErrorCode.DUPLICATE, "code"),
    ],
)
def test_what_is_wrong_is_named(asked: WarehouseDraft, code: ErrorCode, field: str) -> None:
    refused = warehouse_of(asked, None, [EAST], new_id=FRESH)
    assert isinstance(refused, tuple)
    assert [(error.code, error.field) for error in refused] == [(code, ("input", field))]


def test_a_shop_has_so_many_warehouses_and_no_more() -> None:
    there = [replace(EAST, id=WarehouseId(f"wh_{n}"), code=f"W{n}") for n in range(MOST_WAREHOUSES)]
    assert isinstance(warehouse_of(draft(), None, there, new_id=FRESH), tuple)
    assert isinstance(warehouse_of(draft(), there[0], there, new_id=FRESH), Warehouse)


def test_warehouses_are_asked_by_priority() -> None:
    west = Warehouse(id=FRESH, version=1, code="WEST", name="West", priority=0)
    assert in_order([EAST, west]) == (west, EAST)
