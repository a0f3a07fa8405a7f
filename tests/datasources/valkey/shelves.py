"""A catalog read through a cache, as tests look at it."""

import time
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from datasources.dynamo.catalog import CatalogTable
from datasources.valkey.cache import Cache
from datasources.valkey.catalog import CachedCatalog
from datasources.valkey.server import Server
from domain.catalog.listing import ProductSort
from domain.catalog.products import Product
from domain.pages import Window
from tests.datasources.samples import SHOP, product

SLACK = 0.25
"""For a machine with other tests on it, on top of what a bound allows."""


@dataclass
class Shelf:
    """A cached catalog, with its clock and events; ``raw`` looks into the server."""

    url: str
    store: Any
    near_seconds: float = 0.0
    budget_seconds: float = 2.0
    now: float = field(default_factory=time.time)
    events: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.cache = Cache(
            Server(self.url, budget_seconds=self.budget_seconds, on_event=lambda event: self.events.update([event])),
            prefix=f"test-{uuid.uuid4().hex}",
            near_seconds=self.near_seconds,
            clock=lambda: self.now,
        )
        self.catalog = CachedCatalog(self.cache, self.store)

    def listing(self) -> list[Product]:
        found = self.catalog.page("all", ProductSort.NEWEST, Window(20), SHOP)
        there = self.catalog.many(found.ids)
        return [there[one] for one in found.ids]


def stored(store: CatalogTable, **changes: Any) -> Product:
    made = product(**changes)
    store.create(made, [])
    return made


def following(old: Product, **changes: Any) -> Product:
    return replace(old, version=old.version + 1, **changes)
