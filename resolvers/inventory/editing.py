"""How a change of stock runs: decide on what is stored, store all of it or nothing, say what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from domain import keys
from domain.errors import ConflictError, ErrorCode, InputError, UserError
from domain.ids import MovementId, VariantId, WarehouseId
from domain.inventory import moving
from domain.inventory.moving import MOST_LINES, Adjustment, Bounds, Movement
from domain.inventory.stock import Stock, Warehouse, held
from domain.inventory.storing import CodeTaken, Decision, Moved, Refusal, SavedWarehouse
from domain.inventory.warehouses import WarehouseDraft, warehouse_of
from domain.keys import Key, KeyReused
from resolvers._kit import views as wire
from resolvers._kit.callers import Staff
from resolvers.inventory.ports import Inventory
from resolvers.inventory.views import StockPayload, WarehousePayload, levels_of

TRANSFERRED: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ("changes", "0", "variantId"): ("variantId",),
    ("changes", "0", "warehouseId"): ("fromWarehouseId",),
    ("changes", "1", "warehouseId"): ("toWarehouseId",),
    ("changes", "0", "delta"): ("quantity",),
    ("changes", "1", "delta"): ("quantity",),
}
"""What a transfer's caller knows the parts of its two adjustments by."""

type Places = Mapping[WarehouseId, Warehouse]


def places_of(inventory: Inventory) -> Places:
    """Every warehouse by its id."""
    return {one.id: one for one in inventory.store.warehouses()}


def adjust(inventory: Inventory, caller: Staff, asked: tuple[Adjustment, ...], key: str) -> StockPayload:
    """Change stock in several places together, once for a key."""
    if (refused := keys.refused(key)) is not None:
        return StockPayload(user_errors=(refused,))
    places, now = places_of(inventory), inventory.now()

    def decide(there: Mapping[VariantId, Stock]) -> Decision | Refusal:
        found = moving.adjusted(there, asked, places, now)
        stocks = {one.variant_id: one for one in found if isinstance(one, Stock)}
        if not stocks:
            return Refusal(errors=tuple(one for one in found if not isinstance(one, Stock)))
        answer = tuple(held(stocks[variant], place) for variant, place in moving.summed(asked))
        return Decision(stocks=tuple(stocks.values()), movements=moved, answer=answer)

    moved = tuple(_movement(inventory, caller, one) for one in asked[:MOST_LINES])
    variants = [one.variant_id for one in asked] if len(asked) <= MOST_LINES else []
    known = Key(caller=caller.sub, key=key, fingerprint=keys.fingerprint(asked))
    return _payload(inventory.store.change(variants, decide, key=known), places)


def _movement(inventory: Inventory, caller: Staff, of: Adjustment) -> Movement:
    return Movement(
        id=MovementId(inventory.new_id("move")),
        variant_id=of.variant_id,
        warehouse_id=of.warehouse_id,
        delta=of.delta,
        reason=of.reason,
        reference=of.reference,
        actor=caller.sub,
        at=inventory.now(),
    )


def transfer(inventory: Inventory, caller: Staff, found: Sequence[Adjustment | UserError], key: str) -> StockPayload:
    """Move units as the rules ``found`` that it is done, once for a key."""
    asked = tuple(one for one in found if isinstance(one, Adjustment))
    if not asked:
        return StockPayload(user_errors=tuple(one for one in found if not isinstance(one, Adjustment)))
    payload = adjust(inventory, caller, asked, key)
    return StockPayload(levels=payload.levels, user_errors=_renamed(payload.user_errors))


def _renamed(errors: Sequence[wire.UserError]) -> tuple[wire.UserError, ...]:
    """Errors of a transfer's two adjustments; what is wrong with the variant is wrong with both, and told once."""
    named = (replace(one, field=TRANSFERRED.get(one.field or (), one.field)) for one in errors)
    return tuple(one for one in named if one.field != ("changes", "1", "variantId"))


def set_bounds(inventory: Inventory, asked: Bounds) -> StockPayload:
    """Set what a warehouse keeps back, and what it may promise beyond what it has."""
    places, now = places_of(inventory), inventory.now()

    def decide(there: Mapping[VariantId, Stock]) -> Decision | Refusal:
        old = there.get(asked.variant_id)
        new = moving.bounded(old, asked, places, now)
        if not isinstance(new, Stock):
            return Refusal(errors=new)
        changed = () if new is old else (new,)
        return Decision(stocks=changed, movements=(), answer=(held(new, asked.warehouse_id),))

    return _payload(inventory.store.change([asked.variant_id], decide), places)


def _payload(outcome: Moved | Refusal | KeyReused, places: Places) -> StockPayload:
    match outcome:
        case Moved(answer=answer):
            return StockPayload(levels=levels_of(answer, places))
        case Refusal(errors=errors):
            return StockPayload(user_errors=errors)
        case KeyReused():
            return StockPayload(user_errors=(keys.REUSED,))


def save_warehouse(
    inventory: Inventory, draft: WarehouseDraft, id_: str | None, expected: int | None
) -> WarehousePayload:
    """Store a new warehouse or the next version of one."""
    places = places_of(inventory)
    current = places.get(WarehouseId(id_)) if id_ is not None else None
    if id_ is not None and current is None:
        return WarehousePayload(user_errors=(_error(ErrorCode.NOT_FOUND, "there is no such warehouse", "id"),))
    if current is not None and expected not in {None, current.version}:
        return WarehousePayload(user_errors=(_conflict(current.version),))
    new = warehouse_of(draft, current, places.values(), new_id=WarehouseId(inventory.new_id("wh")))
    if not isinstance(new, Warehouse):
        return WarehousePayload(user_errors=new)
    outcome = SavedWarehouse(warehouse=new) if new is current else inventory.store.save_warehouse(current, new)
    match outcome:
        case SavedWarehouse(warehouse=warehouse):
            return WarehousePayload(warehouse=warehouse)
        case CodeTaken(code=code):
            error = _error(ErrorCode.DUPLICATE, f'another warehouse has the code "{code}"', "input", "code")
            return WarehousePayload(user_errors=(error,))
        case stale:
            return WarehousePayload(user_errors=(_conflict(stale.current_version),))


def _conflict(version: int) -> ConflictError:
    message = f"it has changed meanwhile: version {version} is stored now"
    return ConflictError(message=message, field=("expectedVersion",), current_version=version)


def _error(code: ErrorCode, message: str, *path: str) -> InputError:
    return InputError(code=code, message=message, field=path)
