"""Stock: what each warehouse has of a variant, and what of that a buyer can have."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from domain.ids import VariantId, WarehouseId
from domain.values import value

MOST_WAREHOUSES: Final = 100
"""Of a shop; a variant's stock names each of them at most once and so stays a small document."""
MOST_UNITS: Final = 1_000_000_000
"""Of one variant in one warehouse: sums over all warehouses still fit the 32 bits of GraphQL's Int twice over."""
MOST_TOLD: Final = 2**31 - 1
"""GraphQL's largest Int."""
FEW: Final = 5
"""From so many units down, shops say that only a few are left."""
KEPT_CHANGES: Final = 50
"""Changes kept with a stock, some 4 KB: who has missed more reads the stock anew."""


@value
class Warehouse:
    """A place that sends parcels; ``priority`` 0 is asked first."""

    id: WarehouseId
    version: int
    code: str
    name: str
    priority: int = 0


@value
class Level:
    """What one warehouse has of a variant.

    Always ``0 <= reserved <= on_hand + backorder_limit``: ``reserved`` units are promised, and at most
    ``backorder_limit`` of them are not there yet. ``safety_stock`` units are kept from buyers.
    """

    warehouse_id: WarehouseId
    on_hand: int = 0
    reserved: int = 0
    safety_stock: int = 0
    backorder_limit: int = 0

    @property
    def free(self) -> int:
        """Units that nobody was promised, less those kept back; negative while more is promised than that."""
        return self.on_hand - self.reserved - self.safety_stock

    @property
    def available(self) -> int:
        """Units that a buyer can have at once."""
        return max(0, self.free)

    @property
    def backorderable(self) -> int:
        """Units that a buyer can have later, beside those at once."""
        return max(0, self.free + self.backorder_limit) - self.available

    @property
    def sound(self) -> bool:
        """Whether what must always hold does."""
        counts = (self.on_hand, self.reserved, self.safety_stock, self.backorder_limit)
        return (
            all(0 <= count <= MOST_UNITS for count in counts) and self.reserved <= self.on_hand + self.backorder_limit
        )


@value
class Availability:
    """What a buyer can have: ``quantity`` units at once, ``backorderable`` more later; of all warehouses together."""

    quantity: int = 0
    backorderable: int = 0

    @property
    def purchasable(self) -> bool:
        """Whether a buyer can have any."""
        return self.quantity + self.backorderable > 0

    @property
    def low(self) -> bool:
        """Whether only a few are left to have at once."""
        return 0 < self.quantity <= FEW


type Summary = Mapping[VariantId, Availability]
"""What a buyer can have of each variant of a product, or of those that it had once."""

NONE_LEFT: Final = Availability()
"""Of what no stock was ever stated: what nobody has counted is not sold."""


@value
class Change:
    """One stored change of a stock: ``seq`` is the version it made, ``availability`` what it left to buyers."""

    seq: int
    at: datetime
    availability: Availability


@value
class Promise:
    """Units of a warehouse that were promised to an owner, a cart say; after ``until`` they are nobody's again.

    ``until`` is None for what was sold and has not left yet.
    """

    owner: str
    warehouse_id: WarehouseId
    quantity: int
    until: datetime | None

    def stands(self, now: datetime) -> bool:
        """Whether it is still to be kept."""
        return self.until is None or self.until > now


@value
class Stock:
    """A variant's stock in all warehouses that were ever told of it, and its newest changes, the oldest first.

    ``promises`` make up what the levels have reserved, those that have run out too until somebody takes them out.
    """

    variant_id: VariantId
    version: int
    levels: tuple[Level, ...]
    changes: tuple[Change, ...]
    promises: tuple[Promise, ...] = ()

    @property
    def availability(self) -> Availability:
        """What a buyer can have of the variant."""
        return together(Availability(quantity=one.available, backorderable=one.backorderable) for one in self.levels)

    def level(self, warehouse: WarehouseId) -> Level:
        """What the warehouse has of it."""
        return next((one for one in self.levels if one.warehouse_id == warehouse), Level(warehouse_id=warehouse))


@value
class Held:
    """A level of a variant, as of a version of its stock."""

    variant_id: VariantId
    version: int
    level: Level


def held(stock: Stock, warehouse: WarehouseId) -> Held:
    """What the warehouse has, as of the stock's version."""
    return Held(variant_id=stock.variant_id, version=stock.version, level=stock.level(warehouse))


def together(parts: Iterable[Availability]) -> Availability:
    """What a buyer can have of several: of a product, by its variants."""
    found = tuple(parts)
    return Availability(
        quantity=min(MOST_TOLD, sum(one.quantity for one in found)),
        backorderable=min(MOST_TOLD, sum(one.backorderable for one in found)),
    )
