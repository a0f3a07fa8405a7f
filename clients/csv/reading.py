"""A product file as a stream: the rows of a handle become one product, or the list of what is wrong with it."""

from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Final

from clients.csv import cells
from clients.csv.columns import OF_PRODUCT, OF_VARIANT, Column, stated_order
from clients.csv.drafts import UNCATEGORIZED, BadProduct, FileProduct, Places
from clients.csv.files import Survey, rows_of, survey
from clients.csv.rows import Findings, Notes, Row
from clients.csv.stocks import stocks_of
from clients.csv.variants import pictures_of, variants_of
from domain.catalog.drafts import AttributeDraft, ProductDraft
from domain.catalog.products import MOST_DEPTH, ProductKind, ProductStatus
from domain.catalog.texts import slugged
from domain.money import CurrencyCode

MOST_ROWS: Final = 2_048 + 250
"""Rows of one product: Shopify's own limits of variants and of pictures. More are not kept in memory."""


class Reading:
    """One product file. Making it reads the whole file once and raises BadFile; iterating reads it again, as a stream.

    Memory holds one product and every handle at a time. ``notes`` is complete once the iteration has ended.
    """

    def __init__(
        self, path: Path, currency: CurrencyCode, *, pictures_base: str | None = None, encoding: str | None = None
    ) -> None:
        self.path, self.currency = path, currency
        self.survey: Survey = survey(path, encoding)
        self.notes = Notes(self.survey)
        self._address = cells.address(pictures_base)

    def __iter__(self) -> Iterator[FileProduct | BadProduct]:
        header = self.survey.header
        rows = (Row(number, found, header) for number, found in rows_of(self.path, self.survey))
        for handle, group in groupby(rows, key=lambda row: row.text(Column.HANDLE)):
            if handle:
                yield self._product(handle, list(islice(group, MOST_ROWS)), sum(1 for _ in group))
                continue
            for row in group:
                found = Findings()
                found.add(row, Column.HANDLE, "the handle is missing; every row names its product")
                yield BadProduct(handle="", problems=found.problems)

    def _product(self, handle: str, rows: list[Row], beyond: int) -> FileProduct | BadProduct:
        found = Findings()
        if beyond:
            found.add(rows[-1], Column.HANDLE, f"a product has at most {MOST_ROWS} rows, not {len(rows) + beyond}")
        self._check(found, handle, rows)
        if not found.problems:
            self.notes.see(rows)
            product = self._read(found, handle, rows)
            if not found.problems:
                return product
        return BadProduct(handle=handle, problems=found.problems, rows=len(rows) + beyond)

    def _check(self, found: Findings, handle: str, rows: list[Row]) -> None:
        first = rows[0]
        found.read(first, Column.HANDLE, cells.handle)
        if handle in self.survey.scattered:
            one, other = self.survey.scattered[handle]
            message = (
                f'"{handle}" stands in row {one} and, apart from it, in row {other}; put a product\'s rows together'
            )
            found.add(first, Column.HANDLE, message)
        for row in rows:
            row.check_shape(found)
        for column in OF_PRODUCT if len(rows) > 1 else ():
            said = first.text(column)
            for row in rows[1:]:
                if row.text(column) not in {"", said}:
                    found.add(row, column, f"differs from row {first.number}, where the same product begins")

    def _read(self, found: Findings, handle: str, rows: list[Row]) -> FileProduct:
        first = rows[0]
        sold = [row for row in rows if row is first or any(row.text(column) for column in OF_VARIANT)]
        pictures = pictures_of(found, rows, self._address)
        variants = variants_of(found, handle, sold, self.currency, self._address)
        media = pictures.with_those_of(variants)
        for row in rows:
            if row not in sold and not row.text(Column.IMAGE):
                found.add(row, None, "the row has neither a variant nor a picture")
        attributes = _attributes(first, found)
        title = first.text(Column.TITLE)
        if not title:
            found.add(first, Column.TITLE, "the title is missing; it stands in the first row of a product")
        product = ProductDraft(
            slug=handle,
            name=title,
            kind=self._kind(found, sold),
            variants=variants,
            description=first.text(Column.BODY) or None,
            status=_status(found, first),
            vendor=first.text(Column.VENDOR) or None,
            product_type=first.text(Column.TYPE) or None,
            tags=_tags(first),
            attributes=tuple(attribute for _, attribute in attributes),
            media=media.drafts,
            seo_title=first.text(Column.SEO_TITLE) or None,
            seo_description=first.text(Column.SEO_DESCRIPTION) or None,
        )
        return FileProduct(
            product=product,
            category=self._category(found, first),
            stocks=stocks_of(found, sold),
            collections=tuple(sorted(dict.fromkeys(first.texts(Column.COLLECTION)), key=str.casefold)),
            places=Places(
                first=first.number,
                variants=tuple(row.number for row in sold),
                media=media.rows,
                attributes=tuple(column for column, _ in attributes),
            ),
            rows=len(rows),
        )

    def _kind(self, found: Findings, sold: list[Row]) -> ProductKind:
        sent = {found.read(row, Column.SHIPPING, cells.truth, absent=True) for row in sold}
        if sent == {False}:
            return ProductKind.DIGITAL
        if False in sent:
            self.notes.add('a product that is sent in part ("Variant Requires Shipping" differs) is taken as sent')
        return ProductKind.PHYSICAL

    def _category(self, found: Findings, first: Row) -> tuple[str, ...]:
        said = first.text(Column.CATEGORY)
        if said == UNCATEGORIZED:
            return ()
        if not said:
            kind = first.text(Column.TYPE)
            return (kind,) if kind else ()
        names = found.read(first, Column.CATEGORY, cells.path) or ()
        if len(names) > MOST_DEPTH:
            self.notes.add(f"categories deeper than {MOST_DEPTH} levels are cut to their first {MOST_DEPTH}")
        return names[:MOST_DEPTH]


def _status(found: Findings, first: Row) -> ProductStatus | None:
    said = found.read(first, Column.STATUS, cells.status)
    shown = found.read(first, Column.PUBLISHED, cells.truth)
    if said is not None or shown is None:
        return said
    return ProductStatus.ACTIVE if shown else ProductStatus.DRAFT


def _tags(first: Row) -> tuple[str, ...]:
    tags = (tag.strip() for tag in first.text(Column.TAGS).split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _attributes(first: Row, found: Findings) -> list[tuple[str, AttributeDraft]]:
    """Each attribute with the column it is from; a name without a Latin letter gets a slug from its code points."""
    stated = [
        (
            column,
            AttributeDraft(name=said.name, value=value, unit=said.unit, slug=_slug(said.name)),
        )
        for place, said in first.header.attributes
        if (value := first.cell(place)) and (column := first.header.cells[place])
    ]
    if found.read(first, Column.GIFT_CARD, cells.truth):
        stated.append((Column.GIFT_CARD, AttributeDraft(name=str(Column.GIFT_CARD), value="true")))
    return sorted(stated, key=lambda one: stated_order(one[1]))


def _slug(name: str) -> str | None:
    return None if slugged(name) else "x-" + "-".join(f"{ord(letter):x}" for letter in name[:16])
