"""What the inventory's answers need from outside."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from domain.ids import ProductId, VariantId
from domain.inventory.moving import Movement
from domain.inventory.stock import Stock, Summary, Warehouse
from domain.inventory.storing import CodeTaken, Decision, Moved, Refusal, SavedWarehouse, StaleWarehouse
from domain.keys import Key, KeyReused
from domain.pages import Page, Window
from resolvers._kit.limits import Limit

type Decide = Callable[[Mapping[VariantId, Stock]], Decision | Refusal]


class Store(Protocol):
    """The inventory: each change is one transaction, or nothing."""

    def many(self, variants: Sequence[VariantId]) -> Mapping[VariantId, Stock]:
        """The stocks there are of ``variants``."""

    def summaries(self, products: Sequence[ProductId]) -> Mapping[ProductId, Summary]:
        """What the variants of each product had, as of the last change that was reacted to."""

    def listen(self, variant: VariantId) -> None:
        """Have the changes of a variant's stock told from now on."""

    def change(
        self, variants: Sequence[VariantId], decide: Decide, *, key: Key | None = None
    ) -> Moved | Refusal | KeyReused:
        """Store what is decided of the stocks there are, decided anew whenever others came first; once for a key."""

    def movements(self, window: Window, variant: VariantId | None = None) -> Page[Movement]:
        """One page of movements, newest first."""

    def warehouses(self) -> tuple[Warehouse, ...]:
        """Every warehouse, in no order."""

    def save_warehouse(self, old: Warehouse | None, new: Warehouse) -> SavedWarehouse | StaleWarehouse | CodeTaken:
        """Store a warehouse."""


class Inventory(Struct, frozen=True, kw_only=True):
    """Everything an answer of the inventory may use."""

    store: Store
    now: Callable[[], datetime]
    new_id: Callable[[str], str]
    edits: Limit
