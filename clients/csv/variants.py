"""The variants and pictures among a product's rows."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from clients.csv import cells
from clients.csv.columns import OPTION_NAMES, OPTION_VALUES, Column
from clients.csv.rows import Findings, Row
from domain.catalog.drafts import MediaDraft, OptionDraft, VariantDraft
from domain.catalog.texts import LONGEST_WORD
from domain.money import CurrencyCode, MoneyDraft

NO_OPTIONS: Final = ("Title", "Default Title")
"""The option and the value with which Shopify says that a product has no options."""
DIGEST: Final = 8
"""Hex digits that tell made SKUs apart: 100 variants of a product meet by chance once in 800,000 such products."""

type Address = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """A product's pictures in their order, each once, with the row each came from."""

    drafts: tuple[MediaDraft, ...]
    rows: tuple[int, ...]

    def with_those_of(self, variants: Sequence[VariantDraft]) -> "Pictures":
        """A variant's picture that is not among the product's comes after them."""
        known = {draft.url for draft in self.drafts}
        urls = dict.fromkeys(url for variant in variants for url in variant.media_urls or () if url not in known)
        added = tuple(MediaDraft(url=url) for url in urls)
        first = self.rows[:1] or (0,)
        return Pictures(drafts=self.drafts + added, rows=self.rows + first * len(added))


def pictures_of(found: Findings, rows: Sequence[Row], address: Address) -> Pictures:
    """Those of Image Src, by Image Position, those without one last; a picture given twice stands where it is first."""
    placed: list[tuple[tuple[bool, int], int, MediaDraft]] = []
    for row in rows:
        url = found.read(row, Column.IMAGE, address)
        place = found.read(row, Column.IMAGE_POSITION, cells.position)
        if url is not None:
            draft = MediaDraft(url=url, alt=row.text(Column.IMAGE_ALT) or None)
            placed.append(((place is None, place or 0), row.number, draft))
    placed.sort(key=lambda one: one[0])
    once: dict[str | None, tuple[int, MediaDraft]] = {}
    for _, number, draft in placed:
        once.setdefault(draft.url, (number, draft))
    return Pictures(
        drafts=tuple(draft for _, draft in once.values()), rows=tuple(number for number, _ in once.values())
    )


def variants_of(
    found: Findings, handle: str, rows: Sequence[Row], currency: CurrencyCode, address: Address
) -> tuple[VariantDraft, ...]:
    """One variant a row; those without a SKU get one from the handle and their options."""
    names = _names(found, rows[0])
    options = [_options(found, row, names) for row in rows]
    _differ(found, rows, options)
    skus = _skus(handle, [row.text(Column.SKU) for row in rows], options)
    return tuple(
        _variant(found, row, sku, chosen, currency=currency, address=address)
        for row, sku, chosen in zip(rows, skus, options, strict=True)
    )


def _variant(
    found: Findings, row: Row, sku: str, options: tuple[OptionDraft, ...], *, currency: CurrencyCode, address: Address
) -> VariantDraft:
    price = found.read(row, Column.PRICE, cells.price(currency))
    if not row.text(Column.PRICE):
        found.add(row, Column.PRICE, "the price is missing; every variant has one")
    compared = found.read(row, Column.COMPARE_AT, cells.price(currency))
    pictures = found.each(row, Column.VARIANT_IMAGE, row.texts(Column.VARIANT_IMAGE), address)
    return VariantDraft(
        sku=sku,
        prices=(price,) if price else (),
        options=options,
        barcode=row.text(Column.BARCODE) or None,
        compare_at_prices=(compared,) if compared and _is_some(compared) else (),
        weight_grams=_grams(found, row),
        taxable=found.read(row, Column.TAXABLE, cells.truth, absent=True),
        media_urls=tuple(dict.fromkeys(url for url in pictures if url)),
    )


def _is_some(compared: MoneyDraft) -> bool:
    """Shopify writes a compare-at price of 0 for none."""
    return any(digit not in "0." for digit in compared.amount)


def _grams(found: Findings, row: Row) -> int | None:
    if row.text(Column.GRAMS):
        return found.read(row, Column.GRAMS, cells.grams)
    unit = row.text(Column.WEIGHT_UNIT) or "kg"
    return found.read(row, Column.WEIGHT, lambda text: cells.grams(text, unit))


def _names(found: Findings, first: Row) -> tuple[str, ...]:
    names = [first.text(column) for column in OPTION_NAMES]
    if (names[0], first.text(OPTION_VALUES[0])) == NO_OPTIONS:
        return ()
    for place, column in enumerate(OPTION_NAMES):
        if names[place] and names[place] in names[:place]:
            found.add(first, column, f'"{names[place]}" is the name of another option too')
    return tuple(names)


def _options(found: Findings, row: Row, names: tuple[str, ...]) -> tuple[OptionDraft, ...]:
    chosen: list[OptionDraft] = []
    for name, named, column in zip(names, OPTION_NAMES, OPTION_VALUES, strict=False):
        value = row.text(column)
        if name and value:
            chosen.append(OptionDraft(name=name, value=value))
        elif name:
            found.add(row, column, f'the value of the option "{name}" is missing')
        elif value:
            found.add(row, column, f'the value "{value[:40]}" has no name; put one in "{named}" of the first row')
    return tuple(chosen)


def _differ(found: Findings, rows: Sequence[Row], options: Sequence[tuple[OptionDraft, ...]]) -> None:
    seen: dict[tuple[OptionDraft, ...], int] = {}
    skus: dict[str, int] = {}
    for row, chosen in zip(rows, options, strict=True):
        other = seen.setdefault(chosen, row.number)
        if other != row.number:
            said = ", ".join(option.value for option in chosen) or "no options"
            found.add(row, OPTION_VALUES[0], f"row {other} is the same variant already: {said}")
        sku = row.text(Column.SKU)
        if sku and skus.setdefault(sku, row.number) != row.number:
            found.add(row, Column.SKU, f'row {skus[sku]} of this product has the SKU "{sku[:40]}" already')


def _skus(handle: str, given: Sequence[str], options: Sequence[tuple[OptionDraft, ...]]) -> list[str]:
    """Given SKUs as they are, blank ones made: from words where these tell them apart, else with a digest.

    Every made SKU depends on the set of the product's variants only, never on the order of the rows.
    """
    words = ["-".join([handle, *(_word(option.value) for option in chosen)]) for chosen in options]
    made = [word for sku, word in zip(given, words, strict=True) if not sku]
    taken = Counter(made) + Counter(sku for sku in given if sku)
    return [
        sku or (word if taken[word] == 1 and len(word) <= LONGEST_WORD else f"{handle[:200]}-{_digest(chosen)}")
        for sku, word, chosen in zip(given, words, options, strict=True)
    ]


def _word(text: str) -> str:
    plain = "".join(letter if letter.isalnum() else " " for letter in unicodedata.normalize("NFKC", text).lower())
    return "-".join(plain.split())


def _digest(options: Sequence[OptionDraft]) -> str:
    text = "\0".join(f"{option.name}\0{option.value}" for option in options)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST]
