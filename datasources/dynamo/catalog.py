"""The catalog table as a whole: what the catalogue's answers call their store."""

import time
from collections.abc import Callable
from typing import Final

from datasources.dynamo.items import INDEXES
from datasources.dynamo.products import Products
from datasources.dynamo.table import Table
from datasources.dynamo.taxonomy import Taxonomy
from domain.money import CurrencyCode


class CatalogTable(Products, Taxonomy):
    """Products, categories and collections of one table; makes its client at once."""

    def __init__(
        self,
        table_name: str,
        *,
        shop: CurrencyCode,
        beside: Table | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.table: Final = Table(table_name, INDEXES, beside=beside)
        Products.__init__(self, self.table, shop=shop, clock=clock)
        Taxonomy.__init__(self, self.table, clock=clock)
