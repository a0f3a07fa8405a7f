"""Stock as a file states it, set in the shop's first warehouse through the API where it is not so already."""

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, Final

from clients.csv import cells, documents
from clients.csv.columns import Column
from clients.csv.drafts import FileProduct, FileStock, Problem
from clients.csv.rows import Findings, Row
from clients.graph import Graph
from domain.inventory.moving import MOST_LINES, MovementReason

ANY_NUMBER: Final = 1_000_000
"""The backorder limit of what Shopify sells without an end."""
TRACKED: Final = "shopify"
NO_WAREHOUSE: Final = "stock is left out: the shop has no warehouse yet"

type Levels = Mapping[str, Mapping[str, Any]]
"""SKU to its variant's ``id``, ``onHand`` and ``backorderLimit`` in the first warehouse."""


def stocks_of(found: Findings, rows: Sequence[Row]) -> tuple[FileStock | None, ...]:
    """What each variant's row says of its stock, None for one that is not counted; nothing when none is."""
    stocks = tuple(_stock(found, row) for row in rows)
    return stocks if any(stocks) else ()


def _stock(found: Findings, row: Row) -> FileStock | None:
    """A blank tracker, where the file has the column, is how Shopify says that nobody counts."""
    quantity = found.read(row, Column.QUANTITY, cells.quantity)
    backorders = found.read(row, Column.POLICY, cells.policy)
    untracked = Column.TRACKER in row.header.places and not row.text(Column.TRACKER)
    if untracked or (quantity is None and backorders is None):
        return None
    return FileStock(quantity=quantity, backorders=backorders)


def stock_of(levels: Sequence[Mapping[str, Any]] | None, warehouse: str | None) -> FileStock | None:
    """What a file says of the graph's levels of a variant."""
    level = _level(levels, warehouse)
    return None if level is None else FileStock(quantity=level["onHand"], backorders=level["backorderLimit"] > 0)


def _level(levels: Sequence[Mapping[str, Any]] | None, warehouse: str | None) -> Mapping[str, Any] | None:
    return next((one for one in levels or () if one["warehouse"]["id"] == warehouse), None)


def first_warehouse(graph: Graph) -> str | None:
    """The id of the warehouse that is asked first for goods."""
    return next((str(one["id"]) for one in graph.ask(documents.WAREHOUSES)["warehouses"]), None)


class Stocks:
    """Sets stock in the shop's first warehouse, which is looked up when it is first needed."""

    def __init__(self, graph: Graph, note: Callable[[str], None]) -> None:
        self._graph, self._note, self._lock = graph, note, threading.Lock()
        self._places: list[str | None] = []

    def set(self, listed: FileProduct, product: str) -> tuple[bool, tuple[Problem, ...]]:
        """Whether anything changed, and what stood against it. Raises GraphFault."""
        place = self._place() if listed.stocks else None
        if place is None:
            return False, ()
        levels = self._levels(product, place)
        stated = tuple(_stated(listed, levels))
        # What may be sold without an end is said before a count that needs it, what may not after.
        asked = [*_bounds(stated, place, more=True), *_counts(stated, place), *_bounds(stated, place, more=False)]
        return bool(asked), tuple(problem for one in asked for problem in self._asked(one))

    def _asked(self, one: "Asked") -> Iterator[Problem]:
        answer = next(iter(self._graph.ask(one.document, one.variables).values()))
        for error in answer["userErrors"]:
            path = error["field"] or []
            number = int(path[1]) if len(path) > 1 and path[1].isdigit() else 0
            message = f"the product is stored, its stock is not: {error['message']}"
            yield Problem(row=one.rows[number], column=one.column, message=message)

    def _place(self) -> str | None:
        with self._lock:
            if not self._places:
                self._places = [first_warehouse(self._graph)]
                if self._places == [None]:
                    self._note(NO_WAREHOUSE)
            return self._places[0]

    def _levels(self, product: str, place: str) -> Levels:
        edges = self._graph.ask(documents.STOCKS, {"id": product})["product"]["variants"]["edges"]
        none = {"onHand": 0, "backorderLimit": 0}
        nodes = (edge["node"] for edge in edges)
        return {node["sku"]: {**(_level(node["stockLevels"], place) or none), "id": node["id"]} for node in nodes}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A variant's stock as the file's ``row`` states it, and what the shop has of it."""

    row: int
    stock: FileStock
    there: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A change to ask for, and where in the file it comes from."""

    document: str
    variables: Mapping[str, Any]
    column: Column
    rows: tuple[int, ...]


def _stated(listed: FileProduct, levels: Levels) -> Iterator[Stated]:
    for row, variant, stock in zip(listed.places.variants, listed.product.variants, listed.stocks, strict=True):
        if stock is not None and variant.sku in levels:
            yield Stated(row=row, stock=stock, there=levels[variant.sku])


def _counts(stated: Sequence[Stated], place: str) -> Iterator[Asked]:
    wrong = [
        (one.row, {"variantId": one.there["id"], "delta": one.stock.quantity - one.there["onHand"]})
        for one in stated
        if one.stock.quantity is not None and one.stock.quantity != one.there["onHand"]
    ]
    common = {"warehouseId": place, "reason": MovementReason.COUNTED.value, "reference": "import"}
    for some in batched(wrong, MOST_LINES, strict=False):
        variables = {"changes": [line | common for _, line in some], "key": f"csv-{uuid.uuid4()}"}
        rows = tuple(row for row, _ in some)
        yield Asked(document=documents.ADJUST, variables=variables, column=Column.QUANTITY, rows=rows)


def _bounds(stated: Sequence[Stated], place: str, *, more: bool) -> Iterator[Asked]:
    for one in stated:
        if one.stock.backorders is more and more is not (one.there["backorderLimit"] > 0):
            variables = {"id": one.there["id"], "place": place, "limit": ANY_NUMBER if more else 0}
            yield Asked(document=documents.BOUND, variables=variables, column=Column.POLICY, rows=(one.row,))
