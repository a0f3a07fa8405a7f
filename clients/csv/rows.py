"""A row with its header: cells by column, and what is found wrong or worth a note on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clients.csv.cells import BadCell
from clients.csv.columns import Column, Header
from clients.csv.drafts import Problem
from clients.csv.files import Survey


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file; ``number`` is the one a spreadsheet shows."""

    number: int
    found: list[str]
    header: Header

    def cell(self, place: int) -> str:
        """What stands there, without outer space; empty beyond the row's end."""
        return self.found[place].strip() if place < len(self.found) else ""

    def text(self, column: Column) -> str:
        """What stands in a column; empty when the file has no such column."""
        places = self.header.places.get(column)
        return self.cell(places[0]) if places else ""

    def texts(self, column: Column) -> list[str]:
        """What stands in the columns of this name, blank ones left out."""
        return [text for place in self.header.places.get(column, ()) if (text := self.cell(place))]

    def check_shape(self, found: "Findings") -> None:
        """Find a row of another width than the header's, and cells with NUL bytes."""
        width = len(self.header.cells)
        if len(self.found) != width and (len(self.found) < width or any(self.found[width:])):
            found.add(self, None, f"the row has {len(self.found)} cells where the header has {width}")
        for place, cell in enumerate(self.found[:width]):
            if "\0" in cell:
                found.problem(Problem(row=self.number, column=self.header.cells[place], message="has a NUL byte"))


class Findings:
    """Collects what is wrong with a product, so that all of it is reported at once."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._problems)

    def problem(self, problem: Problem) -> None:
        """Note one problem."""
        self._problems.append(problem)

    def add(self, row: Row, column: Column | None, message: str) -> None:
        """Note one problem of a row."""
        self.problem(Problem(row=row.number, column=column, message=message))

    def read[T](self, row: Row, column: Column, reader: Callable[[str], T], *, absent: T | None = None) -> T | None:
        """What the cell says by ``reader``; ``absent`` when it is blank or, its problem noted, unreadable."""
        return self.each(row, column, [row.text(column)], reader, absent=absent)[0]

    def each[T](
        self, row: Row, column: Column, texts: Sequence[str], reader: Callable[[str], T], *, absent: T | None = None
    ) -> list[T | None]:
        """The same of several cells."""
        said: list[T | None] = []
        for text in texts:
            try:
                said.append(reader(text) if text else absent)
            except BadCell as fault:
                self.add(row, column, str(fault))
                said.append(absent)
        return said


class Notes:
    """What the report says once about a file: columns that are not stored, values that are not kept."""

    def __init__(self, survey: Survey) -> None:
        self._header = survey.header
        self._unseen = dict(survey.header.left_out)
        self._reasons: dict[str, list[str]] = {}
        self._told: dict[str, None] = {}
        if survey.delimiter != ",":
            self.add(f"cells are parted by {survey.delimiter!r} in this file")

    def add(self, note: str) -> None:
        """Say it; a second time it is not said again."""
        self._told.setdefault(note)

    def see(self, rows: list[Row]) -> None:
        """Look for values in columns that are left out, and for attributes that differ within the product."""
        for row in rows:
            for place in [place for place in self._unseen if row.cell(place)]:
                self._reasons.setdefault(self._unseen.pop(place), []).append(self._name(place))
            self._differing(rows[0], row)

    def _differing(self, first: Row, row: Row) -> None:
        if row is first:
            return
        for place, _ in self._header.attributes:
            if row.cell(place) not in {"", first.cell(place)}:
                self.add(f'"{self._name(place)}" differs within a product; its first row counts')

    def _name(self, place: int) -> str:
        return self._header.cells[place] or f"column {place + 1}"

    def all(self) -> tuple[str, ...]:
        """The notes, one sentence each."""
        return (*self._told, *(f"left out: {', '.join(names)} ({reason})" for reason, names in self._reasons.items()))
