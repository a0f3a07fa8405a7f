"""Importing a product file through the API: many products at once, each whole or not at all."""

import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import batched
from pathlib import Path
from typing import Any, Final

import httpx

from clients.csv import documents
from clients.csv.drafts import BadProduct, FileProduct, Problem
from clients.csv.files import BadFile
from clients.csv.inputs import input_of, problems_of
from clients.csv.reading import Reading
from clients.csv.report import Line, Outcome, Report
from clients.csv.shelves import CannotShelve, Shelves
from clients.csv.stocks import Stocks
from clients.graph import Graph, GraphFault, Refused
from clients.sign_in import Credentials, NotSignedIn
from domain.catalog.products import ProductStatus
from domain.money import CurrencyCode

IN_FLIGHT: Final = 8
"""Questions asked at once: enough to hide the way to the cloud and back, few enough for its default concurrency."""
AT_A_TIME: Final = 10
"""Products looked up with one query and then stored one by one."""
USUAL_CURRENCY: Final = CurrencyCode.USD
"""Of a shop that has no product to ask; a test holds it against the shop's own setting."""

type Read = FileProduct | BadProduct
type Became = tuple[list[Line], int]
"""The lines of the report about one product, and how many rows of the file it is."""


def import_file(
    path: Path,
    outputs: Mapping[str, Any],
    *,
    pictures_base: str | None = None,
    report: Path | None = None,
    progress: Callable[[Report], None] | None = None,
    currency: CurrencyCode | None = None,
    encoding: str | None = None,
    credentials: Credentials | None = None,
) -> Report:
    """Store every good product of the file, and say what became of each row.

    Raises for no fault of file, network or shop: a file that cannot be read is one failed line, and what ends the
    import early is in ``stopped``. ``report`` is where the report is written; ``progress`` is called as it grows.
    """
    told = Report(file=path.name)
    began = time.monotonic()
    notes: tuple[str, ...] = ()
    try:
        with Graph(outputs, credentials or Credentials.of_staff(outputs)) as graph:
            known = currency or currency_of(graph)
            reading = Reading(path, known, pictures_base=pictures_base, encoding=encoding)
            told.rows, told.currency = reading.survey.rows, known.value
            _store(reading, graph, told, progress)
            notes = reading.notes.all()
    except BadFile as fault:
        column = None if fault.column is None else f"column {fault.column}"
        told.add([Line(row=fault.row, handle="", outcome=Outcome.FAILED, column=column, message=str(fault))], 0)
    except (GraphFault, NotSignedIn, httpx.HTTPError) as fault:
        told.stopped = str(fault)
    told.finish(time.monotonic() - began, notes)
    if report is not None:
        told.write(report)
    return told


def currency_of(graph: Graph) -> CurrencyCode:
    """The shop's own currency, which is the one a product's prices come in when no other is asked for."""
    edges = graph.ask(documents.CURRENCY)["products"]["edges"]
    if not edges:
        return USUAL_CURRENCY
    return CurrencyCode(edges[0]["node"]["priceRange"]["min"]["currency"])


def _store(reading: Reading, graph: Graph, told: Report, progress: Callable[[Report], None] | None) -> None:
    writer = _Writer(graph, reading.notes.add)
    for became in _spread(writer.write, batched(reading, AT_A_TIME, strict=False)):
        for lines, rows in became:
            told.add(lines, rows)
        told.pictured = writer.pictured
        if progress is not None:
            progress(told)


def _spread[I, O](work: Callable[[I], O], items: Iterable[I]) -> Iterator[O]:
    """``map`` by IN_FLIGHT threads that reads no further ahead than they need; the first fault ends it."""
    waiting: deque[Future[O]] = deque()
    pool = ThreadPoolExecutor(IN_FLIGHT)
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > IN_FLIGHT:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


class _Writer:
    def __init__(self, graph: Graph, note: Callable[[str], None]) -> None:
        self._graph, self._shelves, self._stocks = graph, Shelves(graph), Stocks(graph, note)
        self.pictured = False

    def write(self, some: Sequence[Read]) -> list[Became]:
        """Store the good ones and say what became of each."""
        good = [one for one in some if isinstance(one, FileProduct)]
        became = [(_failed(one.handle, one.problems), one.rows) for one in some if isinstance(one, BadProduct)]
        try:
            known = self._known([one.product.slug for one in good])
        except Refused as fault:
            return became + [(_fault(one, fault), one.rows) for one in good]
        return became + [(self._written(one, known.get(one.product.slug)), one.rows) for one in good]

    def _known(self, slugs: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        if not slugs:
            return {}
        found = self._graph.ask(*documents.known(slugs))
        return {slug: there for place, slug in enumerate(slugs) if (there := found[f"p{place}"])}

    def _written(self, listed: FileProduct, there: Mapping[str, Any] | None) -> list[Line]:
        slug = listed.product.slug
        try:
            given = input_of(
                listed.product,
                self._shelves.category(listed.category),
                [self._shelves.collection(name) for name in listed.collections],
            )
            outcome, answer = self._update(there, given) if there else self._create(slug, given)
            if answer["userErrors"]:
                return _failed(slug, problems_of(listed, answer["userErrors"]))
            self.pictured |= bool(listed.product.media)
            moved, problems = self._stocks.set(listed, answer["product"]["id"])
        except (CannotShelve, Refused) as fault:
            return _fault(listed, fault)
        if problems:
            return _failed(slug, problems)
        if moved and outcome is Outcome.UNCHANGED:
            outcome = Outcome.UPDATED
        return [Line(row=listed.places.first, handle=slug, outcome=outcome)]

    def _create(self, slug: str, given: dict[str, Any]) -> tuple[Outcome, Mapping[str, Any]]:
        new = {"status": ProductStatus.ACTIVE.value} | given
        answer = self._graph.ask(documents.CREATE, {"input": new, "key": f"csv-{uuid.uuid4()}"})["productCreate"]
        if any(error["code"] == "DUPLICATE" and error["field"] == ["input", "slug"] for error in answer["userErrors"]):
            there = self._known([slug]).get(slug)
            if there is not None:
                return self._update(there, given)
        return Outcome.CREATED, answer

    def _update(self, there: Mapping[str, Any], given: dict[str, Any]) -> tuple[Outcome, Mapping[str, Any]]:
        """Send the whole content; the version tells whether that changed anything, even when it was sent twice."""
        answer = self._graph.ask(documents.UPDATE, {"id": there["id"], "input": given})["productUpdate"]
        same = answer["product"] is not None and answer["product"]["version"] == there["version"]
        return (Outcome.UNCHANGED if same else Outcome.UPDATED), answer


def _fault(listed: FileProduct, fault: Exception) -> list[Line]:
    return _failed(listed.product.slug, [Problem(row=listed.places.first, column=None, message=str(fault))])


def _failed(handle: str, problems: Sequence[Problem]) -> list[Line]:
    return [
        Line(row=one.row, handle=handle, outcome=Outcome.FAILED, column=one.column, message=one.message)
        for one in problems
    ]
