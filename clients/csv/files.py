"""Opening a product file: its encoding, its delimiter and its rows, each found good before anything is stored.

A row's number is the one a spreadsheet shows: the header is row 1, and a cell may hold several lines.
"""

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from clients.csv.columns import BadHeader, Column, Header

DELIMITERS: Final = (",", ";", "\t")
LARGEST_CELL: Final = 1_000_000
"""Characters; far above the 60,000 of a description, so that one long cell fails its product and not the file."""
CHUNK: Final = 1 << 16


class BadFile(ValueError):
    """The file as a whole cannot be read, and nothing of it was stored. Rows and columns count from 1."""

    def __init__(self, message: str, row: int | None = None, column: int | None = None) -> None:
        self.message, self.row, self.column = message, row, column
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a first pass over the file found. ``scattered``: handle to the row where it stands again, apart."""

    encoding: str
    delimiter: str
    header: Header
    rows: int
    scattered: dict[str, tuple[int, int]]


def survey(path: Path, encoding: str | None = None) -> Survey:
    """Read the whole file once; raises BadFile. Memory grows by one entry a handle, never by the rows."""
    try:
        found = _encoding(path) if encoding is None else _named(encoding)
        _decodable(path, found)
        delimiter = _delimiter(path, found)
        with opened(path, found) as text:
            return _counted(_rows(text, delimiter), found, delimiter)
    except OSError as fault:
        raise BadFile(f"{path} cannot be read: {fault.strerror}") from fault


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """The text of the file with its line ends as they are."""
    with path.open(encoding=encoding, newline="") as text:
        yield text


def rows_of(path: Path, found: Survey) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header with their numbers; blank ones are passed over."""
    with opened(path, found.encoding) as text:
        rows = _rows(text, found.delimiter)
        next(rows, None)
        for number, row in rows:
            if any(row):
                yield number, row


def _rows(text: TextIO, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LARGEST_CELL)
    number = 0
    try:
        for number, row in enumerate(csv.reader(text, delimiter=delimiter, strict=True), start=1):
            yield number, row
    except csv.Error as fault:
        raise BadFile(f"the quotes of this row do not match, or a cell never ends ({fault})", number + 1) from fault


def _counted(rows: Iterator[tuple[int, list[str]]], encoding: str, delimiter: str) -> Survey:
    first = next(rows, None)
    if first is None:
        raise BadFile("the file is empty", 1)
    header = _header(first[1])
    place = header.places[Column.HANDLE][0]
    last: dict[str, int] = {}
    scattered: dict[str, tuple[int, int]] = {}
    count, previous = 0, ""
    for number, row in rows:
        if not any(row):
            continue
        count += 1
        handle = row[place].strip() if place < len(row) else ""
        if handle and handle != previous and handle in last:
            scattered.setdefault(handle, (last[handle], number))
        if handle:
            last[handle] = number
        previous = handle or previous
    return Survey(encoding=encoding, delimiter=delimiter, header=header, rows=count, scattered=scattered)


def _header(row: list[str]) -> Header:
    try:
        return Header.of(row)
    except BadHeader as fault:
        raise BadFile(str(fault), 1, fault.column) from fault


def _encoding(path: Path) -> str:
    with path.open("rb") as raw:
        start = raw.read(4)
    if not start:
        raise BadFile("the file is empty", 1)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig"


def _named(encoding: str) -> str:
    try:
        "".encode(encoding)
    except LookupError as fault:
        raise BadFile(f'there is no encoding named "{encoding}"; write it like "windows-1252"') from fault
    return encoding


def _decodable(path: Path, encoding: str) -> None:
    """Look for the first byte that is not of the encoding: a reader of text would not say where in the file it is."""
    decoder, offset, lines = codecs.getincrementaldecoder(encoding)(), 0, 1
    with path.open("rb") as raw:
        while True:
            chunk = raw.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as fault:
                text = fault.object[: fault.start].decode(encoding, "ignore")
                raise _undecodable(fault, encoding, offset - pending + fault.start, lines + _ends(text)) from fault
            if not chunk:
                return
            offset, lines = offset + len(chunk), lines + _ends(text)


def _ends(text: str) -> int:
    """Ends of lines, be they LF, CR LF or, from old Macs, CR."""
    return max(text.count("\n"), text.count("\r"))


def _undecodable(fault: UnicodeDecodeError, encoding: str, offset: int, line: int) -> BadFile:
    name = "UTF-8" if encoding == "utf-8-sig" else encoding
    found = f"line {line}, byte {offset + 1} (0x{fault.object[fault.start]:02X}) is not {name}"
    return BadFile(f"{found}; save the file as UTF-8, or name its encoding, such as --encoding windows-1252")


def _delimiter(path: Path, encoding: str) -> str:
    """The delimiter that makes a "Handle" column appear in the first row; a comma when none does."""
    with opened(path, encoding) as text:
        first = text.readline(LARGEST_CELL)
    if "\0" in first:
        raise BadFile("the file has NUL bytes, as UTF-16 without its mark has; save it as UTF-8", 1)
    for delimiter in DELIMITERS:
        names = {cell.strip().strip('"').lower() for cell in first.split(delimiter)}
        if names & {"handle", "url handle"} and len(names) > 1:
            return delimiter
    return ","
