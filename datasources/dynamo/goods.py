"""The goods of carts, as the inventory holds them: what changes with a cart is stored in the cart's own transaction."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from datasources.dynamo.holds import Change, Holds
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.transactions import Transaction
from datasources.valkey.near import Near
from domain.cart.carts import Cart
from domain.cart.storing import Also, HeldGoods
from domain.errors import UserError
from domain.ids import CartId, VariantId, WarehouseId
from domain.inventory.holding import Hold, Wish, within_reach
from domain.inventory.stock import Stock
from domain.inventory.warehouses import in_order

WAREHOUSE_SECONDS: Final = 5.0
"""How long a process goes by the warehouses it has read: an order of them that is seconds old holds goods as well."""
WAREHOUSES: Final = "warehouses"
STOCK_SECONDS: Final = 1.0
NO_STOCK: Final = Stock(variant_id=VariantId(""), version=0, levels=(), changes=())


class Goods:
    """Holds of carts, each known by its cart's id; ``clock`` is the time of day, in seconds since 1970."""

    def __init__(self, inventory: InventoryTable, *, clock: Callable[[], float] = time.time) -> None:
        self._inventory = inventory
        self._holds = Holds(inventory, clock=clock)
        self._now = self._holds.now
        self.near = Near(WAREHOUSE_SECONDS, time.monotonic)
        self.stocks = Near(STOCK_SECONDS, time.monotonic)

    def hold(self, cart: Cart) -> HeldGoods | tuple[UserError, ...]:
        """Everything in the cart for the next minutes, in place of all that was held for it; or what is missing.

        Errors lie at ``("lines", place, ...)``, the place in the cart. A request, and the warehouses now and then.
        """
        wishes = [Wish(variant_id=line.variant_id, quantity=line.quantity) for line in cart.lines]
        change = self._holds.holding(cart.id, wishes, self._warehouses())
        return self._held(change) if isinstance(change, Change) else change

    def keep(self, owners: Sequence[CartId], owner: CartId, wanted: Mapping[VariantId, int]) -> HeldGoods:
        """Of what is held for several carts, one keeps no more than ``wanted``; the rest is given back."""
        return self._held(self._holds.keeping(owners, owner, wanted))

    def lapse(self, owner: CartId) -> HeldGoods | None:
        """Nothing is held any more, if what is held has run out; None when it has not, or not any more."""
        change = self._holds.lapsing(owner)
        return None if change.empty else self._held(change)

    def give_back(self, owner: str) -> None:
        """Give back what has run out for an owner that is no cart any more."""
        self._holds.lapse(owner)

    def ran_out(self, most: int) -> Iterator[str]:
        """The owners of what has run out and was not given back, at most ``most`` of each sixteenth of them."""
        return (one.owner for one in self._holds.ran_out(most))

    def within_reach(self, variants: Sequence[VariantId], owner: CartId, *, fresh: bool = True) -> dict[VariantId, int]:
        """How many units of each variant the cart could have, with those that it has; by one request, if any.

        What is not to be ``fresh`` is STOCK_SECONDS old at most: enough for news of a cart, of which there are many
        while many buy the same.
        """
        known = {} if fresh else {one: stock for one in variants if (stock := self.stocks.get(one)) is not None}
        missing = [one for one in variants if one not in known]
        stocks = known | (self._inventory.many(missing) if missing else {})
        for one in missing:
            self.stocks.put(one, stocks.get(one, NO_STOCK))
        now = self._now()
        return {one: within_reach(stocks[one], owner, now) if one in stocks else 0 for one in variants}

    def _held(self, change: Change) -> HeldGoods:
        also: Also | None = None if change.empty else partial(_written, self._holds, change)
        return HeldGoods(units=_units(change.after), until=change.after.until if change.after else None, also=also)

    def _warehouses(self) -> tuple[WarehouseId, ...]:
        found: tuple[WarehouseId, ...] | None = self.near.get(WAREHOUSES)
        if found is None:
            found = tuple(one.id for one in in_order(self._inventory.warehouses()))
            self.near.put(WAREHOUSES, found)
        return found


def _written(holds: Holds, change: Change, into: Transaction) -> None:
    holds.write(into, change)


def _units(hold: Hold | None) -> dict[VariantId, int]:
    units: dict[VariantId, int] = {}
    for part in hold.parts if hold else ():
        units[part.variant_id] = units.get(part.variant_id, 0) + part.quantity
    return units
