"""The goods of orders, as the inventory knows them: what moves with an order is stored in the order's transaction."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeIs

from datasources.dynamo import stocks
from datasources.dynamo.holds import Change, Holds
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.transactions import Transaction
from domain.errors import UserError
from domain.ids import CartId, MovementId, OrderId, VariantId
from domain.inventory.moving import Adjustment, Movement, MovementReason, adjusted
from domain.inventory.selling import HELD_NO_MORE, Leaving, leave, sell, unsold
from domain.inventory.stock import Stock
from domain.orders.orders import Fulfillment, LineQuantity, Order, Return
from domain.orders.returns import origin_of
from domain.orders.storing import Also

MOVEMENT: Final = "move"

type Refused = tuple[UserError, ...]
type There = Mapping[VariantId, Stock]


class SoldGoods:
    """What is promised to orders, each known by its id; ``clock`` is the time of day, in seconds since 1970.

    Each decision is on the stock as it is, by one request. Its writes fail by the names ``stock`` and
    ``hold``: others were faster, and all is to be decided anew.
    """

    def __init__(
        self, inventory: InventoryTable, *, new_id: Callable[[str], str], clock: Callable[[], float] = time.time
    ) -> None:
        self._inventory = inventory
        self._holds = Holds(inventory, clock=clock)
        self._new_id = new_id

    def sell(self, cart: CartId, order: OrderId, wanted: Mapping[VariantId, int]) -> Also | Refused:
        """What is held for a cart, which must be exactly what is wanted, goes over to the order."""
        hold, there = self._holds.with_stocks(cart, wanted)
        if hold is None or {*hold.variants} != {*wanted}:
            return (HELD_NO_MORE,)
        sold = sell(there, cart, order, wanted, self._holds.now())
        if not _are_stocks(sold):
            return sold
        return partial(_write_sold, self._holds, Change(there, sold, (hold,), None))

    def give_back(self, order: Order) -> Also:
        """What the order has not sent is anybody's again."""
        there = self._inventory.many([one.variant_id for one in order.lines])
        return partial(self._write, there, unsold(there.values(), order.id, self._holds.now()), ())

    def send(self, order: Order, parcel: Fulfillment, actor: str) -> Also | Refused:
        """What is in a parcel leaves its warehouse."""
        units = _units(order, parcel.lines)
        there = self._inventory.many([*units])
        found = leave(there, Leaving(buyer=order.id, warehouse_id=parcel.warehouse_id, units=units), self._holds.now())
        if not _are_stocks(found):
            return found
        asked = [
            Adjustment(
                variant_id=variant,
                warehouse_id=parcel.warehouse_id,
                delta=-quantity,
                reason=MovementReason.SOLD,
                reference=order.number,
            )
            for variant, quantity in units.items()
        ]
        return partial(self._write, there, found, self._movements(asked, actor))

    def restock(self, order: Order, back: Return, actor: str) -> Also | Refused:
        """What came back is put where it was sent from."""
        asked = [
            Adjustment(
                variant_id=variant,
                warehouse_id=origin_of(order, part.line_id),
                delta=quantity,
                reason=MovementReason.RETURNED,
                reference=order.number,
            )
            for part in back.lines
            for variant, quantity in _units(order, (part,)).items()
        ]
        there = self._inventory.many([one.variant_id for one in asked])
        found = adjusted(there, asked, {one.warehouse_id for one in asked}, self._holds.now())
        if not _are_stocks(found):
            return found
        return partial(self._write, there, found, self._movements(asked, actor))

    def _movements(self, asked: Sequence[Adjustment], actor: str) -> tuple[Movement, ...]:
        return tuple(
            Movement(
                id=MovementId(self._new_id(MOVEMENT)),
                variant_id=one.variant_id,
                warehouse_id=one.warehouse_id,
                delta=one.delta,
                reason=one.reason,
                reference=one.reference,
                actor=actor,
                at=self._holds.now(),
            )
            for one in asked
        )

    def _write(self, there: There, changed: Sequence[Stock], movements: Sequence[Movement], into: Transaction) -> None:
        write = into.on(self._inventory.table)
        for stock in changed:
            stocks.change(write, there[stock.variant_id], stock)
        for one in movements:
            write.put(stocks.movement_key(one), stocks.movement_item(one))


def _are_stocks(found: tuple[Stock, ...] | Refused) -> TypeIs[tuple[Stock, ...]]:
    return all(isinstance(one, Stock) for one in found)


def _write_sold(holds: Holds, change: Change, into: Transaction) -> None:
    holds.write(into, change)


def _units(order: Order, lines: Sequence[LineQuantity]) -> dict[VariantId, int]:
    variants = {line.id: line.variant_id for line in order.lines}
    return {variants[one.line_id]: one.quantity for one in lines}
