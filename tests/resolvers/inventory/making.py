"""Warehouses and stock, made through the graph as staff do it."""

from typing import Any

from domain.ids import WarehouseId
from domain.inventory.stock import Warehouse
from resolvers._kit.ids import new_id
from tests.resolvers.catalog.making import name
from tests.shop import Shop

ERRORS = """userErrors {
  code message field
  ... on InsufficientStockError { variantId requested available } ... on ConflictError { currentVersion }
}"""
LEVELS = f"""
levels {{
  id variantId warehouse {{ id code }} onHand reserved available safetyStock backorderLimit version
}} {ERRORS}"""
ADJUST = f"""
mutation($changes: [StockAdjustInput!]!, $key: String!) {{
  stockAdjust(changes: $changes, idempotencyKey: $key) {{ {LEVELS} }}
}}"""
TRANSFER = f"""
mutation($id: ID!, $from: ID!, $to: ID!, $units: Int!, $key: String!) {{
  stockTransfer(variantId: $id, fromWarehouseId: $from, toWarehouseId: $to, quantity: $units, idempotencyKey: $key) {{
    {LEVELS}
  }}
}}"""
BOUNDS = f"""
mutation($id: ID!, $place: ID!, $safety: Int, $limit: Int) {{
  stockLevelSet(variantId: $id, warehouseId: $place, safetyStock: $safety, backorderLimit: $limit) {{ {LEVELS} }}
}}"""
WAREHOUSE = f"""
mutation($input: WarehouseInput!, $id: ID, $expected: Int) {{
  warehouseSave(input: $input, id: $id, expectedVersion: $expected) {{
    warehouse {{ id version code name priority }} {ERRORS}
  }}
}}"""


def warehouse(code: str) -> Warehouse:
    return Warehouse(id=WarehouseId(new_id("wh")), version=1, code=code, name=code)


def saved(shop: Shop, **changes: Any) -> Any:
    """A warehouse of a code of its own."""
    content = {"code": name("w")[:32], "name": "Place", "priority": 1} | changes
    answer = shop.ask(WAREHOUSE, {"input": content}, person="admin")["warehouseSave"]
    assert answer["userErrors"] == []
    return answer["warehouse"]


def line(variant: str, place: str, delta: int, **changes: Any) -> dict[str, Any]:
    return {"variantId": variant, "warehouseId": place, "delta": delta, "reason": "RECEIVED"} | changes


def adjust(shop: Shop, *lines: dict[str, Any], key: str = "") -> Any:
    """The payload of an adjustment by staff."""
    return shop.ask(ADJUST, {"changes": list(lines), "key": key or name("key")}, person="staff")["stockAdjust"]
